//! Keys and certificates, through the command line.

use crate::kit::Folder;

const TEXT: &str = "hello\n";

#[test]
fn the_program_tells_what_it_is() {
    let here = Folder::new("version");
    assert!(here.sop("version", "").starts_with(b"waxseal-sop "));
    for option in ["--backend", "--extended", "--sop-spec", "--sopv"] {
        assert!(here.sop(&format!("version {option}"), "").ends_with(b"\n"));
    }
    assert_eq!(here.fails("version --backend --sopv", ""), 83);
    assert_eq!(here.fails("version x", ""), 37);
    assert!(
        here.sop("list-profiles generate-key", "")
            .starts_with(b"default: ")
    );
    assert!(
        here.sop("list-profiles encrypt", "")
            .starts_with(b"default: ")
    );
    assert_eq!(here.fails("list-profiles sign", ""), 89);
    assert_eq!(here.fails("list-profiles", ""), 19);
    assert_eq!(here.fails("frobnicate", ""), 69);
    assert_eq!(here.fails("sign --frobnicate", ""), 37);
    assert!(
        here.sop("--debug help", "")
            .starts_with(b"waxseal-sop COMMAND")
    );
}

#[test]
fn keys_for_every_purpose() {
    let here = Folder::new("generate");
    let bare = here.sop("generate-key", "");
    here.write("bare.cert", here.sop("extract-cert", &bare));
    here.write("bare.key", &bare);
    let sealed = here.sop("encrypt --sign-with=bare.key bare.cert", TEXT);
    assert_eq!(here.sop("decrypt bare.key", &sealed), TEXT.as_bytes());
    let signs = here.sop("generate-key --signing-only --no-armor Ann Bob", "");
    assert!(signs[0] & 0x80 != 0);
    here.write("signs.cert", here.sop("extract-cert --no-armor", &signs));
    assert_eq!(here.fails("encrypt signs.cert", TEXT), 17);
    assert_eq!(here.fails("generate-key --profile=rfc1991", ""), 89);
    assert_eq!(here.fails("encrypt --profile=rfc1991 bare.cert", TEXT), 89);
    assert_eq!(here.fails("extract-cert", here.read("bare.cert")), 41);
    assert_eq!(here.fails("encrypt bare.key", TEXT), 41);
    assert_eq!(here.fails("encrypt", TEXT), 19);
}

#[test]
fn passwords_of_keys() {
    let here = Folder::new("passwords");
    here.key("ann", "default");
    here.write("new", "correct horse\n");
    here.write("bad", b"\xff\xfe\xfd");
    let locked = here.sop(
        "change-key-password --new-key-password=new",
        here.read("ann.key"),
    );
    here.write("locked.key", &locked);
    assert_eq!(here.sop("extract-cert", &locked), here.read("ann.cert"));
    let sealed = here.sop("encrypt ann.cert", TEXT);
    assert_eq!(here.fails("decrypt locked.key", &sealed), 67);
    assert_eq!(here.fails("sign locked.key", TEXT), 67);
    assert_eq!(here.fails("change-key-password", &locked), 67);
    let open = "decrypt --with-key-password=new locked.key";
    assert_eq!(here.sop(open, &sealed), TEXT.as_bytes());
    here.sop("sign --with-key-password=new locked.key", TEXT);
    let again = here.sop("change-key-password --old-key-password=new", &locked);
    assert_eq!(again, here.read("ann.key"));
    assert_eq!(here.fails("generate-key --with-key-password=bad", ""), 31);
}

#[test]
fn certificates_are_merged_certified_and_revoked() {
    let here = Folder::new("certs");
    here.key("ann", "default");
    here.key("bob", "rfc9580");
    let bob = here.read("bob.cert");
    let certify = |id: &str, more: &str| {
        let id = format!("--userid={id}");
        let mut words = vec!["certify-userid", id.as_str(), "ann.key"];
        if !more.is_empty() {
            words.push(more);
        }
        here.try_words(&words, &bob)
    };
    let validate = |words: &[&str], cert: &[u8]| {
        let words = [&["validate-userid"], words].concat();
        here.try_words(&words, cert).code
    };
    let id = "bob <bob@example.org>";
    let certified = certify(id, "").out;
    assert_eq!(validate(&[id, "ann.cert"], &certified), 0);
    assert_eq!(
        validate(
            &["--addr-spec-only", "bob@example.org", "ann.cert"],
            &certified
        ),
        0
    );
    assert_eq!(validate(&["bob@example.org", "ann.cert"], &certified), 107);
    assert_eq!(validate(&[id, "ann.cert"], &bob), 107);
    here.key("eve", "default");
    assert_eq!(validate(&[id, "eve.cert"], &certified), 107);
    assert_eq!(
        validate(&["--validate-at=2020-01-01", id, "ann.cert"], &certified),
        107
    );
    assert_eq!(validate(&[id], &certified), 19);
    assert_eq!(certify("Robert", "").code, 107);
    assert_eq!(certify("Robert", "--no-require-self-sig").code, 0);
    here.write("certified", &certified);
    assert_eq!(here.sop("merge-certs certified ann.cert", &bob), certified);
    assert_eq!(here.sop("merge-certs ann.cert", &bob), bob);

    let revoked = here.sop("revoke-key", here.read("bob.key"));
    here.write("revoked", &revoked);
    let merged = here.sop("merge-certs revoked", &bob);
    assert_eq!(merged, revoked);
    assert_eq!(here.fails("encrypt revoked", TEXT), 17);
    here.write("sig", here.sop("sign bob.key", TEXT));
    assert_eq!(here.fails("verify sig revoked", TEXT), 3);
    here.sop("verify sig bob.cert", TEXT);

    let updated = here.sop("update-key --merge-certs=certified", here.read("bob.key"));
    here.write("updated.key", &updated);
    let cert = here.sop("extract-cert", &updated);
    assert_eq!(validate(&[id, "ann.cert"], &cert), 0);
    here.write("updated.cert", &cert);
    let sealed = here.sop("encrypt --sign-with=updated.key updated.cert", TEXT);
    assert_eq!(here.sop("decrypt bob.key", &sealed), TEXT.as_bytes());
    assert_eq!(
        here.fails("update-key --merge-certs=revoked", here.read("bob.key")),
        103
    );
}

#[test]
fn updating_adds_what_is_lacking_unless_told_not_to() {
    let here = Folder::new("update");
    let signs = here.sop("generate-key --signing-only Ann", "");
    here.write("cert", here.sop("extract-cert", &signs));
    let refused = here.try_sop("encrypt cert", TEXT).said;
    assert!(refused.contains("cannot be encrypted to"), "{refused}");
    for (words, adds) in [
        ("update-key --signing-only", false),
        ("update-key --no-added-capabilities", false),
        ("update-key", true),
    ] {
        let updated = here.sop(words, &signs);
        here.write("cert", here.sop("extract-cert", &updated));
        // A subkey that was added is valid from the next second on: until then that is what is said against it.
        let said = here.try_sop("encrypt cert", TEXT).said;
        assert_eq!(said != refused, adds, "{words}: {said}");
    }
}

#[test]
fn keys_are_chosen_by_purpose() {
    let here = Folder::new("purpose");
    here.key("ann", "default");
    for purpose in ["any", "communications", "storage"] {
        let sealed = here.sop(&format!("encrypt --for={purpose} ann.cert"), TEXT);
        assert_eq!(here.sop("decrypt ann.key", &sealed), TEXT.as_bytes());
    }
    assert_eq!(here.fails("encrypt --for=fun ann.cert", TEXT), 37);
}

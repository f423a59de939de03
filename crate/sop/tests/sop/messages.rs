//! Messages and signatures, through the command line.

use crate::kit::Folder;

const TEXT: &str = "Dear Bob,\nthe harbour at nine.\n-- \nAnn\n";

#[test]
fn every_profile_signs_and_encrypts() {
    let here = Folder::new("profiles");
    for profile in ["default", "rfc9580", "rfc9980"] {
        here.key("ann", profile);
        let sealed = here.sop(
            "encrypt --sign-with=ann.key --session-key-out=sk ann.cert",
            TEXT,
        );
        assert!(sealed.starts_with(b"-----BEGIN PGP MESSAGE-----\n"));
        let read =
            "decrypt --verify-with=ann.cert --verifications-out=v --session-key-out=sk2 ann.key";
        assert_eq!(here.sop(read, &sealed), TEXT.as_bytes());
        let line = String::from_utf8(here.read("v")).unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        let [made, key, cert, mode, more] = words.as_slice() else {
            panic!("{line}");
        };
        assert!(made.ends_with('Z') && key == cert && *mode == "mode:binary");
        assert_eq!(*more, "{\"signers\":[\"ann.cert\"]}\n");
        assert_eq!(here.read("sk"), here.read("sk2"));
        assert_eq!(
            here.sop("decrypt --with-session-key=sk", &sealed),
            TEXT.as_bytes()
        );
        for name in ["v", "sk", "sk2", "ann.key", "ann.cert"] {
            here.remove(name);
        }
    }
}

#[test]
fn what_opens_a_message_and_what_does_not() {
    let here = Folder::new("opens");
    here.key("ann", "default");
    here.key("bob", "default");
    here.write("pw", "correct horse\n");
    here.write("no", "wrong");
    let sealed = here.sop("encrypt --with-password=pw ann.cert", TEXT);
    for words in [
        "decrypt ann.key",
        "decrypt --with-password=pw",
        "decrypt --with-password=no bob.key ann.key",
    ] {
        assert_eq!(here.sop(words, &sealed), TEXT.as_bytes(), "{words}");
    }
    here.write("sk", format!("9:{}", "00".repeat(32)));
    for (words, code) in [
        ("decrypt bob.key", 29),
        ("decrypt --with-password=no", 29),
        ("decrypt --with-session-key=sk", 29),
        ("decrypt --with-session-key=pw", 41),
        ("decrypt ann.cert", 41),
        ("decrypt", 19),
        ("decrypt --verify-with=ann.cert ann.key", 23),
        ("decrypt --verifications-out=v ann.key", 23),
        ("decrypt missing.key", 61),
        ("decrypt @ENV:WAXSEAL_NOTHING", 61),
        ("decrypt @HSM:1", 71),
        ("decrypt --session-key-out=pw ann.key", 59),
    ] {
        assert_eq!(here.fails(words, &sealed), code, "{words}");
    }
    assert!(!here.has("v"));
    // A changed byte near the end: nothing comes out.
    let mut binary = here.sop("dearmor", &sealed);
    let at = binary.len() - 5;
    binary[at] ^= 1;
    assert_eq!(here.fails("decrypt ann.key", &binary), 29);
    assert_eq!(here.fails("decrypt ann.key", "no message"), 41);
    assert_eq!(here.fails("decrypt ann.key", here.read("ann.cert")), 41);
    // The file and the designator of the same name.
    let named = here.sop("encrypt --with-password=@ENV:WAXSEAL_TEST", TEXT);
    let open = "decrypt --with-password=@ENV:WAXSEAL_TEST";
    assert_eq!(here.sop(open, &named), TEXT.as_bytes());
    here.write("@ENV:WAXSEAL_TEST", "");
    assert_eq!(here.fails(open, &named), 73);
}

#[test]
fn detached_signatures() {
    let here = Folder::new("detached");
    here.key("ann", "default");
    here.key("bob", "rfc9580");
    for (mode, mark) in [("binary", "mode:binary"), ("text", "mode:text")] {
        let words = format!("sign --as={mode} --micalg-out=m ann.key bob.key");
        let signatures = here.sop(&words, TEXT);
        assert!(signatures.starts_with(b"-----BEGIN PGP SIGNATURE-----\n"));
        assert_eq!(here.read("m"), b"pgp-sha512\n");
        here.remove("m");
        here.write("sig", &signatures);
        let lines = String::from_utf8(here.sop("verify sig ann.cert bob.cert", TEXT)).unwrap();
        assert_eq!(lines.matches(mark).count(), 2, "{lines}");
        let lines = String::from_utf8(here.sop("verify sig bob.cert", TEXT)).unwrap();
        assert_eq!(lines.lines().count(), 1);
        let windows = TEXT.replace('\n', "\r\n");
        let same = here.try_sop("verify sig ann.cert", windows).code;
        assert_eq!(same, if mode == "text" { 0 } else { 3 });
        assert_eq!(here.fails("verify sig ann.cert", "another text"), 3);
    }
    for (words, code) in [
        ("verify --not-before=2100-01-01 sig ann.cert", 3),
        ("verify --not-after=2000-01-01 sig ann.cert", 3),
        ("verify --not-after=never sig ann.cert", 37),
        ("verify sig", 19),
        ("verify ann.cert ann.cert", 41),
        ("verify sig ann.key", 41),
        ("sign", 19),
        ("sign ann.cert", 41),
        ("sign --as=mime ann.key", 37),
    ] {
        assert_eq!(here.fails(words, TEXT), code, "{words}");
    }
    assert_eq!(here.fails("sign --as=text ann.key", b"\xff\xfe"), 53);
    let between = "verify --not-before=2020-01-01T00:00:00Z --not-after=now sig ann.cert";
    assert_eq!(
        here.sop(between, TEXT)
            .iter()
            .filter(|b| **b == b'\n')
            .count(),
        1
    );
}

#[test]
fn inline_signatures() {
    let here = Folder::new("inline");
    here.key("ann", "default");
    here.key("bob", "rfc9580");
    for mode in ["binary", "text", "clearsigned"] {
        let signed = here.sop(&format!("inline-sign --as={mode} ann.key bob.key"), TEXT);
        let clear = signed.starts_with(b"-----BEGIN PGP SIGNED MESSAGE-----\n");
        assert_eq!(clear, mode == "clearsigned");
        let text = here.sop(
            "inline-verify --verifications-out=v ann.cert bob.cert",
            &signed,
        );
        // In the framework spaces at line ends are not signed, and line ends are CRLF (RFC 9580, 7.2).
        let expected = match clear {
            true => TEXT.replace("-- \n", "--\n").replace('\n', "\r\n"),
            false => TEXT.to_owned(),
        };
        assert_eq!(String::from_utf8(text.clone()).unwrap(), expected);
        let lines = String::from_utf8(here.read("v")).unwrap();
        let mark = if mode == "binary" {
            "mode:binary"
        } else {
            "mode:text"
        };
        assert_eq!(lines.matches(mark).count(), 2, "{lines}");
        here.remove("v");
        assert_eq!(here.sop("inline-detach --signatures-out=s", &signed), text);
        here.sop("verify s ann.cert", &text);
        here.remove("s");
        here.key("eve", "default");
        assert_eq!(
            here.fails("inline-verify --verifications-out=v eve.cert", &signed),
            3
        );
        assert!(!here.has("v"));
    }
    assert_eq!(
        here.fails("inline-sign --as=clearsigned --no-armor ann.key", TEXT),
        83
    );
    assert_eq!(here.fails("inline-detach", TEXT), 19);
    let sealed = here.sop("encrypt ann.cert", TEXT);
    assert_eq!(here.fails("inline-verify ann.cert", &sealed), 41);
}

#[test]
fn armor_comes_and_goes() {
    let here = Folder::new("armor");
    here.key("ann", "default");
    here.key("bob", "rfc9580");
    let signature = here.sop("sign ann.key", TEXT);
    let message = here.sop("encrypt bob.cert", TEXT);
    for block in [
        here.read("ann.key"),
        here.read("bob.cert"),
        signature,
        message,
    ] {
        let binary = here.sop("dearmor", &block);
        assert!(binary[0] & 0x80 != 0);
        assert_eq!(here.sop("armor", &binary), block);
        assert_eq!(here.sop("armor", &block), block);
        assert_eq!(here.sop("dearmor", &binary), binary);
    }
    // A text can quote a block: in a message that is not armored it is no armor.
    let quoting = [b"They wrote:\n", &here.read("bob.cert")[..]].concat();
    let message = here.sop("inline-sign --no-armor ann.key", &quoting);
    let armored = here.sop("armor", &message);
    assert!(armored.starts_with(b"-----BEGIN PGP MESSAGE-----\n"));
    assert_eq!(here.sop("dearmor", &armored), message);
    assert_eq!(here.fails("armor", "text"), 41);
    assert_eq!(here.fails("dearmor", "text"), 41);
}

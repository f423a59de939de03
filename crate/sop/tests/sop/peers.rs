//! Real other programs: GnuPG and Sequoia. The whole matrix is `cargo xtask interop`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::kit::Folder;

const TEXT: &str = "Dear Bob,\nthe harbour at nine.\n";

/// Whether it went well, and what came out; what it complains of goes where the test's output goes.
fn run(mut command: Command, input: impl AsRef<[u8]>) -> (bool, Vec<u8>) {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.expect("install Debian's packages gnupg and sqop");
    let mut stdin = child.stdin.take().unwrap();
    let _ = stdin.write_all(input.as_ref());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    (output.status.success(), output.stdout)
}

/// GnuPG with a home of its own, at a path short enough for its sockets.
struct Gpg(PathBuf);

impl Gpg {
    fn new(name: &str) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        // A run that was killed leaves its own behind, and a process can have its number again.
        let place =
            |n: u32| std::env::temp_dir().join(format!("wsop-{name}-{}-{n}", std::process::id()));
        let mut places = (0..1_000).map(place);
        let home = places.find(|home| std::fs::create_dir(home).is_ok());
        let home = home.expect("a new folder");
        std::fs::set_permissions(&home, std::fs::Permissions::from_mode(0o700)).unwrap();
        Self(home)
    }

    fn gpg(&self, words: &[&str], input: impl AsRef<[u8]>) -> Vec<u8> {
        let mut gpg = Command::new("gpg");
        gpg.arg("--homedir").arg(&self.0);
        gpg.args(["--quiet", "--no-tty", "--trust-model", "always", "--armor"]);
        gpg.args(["--pinentry-mode", "loopback", "--passphrase", ""]);
        gpg.args(words);
        let (well, out) = run(gpg, input);
        assert!(well, "gpg {words:?}");
        out
    }

    /// Makes a key as the lines say, without a password.
    fn generate(&self, lines: &str) {
        let script = format!("%no-protection\n{lines}\nExpire-Date: 0\n%commit\n");
        self.gpg(&["--batch", "--full-generate-key"], script);
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        let mut kill = Command::new("gpgconf");
        kill.arg("--homedir").arg(&self.0).args(["--kill", "all"]);
        let _ = kill.status();
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn gpg_reads_us_and_we_read_gpg() {
    let (here, gpg) = (Folder::new("gpg"), Gpg::new("both"));
    // One key of ours and one of GnuPG's, each used by both.
    here.key("ann", "default");
    gpg.gpg(&["--batch", "--import"], here.read("ann.key"));
    gpg.generate(
        "Key-Type: ecdsa\nKey-Curve: nistp256\nSubkey-Type: ecdh\nSubkey-Curve: nistp256\nName-Email: bob@example.org",
    );
    let bob = gpg.gpg(&["--batch", "--export-secret-keys", "bob@example.org"], "");
    here.write("bob.cert", here.sop("extract-cert", &bob));
    here.write("bob.key", bob);
    for name in ["ann", "bob"] {
        let (key, cert) = (format!("{name}.key"), format!("{name}.cert"));
        let address = format!("{name}@example.org");
        let sealed = gpg.gpg(&["--batch", "--encrypt", "--recipient", &address], TEXT);
        let read = here.sop(&format!("decrypt {key}"), &sealed);
        assert_eq!(read, TEXT.as_bytes(), "{name}");
        let sealed = here.sop(&format!("encrypt --sign-with={key} {cert}"), TEXT);
        assert_eq!(gpg.gpg(&["--decrypt"], &sealed), TEXT.as_bytes(), "{name}");
        let by = ["--batch", "--local-user", &address];
        here.write(
            "sig",
            gpg.gpg(&[&by[..], &["--detach-sign"]].concat(), TEXT),
        );
        here.sop(&format!("verify sig {cert}"), TEXT);
        assert_eq!(here.fails(&format!("verify sig {cert}"), "x"), 3);
        let clear = gpg.gpg(&[&by[..], &["--clear-sign"]].concat(), TEXT);
        here.sop(&format!("inline-verify {cert}"), &clear);
        let clear = here.sop(&format!("inline-sign --as=clearsigned {key}"), TEXT);
        // The line end before the signature belongs to the framework; GnuPG writes it too.
        let read = gpg.gpg(&["--decrypt"], clear);
        assert_eq!(read.trim_ascii_end(), TEXT.trim_end().as_bytes(), "{name}");
    }
}

#[test]
fn sequoia_reads_us_and_we_read_sequoia() {
    let here = Folder::new("sqop");
    let sqop = |words: &str, input: &[u8]| {
        let mut sqop = Command::new("sqop");
        sqop.args(words.split(' ')).current_dir(here.path());
        run(sqop, input)
    };
    let good = |words: &str, input: &[u8]| {
        let (well, out) = sqop(words, input);
        assert!(well, "sqop {words}");
        out
    };
    here.key("ann", "default");
    let bob = good("generate-key bob@example.org", b"");
    here.write("bob.cert", here.sop("extract-cert", &bob));
    here.write("bob.key", bob);
    here.write("pw", "correct horse");
    for name in ["ann", "bob"] {
        let (key, cert) = (format!("{name}.key"), format!("{name}.cert"));
        let text = TEXT.as_bytes();
        let sealed = good(&format!("encrypt --sign-with={key} {cert}"), text);
        let read = format!("decrypt --verify-with={cert} --verifications-out=v {key}");
        assert_eq!(here.sop(&read, &sealed), text);
        assert!(!here.read("v").is_empty());
        here.remove("v");
        let sealed = here.sop(&format!("encrypt --sign-with={key} {cert}"), text);
        assert_eq!(good(&format!("decrypt {key}"), &sealed), text);
        here.write("sig", good(&format!("sign {key}"), text));
        here.sop(&format!("verify sig {cert}"), text);
        here.write("sig", here.sop(&format!("sign {key}"), text));
        good(&format!("verify sig {cert}"), text);
        assert!(!sqop(&format!("verify sig {cert}"), b"x").0);
    }
    let sealed = good("encrypt --with-password=pw", TEXT.as_bytes());
    assert_eq!(
        here.sop("decrypt --with-password=pw", &sealed),
        TEXT.as_bytes()
    );
    let sealed = here.sop("encrypt --with-password=pw", TEXT);
    assert_eq!(good("decrypt --with-password=pw", &sealed), TEXT.as_bytes());
}

#[test]
fn a_revocation_by_another_key_counts_when_that_key_is_given_too() {
    let (here, gpg) = (Folder::new("revoker"), Gpg::new("revoker"));
    gpg.generate("Key-Type: eddsa\nKey-Curve: ed25519\nName-Email: ruth@example.org");
    let listed = gpg.gpg(&["--with-colons", "--list-keys", "ruth"], "");
    let listed = String::from_utf8(listed).unwrap();
    let ruth = listed
        .lines()
        .find(|line| line.starts_with("fpr:"))
        .unwrap();
    let ruth = ruth.trim_matches(|one| one == 'f' || one == 'p' || one == 'r' || one == ':');
    gpg.generate(&format!(
        "Key-Type: eddsa\nKey-Curve: ed25519\nSubkey-Type: ecdh\nSubkey-Curve: cv25519\nRevoker: 22:{ruth}\nName-Email: ann@example.org"
    ));
    let export = |name: &str, file: &str| here.write(file, gpg.gpg(&["--export", name], ""));
    export("ruth", "ruth.cert");
    here.write(
        "sig",
        gpg.gpg(&["--local-user", "ann", "--detach-sign"], TEXT),
    );
    // Yes; compromised; no more words; yes.
    let words = ["--command-fd", "0", "--desig-revoke", "ann"];
    let revocation = gpg.gpg(&words, "y\n1\n\ny\n");
    gpg.gpg(&["--import"], revocation);
    export("ann", "ann.cert");
    here.write(
        "both.cert",
        [here.read("ann.cert"), here.read("ruth.cert")].concat(),
    );
    // Anybody can claim to be the revoker: without Ruth's certificate it cannot be known.
    here.sop("verify sig ann.cert", TEXT);
    here.sop("encrypt ann.cert", TEXT);
    for certs in ["ann.cert ruth.cert", "ruth.cert ann.cert", "both.cert"] {
        assert_eq!(
            here.fails(&format!("verify sig {certs}"), TEXT),
            3,
            "{certs}"
        );
    }
    // She is known, if only as another recipient; but she cannot read.
    assert_eq!(here.fails("encrypt ann.cert ruth.cert", TEXT), 17);
    let id = "validate-userid --addr-spec-only ann@example.org";
    assert_eq!(
        here.try_sop(&format!("{id} ann.cert"), here.read("ann.cert"))
            .code,
        0
    );
    let both = here.try_sop(&format!("{id} ann.cert ruth.cert"), here.read("ann.cert"));
    assert_eq!(both.code, 107);
}

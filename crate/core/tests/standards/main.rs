//! Every example of RFC 9580 and RFC 9980, through the functions that the extension and the command line use, with what
//! must become of it. The files are the standards' own (see `testdata/README.md`), and so are the fingerprints and the
//! session keys in the tables.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod look;
mod rfc9580;
mod rfc9980;

use std::collections::BTreeSet;

use look::{Machine, data};

/// One example.
pub(crate) struct Vector {
    /// Section of the standard.
    pub(crate) section: &'static str,
    /// File in `testdata`.
    pub(crate) file: &'static str,
    /// What is done with it.
    pub(crate) given: Given,
    /// What becomes of it, in words. A refusal is the error code of the program.
    pub(crate) outcome: &'static str,
}

/// What is done with a file. Other files are named as in [`Vector::file`].
pub(crate) enum Given {
    /// Read as a certificate.
    Certificate,
    /// Read as a secret key and opened with this password, if one is needed.
    Secret {
        password: Option<&'static str>,
        machine: Machine,
    },
    /// A message, decrypted with a secret key that stands in clear, whose certificate is also that of the signer.
    ToKey { key: &'static str },
    /// A message, decrypted with a password.
    Password {
        password: &'static str,
        machine: Machine,
    },
    /// A signed message or text.
    Signed { signer: &'static str },
    /// A signature by itself.
    Detached {
        signer: &'static str,
        text: &'static str,
    },
}

#[test]
fn every_example_of_the_standards_ends_as_the_table_says() {
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for (standard, table) in [("RFC 9580", rfc9580::TABLE), ("RFC 9980", rfc9980::TABLE)] {
        for vector in table {
            used.insert(vector.file);
            let outcome = look::outcome(vector);
            if outcome != vector.outcome {
                let (section, expected) = (vector.section, vector.outcome);
                wrong.push(format!(
                    "{standard}, {section}: {outcome}\n    and not {expected}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for folder in ["rfc9580", "rfc9980"] {
        for entry in std::fs::read_dir(data(folder)).unwrap() {
            let name = entry.unwrap().file_name();
            let name = format!("{folder}/{}", name.to_str().unwrap());
            assert!(used.contains(name.as_str()), "{name} is in no table");
        }
    }
}

//! RFC 9580, annex A.

use crate::Given::{Certificate, Detached, Password, Secret, Signed, ToKey};
use crate::Vector;
use crate::look::Machine::{Browser, Native};

pub(crate) const TABLE: &[Vector] = &[
    Vector {
        section: "A.1",
        file: "rfc9580/a1-key.asc",
        given: Certificate,
        outcome: "unusable (no_user_id), v4: c959bdbafa32a2f89a153b678cfde12197965a9a Ed25519 for nothing",
    },
    Vector {
        section: "A.2",
        file: "rfc9580/a2-signature.asc",
        given: Detached {
            signer: "rfc9580/a1-key.asc",
            text: "OpenPGP",
        },
        outcome: "unusable_signature by c959bdbafa32a2f89a153b678cfde12197965a9a (no_user_id)",
    },
    Vector {
        section: "A.3",
        file: "rfc9580/a3-certificate.asc",
        given: Certificate,
        outcome: "valid, v6: cb186c4f0609a697e4d52dfa6c722b0c1f1e27c18a56708f6525ec27bad9acc9 Ed25519 for certify, sign; 12c83f1e706f6308fe151a417743a1f033790e93e9978488d1db378da9930885 X25519 for encrypt",
    },
    Vector {
        section: "A.4",
        file: "rfc9580/a4-secret.asc",
        given: Secret {
            password: None,
            machine: Browser,
        },
        outcome: "opens: valid, v6: cb186c4f0609a697e4d52dfa6c722b0c1f1e27c18a56708f6525ec27bad9acc9 Ed25519 for certify, sign; 12c83f1e706f6308fe151a417743a1f033790e93e9978488d1db378da9930885 X25519 for encrypt",
    },
    // Argon2 with 2 GiB for each of two components: more than a browser's wasm can have.
    Vector {
        section: "A.5",
        file: "rfc9580/a5-locked.asc",
        given: Secret {
            password: Some("correct horse battery staple"),
            machine: Native,
        },
        outcome: "opens: valid, v6: cb186c4f0609a697e4d52dfa6c722b0c1f1e27c18a56708f6525ec27bad9acc9 Ed25519 for certify, sign; 12c83f1e706f6308fe151a417743a1f033790e93e9978488d1db378da9930885 X25519 for encrypt",
    },
    Vector {
        section: "A.5, in a browser",
        file: "rfc9580/a5-locked.asc",
        given: Secret {
            password: Some("correct horse battery staple"),
            machine: Browser,
        },
        outcome: "limit",
    },
    Vector {
        section: "A.6",
        file: "rfc9580/a6-cleartext.asc",
        given: Signed {
            signer: "rfc9580/a3-certificate.asc",
        },
        outcome: r#""What we need from the grocery store:\n\n- tofu\n- vegetables\n- noodles\n", signed_sender_unknown by cb186c4f0609a697e4d52dfa6c722b0c1f1e27c18a56708f6525ec27bad9acc9"#,
    },
    Vector {
        section: "A.7",
        file: "rfc9580/a7-inline.asc",
        given: Signed {
            signer: "rfc9580/a3-certificate.asc",
        },
        outcome: r#""What we need from the grocery store:\n\n- tofu\n- vegetables\n- noodles\n", signed_sender_unknown by cb186c4f0609a697e4d52dfa6c722b0c1f1e27c18a56708f6525ec27bad9acc9"#,
    },
    Vector {
        section: "A.8",
        file: "rfc9580/a8-x25519-ocb.asc",
        given: ToKey {
            key: "rfc9580/a4-secret.asc",
        },
        outcome: r#"with dd708f6fa1ed65114d68d2343e7c2f1d: "Hello, world!", not_signed"#,
    },
    Vector {
        section: "A.9",
        file: "rfc9580/a9-password-eax.asc",
        given: Password {
            password: "password",
            machine: Browser,
        },
        outcome: r#"with 3881bafe985412459b86c36f98cb9a5e: "Hello, world!", not_signed"#,
    },
    Vector {
        section: "A.10",
        file: "rfc9580/a10-password-ocb.asc",
        given: Password {
            password: "password",
            machine: Browser,
        },
        outcome: r#"with 28e79ab82397d3c63de24ac217d7b791: "Hello, world!", not_signed"#,
    },
    Vector {
        section: "A.11",
        file: "rfc9580/a11-password-gcm.asc",
        given: Password {
            password: "password",
            machine: Browser,
        },
        outcome: r#"with 1936fc8568980274bb900d8319360c77: "Hello, world!", not_signed"#,
    },
    // Argon2 with 2 GiB, too.
    Vector {
        section: "A.12.1",
        file: "rfc9580/a12-argon2-aes128.asc",
        given: Password {
            password: "password",
            machine: Native,
        },
        outcome: r#"with 01fe16bbacfd1e7b78ef3b865187374f: "Hello, world!", not_signed"#,
    },
    Vector {
        section: "A.12.2",
        file: "rfc9580/a12-argon2-aes192.asc",
        given: Password {
            password: "password",
            machine: Native,
        },
        outcome: r#"with 27006dae68e509022ce45a14e569e91001c2955af8dfe194: "Hello, world!", not_signed"#,
    },
    Vector {
        section: "A.12.3",
        file: "rfc9580/a12-argon2-aes256.asc",
        given: Password {
            password: "password",
            machine: Native,
        },
        outcome: r#"with bbeda55b9aae63dac45d4f49d89dacf4af37fefc13bab2f1f8e18fb74580d8b0: "Hello, world!", not_signed"#,
    },
    Vector {
        section: "A.12, in a browser",
        file: "rfc9580/a12-argon2-aes256.asc",
        given: Password {
            password: "password",
            machine: Browser,
        },
        outcome: "limit",
    },
];

//! RFC 9980, appendix A.

use crate::Given::{Certificate, Detached, Secret, ToKey};
use crate::Vector;
use crate::look::Machine::Browser;

const IN_CLEAR: crate::Given = Secret {
    password: None,
    machine: Browser,
};

const fn signature_by(signer: &'static str) -> crate::Given {
    Detached {
        signer,
        text: "Testing\n",
    }
}

pub(crate) const TABLE: &[Vector] = &[
    Vector {
        section: "A.1.1",
        file: "rfc9980/v6-eddsa-sk.asc",
        given: IN_CLEAR,
        outcome: "opens: valid, v6: c789e17d9dbdca7b3c833a3c063feb0353f80ad911fe27868fb0645df803e947 Ed25519 for certify, sign; dafe0eebb2675ecfcdc20a23fe89ca5d12e83f527dfa354b6dcf662131a48b9d ML-KEM-768+X25519 for encrypt",
    },
    Vector {
        section: "A.1.2",
        file: "rfc9980/v6-eddsa-pk.asc",
        given: Certificate,
        outcome: "valid, v6: c789e17d9dbdca7b3c833a3c063feb0353f80ad911fe27868fb0645df803e947 Ed25519 for certify, sign; dafe0eebb2675ecfcdc20a23fe89ca5d12e83f527dfa354b6dcf662131a48b9d ML-KEM-768+X25519 for encrypt",
    },
    Vector {
        section: "A.1.3",
        file: "rfc9980/v6-eddsa-message.asc",
        given: ToKey {
            key: "rfc9980/v6-eddsa-sk.asc",
        },
        outcome: r#"with 94a3b8c9784463bb96b682cddf549adb23579b75bcb646f989d7cfe3e6e14435: "Testing\n", signed_sender_unknown by c789e17d9dbdca7b3c833a3c063feb0353f80ad911fe27868fb0645df803e947"#,
    },
    Vector {
        section: "A.2.1",
        file: "rfc9980/v4-eddsa-sk.asc",
        given: IN_CLEAR,
        outcome: "opens: valid, v4: 342e5db2de345215cb2c944f7102ffed3b9cf12d Ed25519 for certify, sign; e51dbfea51936988b5428fffa4f95f985ed61a51 ML-KEM-768+X25519 for encrypt",
    },
    Vector {
        section: "A.2.2",
        file: "rfc9980/v4-eddsa-pk.asc",
        given: Certificate,
        outcome: "valid, v4: 342e5db2de345215cb2c944f7102ffed3b9cf12d Ed25519 for certify, sign; e51dbfea51936988b5428fffa4f95f985ed61a51 ML-KEM-768+X25519 for encrypt",
    },
    Vector {
        section: "A.2.3",
        file: "rfc9980/v4-eddsa-message-v1.asc",
        given: ToKey {
            key: "rfc9980/v4-eddsa-sk.asc",
        },
        outcome: r#"with b4dc7197e1519822ca689da484643edf272934d98ae1974b5d88317a7a6a3c4f: "Testing\n", signed_sender_unknown by 342e5db2de345215cb2c944f7102ffed3b9cf12d"#,
    },
    Vector {
        section: "A.2.4",
        file: "rfc9980/v4-eddsa-message-v2.asc",
        given: ToKey {
            key: "rfc9980/v4-eddsa-sk.asc",
        },
        outcome: r#"with 160867d96032b640208c1c92174d0270bb89189d72320711acd221bbea2a26b6: "Testing\n", signed_sender_unknown by 342e5db2de345215cb2c944f7102ffed3b9cf12d"#,
    },
    Vector {
        section: "A.3.1",
        file: "rfc9980/v6-mldsa-65-sk.asc",
        given: IN_CLEAR,
        outcome: "opens: valid, v6: a3e2e14b6a493ff930fb27321f125e9a6880338be9fb7da3ae065ea65793242f ML-DSA-65+Ed25519 for certify, sign; 7dae8fbce23022607167af72a002e774e0ca379a2d7ae072384e1e8fde3265e4 ML-KEM-768+X25519 for encrypt",
    },
    Vector {
        section: "A.3.2",
        file: "rfc9980/v6-mldsa-65-pk.asc",
        given: Certificate,
        outcome: "valid, v6: a3e2e14b6a493ff930fb27321f125e9a6880338be9fb7da3ae065ea65793242f ML-DSA-65+Ed25519 for certify, sign; 7dae8fbce23022607167af72a002e774e0ca379a2d7ae072384e1e8fde3265e4 ML-KEM-768+X25519 for encrypt",
    },
    Vector {
        section: "A.3.3",
        file: "rfc9980/v6-mldsa-65-message.asc",
        given: ToKey {
            key: "rfc9980/v6-mldsa-65-sk.asc",
        },
        outcome: r#"with adee68618b302d4bfd7ae3d432bc63a1c1ad7f5fd6e7fd7bdedbb0d0b14a5c9a: "Testing\n", signed_sender_unknown by a3e2e14b6a493ff930fb27321f125e9a6880338be9fb7da3ae065ea65793242f"#,
    },
    Vector {
        section: "A.3.4",
        file: "rfc9980/v6-mldsa-65-signature.asc",
        given: signature_by("rfc9980/v6-mldsa-65-pk.asc"),
        outcome: "signed_sender_unknown by a3e2e14b6a493ff930fb27321f125e9a6880338be9fb7da3ae065ea65793242f",
    },
    Vector {
        section: "A.4.1",
        file: "rfc9980/v6-mldsa-87-sk.asc",
        given: IN_CLEAR,
        outcome: "opens: valid, v6: 0d7a8be1410cd68eed4845ab487b4b4cfaecd8ebad1a1166a84230499200ee20 ML-DSA-87+Ed448 for certify, sign; 65090e147a8116ab7f62ab4ec7aae59d9e6532feb2af230c73cdc869fbc60c8f ML-KEM-1024+X448 for encrypt",
    },
    Vector {
        section: "A.4.2",
        file: "rfc9980/v6-mldsa-87-pk.asc",
        given: Certificate,
        outcome: "valid, v6: 0d7a8be1410cd68eed4845ab487b4b4cfaecd8ebad1a1166a84230499200ee20 ML-DSA-87+Ed448 for certify, sign; 65090e147a8116ab7f62ab4ec7aae59d9e6532feb2af230c73cdc869fbc60c8f ML-KEM-1024+X448 for encrypt",
    },
    Vector {
        section: "A.4.3",
        file: "rfc9980/v6-mldsa-87-message.asc",
        given: ToKey {
            key: "rfc9980/v6-mldsa-87-sk.asc",
        },
        outcome: r#"with 0588ce40b038aac353d1cf8c67a674b412985105794821013ef154f786c4d89d: "Testing\n", signed_sender_unknown by 0d7a8be1410cd68eed4845ab487b4b4cfaecd8ebad1a1166a84230499200ee20"#,
    },
    Vector {
        section: "A.4.4",
        file: "rfc9980/v6-mldsa-87-signature.asc",
        given: signature_by("rfc9980/v6-mldsa-87-pk.asc"),
        outcome: "signed_sender_unknown by 0d7a8be1410cd68eed4845ab487b4b4cfaecd8ebad1a1166a84230499200ee20",
    },
    Vector {
        section: "A.5.1",
        file: "rfc9980/v6-slhdsa-128s-sk.asc",
        given: IN_CLEAR,
        outcome: "opens: valid, v6: eed4d13fc36c78e48276a93233339c4dd230fd5f6f5c5b82c63d5c0b5e361d92 SLH-DSA-SHAKE-128s for certify, sign; 3e8745a4bb488779e0f32480fa23f8d0bfd8c2f49d7f74e957e1c2ffc2ef4bfc ML-KEM-768+X25519 for encrypt",
    },
    Vector {
        section: "A.5.2",
        file: "rfc9980/v6-slhdsa-128s-pk.asc",
        given: Certificate,
        outcome: "valid, v6: eed4d13fc36c78e48276a93233339c4dd230fd5f6f5c5b82c63d5c0b5e361d92 SLH-DSA-SHAKE-128s for certify, sign; 3e8745a4bb488779e0f32480fa23f8d0bfd8c2f49d7f74e957e1c2ffc2ef4bfc ML-KEM-768+X25519 for encrypt",
    },
    Vector {
        section: "A.5.3",
        file: "rfc9980/v6-slhdsa-128s-message.asc",
        given: ToKey {
            key: "rfc9980/v6-slhdsa-128s-sk.asc",
        },
        outcome: r#"with e87567cad8fee5738f92090feed009d8af95437fa664f94da98776d966bbbc52: "Testing\n", signed_sender_unknown by eed4d13fc36c78e48276a93233339c4dd230fd5f6f5c5b82c63d5c0b5e361d92"#,
    },
    Vector {
        section: "A.5.4",
        file: "rfc9980/v6-slhdsa-128s-signature.asc",
        given: signature_by("rfc9980/v6-slhdsa-128s-pk.asc"),
        outcome: "signed_sender_unknown by eed4d13fc36c78e48276a93233339c4dd230fd5f6f5c5b82c63d5c0b5e361d92",
    },
    Vector {
        section: "A.6.1",
        file: "rfc9980/v6-slhdsa-128f-sk.asc",
        given: IN_CLEAR,
        outcome: "opens: valid, v6: d54e0307021169f7b88beb2b76e3aad0e114be1a8f982d74dba9ca51d03537f4 SLH-DSA-SHAKE-128f for certify, sign; d8875664256c382dd7f3a5ce05021088922811f5d0b1a1f8c7769944a51b7002 ML-KEM-768+X25519 for encrypt",
    },
    Vector {
        section: "A.6.2",
        file: "rfc9980/v6-slhdsa-128f-pk.asc",
        given: Certificate,
        outcome: "valid, v6: d54e0307021169f7b88beb2b76e3aad0e114be1a8f982d74dba9ca51d03537f4 SLH-DSA-SHAKE-128f for certify, sign; d8875664256c382dd7f3a5ce05021088922811f5d0b1a1f8c7769944a51b7002 ML-KEM-768+X25519 for encrypt",
    },
    Vector {
        section: "A.6.3",
        file: "rfc9980/v6-slhdsa-128f-signature.asc",
        given: signature_by("rfc9980/v6-slhdsa-128f-pk.asc"),
        outcome: "signed_sender_unknown by d54e0307021169f7b88beb2b76e3aad0e114be1a8f982d74dba9ca51d03537f4",
    },
    Vector {
        section: "A.7.1",
        file: "rfc9980/v6-slhdsa-256s-sk.asc",
        given: IN_CLEAR,
        outcome: "opens: valid, v6: 72fff84863aeba67f0d1d7691173247dd427533b9d7ee76011c6f77f2ce9fa7a SLH-DSA-SHAKE-256s for certify, sign; 570a5bbab93169876a8240da35a1ada7ba8a640aabe3ab467c797214844df15f ML-KEM-1024+X448 for encrypt",
    },
    Vector {
        section: "A.7.2",
        file: "rfc9980/v6-slhdsa-256s-pk.asc",
        given: Certificate,
        outcome: "valid, v6: 72fff84863aeba67f0d1d7691173247dd427533b9d7ee76011c6f77f2ce9fa7a SLH-DSA-SHAKE-256s for certify, sign; 570a5bbab93169876a8240da35a1ada7ba8a640aabe3ab467c797214844df15f ML-KEM-1024+X448 for encrypt",
    },
    Vector {
        section: "A.7.3",
        file: "rfc9980/v6-slhdsa-256s-signature.asc",
        given: signature_by("rfc9980/v6-slhdsa-256s-pk.asc"),
        outcome: "signed_sender_unknown by 72fff84863aeba67f0d1d7691173247dd427533b9d7ee76011c6f77f2ce9fa7a",
    },
];

//! What a key says that its owner's programs can do.

use pgp::crypto::aead::AeadAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::{Features, Subpacket, SubpacketData};
use pgp::types::KeyVersion;

use super::AgentError;
use super::signer::regular;

/// Ciphers that every program of today has, the strongest first.
const CIPHERS: [SymmetricKeyAlgorithm; 3] = [
    SymmetricKeyAlgorithm::AES256,
    SymmetricKeyAlgorithm::AES192,
    SymmetricKeyAlgorithm::AES128,
];

/// Adds what is missing of that which a key of this version says when it is made today. What is there stays and comes
/// first.
///
/// Version 4 keys are made for reach: their owner may use them in GnuPG or Thunderbird too, which cannot read SEIPDv2, so
/// that they do not ask for it. Version 6 keys are for programs that can.
pub(super) fn complete(about: &mut Vec<Subpacket>, version: KeyVersion) -> Result<(), AgentError> {
    let v6 = version == KeyVersion::V6;
    let mut features = Features::default();
    let mut ciphers = Vec::new();
    let mut suites = Vec::new();
    for subpacket in about.iter() {
        match &subpacket.data {
            SubpacketData::Features(said) => features = said.clone(),
            SubpacketData::PreferredSymmetricAlgorithms(said) => ciphers = said.to_vec(),
            SubpacketData::PreferredAeadAlgorithms(said) => suites = said.to_vec(),
            _ => {}
        }
    }
    features.set_seipd_v1(true);
    if v6 {
        features.set_seipd_v2(true);
    }
    add_missing(&mut ciphers, CIPHERS);
    let mut new = vec![
        SubpacketData::Features(features),
        SubpacketData::PreferredSymmetricAlgorithms(ciphers.into_iter().collect()),
    ];
    if v6 {
        let modern = [
            (SymmetricKeyAlgorithm::AES256, AeadAlgorithm::Ocb),
            (SymmetricKeyAlgorithm::AES128, AeadAlgorithm::Ocb),
        ];
        add_missing(&mut suites, modern);
        let suites = suites.into_iter().collect();
        new.push(SubpacketData::PreferredAeadAlgorithms(suites));
    }
    for data in new {
        about.retain(|old| std::mem::discriminant(&old.data) != std::mem::discriminant(&data));
        about.push(regular(data)?);
    }
    Ok(())
}

fn add_missing<T: PartialEq>(to: &mut Vec<T>, all: impl IntoIterator<Item = T>) {
    for one in all {
        if !to.contains(&one) {
            to.push(one);
        }
    }
}

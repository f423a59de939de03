//! Signatures on digests that the engine computed in a desk page.

use pgp::crypto::hash::HashAlgorithm;
use pgp::types::{KeyDetails, Password, SignatureBytes, SigningKey, VerifyingKey};
use rand::{CryptoRng, Rng};
use rsa::Pkcs1v15Sign;

use super::unlock::{OpenComponent, Unlocked};
use super::{AgentError, rsa_key};
use crate::cert::Certificate;
use crate::policy;
use crate::wire::{SignRequest, Time};

/// Signs `request`'s digest with a component that policy allows to sign at `now`. Returns the signature's
/// algorithm-specific fields as they stand in a packet (RFC 9580, 5.2.3).
///
/// # Errors
/// [`AgentError::Unusable`] when the component may not sign or the digest does not fit the hash;
/// [`AgentError::NoKey`] when its secret part is not among the unlocked.
pub fn sign<R: Rng + CryptoRng>(
    certificate: &Certificate,
    unlocked: &Unlocked,
    request: &SignRequest,
    now: Time,
    rng: &mut R,
) -> Result<Vec<u8>, AgentError> {
    let hash = HashAlgorithm::from(request.hash);
    policy::accept_data_hash(hash).map_err(|_| AgentError::Unusable)?;
    if hash.digest_size() != Some(request.digest.0.len()) {
        return Err(AgentError::Malformed);
    }
    let allowed = policy::signing_components(certificate, now).map_err(|_| AgentError::Unusable)?;
    let public = allowed
        .iter()
        .find(|c| c.fingerprint() == request.component)
        .ok_or(AgentError::Unusable)?
        .key();
    if !policy::hash_fits(public.algorithm(), hash) {
        return Err(AgentError::Unusable);
    }
    let secret = unlocked
        .component(&request.component)
        .ok_or(AgentError::NoKey)?;
    let signature = secret.sign_digest(hash, &request.digest.0, rng)?;
    // A fault in the computation can give the secret away: nothing leaves that does not verify.
    public
        .verify(hash, &request.digest.0, &signature)
        .map_err(|_| AgentError::Failed)?;
    fields(&signature)
}

impl OpenComponent {
    pub(super) fn sign_digest<R: Rng + CryptoRng>(
        &self,
        hash: HashAlgorithm,
        digest: &[u8],
        rng: &mut R,
    ) -> Result<SignatureBytes, AgentError> {
        let Some(rsa) = &self.rsa else {
            return self
                .key
                .sign(&Password::empty(), hash, digest)
                .map_err(|_| AgentError::Failed);
        };
        let padding = Pkcs1v15Sign {
            hash_len: Some(digest.len()),
            prefix: digest_info(hash).ok_or(AgentError::Unsupported)?.into(),
        };
        let signature = rsa
            .sign_with_rng(rng, padding, digest)
            .map_err(|_| AgentError::Failed)?;
        Ok(SignatureBytes::Mpis(vec![pgp::types::Mpi::from_slice(
            &signature,
        )]))
    }
}

/// The DER prefix that names the hash in a PKCS #1 signature (RFC 8017, 9.2, note 1; RFC 9580, 5.2.2).
fn digest_info(hash: HashAlgorithm) -> Option<[u8; 19]> {
    // SEQUENCE { SEQUENCE { OID 2.16.840.1.101.3.4.2.x, NULL }, OCTET STRING of the digest's length }
    let (last, length) = match hash {
        HashAlgorithm::Sha224 => (4, 28),
        HashAlgorithm::Sha256 => (1, 32),
        HashAlgorithm::Sha384 => (2, 48),
        HashAlgorithm::Sha512 => (3, 64),
        HashAlgorithm::Sha3_256 => (8, 32),
        HashAlgorithm::Sha3_512 => (10, 64),
        _ => return None,
    };
    Some([
        0x30,
        17 + length,
        0x30,
        0x0d,
        0x06,
        0x09,
        0x60,
        0x86,
        0x48,
        0x01,
        0x65,
        0x03,
        0x04,
        0x02,
        last,
        0x05,
        0x00,
        0x04,
        length,
    ])
}

fn fields(signature: &SignatureBytes) -> Result<Vec<u8>, AgentError> {
    match signature {
        SignatureBytes::Mpis(numbers) => {
            let mut out = Vec::new();
            for number in numbers {
                out.extend(rsa_key::mpi_bytes(number)?);
            }
            Ok(out)
        }
        SignatureBytes::Native(bytes) => Ok(bytes.to_vec()),
    }
}

//! Signatures on digests that the engine computed in a desk page.

use pgp::crypto::hash::HashAlgorithm;
use pgp::types::{KeyDetails, Password, SignatureBytes, SigningKey, VerifyingKey};
use rand::{CryptoRng, Rng};

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
        let padding = policy::rsa_padding(hash).ok_or(AgentError::Unsupported)?;
        let signature = rsa
            .sign_with_rng(&mut rsa_key::Random(rng), padding, digest)
            .map_err(|_| AgentError::Failed)?;
        Ok(SignatureBytes::Mpis(vec![pgp::types::Mpi::from_slice(
            &signature,
        )]))
    }
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

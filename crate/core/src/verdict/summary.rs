//! The one sentence about all signatures.

use crate::wire::Reason;
use crate::wire::engine::{SignatureState, SignatureVerdict, Summary};

/// A signature that does not fit decides, whatever else is there. Otherwise all must agree: two good signatures of
/// which one is the sender's are "mixed", and so is a good one beside one that could not be checked.
pub(super) fn of(signatures: &[SignatureVerdict], unchecked: bool) -> Summary {
    let mut each = signatures.iter().map(alone);
    let Some(first) = each.next() else {
        return match unchecked {
            true => Summary::Mixed,
            false => Summary::NotSigned,
        };
    };
    let bad = signatures.iter().any(|s| s.state == SignatureState::Bad);
    match (bad, unchecked) {
        (true, _) => Summary::BadSignature,
        (false, false) if each.all(|summary| summary == first) => first,
        _ => Summary::Mixed,
    }
}

/// The sentence if this were the only signature.
fn alone(signature: &SignatureVerdict) -> Summary {
    match (signature.state, signature.sender_matches) {
        (SignatureState::Good, Some(true)) => Summary::SignedBySender,
        (SignatureState::Good, Some(false)) => Summary::SignedByOther,
        (SignatureState::Good, None) => Summary::SignedSenderUnknown,
        (SignatureState::Bad, _) => Summary::BadSignature,
        (SignatureState::UnknownKey, _) => Summary::UnknownSigner,
        (SignatureState::Unusable, _) if signature.reasons == [Reason::MeantForOthers] => {
            Summary::MeantForOthers
        }
        (SignatureState::Unusable, _) => Summary::UnusableSignature,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(state: SignatureState, sender_matches: Option<bool>) -> SignatureVerdict {
        SignatureVerdict {
            state,
            reasons: vec![],
            issuer: String::new(),
            certificate: None,
            component: None,
            mode: None,
            signer: None,
            made: None,
            sender_matches,
        }
    }

    #[test]
    fn the_worst_decides_in_every_order() {
        use SignatureState::{Bad, Good, UnknownKey, Unusable};
        let table = [
            (vec![], Summary::NotSigned),
            (vec![(Good, Some(true))], Summary::SignedBySender),
            (vec![(Good, Some(false))], Summary::SignedByOther),
            (vec![(Good, None)], Summary::SignedSenderUnknown),
            (vec![(Bad, None)], Summary::BadSignature),
            (vec![(UnknownKey, None)], Summary::UnknownSigner),
            (vec![(Unusable, Some(true))], Summary::UnusableSignature),
            (vec![(Good, Some(true)), (Bad, None)], Summary::BadSignature),
            (
                vec![(Good, Some(true)), (Good, Some(false))],
                Summary::Mixed,
            ),
            (vec![(Good, Some(true)), (UnknownKey, None)], Summary::Mixed),
            (
                vec![(Good, Some(true)), (Unusable, Some(true))],
                Summary::Mixed,
            ),
            (
                vec![(Good, Some(true)), (Good, Some(true))],
                Summary::SignedBySender,
            ),
        ];
        for (mut states, expected) in table {
            for _ in 0..2 {
                let all: Vec<_> = states.iter().map(|(s, m)| signature(*s, *m)).collect();
                assert_eq!(of(&all, false), expected, "{states:?}");
                let unchecked = of(&all, true);
                let bad = expected == Summary::BadSignature;
                assert_eq!(unchecked, if bad { expected } else { Summary::Mixed });
                states.reverse();
            }
        }
    }
}

//! The one sentence about all signatures.

use crate::wire::engine::{SignatureState, SignatureVerdict, Summary};
use crate::wire::{Confirmation, Reason};

/// The sentence, and what the user knows of the keys where it speaks of good signatures.
///
/// Of several keys the one that they know least counts: who can sign with a key of their own beside a confirmed one, or leave
/// such a signature away, must gain nothing by either. Such signatures agree all the same, so that they are not "mixed": each
/// says the same of the text, and "not confirmed" is true.
pub(super) fn of(
    signatures: &[SignatureVerdict],
    unchecked: bool,
) -> (Summary, Option<Confirmation>) {
    let summary = agreed(signatures, unchecked);
    let good = matches!(
        summary,
        Summary::SignedBySender | Summary::SignedByOther | Summary::SignedSenderUnknown
    );
    let confirmation = signatures.iter().map(|s| s.confirmation).min().flatten();
    (summary, confirmation.filter(|_| good))
}

/// A signature that does not fit decides, whatever else is there. Otherwise all must agree: two good signatures of
/// which one is the sender's are "mixed", and so is a good one beside one that could not be checked.
fn agreed(signatures: &[SignatureVerdict], unchecked: bool) -> Summary {
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
        (SignatureState::Unusable, _) if signature.reasons == [Reason::Expired] => {
            Summary::ExpiredSignature
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
            confirmation: (state == SignatureState::Good).then_some(Confirmation::Unconfirmed),
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
                assert_eq!(of(&all, false).0, expected, "{states:?}");
                let unchecked = of(&all, true).0;
                let bad = expected == Summary::BadSignature;
                assert_eq!(unchecked, if bad { expected } else { Summary::Mixed });
                states.reverse();
            }
        }
    }

    #[test]
    fn that_it_has_expired_is_said_where_nothing_else_is_wrong() {
        let of = |reasons: &[Reason]| {
            let state = SignatureState::Unusable;
            alone(&SignatureVerdict {
                reasons: reasons.to_vec(),
                ..signature(state, Some(true))
            })
        };
        assert_eq!(of(&[Reason::Expired]), Summary::ExpiredSignature);
        for other in [
            Reason::WeakHash,
            Reason::MeantForOthers,
            Reason::RevokedHard,
        ] {
            assert_eq!(of(&[Reason::Expired, other]), Summary::UnusableSignature);
        }
    }

    #[test]
    fn the_key_that_is_known_least_decides() {
        use Confirmation::{Confirmed, Own, Unconfirmed};
        let signed = |confirmation| SignatureVerdict {
            confirmation: Some(confirmation),
            ..signature(SignatureState::Good, Some(true))
        };
        for (all, expected) in [
            (vec![Own], Own),
            (vec![Confirmed, Own], Confirmed),
            (vec![Confirmed, Unconfirmed], Unconfirmed),
            (vec![Unconfirmed, Own, Confirmed], Unconfirmed),
        ] {
            let mut signatures: Vec<_> = all.into_iter().map(signed).collect();
            for _ in 0..2 {
                let found = of(&signatures, false);
                assert_eq!(found, (Summary::SignedBySender, Some(expected)));
                signatures.reverse();
            }
            // Nothing is said of keys where the sentence is not about a good signature.
            assert_eq!(of(&signatures, true), (Summary::Mixed, None));
            signatures.push(signature(SignatureState::Bad, None));
            assert_eq!(of(&signatures, false), (Summary::BadSignature, None));
        }
        let other = SignatureVerdict {
            sender_matches: Some(false),
            ..signed(Confirmed)
        };
        assert_eq!(
            of(&[signed(Confirmed), other], false),
            (Summary::Mixed, None)
        );
        assert_eq!(of(&[], false), (Summary::NotSigned, None));
    }
}

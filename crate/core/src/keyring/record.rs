//! The form of stored records: JSON objects with a version `v`.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Source;
use crate::tree::Tree;
use crate::wire::{Bytes, Time};

/// The version that this program writes.
const CURRENT: u64 = 1;

/// Turns a record of one version into one of the next.
type Step = fn(Tree) -> Option<Tree>;

/// One step per version, the first from version 1 to 2. None yet: version 1 is the first that was ever written.
const STEPS: [Step; (CURRENT - 1) as usize] = [];

/// Why a record cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordError {
    /// Written by a newer version.
    Newer,
    /// Not what this program writes.
    Damaged,
}

/// `key/<fingerprint>`
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyRecord {
    /// Binary transferable public key.
    pub(super) cert: Bytes,
    /// Secret key packets one after the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) secret: Option<Bytes>,
    /// A key revocation signature (RFC 9580, 5.2.1.11), not in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) revocation: Option<Bytes>,
    pub(super) added: Time,
    pub(super) source: Source,
}

/// A record with its version.
#[derive(Serialize)]
struct Versioned<'a, T> {
    v: u64,
    #[serde(flatten)]
    record: &'a T,
}

/// Writes a record of the current version.
pub(crate) fn encode<T: Serialize>(record: &T) -> String {
    serde_json::to_string(&Versioned { v: CURRENT, record }).unwrap_or_default()
}

/// Reads a record of this or an older version.
pub(crate) fn decode<T: DeserializeOwned>(text: &str) -> Result<T, RecordError> {
    let record = upgrade(text, CURRENT, &STEPS)?;
    record.read().map_err(|_| RecordError::Damaged)
}

/// The record's fields as the version `current` has them, without `v`.
fn upgrade(text: &str, current: u64, steps: &[Step]) -> Result<Tree, RecordError> {
    let mut record = Tree::parse(text).map_err(|_| RecordError::Damaged)?;
    let version = match record.take("v") {
        Some(Tree::Int(version)) => u64::try_from(version).ok().filter(|v| *v > 0),
        _ => None,
    };
    let version = version.ok_or(RecordError::Damaged)?;
    if version > current {
        return Err(RecordError::Newer);
    }
    let done = usize::try_from(version - 1).map_err(|_| RecordError::Damaged)?;
    for step in steps.iter().skip(done) {
        record = step(record).ok_or(RecordError::Damaged)?;
    }
    Ok(record)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn tree(value: Value) -> Tree {
        Tree::deserialize(value).unwrap()
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        name: String,
    }

    #[test]
    fn a_record_survives_and_carries_its_version() {
        let text = encode(&Sample { name: "a".into() });
        assert_eq!(
            serde_json::from_str::<Value>(&text).unwrap(),
            json!({"name": "a", "v": 1})
        );
        assert_eq!(decode::<Sample>(&text), Ok(Sample { name: "a".into() }));
    }

    #[test]
    fn newer_and_damaged_records_are_told_apart() {
        for anything in ["1", "0.5", "18446744073709551615", r#"{"a":[-1e-9]}"#] {
            let text = format!(r#"{{"v":2,"anything":{anything}}}"#);
            assert_eq!(decode::<Sample>(&text), Err(RecordError::Newer), "{text}");
        }
        for text in [
            "",
            "[]",
            "{}",
            r#"{"v":0,"name":"a"}"#,
            r#"{"v":1}"#,
            r#"{"v":1,"name":"a","x":1}"#,
            r#"{"v":1,"name":"a","v":1}"#,
            r#"{"v":1.5,"name":"a"}"#,
        ] {
            assert_eq!(decode::<Sample>(text), Err(RecordError::Damaged), "{text}");
        }
    }

    #[test]
    fn a_record_of_a_key_is_read_as_each_program_wrote_it() {
        // Fields in their order as in the alphabet, and in ours; what is not there, missing or nothing.
        for (text, secret) in [
            (
                r#"{"added":1700000000,"cert":"AQI=","revocation":"Aw==","secret":"BAU=","source":"generated","v":1}"#,
                Some(Bytes(vec![4, 5])),
            ),
            (
                r#"{"v":1,"cert":"AQI=","secret":"BAU=","revocation":"Aw==","added":1700000000,"source":"generated"}"#,
                Some(Bytes(vec![4, 5])),
            ),
            (
                r#"{"added":1700000000,"cert":"AQI=","revocation":"Aw==","source":"generated","v":1}"#,
                None,
            ),
            (
                r#"{"added":1700000000,"cert":"AQI=","revocation":"Aw==","secret":null,"source":"generated","v":1}"#,
                None,
            ),
        ] {
            let record: KeyRecord = decode(text).unwrap();
            assert_eq!(record.cert, Bytes(vec![1, 2]), "{text}");
            assert_eq!(record.secret, secret, "{text}");
            assert_eq!(record.revocation, Some(Bytes(vec![3])), "{text}");
            assert_eq!(record.added, 1_700_000_000, "{text}");
            assert_eq!(record.source, Source::Generated, "{text}");
            // What is written is the same to every program, whatever the order.
            let mut old: Value = serde_json::from_str(text).unwrap();
            old.as_object_mut()
                .unwrap()
                .retain(|_, value| !value.is_null());
            assert_eq!(
                serde_json::from_str::<Value>(&encode(&record)).unwrap(),
                old
            );
        }
    }

    #[test]
    fn older_records_go_through_every_step_after_theirs() {
        let steps: [Step; 2] = [
            |mut v| {
                let first = v.take("first")?;
                Some(Tree::Fields(vec![("full".into(), first)]))
            },
            |mut v| {
                let full = v.take("full")?;
                Some(Tree::Fields(vec![("name".into(), full)]))
            },
        ];
        for text in [
            r#"{"v":1,"first":"a"}"#,
            r#"{"v":2,"full":"a"}"#,
            r#"{"v":3,"name":"a"}"#,
        ] {
            let new = tree(json!({"name": "a"}));
            assert_eq!(upgrade(text, 3, &steps), Ok(new), "{text}");
        }
        assert_eq!(
            upgrade(r#"{"v":1,"wrong":"a"}"#, 3, &steps),
            Err(RecordError::Damaged)
        );
        assert_eq!(upgrade(r#"{"v":4}"#, 3, &steps), Err(RecordError::Newer));
    }
}

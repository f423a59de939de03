//! The form of stored records: JSON objects with a version `v`.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Source;
use crate::wire::{Bytes, Time};

/// The version that this program writes.
const CURRENT: u64 = 1;

/// Turns a record of one version into one of the next.
type Step = fn(Value) -> Option<Value>;

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

/// Writes a record of the current version.
pub(crate) fn encode<T: Serialize>(record: &T) -> String {
    let mut value = serde_json::to_value(record).unwrap_or_default();
    if let Value::Object(fields) = &mut value {
        fields.insert("v".to_owned(), CURRENT.into());
    }
    value.to_string()
}

/// Reads a record of this or an older version.
pub(crate) fn decode<T: DeserializeOwned>(text: &str) -> Result<T, RecordError> {
    let value = upgrade(text, CURRENT, &STEPS)?;
    serde_json::from_value(value).map_err(|_| RecordError::Damaged)
}

/// The record's fields as the version `current` has them, without `v`.
fn upgrade(text: &str, current: u64, steps: &[Step]) -> Result<Value, RecordError> {
    let mut value: Value = serde_json::from_str(text).map_err(|_| RecordError::Damaged)?;
    let fields = value.as_object_mut().ok_or(RecordError::Damaged)?;
    let version = fields
        .remove("v")
        .and_then(|v| v.as_u64())
        .filter(|v| *v > 0);
    let version = version.ok_or(RecordError::Damaged)?;
    if version > current {
        return Err(RecordError::Newer);
    }
    let done = usize::try_from(version - 1).map_err(|_| RecordError::Damaged)?;
    for step in steps.iter().skip(done) {
        value = step(value).ok_or(RecordError::Damaged)?;
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
        assert_eq!(
            decode::<Sample>(r#"{"v":2,"anything":1}"#),
            Err(RecordError::Newer)
        );
        for text in [
            "",
            "[]",
            "{}",
            r#"{"v":0,"name":"a"}"#,
            r#"{"v":1}"#,
            r#"{"v":1,"name":"a","x":1}"#,
        ] {
            assert_eq!(decode::<Sample>(text), Err(RecordError::Damaged), "{text}");
        }
    }

    #[test]
    fn older_records_go_through_every_step_after_theirs() {
        let steps: [Step; 2] = [
            |mut v| {
                let first = v.as_object_mut()?.remove("first")?;
                Some(json!({"full": first}))
            },
            |mut v| {
                let full = v.as_object_mut()?.remove("full")?;
                Some(json!({"name": full}))
            },
        ];
        for text in [
            r#"{"v":1,"first":"a"}"#,
            r#"{"v":2,"full":"a"}"#,
            r#"{"v":3,"name":"a"}"#,
        ] {
            assert_eq!(upgrade(text, 3, &steps), Ok(json!({"name": "a"})), "{text}");
        }
        assert_eq!(
            upgrade(r#"{"v":1,"wrong":"a"}"#, 3, &steps),
            Err(RecordError::Damaged)
        );
        assert_eq!(upgrade(r#"{"v":4}"#, 3, &steps), Err(RecordError::Newer));
    }
}

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Misfit, Tree, tagged};

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    One,
    TwoWords,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plain {
    small: u8,
    signed: i64,
    yes: bool,
    name: Name,
    pairs: Vec<(String, String)>,
    missing: Option<u32>,
    inner: Option<Kind>,
}

tagged! {
    "kind"
    /// Has a tag.
    #[derive(Debug, PartialEq, Serialize)]
    enum Kind {
        /// Has no more.
        Alone {},
        /// Has more.
        WithMore { texts: Vec<String>, inner: Option<Box<Kind>> },
    }
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Misfit> {
    Tree::parse(text).and_then(Tree::read)
}

#[test]
fn a_value_becomes_its_type() {
    let text = r#"{"small":255,"signed":-9007199254740991,"yes":true,"name":"two_words","pairs":[["a","b"]],
        "inner":{"texts":["\u00e9"],"kind":"with_more","inner":{"kind":"alone"}}}"#;
    let inner = Some(Box::new(Kind::Alone {}));
    let texts = vec!["é".to_owned()];
    let plain = Plain {
        small: 255,
        signed: -9_007_199_254_740_991,
        yes: true,
        name: Name::TwoWords,
        pairs: vec![("a".into(), "b".into())],
        missing: None,
        inner: Some(Kind::WithMore { texts, inner }),
    };
    assert_eq!(read(text), Ok(plain));
    assert_eq!(read(r#""one""#), Ok(Name::One));
}

#[test]
fn what_does_not_fit_is_refused() {
    let good = json!({
        "small": 1, "signed": 1, "yes": false, "name": "one", "pairs": [], "missing": null, "inner": null,
    });
    assert!(read::<Plain>(&good.to_string()).is_ok());
    for (field, wrong) in [
        ("small", json!(256)),
        ("small", json!(-1)),
        ("small", json!("1")),
        ("small", json!(1.5)),
        ("small", json!(1e300)),
        ("signed", json!(u64::MAX)),
        ("yes", json!(1)),
        ("yes", json!(null)),
        ("name", json!("One")),
        ("pairs", json!([["a"]])),
        ("pairs", json!([["a", "b", "c"]])),
        ("pairs", json!({"a": "b"})),
        ("inner", json!("alone")),
        ("inner", json!(["alone"])),
        ("other", json!(null)),
    ] {
        let mut bad = good.clone();
        bad[field] = wrong;
        let text = bad.to_string();
        assert_eq!(read::<Plain>(&text), Err(Misfit), "{text}");
        assert!(serde_json::from_str::<Plain>(&text).is_err(), "{text}");
    }
    // Other formats write an enum like this, nobody writes ours so.
    assert_eq!(read::<Name>(r#"{"one":null}"#), Err(Misfit));
    for text in ["", "1 2", "[]", "{}", r#"{"small":1,"small":1}"#] {
        assert_eq!(read::<Plain>(text), Err(Misfit), "{text}");
    }
    // Twice the same, and one that is missing.
    let text = good.to_string();
    for (part, wrong) in [
        (r#""missing":null"#, r#""missing":null,"missing":null"#),
        (r#","yes":false"#, ""),
    ] {
        assert!(text.contains(part));
        let text = text.replace(part, wrong);
        assert_eq!(read::<Plain>(&text), Err(Misfit), "{text}");
    }
}

#[test]
fn what_is_not_whole_fits_only_where_nobody_looks() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Lax {
        yes: bool,
    }
    for number in ["0.5", "1e300", "-1e-9", "9223372036854775808"] {
        assert!(Tree::parse(number).is_ok(), "{number}");
        assert_eq!(read::<i64>(number), Err(Misfit), "{number}");
        assert_eq!(read::<Option<u64>>(number), Err(Misfit), "{number}");
        let text = format!(r#"{{"yes":true,"more":[{number}]}}"#);
        assert_eq!(read(&text), Ok(Lax { yes: true }));
        let text = format!(r#"{{"kind":"with_more","texts":[],"inner":{number}}}"#);
        assert_eq!(read::<Kind>(&text), Err(Misfit));
    }
    assert_eq!(read("9223372036854775807"), Ok(i64::MAX));
    assert_eq!(read("-9223372036854775808"), Ok(i64::MIN));
    assert_eq!(read::<u32>("4294967296"), Err(Misfit));
}

#[test]
fn what_is_too_deep_is_refused() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let deep = |times| format!("{}1{}", open.repeat(times), close.repeat(times));
        assert!(Tree::parse(&deep(100)).is_ok());
        assert_eq!(Tree::parse(&deep(128)), Err(Misfit));
        assert_eq!(Tree::parse(&open.repeat(1_000_000)), Err(Misfit));
    }
}

#[test]
fn it_is_not_shown() {
    let tree = Tree::parse(r#"{"passphrase":["ochre-lantern"]}"#).unwrap();
    assert_eq!(format!("{tree:?} {tree:#?}"), "Tree(..) Tree(..)");
}

#[test]
fn a_tag_names_a_variant_and_its_fields() {
    for text in [
        "null",
        "{}",
        r#""alone""#,
        r#"["alone"]"#,
        r#"{"kind":null}"#,
        r#"{"kind":["alone"]}"#,
        r#"{"kind":"Alone"}"#,
        r#"{"kind":"other"}"#,
        r#"{"alone":{}}"#,
        r#"{"kind":"alone","kind":"alone"}"#,
        r#"{"kind":"alone","texts":[]}"#,
        r#"{"kind":"with_more"}"#,
        r#"{"kind":"with_more","texts":[1]}"#,
        r#"{"kind":"with_more","texts":[],"inner":{"kind":"other"}}"#,
    ] {
        assert_eq!(read::<Kind>(text), Err(Misfit), "{text}");
        assert!(serde_json::from_str::<Kind>(text).is_err(), "{text}");
    }
}

#[test]
fn it_is_written_as_it_is_read() {
    let inner = Some(Box::new(Kind::Alone {}));
    let texts = vec!["a".to_owned()];
    for kind in [Kind::Alone {}, Kind::WithMore { texts, inner }] {
        let text = serde_json::to_string(&kind).unwrap();
        assert_eq!(read(&text).as_ref(), Ok(&kind));
        // From every format, not from a tree alone.
        assert_eq!(serde_json::from_str::<Kind>(&text).unwrap(), kind);
    }
}

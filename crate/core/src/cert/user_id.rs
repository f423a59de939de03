//! User IDs: a name and an address, by a strict grammar of our own.
//!
//! RFC 9580, 5.11 only recommends a form. What does not have exactly the usual one has no address here, so that no
//! trick with two addresses, comments or quotes can make a key match somebody else.

use std::borrow::Cow;

use super::domain;
use super::text::safe_text;
use crate::limits;

/// What a user ID says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedUserId {
    /// The name, safe to show; empty when there is none or when it looks like an address.
    pub name: String,
    /// The address in lower case.
    pub email: Option<String>,
}

/// Splits `Name (comment) <local@domain>`, `<local@domain>` or `local@domain`.
pub fn parse_user_id(text: &str) -> ParsedUserId {
    if let Some((name, email)) = name_and_address(text) {
        let name = name.trim().trim_matches('"').trim();
        let shown = if name.contains('@') {
            String::new()
        } else {
            safe_text(name)
        };
        return ParsedUserId {
            name: shown,
            email: Some(email),
        };
    }
    let email = address(text.trim());
    let name = if email.is_some() || text.contains('@') {
        String::new()
    } else {
        safe_text(text)
    };
    ParsedUserId { name, email }
}

/// The address in what somebody typed or a page showed: alone or as `Name <address>`; in lower case.
///
/// `None` for anything else, also for several addresses.
pub fn parse_address(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > limits::MAX_USER_ID {
        return None;
    }
    name_and_address(text)
        .map(|(_, email)| email)
        .or_else(|| address(text))
}

fn name_and_address(text: &str) -> Option<(&str, String)> {
    let inner = text.trim().strip_suffix('>')?;
    let (name, email) = inner.split_once('<')?;
    if name.contains('>') || email.contains(['<', '>']) {
        return None;
    }
    address(email).map(|email| (name, email))
}

/// `local@domain` in ASCII: dot-atoms (RFC 5322, 3.2.3) and letter-digit-hyphen labels. A domain in another script is brought
/// into its ASCII form, wherever it comes from.
fn address(text: &str) -> Option<String> {
    let (local, domain) = text.split_once('@')?;
    if text.len() > limits::MAX_ADDRESS {
        return None;
    }
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    let local_good = (1..=64).contains(&local.len())
        && local
            .split('.')
            .all(|part| !part.is_empty() && part.chars().all(atom));
    let domain: Option<Vec<_>> = domain.split('.').map(domain::label).collect();
    let domain = domain?;
    let label = |part: &Cow<'_, str>| {
        (1..=63).contains(&part.len())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let good = local_good && domain.iter().all(label);
    let whole = format!("{local}@{}", domain.join(".")).to_ascii_lowercase();
    (good && whole.len() <= limits::MAX_ADDRESS).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(text: &str) -> (String, Option<String>) {
        let ParsedUserId { name, email } = parse_user_id(text);
        (name, email)
    }

    #[test]
    fn usual_forms() {
        let email = Some("a.b+c@example.org".to_owned());
        assert_eq!(
            parsed("Ann Bee <A.B+c@Example.org>"),
            ("Ann Bee".into(), email.clone())
        );
        assert_eq!(
            parsed("Ann (work) <a.b+c@example.org>"),
            ("Ann (work)".into(), email.clone())
        );
        assert_eq!(
            parsed("\"Bee, Ann\" <a.b+c@example.org>"),
            ("Bee, Ann".into(), email.clone())
        );
        assert_eq!(
            parsed("<a.b+c@example.org>"),
            (String::new(), email.clone())
        );
        assert_eq!(parsed("a.b+c@example.org"), (String::new(), email));
        assert_eq!(parsed("Ann Bee"), ("Ann Bee".into(), None));
        assert_eq!(
            parsed("x@localhost"),
            (String::new(), Some("x@localhost".into()))
        );
    }

    #[test]
    fn tricks_have_no_address_of_somebody_else() {
        for text in [
            "a@example.org <b@example.org> <c@example.org>",
            "<a@example.org> b@example.org",
            "a@example.org, b@example.org",
            "a@b@example.org",
            "a b@example.org",
            "a@exam\u{200b}ple.org",
            "a@exam\u{301}ple.org",
            "ä@example.org",
            "a@-example.org",
            "a..b@example.org",
            "@example.org",
            "a@",
            "",
        ] {
            assert_eq!(parse_user_id(text).email, None, "{text}");
            assert_eq!(parse_address(text), None, "{text}");
        }
        let shown = parse_user_id("boss@example.org <eve@example.org>");
        assert_eq!(
            (shown.name.as_str(), shown.email.as_deref()),
            ("", Some("eve@example.org"))
        );
    }

    /// What looks like another domain has another name.
    #[test]
    fn domains_in_other_scripts() {
        for (text, address) in [
            ("ann@Bücher.example", "ann@xn--bcher-kva.example"),
            ("Ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example"),
            ("a@exаmple.org", "a@xn--exmple-4nf.org"),
        ] {
            assert_eq!(parse_address(text).as_deref(), Some(address));
            let named = parse_user_id(&format!("Ann <{text}>"));
            assert_eq!(named.email.as_deref(), Some(address));
        }
        let long = format!("a@{}.example", "ü".repeat(60));
        assert_eq!(parse_address(&long), None);
    }

    #[test]
    fn lengths_are_limited() {
        let long = format!("{}@{}", "a".repeat(64), vec!["b".repeat(60); 4].join("."));
        assert!(long.len() > limits::MAX_ADDRESS);
        assert_eq!(parse_address(&long), None);
        assert_eq!(
            parse_address(&format!("{} <a@b.c>", "x".repeat(limits::MAX_USER_ID))),
            None
        );
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_without_panic(text in ".{0,100}") {
            let _ = parse_user_id(&text);
        }

        #[test]
        fn a_parsed_address_parses_to_itself(text in "[a-z<>@. \"()]{0,40}") {
            if let Some(email) = parse_address(&text) {
                prop_assert_eq!(parse_address(&email), Some(email.clone()));
                prop_assert!(text.contains(&email));
            }
        }
    }
}

//! Arguments: `--name=value`, `--name value`, flags, `--`, and the rest by position.

use crate::failure::Failure;

/// What a command understands besides `--debug`.
pub struct Grammar {
    /// Options without a value.
    pub flags: &'static [&'static str],
    /// Options with a value, at most once each.
    pub single: &'static [&'static str],
    /// Options with a value, as often as one likes.
    pub many: &'static [&'static str],
}

/// Arguments of one command.
#[derive(Debug, Default)]
pub struct Args {
    flags: Vec<&'static str>,
    values: Vec<(&'static str, String)>,
    positional: Vec<String>,
}

impl Args {
    /// Sorts `words` out.
    pub fn parse(
        words: impl IntoIterator<Item = String>,
        grammar: &Grammar,
    ) -> Result<Self, Failure> {
        let mut args = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            if word == "--" {
                args.positional.extend(words.by_ref());
                break;
            }
            let Some(option) = word.strip_prefix("--") else {
                if word.len() > 1 && word.starts_with('-') {
                    return Err(Failure::UnsupportedOption(word));
                }
                args.positional.push(word);
                continue;
            };
            let (name, value) = match option.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (option, None),
            };
            let known = |list: &[&'static str]| list.iter().find(|one| **one == name).copied();
            if let Some(name) = known(grammar.flags).or_else(|| known(&["debug"])) {
                if value.is_some() {
                    return Err(Failure::UnsupportedOption(word));
                }
                args.flags.push(name);
                continue;
            }
            let once = known(grammar.single);
            let Some(name) = once.or_else(|| known(grammar.many)) else {
                return Err(Failure::UnsupportedOption(word));
            };
            if once.is_some() && args.value(name).is_some() {
                return Err(Failure::IncompatibleOptions(format!("--{name} twice")));
            }
            let value = value
                .or_else(|| words.next())
                .ok_or_else(|| Failure::MissingArg(format!("the value of --{name}")))?;
            args.values.push((name, value));
        }
        Ok(args)
    }

    /// Whether a flag is there.
    pub fn flag(&self, name: &str) -> bool {
        self.flags.contains(&name)
    }

    /// The value of an option that is there once.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// All values of an option.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let of_name = self.values.iter().filter(move |(known, _)| *known == name);
        of_name.map(|(_, value)| value.as_str())
    }

    /// What is there by position.
    pub fn positional(&self) -> &[String] {
        &self.positional
    }

    /// What is there by position, where something must be.
    pub fn required(&self, what: &str) -> Result<&[String], Failure> {
        match self.positional.as_slice() {
            [] => Err(Failure::MissingArg(what.to_owned())),
            some => Ok(some),
        }
    }

    /// Nothing may be there by position.
    pub fn none(&self) -> Result<(), Failure> {
        match self.positional.first() {
            None => Ok(()),
            Some(word) => Err(Failure::UnsupportedOption(word.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRAMMAR: Grammar = Grammar {
        flags: &["no-armor"],
        single: &["as"],
        many: &["with-password"],
    };

    fn parse(words: &[&str]) -> Result<Args, Failure> {
        Args::parse(words.iter().map(|word| (*word).to_owned()), &GRAMMAR)
    }

    #[test]
    fn options_and_positions() {
        let args = parse(&[
            "--no-armor",
            "--as=text",
            "a",
            "--with-password",
            "p=1",
            "--with-password=p2",
            "--debug",
            "-",
            "--",
            "--as",
        ])
        .unwrap();
        assert!(args.flag("no-armor"));
        assert_eq!(args.value("as"), Some("text"));
        assert_eq!(
            args.values("with-password").collect::<Vec<_>>(),
            ["p=1", "p2"]
        );
        assert_eq!(args.positional(), ["a", "-", "--as"]);
    }

    #[test]
    fn mistakes_have_their_codes() {
        for (words, code) in [
            (&["--nonsense"][..], 37),
            (&["-x"], 37),
            (&["--no-armor=yes"], 37),
            (&["--as"], 19),
            (&["--as=text", "--as=binary"], 83),
        ] {
            assert_eq!(parse(words).unwrap_err().code(), code, "{words:?}");
        }
        assert_eq!(parse(&[]).unwrap().required("KEYS").unwrap_err().code(), 19);
        assert_eq!(parse(&["x"]).unwrap().none().unwrap_err().code(), 37);
    }
}

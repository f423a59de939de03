//! `tests/attacks/manifest.txt`: its form is told in its first lines.

use crate::Outcome;
use crate::project::Project;

const FILE: &str = "tests/attacks/manifest.txt";

/// How a case is run.
pub enum Way {
    /// By `tests/e2e/attacks.spec.ts`: a mail or page, or bad input of `tests/hostile`.
    Here,
    /// A test of the core.
    Core(String),
    /// A test of another spec.
    Spec { spec: String, title: String },
    /// Not yet, and why.
    Later(String),
}

/// One line.
pub struct Case {
    pub id: String,
    pub what: String,
    pub outcome: String,
    pub way: Way,
}

/// A headline, and the cases below it.
pub struct Chapter {
    pub title: String,
    pub cases: Vec<Case>,
}

/// All of it.
pub struct Manifest(pub Vec<Chapter>);

impl Manifest {
    pub fn read(project: &Project) -> Outcome<Self> {
        Self::parse(&project.read(FILE)?)
    }

    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.0.iter().flat_map(|chapter| &chapter.cases)
    }

    fn parse(text: &str) -> Outcome<Self> {
        let mut chapters: Vec<Chapter> = Vec::new();
        let lines = text.lines();
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(title) = line.strip_prefix("= ") {
                chapters.push(Chapter {
                    title: title.to_owned(),
                    cases: Vec::new(),
                });
                continue;
            }
            let chapter = chapters.last_mut();
            let chapter = chapter.ok_or_else(|| format!("{FILE}: no headline above: {line}"))?;
            chapter.cases.push(case(line)?);
        }
        Ok(Self(chapters))
    }
}

fn case(line: &str) -> Outcome<Case> {
    let wrong = || format!("{FILE}: not `id | what | outcome | how`: {line}");
    let parts: Vec<&str> = line.split(" | ").collect();
    let [id, what, outcome, how] = parts.as_slice() else {
        return Err(wrong());
    };
    let (by, rest) = how.split_once(' ').unwrap_or((how, ""));
    let way = match (by, rest) {
        ("browser", "") => Way::Here,
        ("input", name) if !name.is_empty() => Way::Here,
        ("core", name) if !name.is_empty() => Way::Core(name.to_owned()),
        ("later", why) if !why.is_empty() => Way::Later(why.to_owned()),
        ("spec", rest) => {
            let (spec, title) = rest.split_once(' ').ok_or_else(wrong)?;
            let (spec, title) = (spec.to_owned(), title.to_owned());
            Way::Spec { spec, title }
        }
        _ => return Err(wrong()),
    };
    Ok(Case {
        id: (*id).to_owned(),
        what: (*what).to_owned(),
        outcome: (*outcome).to_owned(),
        way,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cases_or_wrong() {
        let text = "# x\n= One\nE1 | a | b | browser\nK1 | a | b | input secrets/x\nL1 | a | b | core m::t\n\
                    = Two\nX1 | a | b | spec pages a title | later\n";
        assert!(Manifest::parse(text).is_err(), "five parts");
        let text = text.replace(" | later", "");
        let read = Manifest::parse(&text).map(|manifest| {
            let titles: Vec<_> = manifest.0.iter().map(|one| one.title.clone()).collect();
            (titles, manifest.cases().count())
        });
        assert_eq!(read, Ok((vec!["One".to_owned(), "Two".to_owned()], 4)));
        for bad in [
            "E1 | a | b | browser",
            "= One\nE1 | a | b",
            "= One\nE1 | a | b | browser x",
            "= One\nE1 | a | b | core",
            "= One\nE1 | a | b | spec pages",
            "= One\nE1 | a | b | somehow",
        ] {
            assert!(Manifest::parse(bad).is_err(), "{bad}");
        }
    }
}

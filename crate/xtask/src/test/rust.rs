//! The checks of the Rust code.

use super::{Count, Wanted};
use crate::Outcome;
use crate::project::Project;
use crate::shell::Run;

pub fn format(project: &Project) -> Outcome {
    Run::new("cargo")
        .args(["fmt", "--all", "--check"])
        .within(&project.root)
        .go()
}

/// For this machine only: it sees all that becomes wasm, too, since nothing is written for one target alone (a rule of `tidy`),
/// and what stands below need not be checked twice.
pub fn clippy(project: &Project) -> Outcome {
    Run::new("cargo")
        .args(["clippy", "--locked", "--workspace", "--all-targets"])
        .args(["--", "-D", "warnings"])
        .within(&project.root)
        .go()
}

pub fn tests(project: &Project, _: &Wanted) -> Outcome<Count> {
    let (went_well, printed) = Run::new("cargo")
        .args(["test", "--locked", "--workspace", "--no-fail-fast"])
        .within(&project.root)
        .watch()?;
    let mut count = Count::default();
    for line in printed
        .lines()
        .filter(|line| line.starts_with("test result: "))
    {
        count.passed += number_before(line, " passed");
        // An ignored test has shown nothing.
        count.failed += number_before(line, " failed") + number_before(line, " ignored");
    }
    if !went_well && count.failed == 0 {
        return Err("the tests did not run to their end".to_owned());
    }
    if count.passed == 0 {
        return Err("no test ran".to_owned());
    }
    Ok(count)
}

/// In `…; 3 failed; …` the number before ` failed`.
fn number_before(line: &str, word: &str) -> usize {
    let before = line
        .split(word)
        .next()
        .filter(|before| before.len() < line.len());
    before
        .and_then(|before| before.rsplit(' ').next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::number_before;

    #[test]
    fn reads_the_summary_of_cargo() {
        let line =
            "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out";
        assert_eq!(number_before(line, " passed"), 12);
        assert_eq!(number_before(line, " failed"), 3);
        assert_eq!(number_before(line, " ignored"), 1);
        assert_eq!(number_before(line, " cancelled"), 0);
    }
}

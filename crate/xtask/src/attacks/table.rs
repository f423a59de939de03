//! The scoreboard, for the terminal and for the document.

use super::manifest::{Case, Manifest, Way};
use super::{CORE, Played};
use crate::Outcome;
use crate::project::{BROWSERS, Project};
use std::fmt::Write as _;

/// In a row of the document: it ended otherwise.
pub const FAILED: &str = "✗";
const HELD: &str = "✓";
const BEGIN: &str = "<!-- begin attacks -->\n";
const END: &str = "<!-- end attacks -->";

fn mark(held: bool) -> &'static str {
    if held { HELD } else { FAILED }
}

/// How many cases ended how.
pub fn count(played: &[Played]) -> String {
    let later = played.iter().filter(|one| one.places.is_empty()).count();
    let failed = |one: &&Played| one.places.iter().any(|(_, held)| !held);
    let failed = played.iter().filter(failed).count();
    let all = played.len();
    let held = all - later - failed;
    format!("{all} cases: {held} end as stated, {failed} do not, {later} are not run yet")
}

/// For the terminal.
pub fn text(manifest: &Manifest, played: &[Played]) -> String {
    let mut out = String::new();
    for chapter in &manifest.0 {
        let _ = writeln!(out, "\n{}", chapter.title);
        for case in &chapter.cases {
            let places = places(case, played);
            let places = places.map(|(place, held)| format!("{} {place}", mark(held)));
            let mut shown = places.collect::<Vec<_>>().join("  ");
            if let Way::Later(why) = &case.way {
                shown = format!("not run yet: {why}");
            }
            let _ = writeln!(out, "  {:<28} {shown:<24} {}", case.id, case.what);
        }
    }
    out
}

fn places<'a>(
    case: &'a Case,
    played: &'a [Played],
) -> impl Iterator<Item = (&'static str, bool)> + 'a {
    let of = played.iter().filter(|one| std::ptr::eq(one.case, case));
    of.flat_map(|one| one.places.iter().copied())
}

/// How the row of a case begins: what the manifest says of it.
pub fn row_start(case: &Case) -> String {
    let outcome = match &case.way {
        Way::Later(why) => format!("{} (*not run yet: {why}*)", case.outcome),
        _ => case.outcome.clone(),
    };
    format!("| `{}` | {} | {outcome} |", case.id, case.what)
}

/// For the document.
pub fn markdown(manifest: &Manifest, played: &[Played]) -> String {
    let mut out = format!("{}.\n", count(played));
    for chapter in &manifest.0 {
        let _ = write!(out, "\n## {}\n\n", chapter.title);
        out.push_str("| | what is tried | what comes of it | Chromium | Firefox | core |\n");
        out.push_str("|---|---|---|---|---|---|\n");
        for case in &chapter.cases {
            out.push_str(&row_start(case));
            for column in BROWSERS.into_iter().chain([CORE]) {
                let place = places(case, played).find(|(place, _)| *place == column);
                let _ = write!(out, " {} |", place.map_or("", |(_, held)| mark(held)));
            }
            out.push('\n');
        }
    }
    out
}

/// Puts it between the marks.
pub fn write(project: &Project, document: &str, table: &str) -> Outcome {
    let text = project.read(document)?;
    let without = || format!("{document} has no marks");
    let (before, rest) = text.split_once(BEGIN).ok_or_else(without)?;
    let (_, after) = rest.split_once(END).ok_or_else(without)?;
    let new = format!("{before}{BEGIN}\n{table}\n{END}{after}");
    std::fs::write(project.path(document), new).map_err(|error| format!("{document}: {error}"))
}

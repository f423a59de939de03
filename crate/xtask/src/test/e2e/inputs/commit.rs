//! The commit that a build says it is of. It is the one thing in which the builds of two commits with the same source differ, and
//! no spec ends otherwise for it.

use crate::Outcome;
use crate::project::Project;
use crate::stamp::Stamp;

/// Where it stands in a build (`extension/build.mjs`), and what stands before and behind it.
const PAGE: &str = "settings.html";
const BEFORE: &str = "<meta name=\"commit\" content=\"";
const BEHIND: &str = "\" />";
const DIGITS: usize = 12;
/// What stands behind the commit when the source was changed since.
const CHANGED: &str = "-changed";

/// The commit that a build says it is of.
pub fn of(project: &Project, folder: &str) -> Outcome<String> {
    let page = format!("{folder}/{PAGE}");
    let text = project.read(&page)?;
    let (_, commit, _) = parts(&text).ok_or(format!("{page} names no commit"))?;
    Ok(commit.to_owned())
}

/// Puts in all of a build but its commit.
pub fn build_without(stamp: Stamp, project: &Project, folder: &str) -> Outcome<Stamp> {
    let page = format!("{folder}/{PAGE}");
    let text = page_without(&project.read(&page)?);
    let rest = stamp.folder_without(project, folder, |name| name == PAGE)?;
    Ok(rest.text(&page, &text))
}

/// The page with the same word for every commit. Whatever else may stand there stays.
fn page_without(page: &str) -> String {
    match parts(page) {
        Some((head, commit, tail)) if is_commit(commit) => {
            format!("{head}{BEFORE}a commit{BEHIND}{tail}")
        }
        _ => page.to_owned(),
    }
}

/// What stands before the commit, the commit, and what stands behind it.
fn parts(page: &str) -> Option<(&str, &str, &str)> {
    let (head, rest) = page.split_once(BEFORE)?;
    let (commit, tail) = rest.split_once(BEHIND)?;
    Some((head, commit, tail))
}

fn is_commit(text: &str) -> bool {
    let digit = |one: char| matches!(one, '0'..='9' | 'a'..='f');
    let digits = text.strip_suffix(CHANGED).unwrap_or(text);
    text == "unknown" || digits.len() == DIGITS && digits.chars().all(digit)
}

#[cfg(test)]
mod tests {
    use super::super::commit;
    use super::{build_without, page_without};
    use crate::project::Project;
    use crate::stamp::Stamp;
    use std::fs;

    const PAGE: &str = "<meta name=\"commit\" content=\"unknown\" />\n<p>0123456789ab</p>";

    #[test]
    fn all_commits_are_the_same() {
        let of = |commit: &str| page_without(&PAGE.replace("unknown", commit));
        assert_eq!(of("0123456789ab"), of("ba9876543210"));
        assert_eq!(of("0123456789ab"), of("unknown"));
        assert_eq!(of("0123456789ab"), of("ba9876543210-changed"));
        // The rest of the page counts, and so does what is no commit.
        assert_ne!(of("unknown"), page_without(&PAGE.replace("<p>", "<b>")));
        for other in [
            "",
            "0123",
            "0123456789AB",
            "0123456789ab\" x=\"",
            "none",
            "-changed",
            "0123456789ab-chang",
        ] {
            assert_ne!(of("unknown"), of(other), "{other}");
        }
        assert_eq!(page_without("<p>0123456789ab</p>"), "<p>0123456789ab</p>");
    }

    #[test]
    fn the_page_is_built_with_such_a_place() {
        let page = include_str!("../../../../../../extension/pages/settings/settings.html");
        assert_ne!(page_without(page), page);
    }

    #[test]
    fn a_build_has_the_sum_of_all_but_its_commit() {
        let place = format!("waxseal-commit-{}", std::process::id());
        let project = Project {
            root: std::env::temp_dir().join(place),
        };
        let write = |file: &str, text: &str| {
            fs::write(project.path(&format!("build/{file}")), text).expect("a file");
        };
        let sum = || {
            let stamp = build_without(Stamp::default(), &project, "build");
            stamp.expect("a build").sum()
        };
        fs::create_dir_all(project.path("build/sub")).expect("a folder");
        write(
            "settings.html",
            &PAGE.replace("unknown", "0123456789ab-changed"),
        );
        let said = commit::of(&project, "build").expect("a page");
        assert_eq!(said, "0123456789ab-changed");
        write("settings.html", PAGE);
        write("settings.js", "0123456789ab");
        write("sub/settings.html", PAGE);
        let before = sum();

        let other = PAGE.replace("unknown", "ba9876543210");
        write("settings.html", &other);
        assert_eq!(sum(), before);

        // Anything else counts, and so does a commit at any other place.
        for (file, was, now) in [
            ("settings.html", PAGE, "<p>another page</p>"),
            ("settings.js", "0123456789ab", "ba9876543210"),
            ("sub/settings.html", PAGE, other.as_str()),
        ] {
            write(file, now);
            assert_ne!(sum(), before, "{file}");
            write(file, was);
            assert_eq!(sum(), before, "{file}");
        }
        write("more.js", "");
        assert_ne!(sum(), before);
        fs::remove_file(project.path("build/more.js")).expect("to remove a file");
        fs::remove_file(project.path("build/settings.js")).expect("to remove a file");
        assert_ne!(sum(), before);
        fs::remove_dir_all(&project.root).expect("to clean up");
    }
}

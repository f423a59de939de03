//! The matrix, for the terminal and for the document.

use super::cell::Way;
use super::limits::Standing;
use super::matrix::Judged;
use crate::Outcome;
use crate::project::Project;
use std::fmt::Write as _;

/// Questions, in order, with what they are called.
fn rows(judged: &[Judged]) -> Vec<(&str, &str)> {
    let mut rows: Vec<(&str, &str)> = Vec::new();
    for (cell, _) in judged.iter().flat_map(|peer| &peer.cells) {
        let row = (cell.row.as_str(), cell.says.as_str());
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    rows
}

/// What one peer says to one question: `←` it writes and Waxseal reads, `→` Waxseal writes and it reads; a number for
/// each limit; `✗` for what is wrong.
fn answer(peer: &Judged, row: &str) -> String {
    let mut shown = String::new();
    for (cell, standing) in peer.cells.iter().filter(|(cell, _)| cell.row == row) {
        let way = match cell.way {
            Way::In => "←",
            Way::Out => "→",
        };
        match standing {
            Standing::Works => shown.push_str(way),
            Standing::WorksNow | Standing::Fails(_) => {
                shown.push('✗');
                shown.push_str(way);
            }
            Standing::Limit(at) => {
                let number = number(peer, *at).to_string();
                if !shown.split(' ').any(|part| part == number) {
                    let gap = if shown.is_empty() { "" } else { " " };
                    let _ = write!(shown, "{gap}{number} ");
                }
            }
        }
    }
    shown.trim().to_owned()
}

/// The reasons of a peer, each once.
fn reasons(peer: &Judged) -> Vec<&str> {
    let mut all: Vec<&str> = Vec::new();
    for limit in &peer.limits {
        if !all.contains(&limit.reason.as_str()) {
            all.push(&limit.reason);
        }
    }
    all
}

/// The number of the reason in a line about the peer.
fn number(peer: &Judged, line: usize) -> usize {
    let reason = peer.limits.get(line).map(|limit| limit.reason.as_str());
    let at = reasons(peer).iter().position(|one| Some(*one) == reason);
    at.unwrap_or_default() + 1
}

/// For the terminal.
pub fn text(judged: &[Judged]) -> String {
    let mut out = String::new();
    let widest = rows(judged)
        .iter()
        .map(|(_, says)| says.chars().count())
        .max();
    let wide = widest.unwrap_or(0);
    let _ = write!(out, "{:wide$}", "");
    for peer in judged {
        let _ = write!(out, "  {:11}", peer.name);
    }
    out.push('\n');
    for (row, says) in rows(judged) {
        let _ = write!(out, "{says:wide$}");
        for peer in judged {
            let _ = write!(out, "  {:11}", answer(peer, row));
        }
        out.push('\n');
    }
    out
}

/// For the document: the table, then what the numbers in each column mean.
pub fn markdown(judged: &[Judged]) -> String {
    let mut out = String::from("| |");
    for peer in judged {
        let _ = write!(out, " {} |", peer.version);
    }
    out.push_str("\n|---|");
    out.push_str(&"---|".repeat(judged.len()));
    out.push('\n');
    for (row, says) in rows(judged) {
        let _ = write!(out, "| {says} |");
        for peer in judged {
            let _ = write!(out, " {} |", answer(peer, row));
        }
        out.push('\n');
    }
    for peer in judged.iter().filter(|peer| !peer.limits.is_empty()) {
        let _ = write!(out, "\n{}:\n\n", peer.version);
        for (at, reason) in reasons(peer).iter().enumerate() {
            let _ = writeln!(out, "{}. {reason}", at + 1);
        }
    }
    out
}

/// Puts it between the marks of the suite.
pub fn write(project: &Project, document: &str, suite: &str, table: &str) -> Outcome {
    let text = project.read(document)?;
    let (begin, end) = (
        format!("<!-- begin {suite} -->\n"),
        format!("<!-- end {suite} -->"),
    );
    let without = || format!("{document} has no marks for {suite}");
    let (before, rest) = text.split_once(&begin).ok_or_else(without)?;
    let (_, after) = rest.split_once(&end).ok_or_else(without)?;
    let new = format!("{before}{begin}\n{table}\n{end}{after}");
    std::fs::write(project.path(document), new).map_err(|error| format!("{document}: {error}"))
}

//! What is known not to work, and why: `tests/interop/limits.txt`. Everything else must.

use super::cell::{Cell, Refusal, Way};
use crate::Outcome;
use crate::project::Project;

pub const FILE: &str = "tests/interop/limits.txt";

/// One line: peer, rows, way, who refuses, reason.
#[derive(Clone)]
pub struct Limit {
    peer: String,
    /// A row, or the beginning of rows with a `*` behind it.
    rows: String,
    /// None is both.
    way: Option<Way>,
    /// Whether Waxseal refuses; the peer does otherwise.
    ours: bool,
    pub reason: String,
}

/// All lines.
pub struct Limits(Vec<Limit>);

/// A cell, beside what is known.
pub enum Standing {
    Works,
    /// With the number of the line among those of the peer.
    Limit(usize),
    Fails(String),
    WorksNow,
}

impl Limits {
    pub fn read(project: &Project) -> Outcome<Self> {
        Self::parse(&project.read(FILE)?)
    }

    fn parse(text: &str) -> Outcome<Self> {
        let lines = text.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(line).collect::<Outcome<_>>().map(Self)
    }

    /// The lines about one peer.
    pub fn of(&self, peer: &str) -> Vec<Limit> {
        let of = self.0.iter().filter(|limit| limit.peer == peer);
        of.cloned().collect()
    }
}

fn line(line: &str) -> Outcome<Limit> {
    let wrong = || format!("{FILE}: not `peer | rows | way | who | reason`: {line}");
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let [peer, rows, way, who, reason] = parts.as_slice() else {
        return Err(wrong());
    };
    Ok(Limit {
        peer: (*peer).to_owned(),
        rows: (*rows).to_owned(),
        way: match *way {
            "<-" => Some(Way::In),
            "->" => Some(Way::Out),
            "<->" => None,
            _ => return Err(wrong()),
        },
        ours: match *who {
            "waxseal" => true,
            "peer" => false,
            _ => return Err(wrong()),
        },
        reason: (*reason).to_owned(),
    })
}

impl Limit {
    fn is_about(&self, cell: &Cell) -> bool {
        let rows = match self.rows.strip_suffix('*') {
            Some(beginning) => cell.row.starts_with(beginning),
            None => cell.row == self.rows,
        };
        rows && self.way.is_none_or(|way| way == cell.way)
    }

    /// In the words of the file.
    pub fn shown(&self) -> String {
        format!("{} | {} | {}", self.peer, self.rows, self.reason)
    }
}

/// How a cell stands beside the limits of its peer. The first line that is about it counts.
pub fn stands(cell: &Cell, limits: &[Limit]) -> Standing {
    let known = limits.iter().position(|limit| limit.is_about(cell));
    let ours = known.and_then(|at| limits.get(at)).is_some_and(|l| l.ours);
    match (&cell.result, known) {
        (Ok(()), None) => Standing::Works,
        (Ok(()), Some(_)) => Standing::WorksNow,
        (Err(Refusal::Ours(_)), Some(at)) if ours => Standing::Limit(at),
        (Err(Refusal::Theirs(_)), Some(at)) if !ours => Standing::Limit(at),
        (Err(Refusal::Ours(why)), _) => Standing::Fails(format!("Waxseal: {why}")),
        (Err(Refusal::Theirs(why)), _) => Standing::Fails(format!("peer: {why}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(row: &str, way: Way, result: Result<(), Refusal>) -> Cell {
        let (row, says) = (row.to_owned(), String::new());
        Cell {
            row,
            says,
            way,
            result,
        }
    }

    #[test]
    fn a_cell_is_what_the_file_says_or_wrong() {
        let text = "# comment\n\na | v6 * | <-> | peer | old\na | form eax | <- | waxseal | no\n";
        let limits = Limits::parse(text).map(|limits| limits.of("a"));
        let limits = limits.unwrap_or_default();
        let theirs = || Err(Refusal::Theirs("x".into()));
        let ours = || Err(Refusal::Ours("x".into()));
        let at = |cell: Cell| match stands(&cell, &limits) {
            Standing::Works => "works",
            Standing::Limit(_) => "limit",
            Standing::Fails(_) => "fails",
            Standing::WorksNow => "now",
        };
        assert_eq!(at(cell("rsa sign", Way::In, Ok(()))), "works");
        assert_eq!(at(cell("rsa sign", Way::In, theirs())), "fails");
        assert_eq!(at(cell("v6 sign", Way::Out, theirs())), "limit");
        // A fault of ours does not hide behind a limit of theirs.
        assert_eq!(at(cell("v6 sign", Way::Out, ours())), "fails");
        assert_eq!(at(cell("v6 sign", Way::In, Ok(()))), "now");
        assert_eq!(at(cell("form eax", Way::In, ours())), "limit");
        assert_eq!(at(cell("form eax", Way::Out, ours())), "fails");
        for bad in ["a | b", "a | b | up | peer | c", "a | b | <- | nobody | c"] {
            assert!(Limits::parse(bad).is_err(), "{bad}");
        }
    }
}

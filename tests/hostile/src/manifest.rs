//! What must become of each case.

use std::collections::BTreeMap;

/// The manifest as it is stored: `name = outcome`, and lines of `#`.
pub const TEXT: &str = include_str!("../manifest.txt");

/// Outcome by name of the case.
///
/// # Panics
/// When a line is neither a comment nor an entry, or a case stands there twice.
pub fn read() -> BTreeMap<&'static str, &'static str> {
    let mut all = BTreeMap::new();
    let lines = TEXT.lines().map(str::trim);
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (name, outcome) = line.split_once(" = ").expect("name = outcome");
        let before = all.insert(name.trim(), outcome.trim());
        assert!(before.is_none(), "{name} stands there twice");
    }
    all
}

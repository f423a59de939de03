//! The components of one kind that a certificate has.

use std::collections::BTreeMap;

/// Each once, however often it comes: known by what it is, and by a number that costs nothing to hold.
pub(super) struct Components<C> {
    /// In the canonical order, which is that of their content.
    numbers: BTreeMap<Vec<u8>, usize>,
    /// By number: in the order in which they came.
    all: Vec<C>,
}

impl<C> Components<C> {
    pub(super) fn new() -> Self {
        Self {
            numbers: BTreeMap::new(),
            all: Vec::new(),
        }
    }

    /// The number of the one with this content, which is made if it is the first of them.
    pub(super) fn number(&mut self, content: Vec<u8>, new: impl FnOnce() -> C) -> usize {
        *self.numbers.entry(content).or_insert_with(|| {
            self.all.push(new());
            self.all.len() - 1
        })
    }

    pub(super) fn get(&self, number: usize) -> Option<&C> {
        self.all.get(number)
    }

    pub(super) fn get_mut(&mut self, number: usize) -> Option<&mut C> {
        self.all.get_mut(number)
    }

    /// All with their numbers, in canonical order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &C)> {
        let numbers = self.numbers.values();
        numbers.filter_map(|number| Some((*number, self.get(*number)?)))
    }

    /// All in canonical order.
    pub(super) fn into_vec(self) -> Vec<C> {
        let mut all: Vec<_> = self.all.into_iter().map(Some).collect();
        let numbers = self.numbers.into_values();
        numbers
            .filter_map(|number| all.get_mut(number)?.take())
            .collect()
    }
}

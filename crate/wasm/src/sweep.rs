//! What a computation leaves on the stack: keys, numbers, pieces of passphrases. The heap is wiped by the allocator.

use std::hint::black_box;

/// Bytes below the caller that are wiped. The deepest computation of the vault leaves traces down to 120 KB; the stack of
/// the module has 1 MB.
const DEPTH: usize = 512 * 1024;

/// Does `work` and wipes the stack that it used.
pub fn swept<T>(work: impl FnOnce() -> T) -> T {
    let result = apart(work);
    wipe();
    result
}

/// In a frame of its own, below the one that stays.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// Nobody can tell that these zeros are never read, so they are written; in one instruction, because every call of the
/// vault does this. `tests/e2e/memory.spec.ts` looks whether anything is left.
#[inline(never)]
fn wipe() {
    let mut below = [0u8; DEPTH];
    black_box(&mut below);
}

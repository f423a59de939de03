//! Secret keys: `change-key-password`.

use zeroize::Zeroizing;

use crate::args::Args;
use crate::command::armoring::armored;
use crate::failure::Failure;
use crate::keys::{self, OpenKey};
use crate::{indirect, password};

pub fn change_key_password(args: &Args) -> Result<(), Failure> {
    args.none()?;
    let new = args
        .value("new-key-password")
        .map(password::to_lock)
        .transpose()?;
    let old = password::to_open(args.values("old-key-password"))?;
    let mut all = Vec::new();
    for key in keys::secret_keys("standard input", &indirect::stdin()?)? {
        all.push(keys::open(key, &old)?);
    }
    write(&all, new.as_ref(), !args.flag("no-armor"))
}

/// Writes secret keys one after the other, in one block.
pub fn write(
    keys: &[OpenKey],
    password: Option<&waxseal_core::wire::Secret>,
    armor: bool,
) -> Result<(), Failure> {
    if let ([only], true) = (keys, armor) {
        return indirect::stdout(&only.write(password, true)?);
    }
    let mut bytes = Zeroizing::new(Vec::new());
    for key in keys {
        bytes.extend_from_slice(&key.write(password, false)?);
    }
    match armor {
        true => indirect::stdout(Zeroizing::new(armored(&bytes)?).as_bytes()),
        false => indirect::stdout(&bytes),
    }
}

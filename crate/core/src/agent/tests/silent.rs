//! What holds secrets tells nothing of them: there is no way to print it or to put it into a message by mistake. This
//! module does not compile otherwise.

use std::fmt::{Debug, Display};

use serde::Serialize;

use crate::agent::{MadeKey, NewSubkey, Opened, SecretPackets, SessionKey, Unlocked};

/// Two implementations of one trait fit a type that implements `$no`, and the compiler cannot tell which is meant.
macro_rules! never {
    ($no:ident: $($type:ty),+ $(,)?) => {
        const _: fn() = || {
            trait Meant<Which> {
                fn that() {}
            }
            impl<T: ?Sized> Meant<()> for T {}
            struct Other;
            impl<T: ?Sized + $no> Meant<Other> for T {}
            $(let _ = <$type as Meant<_>>::that;)+
        };
    };
}

macro_rules! silent {
    ($($type:ty),+ $(,)?) => {
        never!(Debug: $($type),+);
        never!(Display: $($type),+);
        never!(Serialize: $($type),+);
    };
}

silent!(
    Unlocked,
    Opened,
    SecretPackets,
    MadeKey,
    NewSubkey,
    SessionKey,
    crate::agent::packets::SecretPacket,
    crate::agent::unlock::OpenComponent,
    crate::keyring::StoredKey,
    crate::message::SessionKey,
    crate::vault::Vault,
);

/// The one type that carries a secret over a wall is told, and printed without it.
#[test]
fn a_secret_is_not_printed() {
    let secret = super::secret("correct horse");
    assert!(!format!("{secret:?} {secret:#?}").contains("horse"));
}

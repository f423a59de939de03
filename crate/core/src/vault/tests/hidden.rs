//! Recipients that a message does not name.

use super::using::pkesks;
use super::*;
use crate::cert::Certificate;
use crate::testkit::usual;

#[test]
fn with_more_hidden_recipients_than_are_tried_the_locked_keys_are_asked_for() {
    let mut host = Host::new();
    let open = host.generate("ann@example.org", KeyKind::Curve25519V4);
    let locked = host.generate("ann@work.example", KeyKind::Curve25519V4);
    host.close_browser();
    done(host.unlock(&open.fingerprint, PASSPHRASE));
    let hidden = |cert: &Certificate| {
        let mut packet = pkesks(cert).swap_remove(0).0.0;
        let id = packet.iter().position(|b| *b == 3).unwrap() + 1;
        packet[id..id + 8].fill(0);
        Bytes(packet)
    };
    let other = usual("B <b@example.org>").cert();
    let pkesks = vec![hidden(&other); limits::MAX_ANONYMOUS_TRIALS + 1];
    let view = host.view(1, 3);
    let reply = host.ui(
        &view,
        UiCall::Decipher {
            pkesks: pkesks.clone(),
        },
    );
    let UiReply::Locked { keys } = &reply else {
        panic!("{reply:?}")
    };
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].fingerprint, locked.fingerprint);
    // With nothing locked it is the limit.
    done(host.unlock(&locked.fingerprint, PASSPHRASE));
    host.wait(60);
    let reply = host.ui(&view, UiCall::Decipher { pkesks });
    assert_eq!(limit_of(&reply), Some(limits::MAX_ANONYMOUS_TRIALS as u32));
}

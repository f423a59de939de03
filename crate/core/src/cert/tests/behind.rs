//! Many small packets behind a large one: what they cost is measured by their own size.

use super::*;

/// So many octets of a photo, as it says.
fn photo(size: usize) -> (u8, Vec<u8>) {
    (tag::USER_ATTRIBUTE, vec![b'x'; size])
}

/// Revocations of a certification by nobody who is named: the owner's, as they say, and anybody's.
fn nameless(count: u32) -> impl Iterator<Item = (u8, Vec<u8>)> {
    (0..count).map(|number| {
        let [.., a, b, c] = number.to_be_bytes();
        let body = vec![4, 0x30, 22, 8, 0, 0, 0, 0, a, b, 0, 8, c, 0, 1, 1];
        (tag::SIGNATURE, body)
    })
}

#[test]
fn nothing_of_a_large_packet_is_held_for_each_that_follows() {
    let behind = |packets: Vec<(u8, Vec<u8>)>| {
        let mut maker = usual(ID);
        maker.packets.extend(packets);
        Certificate::read_many(&maker.bytes())
    };
    let started = std::time::Instant::now();
    // 400 kB of which 2 GB became, before there was a limit.
    let photo_first = [photo(200_000)].into_iter();
    let read = behind(photo_first.chain(nameless(10_000)).collect());
    assert_eq!((read.keys.len(), read.skipped.len()), (0, 1));
    assert_eq!(read.skipped[0].error, ErrorCode::Limit);
    // 1 MB of which 140 GB were copied. These are no signatures at all.
    let mut nothing = vec![(tag::SIGNATURE, vec![0]); 50_000];
    nothing.insert(0, photo(900_000));
    let read = behind(nothing);
    let took = started.elapsed();
    let cert = &read.keys[0].certificate;
    assert_eq!(cert.opaque[0].signatures.len(), 1);
    assert!(cert.info(NOW).can_encrypt);
    // Unoptimised and on a busy machine. Behind a photo of nine octets it takes as long.
    assert!(took.as_secs() < 10, "{took:?}");
}

/// Each subpacket that the engine does not understand is looked at by itself. Such a signature says nothing, and stays in the
/// bytes as far as there is room.
#[test]
fn signatures_of_very_many_subpackets_are_not_read() {
    // The first is critical and unknown, so that the engine cannot read the whole.
    let with = |count: usize, number: u8| {
        let area = [&[2, 0x80 | 77, 0][..], &[1, 60].repeat(count - 1)].concat();
        let length = u16::try_from(area.len()).unwrap().to_be_bytes();
        let tail = [0, 0, number, 1, 0, 1, 1, 0, 1, 1];
        [&[4, 0x10, 22, 8], &length[..], &area, &tail].concat()
    };
    let reads = |count| read_signature(&with(count, 0)).is_some();
    assert!(reads(limits::MAX_SUBPACKETS) && !reads(limits::MAX_SUBPACKETS + 1));
    let mut maker = usual(ID);
    maker
        .packets
        .extend((0..3).map(|number| (tag::SIGNATURE, with(32_000, number))));
    assert!(maker.cert().info(NOW).can_encrypt);
}

//! Bundles of a log's entries: what is in them, and how they belong to the tiles.

use assay_domain::canon::Digest;
use assay_receipt::{
    edge::Edge,
    merkle::leaf_hash,
    tile::{BundleId, Tile, TileError, TileId},
};

use super::support::digest;

#[test]
fn the_entries_of_a_bundle_hash_to_the_tile_of_its_place() {
    let entries: Vec<Digest> = (0..=255).chain(0..44).map(digest).collect();
    let tiles = Edge::default().append(entries.iter().map(|entry| leaf_hash(entry.as_bytes())));
    let lowest: Vec<&Tile> = tiles.iter().filter(|tile| tile.id().level == 0).collect();
    assert_eq!(lowest.len(), 2);
    for tile in lowest {
        let TileId { index, width, .. } = tile.id();
        let numbers = BundleId { index, width }.entries().expect("few entries");
        let numbers = usize::try_from(numbers.start).expect("few")..usize::try_from(numbers.end).expect("few");
        let read = BundleId { index, width }.read(&BundleId::write(&entries[numbers])).expect("a bundle");
        let hashes: Vec<Digest> = read.iter().map(|entry| leaf_hash(entry.as_bytes())).collect();
        assert_eq!(hashes, tile.hashes(), "{}", tile.id());
    }
}

#[test]
fn a_bundle_has_each_entry_after_its_length_in_two_bytes() {
    let bundle = BundleId { index: 0, width: 2 };
    let bytes = BundleId::write(&[digest(7), digest(8)]);
    let expected: Vec<u8> = [[0u8, 32].as_slice(), &[7; 32], &[0, 32], &[8; 32]].concat();
    assert_eq!(bytes, expected);
    assert_eq!(bundle.read(&bytes), Ok(vec![digest(7), digest(8)]));
    let with = |at: usize, byte: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = byte;
        bytes
    };
    for (name, bytes) in [
        ("nothing", Vec::new()),
        ("an entry", bytes[..34].to_vec()),
        ("a byte less", bytes[..67].to_vec()),
        ("a byte more", [bytes.as_slice(), &[0]].concat()),
        ("an entry more", [bytes.as_slice(), &bytes[..34]].concat()),
        ("an entry of 31 bytes", with(1, 31)),
        ("an entry of 33 bytes", with(35, 33)),
        ("an entry of 288 bytes", with(34, 1)),
    ] {
        assert_eq!(bundle.read(&bytes), Err(TileError::Entries { bundle, expected: 2 }), "{name}");
    }
}

#[test]
fn a_bundle_knows_the_numbers_of_its_entries() {
    let last = u64::MAX / 256;
    for (index, width, expected) in [
        (0, 256, Some(0..256)),
        (0, 1, Some(0..1)),
        (273, 112, Some(69_888..70_000)),
        (last, 255, Some(u64::MAX - 255..u64::MAX)),
        (last, 256, None),
        (u64::MAX, 1, None),
    ] {
        assert_eq!(BundleId { index, width }.entries(), expected, "{width} entries of the bundle {index}");
    }
}

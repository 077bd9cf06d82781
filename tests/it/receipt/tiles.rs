//! Tiles: which there are, what is in them, and that they are enough for every proof.

use std::{collections::BTreeMap, ops::Range, sync::OnceLock};

use assay_domain::canon::Digest;
use assay_receipt::{
    edge::Edge,
    merkle::{Node, Nodes, TreeHead, subtrees, tree_head},
    proof::{ConsistencyProof, InclusionProof, ProofError},
    tile::{Tile, TileError, TileId, TileSet, WIDTH},
};

use super::{oracle, support::digest};

/// The tree that the specification takes for its example.
const SIZE: usize = 70_000;

/// A log, as it is stored and served.
struct Log {
    leaves: Vec<Digest>,
    tiles: BTreeMap<TileId, Tile>,
}

impl Log {
    fn of(size: usize) -> Self {
        let leaves: Vec<Digest> = (0..size as u64).map(|number| oracle::leaf(&number.to_be_bytes())).collect();
        let tiles = Edge::default().append(leaves.iter().copied());
        Self { leaves, tiles: tiles.into_iter().map(|tile| (tile.id(), tile)).collect() }
    }

    fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    fn head(&self, size: usize) -> TreeHead {
        TreeHead { size: size as u64, root: oracle::root(&self.leaves[..size]) }
    }

    /// What is served of what is asked for.
    fn fetch(&self, ids: &[TileId]) -> TileSet {
        ids.iter().map(|id| self.tiles.get(id).unwrap_or_else(|| panic!("{id} is not served")).clone()).collect()
    }
}

fn example() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| Log::of(SIZE))
}

/// The leaves under a hash of a tile.
fn below(tile: TileId, at: u64) -> Range<usize> {
    let width = 256u64.pow(u32::from(tile.level));
    let first = (tile.index * 256 + at) * width;
    let place = |number: u64| usize::try_from(number).expect("a small tree");
    place(first)..place(first + width)
}

fn id(level: u8, index: u64, width: u16) -> TileId {
    TileId { level, index, width }
}

fn names(tiles: &[TileId]) -> Vec<String> {
    tiles.iter().map(ToString::to_string).collect()
}

#[test]
fn the_example_of_the_specification_has_the_tiles_that_it_says() {
    let tiles: Vec<TileId> = example().tiles.keys().copied().collect();
    let whole = |level: u8| tiles.iter().filter(|tile| tile.level == level && tile.is_whole()).count();
    assert_eq!((whole(0), whole(1), whole(2)), (273, 1, 0));
    let partial: Vec<TileId> = tiles.iter().copied().filter(|tile| !tile.is_whole()).collect();
    assert_eq!(names(&partial), ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
    assert_eq!(tiles.len(), 277);
}

#[test]
fn every_hash_of_every_tile_is_the_root_of_its_leaves() {
    let Log { leaves, tiles } = example();
    for (id, tile) in tiles {
        assert_eq!(tile.hashes().len(), usize::from(id.width), "{id}");
        for (at, hash) in (0..).zip(tile.hashes()) {
            assert_eq!(*hash, oracle::root(&leaves[below(*id, at)]), "hash {at} of {id}");
        }
    }
}

#[test]
fn the_partial_tiles_of_a_tree_are_its_right_edge() {
    let rows: [(u64, &[&str]); 8] = [
        (0, &[]),
        (1, &["tile/0/000.p/1"]),
        (255, &["tile/0/000.p/255"]),
        (256, &["tile/1/000.p/1"]),
        (257, &["tile/0/001.p/1", "tile/1/000.p/1"]),
        (65_535, &["tile/0/255.p/255", "tile/1/000.p/255"]),
        (65_536, &["tile/2/000.p/1"]),
        (70_000, &["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]),
    ];
    for (size, expected) in rows {
        assert_eq!(names(&TileId::partial(size)), expected, "{size} leaves");
    }
    let largest = names(&TileId::partial(u64::MAX));
    assert_eq!((largest.len(), largest[7].as_str()), (8, "tile/7/000.p/255"));
}

#[test]
fn a_subtree_is_in_one_tile_as_wide_as_the_tree_has_it() {
    let rows: [(u8, u64, u64, Option<&str>); 16] = [
        (0, 0, 0, None),
        (0, 0, 1, Some("tile/0/000.p/1")),
        (0, 1, 1, None),
        (0, 0, 256, Some("tile/0/000")),
        (0, 255, 256, Some("tile/0/000")),
        (7, 1, 255, None),
        (7, 1, 256, Some("tile/0/000")),
        (8, 0, 255, None),
        (8, 0, 256, Some("tile/1/000.p/1")),
        (15, 1, 65_536, Some("tile/1/000")),
        (16, 0, 65_536, Some("tile/2/000.p/1")),
        (0, 69_999, 70_000, Some("tile/0/273.p/112")),
        (4, 4_374, 70_000, Some("tile/0/273.p/112")),
        (4, 4_375, 70_000, None),
        (0, u64::MAX - 1, u64::MAX, Some("tile/0/x072/x057/x594/x037/x927/935.p/255")),
        (7, u64::MAX, u64::MAX, None),
    ];
    for (level, index, size, expected) in rows {
        let tile = TileId::holding(Node { level, index }, size).map(|tile| tile.to_string());
        assert_eq!(tile.as_deref(), expected, "{index} of the height {level}, of {size} leaves");
    }
}

/// Fetches what a proof names, and makes it of that; without any one of the tiles it cannot be made.
fn proved(log: &Log, index: u64) -> InclusionProof {
    let nodes = InclusionProof::nodes(index, log.size()).expect("a leaf");
    let ids = TileSet::holding(&nodes, log.size());
    let made = |ids: &[TileId]| InclusionProof::new(index, log.size(), &log.fetch(ids));
    for (at, left_out) in ids.iter().enumerate() {
        let fewer = [&ids[..at], &ids[at + 1..]].concat();
        assert!(matches!(made(&fewer), Err(ProofError::Missing(_))), "leaf {index} without {left_out}");
    }
    made(&ids).expect("all that it takes")
}

#[test]
fn every_leaf_is_proved_from_the_tiles_that_its_proof_names() {
    for size in [1, 2, 255, 256, 257, 511, 512, 513] {
        let log = Log::of(size);
        let head = log.head(size);
        for (index, leaf) in (0..).zip(&log.leaves) {
            assert_eq!(proved(&log, index).verify(leaf, &head), Ok(()), "leaf {index} of {size}");
        }
    }
    let log = example();
    let head = log.head(SIZE);
    for index in [0, 255, 256, 65_279, 65_280, 65_535, 65_536, 69_887, 69_888, SIZE - 1] {
        assert_eq!(proved(log, index as u64).verify(&log.leaves[index], &head), Ok(()), "leaf {index}");
    }
}

#[test]
fn every_earlier_tree_is_proved_from_the_tiles_that_its_proof_names() {
    let log = example();
    let head = log.head(SIZE);
    for old in [1, 2, 255, 256, 257, 511, 65_535, 65_536, 65_537, 69_887, 69_888, 69_889, SIZE - 1, SIZE] {
        let nodes = ConsistencyProof::nodes(old as u64, log.size()).expect("two sizes");
        let tiles = log.fetch(&TileSet::holding(&nodes, log.size()));
        let proof = ConsistencyProof::new(old as u64, log.size(), &tiles).expect("all that it takes");
        assert_eq!(proof.verify(&log.head(old), &head), Ok(()), "from {old}");
    }
}

#[test]
fn the_head_of_a_tree_follows_from_its_partial_tiles() {
    let log = example();
    let edge = log.fetch(&TileId::partial(log.size()));
    assert_eq!(tree_head(log.size(), &edge), Ok(log.head(SIZE)));
    assert_eq!(TileSet::holding(&subtrees(0..log.size()), log.size()), TileId::partial(log.size()));
}

#[test]
fn of_one_tile_the_widest_stays() {
    let bytes = |width: u8| (0..width).flat_map(|byte| [byte; 32]).collect::<Vec<u8>>();
    let tile = |width: u8| Tile::read(id(0, 0, u16::from(width)), &bytes(width)).expect("a tile");
    let last = Node { level: 0, index: 8 };
    for order in [[3, 9, 5], [9, 5, 3], [3, 5, 9]] {
        let set: TileSet = order.into_iter().map(tile).collect();
        assert_eq!(set.node(last), Some(digest(8)), "{order:?}");
        assert_eq!(set.node(Node { index: 9, ..last }), None, "{order:?}");
    }
    assert_eq!(TileSet::default().node(last), None);
}

#[test]
fn a_tile_is_its_hashes_one_after_the_other() {
    let tile = id(0, 5, 3);
    let bytes: Vec<u8> = [1, 2, 3].into_iter().flat_map(|byte| [byte; 32]).collect();
    let read = Tile::read(tile, &bytes).expect("a tile");
    assert_eq!((read.id(), read.hashes(), read.to_bytes()), (tile, [digest(1), digest(2), digest(3)].as_slice(), bytes.clone()));
    for found in [0, 1, 32, 64, 95, 97, 127, 128] {
        let other = [bytes.as_slice(), &bytes].concat();
        assert_eq!(Tile::read(tile, &other[..found]), Err(TileError::Length { tile, expected: 3, found }), "{found} bytes");
    }
    let whole = &example().tiles[&id(0, 0, WIDTH)];
    assert_eq!(whole.to_bytes().len(), 8_192);
    assert_eq!(Tile::read(whole.id(), &whole.to_bytes()).as_ref(), Ok(whole));
}

//! The right edge of a tree: that it grows as the tree does, and that what it gives to be stored is enough to go on from.

use std::collections::BTreeMap;

use assay_domain::canon::Digest;
use assay_receipt::{
    edge::Edge,
    merkle::TreeHead,
    tile::{Tile, TileError, TileId},
};

use super::oracle::{self, Trees};

/// More than two tiles of the lowest level.
const SIZE: usize = 600;

fn leaves() -> Vec<Digest> {
    (0..SIZE as u64).map(|number| oracle::leaf(&number.to_be_bytes())).collect()
}

/// What is stored of a log: of each tile the one that was given last.
#[derive(Default)]
struct Store(BTreeMap<TileId, Tile>);

impl Store {
    fn put(&mut self, tiles: Vec<Tile>) {
        for tile in tiles {
            self.0.insert(tile.id(), tile);
        }
    }

    fn right_edge(&self, size: u64) -> Vec<Tile> {
        TileId::partial(size).iter().map(|id| self.0.get(id).unwrap_or_else(|| panic!("{id} was not stored")).clone()).collect()
    }
}

#[test]
fn it_has_the_head_of_the_tree_at_every_size() {
    let (trees, mut edge) = (Trees::of(SIZE), Edge::default());
    for (size, leaf) in leaves().into_iter().enumerate() {
        assert_eq!((edge.head(), edge.size()), (trees.head(size), size as u64), "{size} leaves");
        edge.append([leaf]);
    }
    assert_eq!(edge.head(), trees.head(SIZE));
}

#[test]
fn it_goes_on_from_what_it_gave_to_be_stored() {
    let leaves = leaves();
    for step in [1, 2, 100, 255, 256, 257, SIZE] {
        let (mut edge, mut store) = (Edge::default(), Store::default());
        for batch in leaves.chunks(step) {
            let tiles = store.right_edge(edge.size());
            assert_eq!(Edge::resume(edge.size(), tiles.clone()).as_ref(), Ok(&edge), "{} leaves", edge.size());
            edge = Edge::resume(edge.size(), tiles.into_iter().rev()).expect("the right edge, in any order");
            store.put(edge.append(batch.iter().copied()));
        }
        let whole = TreeHead { size: SIZE as u64, root: oracle::root(&leaves) };
        assert_eq!(edge.head(), whole, "{step} leaves at a time");
    }
}

#[test]
fn whatever_it_grows_by_its_tiles_are_the_same() {
    let leaves = leaves();
    let mut expected = Store::default();
    expected.put(Edge::default().append(leaves.iter().copied()));
    for step in [1, 7, 255, 256, 257] {
        let (mut edge, mut store) = (Edge::default(), Store::default());
        leaves.chunks(step).for_each(|batch| store.put(edge.append(batch.iter().copied())));
        for (id, tile) in &expected.0 {
            assert_eq!(store.0.get(id), Some(tile), "{id}, {step} leaves at a time");
        }
    }
}

#[test]
fn it_gives_back_what_has_changed_and_nothing_else() {
    let leaves = leaves();
    let rows: [(usize, usize, &[&str]); 7] = [
        (0, 0, &[]),
        (0, 1, &["tile/0/000.p/1"]),
        (1, 3, &["tile/0/000.p/3"]),
        (255, 256, &["tile/0/000", "tile/1/000.p/1"]),
        (256, 257, &["tile/0/001.p/1"]),
        (250, 514, &["tile/0/000", "tile/0/001", "tile/0/002.p/2", "tile/1/000.p/2"]),
        (0, 512, &["tile/0/000", "tile/0/001", "tile/1/000.p/2"]),
    ];
    for (before, after, expected) in rows {
        let mut edge = Edge::default();
        edge.append(leaves[..before].iter().copied());
        let tiles = edge.append(leaves[before..after].iter().copied());
        let names: Vec<String> = tiles.iter().map(|tile| tile.id().to_string()).collect();
        assert_eq!(names, expected, "from {before} to {after}");
    }
}

#[test]
fn it_goes_on_from_the_tiles_of_the_right_edge_alone() {
    let mut edge = Edge::default();
    let mut store = Store::default();
    store.put(edge.append(leaves()));
    let (size, stored) = (SIZE as u64, store.right_edge(SIZE as u64));
    let narrow = |tile: &Tile| {
        let id = TileId { width: tile.id().width - 1, ..tile.id() };
        Tile::read(id, &tile.to_bytes()[32..]).expect("a tile")
    };
    let [low, high] = stored.as_slice() else { panic!("{size} leaves have two levels of tiles") };
    let narrowed = narrow(low);
    let missing = |tile: &Tile| Err(TileError::Missing { size, tile: tile.id() });
    let surplus = |tile: &Tile| Err(TileError::Surplus { size, tile: tile.id() });
    let whole = store.0.values().find(|tile| tile.id().is_whole()).expect("a whole tile");
    for (name, tiles, expected) in [
        ("all of them", vec![low, high], Ok(&edge)),
        ("none", vec![], missing(low)),
        ("the upper alone", vec![high], missing(low)),
        ("the lower alone", vec![low], missing(high)),
        ("one of another width", vec![&narrowed, high], missing(low)),
        ("one twice", vec![low, high, low], surplus(low)),
        ("a whole one besides", vec![low, high, whole], surplus(whole)),
    ] {
        let resumed = Edge::resume(size, tiles.into_iter().cloned());
        assert_eq!(resumed.as_ref().map_err(Clone::clone), expected, "{name}");
    }
    assert_eq!(Edge::resume(0, []), Ok(Edge::default()));
}

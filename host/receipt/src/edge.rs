//! The right edge of a tree, to which leaves are appended: its partial tiles.
//!
//! They are all that is needed of a tree for it to grow, and its root follows from them. To go on from a stored tree, read the tiles that
//! [`TileId::partial`] names and [`Edge::resume`]; store those that [`Edge::append`] gives back.

use std::collections::BTreeSet;

use assay_domain::canon::Digest;

use crate::{
    merkle::{self, TreeHead, empty_root, node_hash},
    tile::{Tile, TileError, TileId, WIDTH},
};

/// The right edge of a tree of so many leaves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edge {
    size: u64,
    /// The hashes of the partial tile of each level; fewer than a whole tile has.
    levels: Vec<Vec<Digest>>,
}

impl Edge {
    /// That of a stored tree, from the tiles that [`TileId::partial`] names, in any order.
    pub fn resume(size: u64, tiles: impl IntoIterator<Item = Tile>) -> Result<Self, TileError> {
        let mut given: Vec<Tile> = tiles.into_iter().collect();
        let mut levels = Vec::new();
        for tile in TileId::partial(size) {
            let at = given.iter().position(|given| given.id() == tile).ok_or(TileError::Missing { size, tile })?;
            levels.resize_with(usize::from(tile.level), Vec::new);
            levels.push(given.swap_remove(at).into_hashes());
        }
        match given.first() {
            Some(surplus) => Err(TileError::Surplus { size, tile: surplus.id() }),
            None => Ok(Self { size, levels }),
        }
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The head of the tree.
    pub fn head(&self) -> TreeHead {
        let from_right = self.levels.iter().flat_map(|hashes| complete(hashes).into_iter().rev());
        let root = from_right.reduce(|right, left| node_hash(&left, &right));
        TreeHead { size: self.size, root: root.unwrap_or_else(empty_root) }
    }

    /// Appends the hashes of leaves. Gives back every tile that is new or has grown, by level and place: those that became whole, and of
    /// each level that was touched its partial one.
    pub fn append(&mut self, leaves: impl IntoIterator<Item = Digest>) -> Vec<Tile> {
        let mut tiles = Vec::new();
        let mut touched = BTreeSet::new();
        for leaf in leaves {
            self.size += 1;
            self.push(leaf, &mut tiles, &mut touched);
        }
        let partial = TileId::partial(self.size).into_iter().filter(|tile| touched.contains(&tile.level));
        let grown = partial.filter_map(|id| Some(Tile::new(id.level, id.index, self.levels.get(usize::from(id.level))?.clone())));
        tiles.extend(grown);
        tiles.sort_unstable_by_key(Tile::id);
        tiles
    }

    /// Puts a hash into the lowest level; a tile that is whole goes up as one hash.
    fn push(&mut self, leaf: Digest, whole: &mut Vec<Tile>, touched: &mut BTreeSet<u8>) {
        let (mut hash, mut hashes) = (leaf, self.size);
        for level in 0..=u8::MAX {
            touched.insert(level);
            let Some(tile) = self.levels.get_mut(usize::from(level)) else {
                self.levels.push(vec![hash]);
                return;
            };
            tile.push(hash);
            if tile.len() < usize::from(WIDTH) {
                return;
            }
            hash = merkle::root(tile);
            hashes /= u64::from(WIDTH);
            whole.push(Tile::new(level, hashes - 1, std::mem::take(tile)));
        }
    }
}

/// The roots of the complete subtrees that some hashes fall into, from left to right.
fn complete(hashes: &[Digest]) -> Vec<Digest> {
    let mut roots = Vec::new();
    let mut rest = hashes;
    while let Some((subtree, after)) = rest.len().checked_ilog2().and_then(|height| rest.split_at_checked(1 << height)) {
        roots.push(merkle::root(subtree));
        rest = after;
    }
    roots
}

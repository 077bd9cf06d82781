//! Tiles of C2SP `tlog-tiles`: 256 hashes wide, 8 levels of the tree high.
//!
//! The tiles of level 0 hold the hashes of leaves, those of level 1 the roots of whole tiles of level 0, and so on. The last tile of a level
//! may be partial: it grows with the tree, and its name says how wide it is. Of what is between the levels nothing is stored.

use std::{collections::BTreeMap, fmt, ops::Range};

use assay_domain::canon::Digest;

use crate::{
    merkle::{self, Node, Nodes},
    path::write_number,
};

/// How many hashes a whole tile has.
pub const WIDTH: u16 = 256;
/// How many levels of the tree a tile spans.
const HEIGHT: u8 = 8;
/// How many levels of tiles a tree has at most.
const LEVELS: u8 = 8;
/// Bytes of an entry in a bundle, before it: always 32.
const ENTRY_LENGTH: [u8; 2] = [0, 32];

/// Which tile, and how wide it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// Its level; 0 holds the hashes of leaves.
    pub level: u8,
    /// Its place in its level.
    pub index: u64,
    /// How many hashes it has: 1 to [`WIDTH`].
    pub width: u16,
}

impl TileId {
    /// Whether it grows no more.
    pub fn is_whole(&self) -> bool {
        self.width == WIDTH
    }

    /// The tile that holds a subtree, as wide as a tree of so many leaves has it; `None` where the subtree is not complete in such a tree.
    pub fn holding(node: Node, size: u64) -> Option<Self> {
        let Place { level, index, range } = Place::of(node)?;
        let held = hashes_at(level, size).saturating_sub(index.checked_mul(u64::from(WIDTH))?).min(u64::from(WIDTH));
        let width = u16::try_from(held).ok()?;
        (range.end <= usize::from(width)).then_some(Self { level, index, width })
    }

    /// The partial tiles of a tree of so many leaves, from the lowest level up: its right edge.
    pub fn partial(size: u64) -> Vec<Self> {
        (0..LEVELS).filter_map(|level| Self::partial_at(level, size)).collect()
    }

    fn partial_at(level: u8, size: u64) -> Option<Self> {
        let (index, width) = (hashes_at(level, size) / u64::from(WIDTH), hashes_at(level, size) % u64::from(WIDTH));
        let width = u16::try_from(width).ok().filter(|width| *width > 0)?;
        Some(Self { level, index, width })
    }
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tile/{}/", self.level)?;
        write_number(f, self.index, self.width)
    }
}

/// How many hashes a level of tiles has in a tree of so many leaves.
fn hashes_at(level: u8, size: u64) -> u64 {
    size.checked_shr(u32::from(level) * u32::from(HEIGHT)).unwrap_or(0)
}

/// Where a subtree is in its tile.
struct Place {
    level: u8,
    index: u64,
    range: Range<usize>,
}

impl Place {
    fn of(node: Node) -> Option<Self> {
        let count = 1u64 << (node.level % HEIGHT);
        let first = node.index.checked_mul(count)?;
        let offset = usize::try_from(first % u64::from(WIDTH)).ok()?;
        let end = offset + usize::try_from(count).ok()?;
        Some(Self { level: node.level / HEIGHT, index: first / u64::from(WIDTH), range: offset..end })
    }
}

/// Bytes that are not what they should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// A tile of another width.
    #[error("{tile} has {expected} hashes of 32 bytes, and {found} bytes were given")]
    Length {
        /// Which tile.
        tile: TileId,
        /// How many hashes belong in it.
        expected: u16,
        /// How many bytes there are.
        found: usize,
    },
    /// A bundle of another width, or of entries of another length.
    #[error("{bundle} has {expected} entries of 32 bytes, each after its length, and other bytes were given")]
    Entries {
        /// Which bundle.
        bundle: BundleId,
        /// How many entries belong in it.
        expected: u16,
    },
    /// The right edge of a tree lacks a tile.
    #[error("a tree of {size} leaves has the tile {tile} at its right edge, and it is not there")]
    Missing {
        /// How large the tree is.
        size: u64,
        /// Which tile.
        tile: TileId,
    },
    /// A tile that is not at the right edge of a tree.
    #[error("a tree of {size} leaves does not have the tile {tile} at its right edge")]
    Surplus {
        /// How large the tree is.
        size: u64,
        /// Which tile.
        tile: TileId,
    },
}

/// A tile and its hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    id: TileId,
    hashes: Vec<Digest>,
}

impl Tile {
    /// Puts hashes where they belong; as wide as there are hashes.
    pub(crate) fn new(level: u8, index: u64, hashes: Vec<Digest>) -> Self {
        let width = u16::try_from(hashes.len()).unwrap_or(WIDTH);
        Self { id: TileId { level, index, width }, hashes }
    }

    /// From its bytes: hash after hash.
    pub fn read(id: TileId, bytes: &[u8]) -> Result<Self, TileError> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        if !rest.is_empty() || hashes.len() != usize::from(id.width) {
            return Err(TileError::Length { tile: id, expected: id.width, found: bytes.len() });
        }
        Ok(Self { id, hashes: hashes.iter().copied().map(Digest::from_bytes).collect() })
    }

    /// Which one it is.
    pub fn id(&self) -> TileId {
        self.id
    }

    /// Its hashes.
    pub fn hashes(&self) -> &[Digest] {
        &self.hashes
    }

    /// The same, without which tile they are of.
    pub(crate) fn into_hashes(self) -> Vec<Digest> {
        self.hashes
    }

    /// Its bytes: hash after hash.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
    }
}

/// Tiles by their place: whatever is asked of a tree can be answered from the right ones of them.
#[derive(Debug, Clone, Default)]
pub struct TileSet(BTreeMap<(u8, u64), Tile>);

impl TileSet {
    /// The tiles to fetch for hashes of a tree of so many leaves, each once. Hashes that such a tree has not are passed over.
    pub fn holding(nodes: &[Node], size: u64) -> Vec<TileId> {
        let mut tiles: Vec<TileId> = nodes.iter().filter_map(|node| TileId::holding(*node, size)).collect();
        tiles.sort_unstable();
        tiles.dedup();
        tiles
    }

    /// Adds a tile; of one tile the widest stays.
    pub fn add(&mut self, tile: Tile) {
        let place = (tile.id.level, tile.id.index);
        if self.0.get(&place).is_none_or(|known| known.id.width < tile.id.width) {
            self.0.insert(place, tile);
        }
    }
}

impl FromIterator<Tile> for TileSet {
    fn from_iter<I: IntoIterator<Item = Tile>>(tiles: I) -> Self {
        let mut set = Self::default();
        tiles.into_iter().for_each(|tile| set.add(tile));
        set
    }
}

impl Nodes for TileSet {
    fn node(&self, node: Node) -> Option<Digest> {
        let Place { level, index, range } = Place::of(node)?;
        Some(merkle::root(self.0.get(&(level, index))?.hashes.get(range)?))
    }
}

/// Which bundle of entries, and how many it has. It has the entries whose hashes are in the tile of level 0 of the same place and width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BundleId {
    /// Its place.
    pub index: u64,
    /// How many entries it has: 1 to [`WIDTH`].
    pub width: u16,
}

impl BundleId {
    /// The numbers of its entries; `None` beyond what can be numbered.
    pub fn entries(&self) -> Option<Range<u64>> {
        let first = self.index.checked_mul(u64::from(WIDTH))?;
        Some(first..first.checked_add(u64::from(self.width))?)
    }

    /// Its bytes: each entry after its length.
    pub fn write(entries: &[Digest]) -> Vec<u8> {
        entries.iter().flat_map(|entry| ENTRY_LENGTH.into_iter().chain(*entry.as_bytes())).collect()
    }

    /// The entries behind its bytes.
    pub fn read(&self, bytes: &[u8]) -> Result<Vec<Digest>, TileError> {
        let (chunks, rest) = bytes.as_chunks::<34>();
        let entry = |chunk: &[u8; 34]| Some(Digest::from_bytes(chunk.strip_prefix(&ENTRY_LENGTH)?.try_into().ok()?));
        let entries: Option<Vec<Digest>> = chunks.iter().map(entry).collect();
        let whole = entries.filter(|entries| rest.is_empty() && entries.len() == usize::from(self.width));
        whole.ok_or(TileError::Entries { bundle: *self, expected: self.width })
    }
}

impl fmt::Display for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tile/entries/")?;
        write_number(f, self.index, self.width)
    }
}

//! The paths that a log is served under, as C2SP `tlog-tiles` has them: `checkpoint`, `tile/0/x001/234.p/5`, `tile/entries/000`.

use std::{fmt, str::FromStr};

use crate::tile::{BundleId, TileId, WIDTH};

/// The highest level that a path may name.
const LEVEL_MAX: u8 = 63;

/// What a path names, below the prefix of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogPath {
    /// The latest checkpoint.
    Checkpoint,
    /// A tile of hashes.
    Tile(TileId),
    /// A bundle of entries.
    Entries(BundleId),
}

/// A text that is no such path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is none of checkpoint, tile/<level>/<number> and tile/entries/<number>, such as tile/0/x001/234.p/5")]
pub struct LogPathError(String);

/// Three digits at a time, an `x` before all but the last; the width, unless it is whole.
pub(crate) fn write_number(f: &mut fmt::Formatter<'_>, number: u64, width: u16) -> fmt::Result {
    let mut groups = vec![number % 1000];
    let mut rest = number / 1000;
    while rest > 0 {
        groups.push(rest % 1000);
        rest /= 1000;
    }
    let last = groups.len() - 1;
    for (at, group) in groups.iter().rev().enumerate() {
        if at < last { write!(f, "x{group:03}/")? } else { write!(f, "{group:03}")? }
    }
    if width == WIDTH { Ok(()) } else { write!(f, ".p/{width}") }
}

fn read_number(text: &str) -> Option<(u64, u16)> {
    let (digits, width) = match text.split_once(".p/") {
        Some((digits, width)) => (digits, width.parse::<u16>().ok().filter(|width| (1..WIDTH).contains(width))?),
        None => (text, WIDTH),
    };
    let group = |group: &str| group.trim_start_matches('x').parse::<u64>().ok();
    let number = digits.split('/').try_fold(0u64, |number, digits| number.checked_mul(1000)?.checked_add(group(digits)?))?;
    Some((number, width))
}

fn read(text: &str) -> Option<LogPath> {
    if text == "checkpoint" {
        return Some(LogPath::Checkpoint);
    }
    let (level, number) = text.strip_prefix("tile/")?.split_once('/')?;
    let (index, width) = read_number(number)?;
    if level == "entries" {
        return Some(LogPath::Entries(BundleId { index, width }));
    }
    let level = level.parse::<u8>().ok().filter(|level| *level <= LEVEL_MAX)?;
    Some(LogPath::Tile(TileId { level, index, width }))
}

impl fmt::Display for LogPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint => f.write_str("checkpoint"),
            Self::Tile(tile) => tile.fmt(f),
            Self::Entries(bundle) => bundle.fmt(f),
        }
    }
}

impl FromStr for LogPath {
    type Err = LogPathError;

    fn from_str(text: &str) -> Result<Self, LogPathError> {
        // What is read loosely is let in only where it is written like that.
        read(text).filter(|path| path.to_string() == text).ok_or_else(|| LogPathError(text.into()))
    }
}

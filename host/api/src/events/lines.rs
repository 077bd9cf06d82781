//! A stream of lines, cut into pieces that are recorded together.

use std::time::Duration;

use assay_domain::violation::Violation;
use bytes::Bytes;
use tokio::io::{AsyncBufRead, AsyncReadExt as _};

use crate::{
    body::{broken, stalled},
    kind::Kind,
    problem::Problem,
};

/// Bytes read before a piece is recorded.
const CHUNK_BYTES: usize = 1 << 20;

/// The lines of a body.
pub struct Lines<R> {
    reader: R,
    /// What was read and not given out.
    buffer: Vec<u8>,
    line_bytes_max: usize,
    bytes_left: u64,
    bytes_max: u64,
    idle: Duration,
    /// The number of the next line.
    number: u64,
    /// Whether the rest of an overlong line is still to come.
    skipping: bool,
    ended: bool,
    /// What ended the body early, told after the lines before it.
    failed: Option<Problem>,
}

/// A piece: whole lines.
pub struct Chunk {
    bytes: Bytes,
    /// The number, the start and the end of each line that is not blank.
    lines: Vec<(u64, Option<(usize, usize)>)>,
    line_bytes_max: usize,
}

/// One line of a piece.
pub enum Line<'c> {
    /// Its bytes.
    Bytes(&'c [u8]),
    /// It was longer than this.
    TooLong(usize),
}

impl<R: AsyncBufRead + Unpin> Lines<R> {
    pub(super) fn new(reader: R, line_bytes_max: usize, bytes_max: u64, idle: Duration) -> Self {
        let buffer = Vec::with_capacity(CHUNK_BYTES);
        Self {
            reader,
            buffer,
            line_bytes_max,
            bytes_left: bytes_max,
            bytes_max,
            idle,
            number: 1,
            skipping: false,
            ended: false,
            failed: None,
        }
    }

    /// Reads on until the buffer holds `wanted` bytes or the body ends.
    async fn fill(&mut self, wanted: usize) -> Result<(), Problem> {
        while !self.ended && self.buffer.len() < wanted {
            let read = tokio::time::timeout(self.idle, self.reader.read_buf(&mut self.buffer)).await;
            let read = read.map_err(|_| stalled(self.idle))?.map_err(|_| broken())?;
            self.ended = read == 0;
            self.bytes_left = self.bytes_left.checked_sub(read as u64).ok_or_else(|| {
                Problem::new(Kind::TooLarge, format!("the body is over {} bytes; send the rest in another request", self.bytes_max))
            })?;
        }
        Ok(())
    }

    /// The next piece; `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Chunk>, Problem> {
        if let Some(problem) = self.failed.take() {
            return Err(problem);
        }
        let mut wanted = CHUNK_BYTES;
        loop {
            if let Err(problem) = self.fill(wanted).await {
                return self.what_is_whole(problem);
            }
            if self.buffer.is_empty() {
                let skipped = std::mem::take(&mut self.skipping);
                let last = || Chunk { bytes: Bytes::new(), lines: vec![(self.number, None)], line_bytes_max: self.line_bytes_max };
                return Ok(skipped.then(last));
            }
            let end =
                if self.ended { Some(self.buffer.len()) } else { self.buffer.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1) };
            match end {
                Some(end) => {
                    let rest = self.buffer.split_off(end);
                    let bytes = Bytes::from(std::mem::replace(&mut self.buffer, rest));
                    self.buffer.reserve(CHUNK_BYTES);
                    return Ok(Some(self.cut(bytes)));
                }
                // One line that goes on: its bytes are dropped, its number is answered when it ends.
                None if self.skipping || self.buffer.len() > self.line_bytes_max => {
                    self.skipping = true;
                    self.buffer.clear();
                }
                None => wanted = self.buffer.len() + CHUNK_BYTES,
            }
        }
    }

    /// The whole lines that came before a problem; without any, the problem itself.
    fn what_is_whole(&mut self, problem: Problem) -> Result<Option<Chunk>, Problem> {
        let Some(end) = self.buffer.iter().rposition(|byte| *byte == b'\n') else {
            return Err(problem);
        };
        self.failed = Some(problem);
        self.buffer.truncate(end + 1);
        let bytes = Bytes::from(std::mem::take(&mut self.buffer));
        Ok(Some(self.cut(bytes)))
    }

    fn cut(&mut self, bytes: Bytes) -> Chunk {
        let mut lines = Vec::new();
        let mut from = 0;
        while from < bytes.len() {
            let rest = bytes.get(from..).unwrap_or_default();
            let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            let line = rest.get(..length).unwrap_or_default();
            if std::mem::take(&mut self.skipping) || length > self.line_bytes_max {
                lines.push((self.number, None));
            } else if !line.trim_ascii().is_empty() {
                lines.push((self.number, Some((from, from + length))));
            }
            self.number += 1;
            from += length + 1;
        }
        Chunk { bytes, lines, line_bytes_max: self.line_bytes_max }
    }

    /// The whole body at once.
    pub(super) async fn whole(mut self, bytes_max: u64) -> Result<Bytes, Problem> {
        self.bytes_max = self.bytes_max.min(bytes_max);
        self.bytes_left = self.bytes_max;
        self.fill(usize::MAX).await?;
        Ok(Bytes::from(self.buffer))
    }
}

impl Chunk {
    /// The numbers of its lines.
    pub(super) fn numbers(&self) -> Vec<u64> {
        self.lines.iter().map(|(number, _)| *number).collect()
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.lines.iter().map(|(_, place)| match place {
            Some((from, to)) => Line::Bytes(self.bytes.get(*from..*to).unwrap_or_default()),
            None => Line::TooLong(self.line_bytes_max),
        })
    }
}

impl<'c> Line<'c> {
    /// Its bytes, if there are not too many.
    pub(super) fn bytes(self) -> Result<&'c [u8], Violation> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::TooLong(max) => Err(Violation::new("line", format!("it is over {max} bytes"), "send only the fields that rules read")),
        }
    }
}

//! Line numbers. The CSV reader counts the line ends it has consumed, which is not where a record starts: empty lines before
//! it, line ends inside it and the second half of a CRLF get in the way. Handing the file on one line at a time tells how
//! many lines had begun when a record was complete.

use std::io::{self, BufRead, BufReader, Read};

/// The most that is kept of one line at a time, so that a file without line ends does not fill the memory.
const PIECE_BYTES_MAX: u64 = 64 * 1024;

/// Reads a file so that no single read goes beyond the end of a line.
pub(super) struct Lines<R> {
    file: BufReader<R>,
    piece: Vec<u8>,
    /// How much of the piece was handed on.
    given: usize,
    begun: u64,
    at_line_start: bool,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(file: R) -> Self {
        let file = BufReader::with_capacity(PIECE_BYTES_MAX as usize, file);
        Self { file, piece: Vec::new(), given: 0, begun: 0, at_line_start: true }
    }

    fn next_piece(&mut self) -> io::Result<()> {
        self.given = 0;
        self.piece.clear();
        Read::by_ref(&mut self.file).take(PIECE_BYTES_MAX).read_until(b'\n', &mut self.piece)?;
        // The end of the file begins a last, empty line, on which an open quote may end.
        if self.at_line_start {
            self.begun += 1;
        }
        self.at_line_start = self.piece.ends_with(b"\n");
        Ok(())
    }
}

impl<R> Lines<R> {
    /// How many lines were begun: the number of the line that is being read.
    pub(super) fn begun(&self) -> u64 {
        self.begun
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.given >= self.piece.len() {
            self.next_piece()?;
        }
        let mut rest = self.piece.get(self.given..).unwrap_or_default();
        let given = rest.read(to)?;
        self.given += given;
        Ok(given)
    }
}

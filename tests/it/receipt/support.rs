//! Hashes and keys to test with, and ways to alter hashes.

use assay_domain::canon::Digest;
use assay_receipt::{note_key::NoteKey, signature::SecretKey};

/// A log.
pub const ORIGIN: &str = "assay/example/vendor";

/// A hash of 32 equal bytes.
pub fn digest(byte: u8) -> Digest {
    Digest::from_bytes([byte; 32])
}

/// The hash of these digits.
pub fn hash(digits: &str) -> Digest {
    digits.parse().expect("64 hexadecimal digits")
}

/// The bytes of these digits.
pub fn bytes(digits: &str) -> Vec<u8> {
    (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).expect("two hexadecimal digits")).collect()
}

/// A secret key of 32 equal bytes.
pub fn secret(byte: u8) -> SecretKey {
    SecretKey::from_seed([byte; 32])
}

/// The same under the log's name.
pub fn key(byte: u8) -> NoteKey {
    NoteKey::new(ORIGIN, secret(byte)).expect("a name of a key")
}

/// A hash with one of its 256 bits flipped.
pub fn flipped(digest: &Digest, bit: usize) -> Digest {
    let mut bytes = *digest.as_bytes();
    bytes[bit / 8] ^= 1 << (bit % 8);
    Digest::from_bytes(bytes)
}

/// Some hashes with a bit of one of them flipped.
pub fn altered(hashes: &[Digest], at: usize, bit: usize) -> Vec<Digest> {
    let mut hashes = hashes.to_vec();
    hashes[at] = flipped(&hashes[at], bit);
    hashes
}

/// Some hashes with every one of them left out, and with one more at every place.
pub fn resized(hashes: &[Digest], more: Digest) -> Vec<Vec<Digest>> {
    let without = (0..hashes.len()).map(|at| [&hashes[..at], &hashes[at + 1..]].concat());
    let with = (0..=hashes.len()).map(|at| [&hashes[..at], &[more], &hashes[at..]].concat());
    without.chain(with).collect()
}

/// Some hashes with every neighbouring two of them exchanged.
pub fn exchanged(hashes: &[Digest]) -> Vec<Vec<Digest>> {
    let exchange = |at: usize| {
        let mut hashes = hashes.to_vec();
        hashes.swap(at - 1, at);
        hashes
    };
    (1..hashes.len()).map(exchange).collect()
}

//! Where secrets come from: always an argument, as time is, so that a simulation can drive the whole service.

/// A source of bytes that nobody can guess.
pub trait Entropy: Send + Sync {
    /// Thirty-two of them.
    fn secret(&self) -> [u8; 32];
}

//! Numbers for texts that are the same on every machine and in every version: what is kept on disk may hold them. (Those of
//! `std` and of `rustc-hash` may change.)

use xxhash_rust::xxh3::Xxh3;

/// XXH3, 64 bits, over pieces that cannot be mistaken for each other's neighbours.
#[derive(Clone, Default)]
pub struct StableHasher(Xxh3);

impl std::fmt::Debug for StableHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StableHasher")
    }
}

impl StableHasher {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a piece behind its length.
    #[must_use]
    pub fn with(mut self, piece: impl AsRef<[u8]>) -> Self {
        let piece = piece.as_ref();
        self.0.update(&(piece.len() as u64).to_le_bytes());
        self.0.update(piece);
        self
    }

    /// The number of all pieces.
    pub fn finish(&self) -> u64 {
        self.0.digest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_what_they_are() {
        // written on disk by every version since 0.2
        assert_eq!(
            StableHasher::new().with("Match").with([1, 2, 3]).finish(),
            8_975_589_454_270_116_868
        );
        assert_ne!(
            StableHasher::new().with("ab").with("c").finish(),
            StableHasher::new().with("a").with("bc").finish()
        );
    }
}

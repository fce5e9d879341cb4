//! Integers of variable length, as protobuf has them, and packed bytes.

use crate::journal::error::DecodeError;

/// Texts and blocks that are larger stay as they are: LZ4 takes no more.
const MOST_PACKED: usize = 1 << 30;

/// LZ4 makes no byte into more than this.
const MOST_EXPANSION: usize = 255;

/// Appends an integer.
pub(super) fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A signed integer as one that is small where it is near 0.
pub(super) fn zigzag(value: i64) -> u64 {
    (value.wrapping_shl(1) ^ (value >> 63)) as u64
}

/// The integer of [`zigzag`].
pub(super) fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// What is still to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn take(&mut self, bytes: usize) -> Result<&'a [u8], DecodeError> {
        let taken = self.0.get(..bytes).ok_or(DecodeError::Malformed("an end too early"))?;
        self.0 = &self.0[bytes..];
        Ok(taken)
    }

    pub(super) fn varint(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0u64;
        for (at, &byte) in self.0.iter().take(10).enumerate() {
            if at == 9 && byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << (7 * at);
            if byte < 0x80 {
                self.0 = &self.0[at + 1..];
                return Ok(value);
            }
        }
        Err(DecodeError::Malformed("no integer"))
    }

    pub(super) fn signed(&mut self) -> Result<i64, DecodeError> {
        self.varint().map(unzigzag)
    }
}

/// An LZ4 block behind its length; nothing where it would not be smaller.
pub(super) fn pack(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() < 64 || bytes.len() > MOST_PACKED {
        return None;
    }
    let packed = lz4_flex::block::compress_prepend_size(bytes);
    (packed.len() < bytes.len()).then_some(packed)
}

/// What was packed.
pub(super) fn unpack(packed: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let size = packed.first_chunk().map_or(usize::MAX, |&size| u32::from_le_bytes(size) as usize);
    if size > packed.len().saturating_mul(MOST_EXPANSION) {
        return Err(DecodeError::Malformed("a packed block with a wrong length"));
    }
    let unpacked = lz4_flex::block::decompress_size_prepended(packed);
    unpacked.map_err(|_| DecodeError::Malformed("a packed block that cannot be unpacked"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn integers_come_back(values in prop::collection::vec(any::<i64>(), 0..20)) {
            let mut out = Vec::new();
            values.iter().for_each(|&value| put(&mut out, zigzag(value)));
            let mut reader = Reader(&out);
            let mut read = Vec::new();
            while !reader.is_empty() {
                read.push(reader.signed().unwrap());
            }
            prop_assert_eq!(read, values);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut reader = Reader(&bytes);
            while reader.varint().is_ok() {}
            let _ = unpack(&bytes);
        }

        #[test]
        fn packed_bytes_come_back(byte in any::<u8>(), count in 64usize..9000) {
            let bytes = vec![byte; count];
            prop_assert_eq!(unpack(&pack(&bytes).unwrap()).unwrap(), bytes);
        }
    }
}

//! Columns of numbers of any size, as `journal.proto` tells.

use bytes::Bytes;

use crate::journal::error::DecodeError;
use crate::journal::varint::{Reader, put, zigzag};

/// Differences of differences: regular tables are mostly zeros.
pub(super) fn put_column(values: impl Iterator<Item = i64>) -> Bytes {
    let mut out = Vec::with_capacity(values.size_hint().0);
    let (mut last, mut step) = (0i64, 0i64);
    for value in values {
        let next = value.wrapping_sub(last);
        put(&mut out, zigzag(next.wrapping_sub(step)));
        (last, step) = (value, next);
    }
    out.into()
}

/// The numbers of a column, each as what it stands for.
pub(super) fn column<T>(
    bytes: &[u8],
    of: impl Fn(i64) -> Option<T>,
) -> Result<Vec<T>, DecodeError> {
    let (mut reader, mut last, mut step) = (Reader(bytes), 0i64, 0i64);
    let mut values = Vec::with_capacity(bytes.len());
    while !reader.is_empty() {
        step = step.wrapping_add(reader.signed()?);
        last = last.wrapping_add(step);
        let value = of(last).ok_or(DecodeError::Malformed("a number that is out of range"))?;
        values.push(value);
    }
    Ok(values)
}

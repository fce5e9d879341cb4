//! The ranges between a pair of brackets.

use super::dialect::Dialect;
use super::error::{HostlistError, Problem};

const MAX_HOSTS_IN_RANGE: u64 = 1 << 20;
const MAX_RANGES: usize = 10_240;

/// Consecutive numbers, zero-padded to the width of the first one's text.
#[derive(Clone, Copy, Debug)]
pub(super) struct PaddedRange {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) width: usize,
}

impl PaddedRange {
    /// How many numbers; at most 2^20.
    pub(super) fn len(&self) -> usize {
        (self.last - self.first) as usize + 1
    }

    /// The longest text of a number.
    pub(super) fn digits(&self) -> usize {
        self.width.max(self.last.checked_ilog10().unwrap_or(0) as usize + 1)
    }
}

/// Reads what stands between brackets; `position` is where it begins.
pub(super) fn ranges(
    list: &str,
    mut position: usize,
    dialect: Dialect,
) -> Result<Vec<PaddedRange>, HostlistError> {
    let mut ranges = Vec::new();
    for piece in list.split(',') {
        if ranges.len() == MAX_RANGES {
            return Err(HostlistError::new(Problem::Ranges, piece, position));
        }
        let read = range(piece, dialect);
        ranges.push(read.map_err(|problem| HostlistError::new(problem, piece, position))?);
        position += piece.len() + 1;
    }
    Ok(ranges)
}

fn range(piece: &str, dialect: Dialect) -> Result<PaddedRange, Problem> {
    let (low, high) = match piece.split_once('-') {
        None => (piece, piece),
        Some((low, "")) if dialect == Dialect::Nodelist => (low, low),
        Some(ends) => ends,
    };
    let (first, last) = (number(low)?, number(high)?);
    if last < first {
        return Err(Problem::Descending);
    }
    if last - first >= MAX_HOSTS_IN_RANGE {
        return Err(Problem::RangeSize);
    }
    Ok(PaddedRange { first, last, width: low.len() })
}

fn number(digits: &str) -> Result<u64, Problem> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Problem::Range);
    }
    digits.parse().map_err(|_| Problem::Number)
}

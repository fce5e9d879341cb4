//! One host name with brackets: multiplied out into the names that it stands for.

use std::fmt::Write as _;

use super::dialect::Dialect;
use super::encode::trailing_digits;
use super::error::{HostlistError, Problem};
use super::range::{PaddedRange, ranges};

const MAX_NAME: usize = 270;
/// What each name takes besides its bytes: a `String`, and what an allocator adds.
const OVERHEAD: usize = size_of::<String>() + 16;

/// One name with its brackets: literal text, each piece followed by numbers, then a suffix.
pub(super) struct Name<'t> {
    groups: Vec<(&'t str, Vec<PaddedRange>)>,
    suffix: &'t str,
}

impl<'t> Name<'t> {
    /// `token` has balanced brackets.
    pub(super) fn read(
        token: &'t str,
        position: usize,
        dialect: Dialect,
    ) -> Result<Self, HostlistError> {
        let mut name = Self { groups: Vec::new(), suffix: token };
        while let Some((prefix, rest)) = name.suffix.split_once('[') {
            let Some((list, suffix)) = rest.split_once(']') else { break };
            let at = position + (token.len() - rest.len());
            name.groups.push((prefix, ranges(list, at, dialect)?));
            name.suffix = suffix;
            let comes_first = prefix.is_empty() && name.groups.len() == 1 && !suffix.is_empty();
            if comes_first && dialect == Dialect::Constraint {
                return Err(HostlistError::new(Problem::Prefix, token, position));
            }
        }
        let plain = name.groups.is_empty() && dialect == Dialect::Nodelist;
        if plain && trailing_digits(token).parse::<u64>().is_err_and(overflows) {
            return Err(HostlistError::new(Problem::Number, token, position));
        }
        Ok(name)
    }

    /// An upper bound of the memory of all names.
    pub(super) fn cost(&self) -> usize {
        let of_group = |(prefix, ranges): &(&str, Vec<PaddedRange>)| {
            prefix.len() + ranges.iter().map(PaddedRange::digits).max().unwrap_or(0)
        };
        let length = self.suffix.len() + self.groups.iter().map(of_group).sum::<usize>();
        self.count().saturating_mul(length + OVERHEAD)
    }

    /// How many names these are.
    fn count(&self) -> usize {
        let of_group =
            |(_, ranges): &(&str, Vec<PaddedRange>)| ranges.iter().map(PaddedRange::len).sum();
        self.groups.iter().map(of_group).fold(1, usize::saturating_mul)
    }

    pub(super) fn expand(&self, names: &mut Vec<String>) -> Result<(), Problem> {
        // each brings at least one digit
        if self.groups.len() > MAX_NAME {
            return Err(Problem::NameLength);
        }
        names.reserve(self.count());
        self.expand_from(0, &mut String::new(), names)
    }

    /// All ways to go on from a head that ends before a group; no deeper than a name is long.
    fn expand_from(
        &self,
        group: usize,
        head: &mut String,
        names: &mut Vec<String>,
    ) -> Result<(), Problem> {
        let Some((prefix, ranges)) = self.groups.get(group) else {
            if head.len() + self.suffix.len() > MAX_NAME {
                return Err(Problem::NameLength);
            }
            names.push([head.as_str(), self.suffix].concat());
            return Ok(());
        };
        let length = head.len();
        head.push_str(prefix);
        let start = head.len();
        for range in ranges {
            for number in range.first..=range.last {
                // Writing to a String cannot fail.
                let _ = write!(head, "{number:0width$}", width = range.width);
                self.expand_from(group + 1, head, names)?;
                head.truncate(start);
            }
        }
        head.truncate(length);
        Ok(())
    }
}

/// Whether digits failed to parse for their size, not for their absence.
fn overflows(error: std::num::ParseIntError) -> bool {
    *error.kind() == std::num::IntErrorKind::PosOverflow
}

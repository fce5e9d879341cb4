//! One host name with brackets: multiplied out into the names that it stands for.

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
        self.count().saturating_mul(self.longest() + OVERHEAD)
    }

    /// The length of the longest name.
    fn longest(&self) -> usize {
        let of_group = |(prefix, ranges): &(&str, Vec<PaddedRange>)| {
            prefix.len() + ranges.iter().map(PaddedRange::digits).max().unwrap_or(0)
        };
        self.suffix.len() + self.groups.iter().map(of_group).sum::<usize>()
    }

    /// How many names these are.
    fn count(&self) -> usize {
        let of_group =
            |(_, ranges): &(&str, Vec<PaddedRange>)| ranges.iter().map(PaddedRange::len).sum();
        self.groups.iter().map(of_group).fold(1, usize::saturating_mul)
    }

    /// # Errors
    /// [`Problem::NameLength`] if a name is too long.
    pub(super) fn check_length(&self) -> Result<(), Problem> {
        if self.longest() > MAX_NAME { Err(Problem::NameLength) } else { Ok(()) }
    }

    /// Adds all names.
    pub(super) fn expand(&self, names: &mut Vec<String>) {
        names.reserve(self.count());
        self.for_each(&mut String::new(), &mut |name| names.push(name.to_owned()));
    }

    /// Shows all names, written into `head`, which is empty.
    pub(super) fn for_each(&self, head: &mut String, visit: &mut impl FnMut(&str)) {
        self.for_each_from(0, head, visit);
    }

    /// All ways to go on from a head that ends before a group; no deeper than a name is long.
    fn for_each_from(&self, group: usize, head: &mut String, visit: &mut impl FnMut(&str)) {
        let length = head.len();
        let Some((prefix, ranges)) = self.groups.get(group) else {
            head.push_str(self.suffix);
            visit(head);
            return head.truncate(length);
        };
        head.push_str(prefix);
        let start = head.len();
        for range in ranges {
            for number in range.first..=range.last {
                push_number(head, number, range.width);
                self.for_each_from(group + 1, head, visit);
                head.truncate(start);
            }
        }
        head.truncate(length);
    }
}

/// Writes a number, padded with zeros to a width.
fn push_number(text: &mut String, number: u64, width: usize) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    let digits = &digits[at..];
    text.extend(std::iter::repeat_n('0', width.saturating_sub(digits.len())));
    text.extend(digits.iter().map(|&digit| char::from(digit)));
}

/// Whether digits failed to parse for their size, not for their absence.
fn overflows(error: std::num::ParseIntError) -> bool {
    *error.kind() == std::num::IntErrorKind::PosOverflow
}

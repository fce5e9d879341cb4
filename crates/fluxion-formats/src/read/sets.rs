//! A stand-in for the idsets and hostlists of `fluxion-sets`, with the same signatures (chapter 02, section 3).

use std::ops::RangeInclusive;
use std::str::FromStr;

const MAX_ID: u64 = i32::MAX as u64;

/// A set of numbers below 2^31, as ascending intervals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Idset {
    intervals: Vec<(u32, u32)>,
}

/// The text is not an idset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected ascending numbers and ranges below 2147483648, like 0-3,7")]
pub(super) struct ParseIdsetError;

fn number(text: &str) -> Result<u32, ParseIdsetError> {
    let canonical = text == "0" || !text.starts_with('0');
    if !canonical || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ParseIdsetError);
    }
    let value = text.parse::<u64>().map_err(|_| ParseIdsetError)?;
    if value > MAX_ID { Err(ParseIdsetError) } else { Ok(value as u32) }
}

impl FromStr for Idset {
    type Err = ParseIdsetError;

    fn from_str(text: &str) -> Result<Self, ParseIdsetError> {
        let inner = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
        let mut intervals: Vec<(u32, u32)> = Vec::new();
        for element in inner.split(',').filter(|e| !e.is_empty()) {
            let (first, last) = match element.split_once('-') {
                Some((first, last)) => (number(first)?, number(last)?),
                None => (number(element)?, number(element)?),
            };
            let ascends = intervals.last().is_none_or(|&(_, end)| end < first);
            if !ascends || last < first || (last == first && element.contains('-')) {
                return Err(ParseIdsetError);
            }
            intervals.push((first, last));
        }
        Ok(Self { intervals })
    }
}

impl Idset {
    /// The members, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.intervals.iter().flat_map(|&(first, last)| first..=last)
    }

    /// The members as ascending, disjoint intervals.
    pub(super) fn intervals(&self) -> impl Iterator<Item = RangeInclusive<u32>> + '_ {
        self.intervals.iter().map(|&(first, last)| first..=last)
    }

    /// Whether there is no member.
    pub(super) fn is_empty(&self) -> bool {
        self.intervals.is_empty()
    }

    /// How many members there are. O(intervals).
    pub(super) fn len(&self) -> usize {
        self.intervals.iter().map(|&(first, last)| (last - first) as usize + 1).sum()
    }
}

pub(super) mod hostlist {
    //! Hostlists (RFC 29).

    const MAX_RANGE: u64 = 1 << 20;
    const MAX_HOSTS: usize = 1 << 20;
    const MAX_NAME: usize = 270;

    /// The text is not a hostlist.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
    #[error("expected host names and ranges, like n[0-3,7],login")]
    pub(in crate::read) struct ParseHostlistError;

    /// The hosts of a list, in order, repetitions kept.
    ///
    /// # Errors
    /// Unbalanced brackets, malformed ranges, names beyond 270 bytes, more than 2^20 hosts.
    pub(in crate::read) fn parse(text: &str) -> Result<Vec<String>, ParseHostlistError> {
        let mut hosts = Vec::new();
        let mut inside = false;
        let separates = |c: char| {
            inside = if inside { c != ']' } else { c == '[' };
            !inside && matches!(c, ',' | ' ' | '\t')
        };
        for token in text.split(separates).filter(|t| !t.is_empty()) {
            expand(token, &mut hosts)?;
        }
        Ok(hosts)
    }

    fn expand(token: &str, hosts: &mut Vec<String>) -> Result<(), ParseHostlistError> {
        let Some((prefix, rest)) = token.split_once('[') else {
            if token.contains(']') || token.len() > MAX_NAME {
                return Err(ParseHostlistError);
            }
            hosts.push(token.to_owned());
            return Ok(());
        };
        let (list, suffix) = rest.split_once(']').ok_or(ParseHostlistError)?;
        for element in list.split(',') {
            let (low, high) = element.split_once('-').unwrap_or((element, element));
            let high = if high.is_empty() { low } else { high };
            let (first, last, width) = (number(low)?, number(high)?, low.len());
            let length = prefix.len() + width.max(high.len()) + suffix.len();
            let fits = last >= first && last - first < MAX_RANGE && length <= MAX_NAME;
            if !fits || hosts.len() as u64 + (last - first) >= MAX_HOSTS as u64 {
                return Err(ParseHostlistError);
            }
            hosts.extend((first..=last).map(|n| format!("{prefix}{n:0width$}{suffix}")));
        }
        Ok(())
    }

    fn number(text: &str) -> Result<u64, ParseHostlistError> {
        if text.len() > 19 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ParseHostlistError);
        }
        text.parse().map_err(|_| ParseHostlistError)
    }
}

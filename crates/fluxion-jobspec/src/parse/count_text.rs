//! Counts as texts: ranges (RFC 45) such as `2-8`, `2+` or `2-8:2:*`, and sets (RFC 22) whose numbers are evenly spaced.

use fluxion_sets::Idset;

use crate::count::{Count, Operator};

/// Reads a text that is not just a number. `None` if it is neither range nor set, or counts by nothing.
pub(crate) fn read(text: &str) -> Option<Count> {
    let text = text.trim_end();
    let range = range(text).or_else(|| spaced(text))?;
    is_sound(&range).then_some(range)
}

/// `MIN-MAX` or `MIN+`, then perhaps `:OPERAND`, then perhaps `:OPERATOR`.
fn range(text: &str) -> Option<Count> {
    let mut parts = text.split(':');
    let bounds = parts.next()?;
    let (min, max) = match bounds.strip_suffix('+') {
        Some(min) => (number(min)?, u32::MAX),
        None => {
            let (min, max) = bounds.split_once('-')?;
            (number(min)?, number(max)?)
        }
    };
    let operand = parts.next().map_or(Some(1), number)?;
    let operator = match parts.next() {
        None | Some("+") => Operator::Add,
        Some("*") => Operator::Multiply,
        Some("^") => Operator::Power,
        Some(_) => return None,
    };
    parts.next().is_none().then_some(Count { min, max, operator, operand })
}

/// A set such as `2,4,6`: a count knows only one distance.
fn spaced(text: &str) -> Option<Count> {
    let set: Idset = text.contains([',', '[']).then(|| text.parse().ok()).flatten()?;
    let first = set.intervals().next()?;
    let (min, mut max) = first.clone().into_inner();
    if set.intervals().len() == 1 {
        return Some(Count { max, ..Count::at_least(min) });
    }
    let operand = set.intervals().nth(1)?.start() - min;
    let is_even = set.intervals().skip(1).all(|numbers| {
        let distance = numbers.start() - std::mem::replace(&mut max, *numbers.end());
        distance == operand && numbers.start() == numbers.end()
    });
    (is_even && first.start() == first.end()).then_some(Count {
        min,
        max,
        operator: Operator::Add,
        operand,
    })
}

fn number(digits: &str) -> Option<u32> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

/// Whether it has a count, and the operand moves it.
fn is_sound(count: &Count) -> bool {
    let least = match count.operator {
        Operator::Add => (1, 1),
        Operator::Multiply => (1, 2),
        Operator::Power => (2, 2),
    };
    count.min >= least.0 && count.operand >= least.1 && count.min <= count.max
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_sets() {
        use Operator::{Add, Multiply, Power};
        for (text, min, max, operand, operator) in [
            ("2-4", 2, 4, 1, Add),
            ("2+", 2, u32::MAX, 1, Add),
            ("1-3:2", 1, 3, 2, Add),
            ("2-8:2:*", 2, 8, 2, Multiply),
            ("2+:2:*", 2, u32::MAX, 2, Multiply),
            ("2-16:2:^", 2, 16, 2, Power),
            ("3-3", 3, 3, 1, Add),
            ("2,4,6", 2, 6, 2, Add),
            ("1,2-4", 1, 4, 1, Add),
            ("[2-3]", 2, 3, 1, Add),
            ("[5]", 5, 5, 1, Add),
            ("2-4 ", 2, 4, 1, Add),
        ] {
            assert_eq!(read(text), Some(Count { min, max, operator, operand }), "{text}");
        }
        for text in [
            "",
            "-",
            "+",
            "2",
            "-4",
            "2-",
            "4-2",
            "0-3",
            "0+",
            "2--4",
            "2-4:",
            "2-4:0",
            "2-4:1:*",
            "1-4:2:^",
            "2-4:2:/",
            "2-4:2:*:1",
            "2,3,5",
            "0,1",
            "4,2",
            "a-b",
            "2 - 4",
            "2-99999999999",
            "1.5-2",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}

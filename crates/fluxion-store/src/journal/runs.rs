//! Lists of numbers as runs of a first number, a step and a length: what jobs hold mostly are a few such runs. The form is
//! told in `journal.proto`.

use fluxion_context::{EdgeId, EdgeWeight, Grant, VertexId};

use crate::journal::error::DecodeError;
use crate::journal::varint::{Reader, put, unzigzag, zigzag};

/// No list is longer.
const MOST: usize = 1 << 28;

/// So many neighbours of one step are a run.
const LEAST: usize = 3;

/// How many items from the first one on are a run.
fn run_length<T>(
    items: &[T],
    number: impl Fn(&T) -> i64,
    is_alike: impl Fn(&T, &T) -> bool,
) -> usize {
    let [first, second, ..] = items else { return 1 };
    let step = number(second) - number(first);
    let goes_on =
        |pair: &&[T]| is_alike(&pair[0], &pair[1]) && number(&pair[1]) - number(&pair[0]) == step;
    let length = 1 + items.windows(2).take_while(goes_on).count();
    if length < LEAST { 1 } else { length }
}

/// Writes the numbers of items; before each run `form` writes what all items of the run have in common.
fn write<T>(
    items: &[T],
    number: impl Fn(&T) -> i64,
    is_alike: impl Fn(&T, &T) -> bool,
    mut form: impl FnMut(&T, &mut Vec<u8>),
) -> Vec<u8> {
    let mut out = Vec::with_capacity(16);
    let (mut rest, mut last) = (items, 0);
    while let Some(item) = rest.first() {
        let length = run_length(rest, &number, &is_alike);
        let first = number(item);
        form(item, &mut out);
        if length == 1 {
            put(&mut out, zigzag(first - last) << 1);
            last = first;
        } else {
            let step = number(&rest[1]) - first;
            put(&mut out, ((length - 2) as u64) << 1 | 1);
            put(&mut out, zigzag(first - last));
            put(&mut out, zigzag(step));
            last = first + step * (length as i64 - 1);
        }
        rest = &rest[length..];
    }
    out
}

/// Reads what [`write`] wrote; `form` reads what stands before each run, `item` makes an item of it.
fn read<F, T>(
    bytes: &[u8],
    mut form: impl FnMut(&mut Reader<'_>) -> Result<F, DecodeError>,
    item: impl Fn(&F, u64) -> Option<T>,
) -> Result<Vec<T>, DecodeError> {
    let (mut reader, mut last, mut items) = (Reader(bytes), 0i64, Vec::new());
    let refused = || DecodeError::Malformed("a number that is out of range");
    while !reader.is_empty() {
        let form = form(&mut reader)?;
        let head = reader.varint()?;
        let (length, first, step) = if head & 1 == 0 {
            (1, last.wrapping_add(unzigzag(head >> 1)), 0)
        } else {
            let first = last.wrapping_add(reader.signed()?);
            ((head >> 1).saturating_add(2), first, reader.signed()?)
        };
        if length > (MOST - items.len()) as u64 {
            return Err(DecodeError::Malformed("a run that is too long"));
        }
        for at in 0..length as i64 {
            let number = step.checked_mul(at).and_then(|more| first.checked_add(more));
            last = number.ok_or_else(refused)?;
            let number = u64::try_from(last).ok().and_then(|number| item(&form, number));
            items.push(number.ok_or_else(refused)?);
        }
    }
    Ok(items)
}

/// Any numbers below 2^62.
pub(super) fn put_numbers(numbers: &[u64]) -> Vec<u8> {
    write(numbers, |&number| number as i64, |_, _| true, |_, _| {})
}

pub(super) fn numbers(bytes: &[u8]) -> Result<Vec<u64>, DecodeError> {
    read(bytes, |_| Ok(()), |(), number| Some(number))
}

/// Vertices, in their order.
pub(super) fn put_vertices(vertices: &[VertexId]) -> Vec<u8> {
    write(vertices, |vertex| i64::from(vertex.0), |_, _| true, |_, _| {})
}

pub(super) fn vertices(bytes: &[u8]) -> Result<Vec<VertexId>, DecodeError> {
    read(bytes, |_| Ok(()), |(), number| u32::try_from(number).ok().map(VertexId))
}

/// What a job holds.
pub(super) fn put_grants(grants: &[Grant]) -> Vec<u8> {
    let form = |grant: &Grant| {
        u64::from(grant.depth) << 2 | u64::from(grant.unlisted) << 1 | u64::from(grant.exclusive)
    };
    write(
        grants,
        |grant| i64::from(grant.vertex.0),
        |one, other| form(one) == form(other),
        |grant, out| put(out, form(grant)),
    )
}

pub(super) fn grants(bytes: &[u8]) -> Result<Vec<Grant>, DecodeError> {
    let form = |reader: &mut Reader<'_>| {
        let form = reader.varint()?;
        let depth = u16::try_from(form >> 2);
        let depth = depth.map_err(|_| DecodeError::Malformed("a depth that is out of range"))?;
        Ok((depth, form & 1 != 0, form & 2 != 0))
    };
    read(bytes, form, |&(depth, exclusive, unlisted), number| {
        let vertex = VertexId(u32::try_from(number).ok()?);
        Some(Grant { vertex, depth, exclusive, unlisted })
    })
}

/// Edges with their weights.
pub(super) fn put_weights(weights: &[EdgeWeight]) -> Vec<u8> {
    let mut last = 0u64;
    write(
        weights,
        |given| i64::from(given.edge.0),
        |one, other| one.weight == other.weight,
        |given, out| {
            put(out, zigzag(given.weight.wrapping_sub(last) as i64));
            last = given.weight;
        },
    )
}

pub(super) fn weights(bytes: &[u8]) -> Result<Vec<EdgeWeight>, DecodeError> {
    let mut last = 0u64;
    let form = |reader: &mut Reader<'_>| {
        last = last.wrapping_add(reader.signed()? as u64);
        Ok(last)
    };
    read(bytes, form, |&weight, number| {
        let edge = EdgeId(u32::try_from(number).ok()?);
        Some(EdgeWeight { edge, weight })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn grant() -> impl Strategy<Value = Grant> {
        (0u32..40, 0u16..3, any::<[bool; 2]>()).prop_map(
            |(vertex, depth, [exclusive, unlisted])| Grant {
                vertex: VertexId(vertex),
                depth,
                exclusive,
                unlisted,
            },
        )
    }

    proptest! {
        #[test]
        fn lists_come_back(
            found in prop::collection::vec(prop_oneof![0u64..9, any::<u32>().prop_map(u64::from)], 0..40),
            held in prop::collection::vec(grant(), 0..40),
            weighed in prop::collection::vec((0u32..9, prop_oneof![0u64..3, any::<u64>()]), 0..40),
        ) {
            prop_assert_eq!(numbers(&put_numbers(&found)).unwrap(), found);
            prop_assert_eq!(grants(&put_grants(&held)).unwrap(), held.clone());
            let some: Vec<VertexId> = held.iter().map(|grant| grant.vertex).collect();
            prop_assert_eq!(vertices(&put_vertices(&some)).unwrap(), some);
            let weighed: Vec<EdgeWeight> =
                weighed.iter().map(|&(edge, weight)| EdgeWeight { edge: EdgeId(edge), weight }).collect();
            prop_assert_eq!(weights(&put_weights(&weighed)).unwrap(), weighed);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..12)) {
            // runs of millions are read, too
            let is_short = |bytes: &[u8]| bytes.iter().all(|&byte| byte < 0x80);
            if is_short(&bytes) {
                let _ = (numbers(&bytes), grants(&bytes), weights(&bytes), vertices(&bytes));
            }
        }
    }

    #[test]
    fn a_regular_list_is_short() {
        let job: Vec<Grant> = (0..32)
            .map(|n| Grant { vertex: VertexId(70 + n), depth: 4, exclusive: true, unlisted: false })
            .chain([Grant { vertex: VertexId(60), depth: 3, exclusive: true, unlisted: false }])
            .collect();
        assert_eq!(put_grants(&job).len(), 8);
    }

    #[test]
    fn what_is_out_of_range_is_refused() {
        let one = |number: i64| {
            let mut out = Vec::new();
            put(&mut out, zigzag(number) << 1);
            out
        };
        assert_eq!(
            vertices(&one(-1)),
            Err(DecodeError::Malformed("a number that is out of range"))
        );
        assert_eq!(
            vertices(&one(1 << 32)),
            Err(DecodeError::Malformed("a number that is out of range"))
        );
        let mut long = Vec::new();
        [u64::MAX, 0, 0].into_iter().for_each(|value| put(&mut long, value));
        assert_eq!(vertices(&long), Err(DecodeError::Malformed("a run that is too long")));
    }
}

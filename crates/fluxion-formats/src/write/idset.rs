//! Idset text (RFC 22; `docs/semantics/formats.md`, Idsets) of numbers that are at hand as a slice, without a
//! set between.

use super::json::push_integer;

/// Appends the numbers ascending, without duplicates, runs as `first-last`. Sorts `ids`; O(n) if they ascend.
pub(super) fn push(ids: &mut [u64], out: &mut String) {
    ids.sort_unstable();
    let mut separator = "";
    for run in ids.chunk_by(|&a, &b| b - a <= 1) {
        let (Some(&first), Some(&last)) = (run.first(), run.last()) else { continue };
        out.push_str(separator);
        separator = ",";
        push_integer(first, out);
        if last > first {
            out.push('-');
            push_integer(last, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_two_or_more_are_ranges() {
        for (ids, expected) in [
            (&[][..], ""),
            (&[0], "0"),
            (&[1, 0], "0-1"),
            (&[3, 1, 0], "0-1,3"),
            (&[0, 2, 3], "0,2-3"),
            (&[7, 8, 7, 8, 8], "7-8"),
            (&[10, 9, 1, 9], "1,9-10"),
            (&[0, u64::MAX, u64::MAX - 1], "0,18446744073709551614-18446744073709551615"),
        ] {
            let mut out = String::new();
            push(&mut ids.to_vec(), &mut out);
            assert_eq!(out, expected, "{ids:?}");
        }
    }
}

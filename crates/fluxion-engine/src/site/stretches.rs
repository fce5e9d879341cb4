//! Rows of a table that come and go together, so that the others move as whole stretches.

use std::ops::Range;

/// Numbers, ascending, as ranges.
pub(crate) fn ranges(numbers: impl Iterator<Item = usize>) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some(last) if last.end == number => last.end += 1,
            _ => ranges.push(number..number + 1),
        }
    }
    ranges
}

/// What lies between the start of a table, some ranges of it, and its end.
pub(crate) fn others(cuts: &[Range<usize>], len: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    let starts = std::iter::once(0).chain(cuts.iter().map(|cut| cut.end));
    let ends = cuts.iter().map(|cut| cut.start).chain([len]);
    starts.zip(ends).map(|(start, end)| start..end)
}

/// Takes ranges out of a table. O(what follows the first).
pub(crate) fn close<T: Copy>(table: &mut Vec<T>, cuts: &[Range<usize>]) {
    let mut to = 0;
    for kept in others(cuts, table.len()) {
        let len = kept.len();
        if kept.start != to {
            table.copy_within(kept, to);
        }
        to += len;
    }
    table.truncate(to);
}

/// Takes ranges of rows out of a table whose rows have a width.
pub(crate) fn close_rows<T: Copy>(table: &mut Vec<T>, cuts: &[Range<usize>], width: usize) {
    let cuts: Vec<Range<usize>> =
        cuts.iter().map(|cut| cut.start * width..cut.end * width).collect();
    close(table, &cuts);
}

/// Makes room for one value before each of some places of a table, ascending. O(what follows the first).
pub(crate) fn open<T: Copy>(table: &mut Vec<T>, places: &[usize], empty: T) {
    let mut end = table.len();
    table.resize(end + places.len(), empty);
    for (before, &place) in places.iter().enumerate().rev() {
        table.copy_within(place..end, place + before + 1);
        end = place;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_go() {
        let cuts = ranges([1, 2, 5].into_iter());
        assert_eq!(cuts, [1..3, 5..6]);
        let mut table: Vec<u32> = (0..8).collect();
        close(&mut table, &cuts);
        assert_eq!(table, [0, 3, 4, 6, 7]);
        let mut rows: Vec<u32> = (0..16).collect();
        close_rows(&mut rows, &cuts, 2);
        assert_eq!(rows, [0, 1, 6, 7, 8, 9, 12, 13, 14, 15]);
    }

    #[test]
    fn rows_come() {
        let mut table = vec![0, 1, 2];
        open(&mut table, &[0, 2, 2, 3], 9);
        assert_eq!([table[1], table[2], table[5]], [0, 1, 2]);
        assert_eq!(table.len(), 7);
    }
}

//! How the lines of the page are shared between its panes.

/// A title, the headings, a row.
const LEAST: usize = 3;

/// How many lines each pane gets of those that there are, if it wants so many; 0 if there are too few for it. The pane in
/// the focus comes first, then the others from the top; what is left over goes round.
pub(super) fn shares(lines: usize, wanted: &[usize], focus: usize) -> Vec<usize> {
    let mut shares = vec![0; wanted.len()];
    let mut left = lines;
    let others = (0..wanted.len()).filter(|pane| *pane != focus);
    for pane in [focus].into_iter().chain(others).filter(|pane| *pane < wanted.len()) {
        let least = wanted[pane].min(LEAST);
        if least <= left {
            shares[pane] = least;
            left -= least;
        }
    }
    let wants_more = |shares: &[usize], pane: usize| (1..wanted[pane]).contains(&shares[pane]);
    while left > 0 && (0..wanted.len()).any(|pane| wants_more(&shares, pane)) {
        for pane in 0..wanted.len() {
            if left > 0 && wants_more(&shares, pane) {
                shares[pane] += 1;
                left -= 1;
            }
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: usize, wanted: &[usize], focus: usize, expected: &[usize]) {
        assert_eq!(shares(lines, wanted, focus), expected);
    }

    #[test]
    fn lines_are_shared() {
        // enough for all
        check(30, &[9, 4, 1], 0, &[9, 4, 1]);
        // what is left over goes round
        check(20, &[9, 40, 40], 0, &[7, 7, 6]);
        check(20, &[4, 40, 40], 0, &[4, 8, 8]);
        // who has nothing to show needs its title alone
        check(20, &[9, 1, 1], 0, &[9, 1, 1]);
        // too few: from the top, but first the pane in the focus
        check(6, &[9, 9, 9], 0, &[3, 3, 0]);
        check(6, &[9, 9, 9], 2, &[3, 0, 3]);
        check(5, &[9, 9, 1], 1, &[0, 4, 1]);
        check(2, &[9, 9, 9], 1, &[0, 0, 0]);
        check(0, &[1, 1, 1], 0, &[0, 0, 0]);
        check(9, &[], 0, &[]);
    }
}

//! Files that import each other in a loop.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::imports::Imports;

/// Files each of which reaches each other one by imports, with the imports among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// Two or more.
    pub files: BTreeSet<String>,
    /// Those from a file of the loop to another.
    pub imports: Imports,
}

impl fmt::Display for Loop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} files in a loop", self.files.len())?;
        for ((from, to), names) in &self.imports {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            write!(f, "\n    {from} -> {to}: {}", names.join(", "))?;
        }
        Ok(())
    }
}

/// All loops, in the order of their first files. Costs files times imports.
#[must_use]
pub fn loops(imports: &Imports) -> Vec<Loop> {
    let mut targets: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in imports.keys() {
        targets.entry(from).or_default().insert(to);
    }
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        targets.keys().map(|&file| (file, reach(&targets, file))).collect();
    let reaches = |from: &str, to: &str| reached.get(from).is_some_and(|files| files.contains(to));
    let mut found: Vec<Loop> = Vec::new();
    for (&file, below) in &reached {
        let is_new = !found.iter().any(|known| known.files.contains(file));
        if is_new && below.contains(file) {
            let files = below.iter().filter(|other| reaches(other, file));
            found.push(with_imports(files.map(|&file| file.to_owned()).collect(), imports));
        }
    }
    found
}

/// What a file reaches by one import or more.
fn reach<'a>(targets: &BTreeMap<&'a str, BTreeSet<&'a str>>, file: &str) -> BTreeSet<&'a str> {
    let next = |file: &str| targets.get(file).into_iter().flatten().copied();
    let mut waiting: Vec<&str> = next(file).collect();
    let mut found = BTreeSet::new();
    while let Some(file) = waiting.pop() {
        if found.insert(file) {
            waiting.extend(next(file));
        }
    }
    found
}

fn with_imports(files: BTreeSet<String>, imports: &Imports) -> Loop {
    let is_inside = |(from, to): &(String, String)| files.contains(from) && files.contains(to);
    let inside = imports.iter().filter(|(arrow, _)| is_inside(arrow));
    let imports = inside.map(|(arrow, names)| (arrow.clone(), names.clone())).collect();
    Loop { files, imports }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Arrows as `ab`: a imports b.
    #[track_caller]
    fn check(arrows: &[&str], expected: &[&str]) {
        let arrow = |arrow: &&str| (arrow[..1].to_owned(), arrow[1..].to_owned());
        let imports = arrows.iter().map(|text| (arrow(text), BTreeSet::new())).collect();
        let found = loops(&imports).into_iter();
        let files = found.map(|found| found.files.into_iter().collect::<String>());
        assert_eq!(files.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn loops_are_found_whole_and_once() {
        check(&[], &[]);
        check(&["ab", "bc", "ac"], &[]);
        check(&["ab", "ba"], &["ab"]);
        check(&["ab", "bc", "ca", "cd", "xa"], &["abc"]);
        check(&["ab", "ba", "bc", "cb"], &["abc"]);
        check(&["ab", "ba", "bc", "cd", "dc"], &["ab", "cd"]);
    }

    #[test]
    fn a_loop_says_what_ties_it() {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let arrow = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        let imports = Imports::from([
            (arrow("a.rs", "b.rs"), names(&["B", "f"])),
            (arrow("b.rs", "a.rs"), names(&["A"])),
            (arrow("b.rs", "c.rs"), names(&["C"])),
        ]);
        let [found] = &loops(&imports)[..] else { panic!("one loop") };
        let expected = "2 files in a loop\n    a.rs -> b.rs: B, f\n    b.rs -> a.rs: A";
        assert_eq!(found.to_string(), expected);
    }
}

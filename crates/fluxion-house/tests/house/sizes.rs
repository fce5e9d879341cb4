//! Functions fit a screen, and files are one idea.

use std::collections::BTreeSet;

use fluxion_house::{Function, Package, functions, percentile};

use crate::{all_packages, nothing_wrong, trees};

/// Half of all functions have no more lines than this.
const MEDIAN: usize = 9;
/// Nine of ten functions have no more lines than this.
const NINE_OF_TEN: usize = 40;
/// No file has more lines than this.
const LONGEST_FILE: usize = 500;

/// Longer files that may stay: the path below `crates`, and the reason.
const LONGER_FILES: &[(&str, &str)] = &[];

/// Functions of every crate, their files as paths below `crates`.
fn all_functions(packages: &[Package]) -> Vec<Function> {
    let mut found = Vec::new();
    for package in packages {
        found.extend(functions(&trees(package)).into_iter().map(|function| Function {
            file: format!("{}/src/{}", package.name, function.file),
            ..function
        }));
    }
    found
}

/// Paths below `crates` with their numbers of lines, the longest first; files of tests are left out.
fn file_lengths(packages: &[Package]) -> Vec<(usize, String)> {
    let mut found = BTreeSet::new();
    for package in packages {
        let trees = trees(package);
        for module in trees.iter().flat_map(|tree| &tree.modules) {
            let lines = package.files[&module.file].lines().count();
            found.insert((lines, format!("{}/src/{}", package.name, module.file)));
        }
    }
    found.into_iter().rev().collect()
}

#[test]
fn functions_are_short() {
    let mut found = all_functions(&all_packages());
    found.sort_by_key(|function| std::cmp::Reverse(function.lines));
    let lengths: Vec<usize> = found.iter().map(|function| function.lines).collect();
    let (median, nine_of_ten) = (percentile(&lengths, 50), percentile(&lengths, 90));
    println!("{} functions: median {median} lines, p90 {nine_of_ten}", found.len());
    for Function { file, line, name, lines } in found.iter().take(15) {
        println!("    {lines:4} lines: {name}, {file}:{line}");
    }
    assert!(median <= MEDIAN, "half of the functions have more than {MEDIAN} lines: {median}");
    assert!(nine_of_ten <= NINE_OF_TEN, "the longest tenth begins at {nine_of_ten} lines");
}

#[test]
fn files_are_one_idea() {
    let lengths = file_lengths(&all_packages());
    println!("{} files", lengths.len());
    lengths.iter().take(15).for_each(|(lines, file)| println!("    {lines:4} lines: {file}"));
    let is_listed = |file: &str| LONGER_FILES.iter().any(|(listed, _)| *listed == file);
    let long = lengths.iter().filter(|(lines, _)| *lines > LONGEST_FILE);
    let long: Vec<&(usize, String)> = long.collect();
    let unlisted = long.iter().filter(|(_, file)| !is_listed(file));
    let mut wrong: Vec<String> =
        unlisted.map(|(lines, file)| format!("{file} has {lines} lines")).collect();
    let unused = LONGER_FILES.iter().filter(|(file, _)| !long.iter().any(|(_, long)| long == file));
    wrong.extend(unused.map(|(file, _)| format!("{file} is listed as long, and is not")));
    nothing_wrong(&wrong, "Give each idea of the file a file of its own, named after it.");
}

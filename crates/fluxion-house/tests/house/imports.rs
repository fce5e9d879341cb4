//! Files of a crate do not import each other in a loop.

use fluxion_house::{Loop, imports, loops};

use crate::{all_packages, nothing_wrong, trees};

/// Loops that may stay: the crate, a file of the loop, the reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

/// Every loop, behind the name of its crate.
fn all_loops() -> Vec<(String, Loop)> {
    let mut all = Vec::new();
    for package in all_packages() {
        let found = loops(&imports(&trees(&package)));
        all.extend(found.into_iter().map(|found| (package.name.clone(), found)));
    }
    all
}

fn is_exception(package: &str, found: &Loop) -> bool {
    EXCEPTIONS.iter().any(|(of, file, _)| *of == package && found.files.contains(*file))
}

#[test]
fn files_do_not_import_each_other_in_a_loop() {
    let mut wrong = Vec::new();
    for (package, found) in all_loops() {
        println!("{package}: {found}");
        if !is_exception(&package, &found) {
            wrong.push(format!("{package}: {found}"));
        }
    }
    nothing_wrong(
        &wrong,
        "Let the arrows point one way: move what both files need into a file of its own, or hand it in.",
    );
}

#[test]
fn loops_that_are_listed_are_there() {
    let all = all_loops();
    for (name, file, _) in EXCEPTIONS {
        let is_there =
            |(package, found): &(String, Loop)| package == name && found.files.contains(*file);
        assert!(all.iter().any(is_there), "{name}: {file} is in no loop any more");
    }
}

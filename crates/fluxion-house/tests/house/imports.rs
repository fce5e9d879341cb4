//! Files of a crate do not import each other in a loop.

use fluxion_house::{Loop, imports, loops};

use crate::{all_packages, nothing_wrong, trees};

/// Crates whose loops are being undone.
const BEING_MENDED: &[&str] =
    &["fluxion-context", "fluxion-engine", "fluxion-formats", "fluxion-server"];

/// Loops that may stay: the crate, a file of the loop, the reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

fn exception(package: &str, found: &Loop) -> Option<usize> {
    EXCEPTIONS.iter().position(|(of, file, _)| *of == package && found.files.contains(*file))
}

#[test]
fn files_do_not_import_each_other_in_a_loop() {
    let mut wrong = Vec::new();
    let mut used = Vec::new();
    for package in all_packages() {
        for found in loops(&imports(&trees(&package))) {
            println!("{}: {found}", package.name);
            match exception(&package.name, &found) {
                Some(index) => used.push(index),
                None if BEING_MENDED.contains(&package.name.as_str()) => {}
                None => wrong.push(format!("{}: {found}", package.name)),
            }
        }
    }
    let unused = EXCEPTIONS.iter().enumerate().filter(|(index, _)| !used.contains(index));
    wrong.extend(unused.map(|(_, (package, file, _))| format!("{package}: {file} is in no loop")));
    nothing_wrong(
        &wrong,
        "Let the arrows point one way: move what both files need into a file of its own, or hand it in.",
    );
}

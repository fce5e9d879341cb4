//! Replays the recorded sessions of the reference command line (`../shared/conformance` beside the repository)
//! through the real binary, and holds the pass rate of each group against `conformance/floor.json`.
//!
//! `cargo test -p fluxion --test conformance -- TEXT...` replays the cases whose id contains one of the texts, and
//! shows where those that fail differ. With `CONFORMANCE=raise` in the environment, better rates are written down as the new floor.

#![expect(clippy::print_stdout, reason = "the rates are the result")]

mod case;
mod compare;
#[path = "../limited/mod.rs"]
mod limited;
mod ratchet;
mod replay;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use case::{Case, Failure};
use ratchet::{Floor, Rates};

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--list") {
        return ExitCode::SUCCESS;
    }
    let recorded = root().join("../shared/conformance");
    if !recorded.join("cases").is_dir() {
        println!(
            "conformance: skipped, as there is no ../shared/conformance beside the repository"
        );
        return ExitCode::SUCCESS;
    }
    let texts: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| !word.starts_with('-')).collect();
    match run(&recorded, &texts) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(failure) => {
            println!("conformance: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Replays what is asked for; how many things are wrong.
fn run(recorded: &Path, texts: &[&str]) -> Result<usize, Failure> {
    let cases = case::read_all(&recorded.join("cases"), texts)?;
    let deviations = case::deviations(&root().join("conformance/deviations.json"))?;
    let differences = replay::all(&cases, &recorded.join("files"));
    let mut rates = Rates::default();
    let mut wrong = 0;
    for (case, difference) in cases.iter().zip(&differences) {
        rates.count(case, difference.is_none());
        match (difference, deviations.get(&case.id)) {
            (None, Some(_)) => {
                println!("listed as a deviation, but passes: {}", case.id);
                wrong += 1;
            }
            (Some(difference), None) if !texts.is_empty() => {
                println!("--- {}\n    {}\n{difference}", case.id, case.args.join(" "));
            }
            _ => {}
        }
    }
    let listed = |case: &&Case| deviations.contains_key(&case.id);
    println!("{rates}, {} deviate as listed", cases.iter().filter(listed).count() - wrong);
    if texts.is_empty() {
        let unknown = deviations.keys().filter(|id| !cases.iter().any(|case| case.id == **id));
        wrong += unknown.inspect(|id| println!("listed as a deviation, but no case: {id}")).count();
        wrong += Floor::read(&root().join("conformance/floor.json"))?.check(&rates)?;
    }
    Ok(wrong)
}

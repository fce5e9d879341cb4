//! The `fluxion` command.

use std::io::Write;
use std::process::ExitCode;

mod query;

fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    match words.next().as_deref() {
        Some("query") => query::run(&words.collect::<Vec<_>>()),
        _ => {
            let _ = writeln!(std::io::stderr(), "usage: fluxion query [OPTIONS...]");
            ExitCode::from(2)
        }
    }
}

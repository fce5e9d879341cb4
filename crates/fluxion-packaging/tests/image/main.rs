//! Starts what the Dockerfile makes, as the published image is started (`--host 0.0.0.0`), and calls it.
//!
//! `make test`: the server of this test run stands in for the binary of the image, in an otherwise empty root, as the user
//! that the Dockerfile names. `make container-test` (`CONTAINER=build`): an engine builds and runs the image; where none
//! answers, the steps of the Dockerfile are carried out in a chroot, which takes root and Linux. What was done is printed.

#![expect(clippy::print_stdout, reason = "what was done is the result")]

mod called;
mod engine;
mod started;
mod steps;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, ensure};
use fluxion_packaging::{Dockerfile, Stage};

/// What is passed to the published image.
const ARGUMENTS: [&str; 2] = ["--host", "0.0.0.0"];

/// The argument with which this program calls itself in a mount namespace of its own; a folder follows.
const INSIDE: &str = "--carry-out-in";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let builds = std::env::var_os("CONTAINER").is_some_and(|value| value == "build");
    let done = match &words[..] {
        [word, ..] if word == "--list" => return ExitCode::SUCCESS,
        [word, folder] if word == INSIDE => carried_out(Path::new(folder)),
        _ if builds => built(),
        _ => stood_in(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("image: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The repository.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Where this build puts its results.
fn target_folder() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let folder =
        program.ancestors().nth(3).context("a test is three levels below the target folder")?;
    Ok(folder.to_owned())
}

fn dockerfile() -> Result<Dockerfile> {
    let text = std::fs::read_to_string(repository().join("Dockerfile"))?;
    Dockerfile::parse(&text).context("Dockerfile")
}

/// What the image starts, and as whom.
struct Start {
    entry_point: Vec<String>,
    user: String,
}

impl Start {
    fn of(image: &Stage) -> Result<Self> {
        Ok(Self {
            entry_point: image.entry_point().context("no ENTRYPOINT")?.to_vec(),
            user: image.user().context("no USER")?.to_owned(),
        })
    }
}

/// The server of this test run in place of that of the image.
fn stood_in() -> Result<()> {
    let dockerfile = dockerfile()?;
    let start = Start::of(dockerfile.image().context("no stage")?)?;
    let program = std::env::current_exe()?;
    let server = program.ancestors().nth(2).context("no folder of programs")?.join("server");
    ensure!(
        server.exists(),
        "there is no {}: cargo build --package fluxion-daemon",
        server.display()
    );
    let root = started::folder()?;
    started::put(&server, root.path(), &start.entry_point)?;
    let how = started::run(root.path(), &start)?;
    println!("image: the server of this test run, not that of the image, with its libraries {how}");
    println!("image: to carry out the whole Dockerfile: make container-test");
    Ok(())
}

/// The image itself.
fn built() -> Result<()> {
    if let Some(engine) = engine::find() {
        let image = dockerfile()?;
        Start::of(image.image().context("no stage")?)?;
        return engine::run(engine);
    }
    let folder = started::folder()?;
    let mut inside = Command::new("unshare");
    inside.args(["--mount", "--propagation", "private"]).arg(std::env::current_exe()?);
    let status = inside.arg(INSIDE).arg(folder.path()).status();
    let status = status.context("no container engine answers, and there is no unshare")?;
    ensure!(status.success(), "no container engine answers, and in a chroot: {status}");
    Ok(())
}

/// In a mount namespace of its own.
fn carried_out(folder: &Path) -> Result<()> {
    let dockerfile = dockerfile()?;
    let start = Start::of(dockerfile.image().context("no stage")?)?;
    let root = steps::carry_out(&dockerfile, folder)?;
    let how = started::run(&root, &start)?;
    println!(
        "image: no container engine answers; the steps of the Dockerfile in a chroot, and the image {how}"
    );
    Ok(())
}

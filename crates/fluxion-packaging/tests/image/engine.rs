//! The image in the hands of a container engine.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use fluxion_packaging::PORT;

use crate::{ARGUMENTS, called, repository, started};

const IMAGE: &str = "fluxion-container-test";

/// The first engine that answers and can run an image.
pub(crate) fn find() -> Option<&'static str> {
    ["docker", "podman"].into_iter().find(|engine| output(engine, &["info"]).is_ok())
}

fn output(program: &str, arguments: &[&str]) -> Result<String> {
    let output =
        Command::new(program).args(arguments).output().with_context(|| program.to_owned())?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{program} {}: {error}", arguments.join(" "));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Builds the image, starts it, calls it and stops it.
pub(crate) fn run(engine: &'static str) -> Result<()> {
    let script = repository().join("container/build.sh");
    ensure!(Command::new(script).arg(IMAGE).status()?.success(), "the image cannot be built");
    let container = Container::start(engine)?;
    container.wait()?;
    called::main_job(&container.address()?)?;
    container.stop()?;
    let words = ARGUMENTS.join(" ");
    println!(
        "image: {engine} built it; {engine} run {IMAGE} {words} answered Init, Match and Cancel"
    );
    Ok(())
}

/// A running container, removed in the end.
struct Container {
    engine: &'static str,
    id: String,
}

impl Drop for Container {
    fn drop(&mut self) {
        let _ = output(self.engine, &["rm", "--force", &self.id]);
    }
}

impl Container {
    fn start(engine: &'static str) -> Result<Self> {
        let publish = format!("--publish=127.0.0.1::{PORT}");
        let id = output(engine, &[&["create", &publish, IMAGE], &ARGUMENTS[..]].concat())?;
        let container = Self { engine, id };
        output(engine, &["start", &container.id])?;
        Ok(container)
    }

    /// Until it says that it listens.
    fn wait(&self) -> Result<()> {
        let mut logs = Command::new(self.engine);
        logs.args(["logs", "--follow", &self.id]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut logs = logs.spawn()?;
        let mut line = String::new();
        let read = BufReader::new(logs.stdout.take().context("no output")?).read_line(&mut line);
        logs.kill()?;
        logs.wait()?;
        read?;
        ensure!(started::port(&line) == Some(PORT), "expected to listen on {PORT}, found {line:?}");
        Ok(())
    }

    /// Where this machine reaches it.
    fn address(&self) -> Result<String> {
        let listed = output(self.engine, &["port", &self.id, &format!("{PORT}/tcp")])?;
        Ok(listed.lines().next().context("no port is published")?.to_owned())
    }

    fn stop(&self) -> Result<()> {
        output(self.engine, &["stop", &self.id])?;
        let code = output(self.engine, &["inspect", "--format", "{{.State.ExitCode}}", &self.id])?;
        ensure!(code == "0", "the stopped container ended with {code}");
        Ok(())
    }
}

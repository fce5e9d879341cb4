//! The server process.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail};
use fluxion_client::v1::Server;
use fluxion_client::{FluxionClient, Options};

use crate::machine::Machine;
use crate::memory;

/// `fluxion serve` on a free port; killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    /// Name and port.
    pub(crate) address: String,
}

impl Process {
    /// Starts this program once more and waits until it listens.
    pub(crate) fn start() -> anyhow::Result<Self> {
        Self::start_with(&[])
    }

    /// The same, with options.
    pub(crate) fn start_with(options: &[&str]) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("this program has no file")?;
        let mut child = Command::new(program)
            .args(["serve", "--host", "127.0.0.1", "--port", "0", "--log", "error"])
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the server")?;
        let output = child.stdout.take().context("the server has no output")?;
        let mut process = Self { child, address: String::new() };
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        match line.trim_end().strip_prefix("fluxion: gRPC listening on ") {
            Some(address) => process.address = address.to_owned(),
            None => bail!("the server did not start: `{line}`"),
        }
        Ok(process)
    }

    /// Its number.
    pub(crate) fn id(&self) -> String {
        self.child.id().to_string()
    }

    /// What is resident of it.
    pub(crate) fn resident(&self) -> Option<u64> {
        memory::resident(&self.id())
    }

    /// Loads a machine through the published service.
    pub(crate) async fn init(&self, machine: Machine) -> anyhow::Result<()> {
        let client = self.connect().await?;
        client.init(machine.jgf(), "first").await?;
        Ok(())
    }

    /// A connection more, for the full service.
    pub(crate) async fn connect_v1(&self) -> anyhow::Result<Server> {
        Ok(Server::connect(&self.address, Options::default()).await?)
    }

    /// A connection more.
    pub(crate) async fn connect(&self) -> anyhow::Result<FluxionClient> {
        Ok(FluxionClient::connect(&self.address, Options::default()).await?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

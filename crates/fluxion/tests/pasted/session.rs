//! A fresh shell: a home of its own, and nothing in the environment that only a test has.
//!
//! The blocks reach it on its standard input, as what is pasted into a terminal does: a command that reads on swallows the
//! rest. Programs that a block leaves in the background go on until the last block has been pasted.

use std::fs::{self, File};
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

use super::Depth;
use super::blocks::Block;
use super::document::Document;
use super::masked::masked;

/// Where toolchains and packages are kept that were fetched before; a home without them would fetch them again.
const KEPT: [(&str, &str); 7] = [
    ("RUSTUP_HOME", ".rustup"),
    ("CARGO_HOME", ".cargo"),
    ("GOENV", ".config/go/env"),
    ("GOMODCACHE", "go/pkg/mod"),
    ("GOCACHE", ".cache/go-build"),
    ("PIP_CACHE_DIR", ".cache/pip"),
    ("PYENV_ROOT", ".pyenv"),
];

/// What cargo and make tell their tests, and what tells Fluxion and Python something: begins of names.
const NOT_PASSED: [&str; 9] = [
    "CARGO_BIN_",
    "CARGO_CRATE_",
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
    "CARGO_PRIMARY_",
    "FLUXION_",
    "MAKE",
    "MFLAGS",
    "VIRTUAL_ENV",
];

/// What documents say of the port, where they say nothing else.
const PORT: u16 = 4242;

/// A shell that is being prepared.
pub(crate) struct Session {
    home: TempDir,
    port: u16,
    /// Whether `fluxion` is there from the beginning.
    installed: bool,
    blocks: Vec<(String, Block)>,
}

impl Session {
    /// A shell in which the documents shall be followed.
    pub(crate) fn new(depth: Depth, documents: &[Document]) -> Result<Self> {
        let port = match depth {
            Depth::Short => free_port()?,
            Depth::Full => {
                wait_until_free(PORT).context("port 4242, which the documents use")?;
                PORT
            }
        };
        let installs = documents.iter().any(Document::installs);
        let installed = depth == Depth::Short || !installs;
        Ok(Self { home: TempDir::new()?, port, installed, blocks: Vec::new() })
    }

    /// Pastes a block behind those before.
    pub(crate) fn paste(&mut self, place: String, block: &Block) {
        self.blocks.push((place, block.clone()));
    }

    /// What goes through standard input: the blocks, each with files of its own for what it prints.
    fn input(&self) -> String {
        let mut input = String::new();
        for (number, (_, block)) in self.blocks.iter().enumerate() {
            let (out, err) = (self.file(number, "out"), self.file(number, "err"));
            input += &format!("exec >{} 2>{}\n{}", out.display(), err.display(), block.commands);
        }
        input + &format!("exec >{} 2>&1\n", self.file(self.blocks.len(), "out").display())
    }

    fn file(&self, number: usize, kind: &str) -> PathBuf {
        self.home.path().join(format!(".pasted-{number}.{kind}"))
    }

    fn read(&self, number: usize, kind: &str) -> String {
        let bytes = fs::read(self.file(number, kind)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Pastes everything into a shell that starts in the clone.
    pub(crate) fn run(&self, clone: &Path) -> Result<()> {
        let input = self.home.path().join(".pasted");
        File::create(&input)?.write_all(self.input().as_bytes())?;
        let mut shell = self.shell(clone).stdin(File::open(&input)?).spawn().context("bash")?;
        let status = shell.wait();
        // what a command has left in the background
        let group = format!("-{}", shell.id());
        Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status()?;
        let begun = (0..).take_while(|&number| self.file(number, "out").exists()).count();
        self.check(begun)?;
        ensure!(status?.success(), "the shell failed after the last block");
        Ok(())
    }

    /// Whether the blocks that were begun have all ended, and have printed what the documents show.
    fn check(&self, begun: usize) -> Result<()> {
        for (number, (place, block)) in self.blocks.iter().enumerate() {
            let (out, err) = (self.read(number, "out"), self.read(number, "err"));
            let commands = &block.commands;
            if number + 1 >= begun {
                bail!("{place}: a command failed of\n{commands}--- it printed\n{out}{err}");
            }
            let printed = block.printed.as_ref();
            let expected = printed.filter(|&printed| masked(printed) != masked(&out));
            if let Some(expected) = expected {
                bail!("{place}:\n{commands}--- shown\n{expected}--- printed\n{out}{err}");
            }
        }
        Ok(())
    }

    fn shell(&self, clone: &Path) -> Command {
        let mut shell = Command::new("bash");
        shell.args(["--norc", "--noprofile", "-e"]).current_dir(clone).process_group(0);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if NOT_PASSED.iter().any(|begin| text.starts_with(begin)) {
                shell.env_remove(name);
            }
        }
        shell.stdout(Stdio::null()).env("HOME", self.home.path()).env("PATH", self.path());
        let old_home = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
        for (name, folder) in KEPT {
            let folder =
                std::env::var_os(name).map_or_else(|| old_home.join(folder), PathBuf::from);
            if folder.exists() {
                shell.env(name, folder);
            }
        }
        shell.env("CARGO_INSTALL_ROOT", self.home.path().join(".cargo"));
        shell.env("CARGO_TARGET_DIR", target());
        if self.port != PORT {
            let address = format!("127.0.0.1:{}", self.port);
            shell.env("FLUXION_PORT", self.port.to_string()).env("FLUXION_ADDRESS", address);
        }
        shell
    }

    /// What cargo installs comes first, then what this test run has built.
    fn path(&self) -> String {
        let outer = std::env::var("PATH").unwrap_or_default();
        let own = Path::new(env!("CARGO_BIN_EXE_fluxion")).parent().filter(|_| self.installed);
        let own = own.map(|folder| format!("{}:", folder.display())).unwrap_or_default();
        format!("{}/.cargo/bin:{own}{outer}", self.home.path().display())
    }
}

/// Where this build puts its results.
fn target() -> PathBuf {
    let own = Path::new(env!("CARGO_TARGET_TMPDIR"));
    own.parent().unwrap_or(own).to_owned()
}

/// Waits for a port, a few seconds at most: the servers of the shell before were killed, which takes them a moment.
#[expect(clippy::disallowed_methods, reason = "nothing tells when a port becomes free")]
fn wait_until_free(port: u16) -> std::io::Result<()> {
    let started = Instant::now();
    loop {
        match TcpListener::bind(("0.0.0.0", port)) {
            Err(_) if started.elapsed() < Duration::from_secs(10) => {
                thread::sleep(Duration::from_millis(20));
            }
            bound => return bound.map(drop),
        }
    }
}

/// A port that nobody uses, outside of those that the system gives to whoever asks for any.
fn free_port() -> Result<u16> {
    let first = 20_000 + (std::process::id() % 10_000) as u16;
    let free = (first..32_000).find(|&port| TcpListener::bind(("0.0.0.0", port)).is_ok());
    free.context("no port is free")
}

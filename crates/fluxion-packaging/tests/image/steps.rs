//! Carries out the steps of the Dockerfile without a container engine: each stage is a root folder. That of the Rust
//! image is a view of this machine's own root, in which nothing that is written reaches the machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use fluxion_packaging::{Copy, DockerIgnore, Dockerfile, Instruction, Order, Stage};

use crate::{repository, started, target_folder};

/// What a build inherits from this machine: its toolchain, and where its packages lie.
const INHERITED: [&str; 5] = ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"];

/// Carries out all stages below `folder`, in a mount namespace of its own; gives the root of the last.
pub(crate) fn carry_out(dockerfile: &Dockerfile, folder: &Path) -> Result<PathBuf> {
    let ignore = DockerIgnore::parse(&fs::read_to_string(repository().join(".dockerignore"))?);
    let mut roots = BTreeMap::new();
    let mut last = None;
    for (stage, i) in dockerfile.stages.iter().zip(0..) {
        let root = base(stage, &folder.join(format!("stage{i}")))?;
        let mut build = Build { root: root.clone(), folder: "/".into(), variables: Vec::new() };
        for order in &stage.orders {
            build
                .carry_out(order, &roots, &ignore)
                .with_context(|| format!("line {}", order.line))?;
        }
        if let Some(name) = &stage.name {
            roots.insert(name.clone(), root.clone());
        }
        last = Some(root);
    }
    last.context("no stage")
}

fn run(program: &str, arguments: &[&str]) -> Result<()> {
    let status = Command::new(program).args(arguments).status();
    let status = status.with_context(|| program.to_owned())?;
    ensure!(status.success(), "{program} {}: {status}", arguments.join(" "));
    Ok(())
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().with_context(|| format!("{} is no text", path.display()))
}

/// The root from which a stage starts.
fn base(stage: &Stage, folder: &Path) -> Result<PathBuf> {
    fs::create_dir(folder)?;
    match stage.base.strip_prefix("rust:") {
        Some(_) => view_of_this_machine(&stage.base, folder),
        None if stage.base == "scratch" => Ok(folder.to_owned()),
        None => {
            bail!("FROM {}: only rust:VERSION and scratch are there without an engine", stage.base)
        }
    }
}

/// An overlay over `/` that keeps what is written in memory, with the devices and processes of the machine.
fn view_of_this_machine(base: &str, folder: &Path) -> Result<PathBuf> {
    let version = Command::new("rustc").arg("--version").output().context("rustc")?.stdout;
    println!(
        "image: {} of this machine in place of {base}",
        String::from_utf8_lossy(&version).trim()
    );
    run("mount", &["-t", "tmpfs", "tmpfs", text(folder)?])?;
    let [upper, work, root] = ["upper", "work", "root"].map(|name| folder.join(name));
    [&upper, &work, &root].into_iter().try_for_each(fs::create_dir)?;
    let options = format!("lowerdir=/,upperdir={},workdir={}", upper.display(), work.display());
    run("mount", &["-t", "overlay", "overlay", "-o", &options, text(&root)?])?;
    for shared in ["dev", "proc"] {
        run("mount", &["--rbind", &format!("/{shared}"), text(&root.join(shared))?])?;
    }
    Ok(root)
}

/// A stage that is being made.
struct Build {
    root: PathBuf,
    /// The folder of the container in which commands run.
    folder: String,
    variables: Vec<(String, String)>,
}

impl Build {
    fn carry_out(
        &mut self,
        order: &Order,
        roots: &BTreeMap<String, PathBuf>,
        ignore: &DockerIgnore,
    ) -> Result<()> {
        match &order.instruction {
            Instruction::WorkDir(folder) => {
                self.folder.clone_from(folder);
                fs::create_dir_all(started::inside(&self.root, folder))?;
                Ok(())
            }
            Instruction::Env(pairs) => {
                self.variables.extend_from_slice(pairs);
                Ok(())
            }
            Instruction::Copy(copy) => self.copy(copy, roots, ignore),
            Instruction::Run(command) => self.run(command),
            Instruction::Label(_)
            | Instruction::Expose(_)
            | Instruction::Volume(_)
            | Instruction::User(_)
            | Instruction::EntryPoint(_) => Ok(()),
        }
    }

    fn place(&self, path: &str) -> PathBuf {
        let folder = started::inside(&self.root, &self.folder);
        if path.starts_with('/') { started::inside(&self.root, path) } else { folder.join(path) }
    }

    fn copy(
        &self,
        copy: &Copy,
        roots: &BTreeMap<String, PathBuf>,
        ignore: &DockerIgnore,
    ) -> Result<()> {
        let from = match &copy.from {
            Some(stage) => roots.get(stage).with_context(|| format!("no stage {stage}"))?.clone(),
            None => repository(),
        };
        let to = self.place(&copy.target);
        for source in &copy.sources {
            ensure!(copy.from.is_some() || ignore.sends(source), "{source} is left out");
            println!("image: COPY {source} {}", copy.target);
            let source = started::inside(&from, source);
            if source.is_dir() {
                fs::create_dir_all(&to)?;
                run("cp", &["-a", &format!("{}/.", text(&source)?), text(&to)?])?;
            } else {
                run("cp", &["-a", text(&source)?, text(&to)?])?;
            }
        }
        Ok(())
    }

    /// Runs a command of `/bin/sh`. What cargo builds stays in the target folder of this repository, for the next time.
    fn run(&self, command: &str) -> Result<()> {
        let kept = target_folder()?.join("container");
        let target = self.place("target");
        fs::create_dir_all(&kept)?;
        fs::create_dir_all(&target)?;
        run("mount", &["--bind", text(&kept)?, text(&target)?])?;
        println!("image: RUN {command}");
        let inherited = INHERITED.iter().filter_map(|name| Some((*name, std::env::var_os(name)?)));
        let script = format!("cd '{}' && {command}", self.folder);
        let mut shell = Command::new("chroot");
        shell.env_clear().envs(inherited).envs(self.variables.iter().cloned());
        let status = shell.arg(&self.root).args(["/bin/sh", "-c", &script]).status()?;
        ensure!(status.success(), "RUN {command}: {status}");
        Ok(())
    }
}

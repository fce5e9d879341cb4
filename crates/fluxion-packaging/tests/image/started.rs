//! A program alone in a root folder, as an unprivileged user: what a container is to it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

use crate::{ARGUMENTS, Start, called};

/// A new folder into which others may look.
pub(crate) fn folder() -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}

/// The place of an absolute path of the container.
pub(crate) fn inside(root: &Path, path: &str) -> PathBuf {
    root.join(path.trim_start_matches('/'))
}

/// Puts a program into a root as what the entry point names, with the libraries that it loads.
pub(crate) fn put(program: &Path, root: &Path, entry_point: &[String]) -> Result<()> {
    let name = entry_point.first().context("an empty entry point")?;
    copy(program, &inside(root, name))?;
    // It fails for a static program, which needs none.
    let listed = Command::new("ldd").arg(program).output().map(|output| output.stdout);
    let listed = String::from_utf8(listed.unwrap_or_default())?;
    for library in listed.split_whitespace().filter(|word| word.starts_with('/')) {
        copy(Path::new(library), &inside(root, library))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to.parent().context("a file is in a folder")?)?;
    fs::copy(from, to).with_context(|| format!("{} to {}", from.display(), to.display()))?;
    Ok(())
}

/// Starts the image that lies in `root`, calls it, and stops it; says how.
pub(crate) fn run(root: &Path, start: &Start) -> Result<String> {
    let (mut command, how) = confined(root, start)?;
    command.args(start.entry_point.get(1..).unwrap_or_default());
    command.args(ARGUMENTS).args(["--port", "0"]).env("FLUXION_LOG", "warn");
    command.stdout(Stdio::piped());
    let mut server = Server(command.spawn().with_context(|| how.clone())?);
    let port = server.port().with_context(|| how.clone())?;
    called::main_job(&format!("127.0.0.1:{port}"))?;
    server.stop()?;
    let words = [&start.entry_point.join(" "), &ARGUMENTS.join(" ")].map(String::as_str).join(" ");
    Ok(format!("{how}: {words} answered Init, Match and Cancel, and ended at SIGTERM"))
}

/// The command that starts the entry point with `root` as its root. Root may change both root and user; others may in
/// a user namespace, unless the system forbids that too.
fn confined(root: &Path, start: &Start) -> Result<(Command, String)> {
    let name = start.entry_point.first().context("an empty entry point")?;
    let (user, group) = start.user.split_once(':').context("expected USER UID:GID")?;
    let succeeds = |program: &str, arguments: &[&str]| {
        Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
    };
    if succeeds("sh", &["-c", "test $(id -u) = 0 && command -v chroot"]) {
        let mut command = Command::new("chroot");
        command.arg(format!("--userspec={user}:{group}")).arg(root).arg(name);
        return Ok((command, format!("alone in an empty root, as user {user}:{group}")));
    }
    let mapped = [format!("--map-user={user}"), format!("--map-group={group}")];
    if succeeds("unshare", &["--user", &mapped[0], &mapped[1], "true"]) {
        let mut command = Command::new("unshare");
        command.arg("--user").args(mapped).arg("--root").arg(root).arg(name);
        return Ok((
            command,
            format!("alone in an empty root, as user {user}:{group} of a namespace"),
        ));
    }
    let how = "outside of a container, as this system lets nobody but root change the root";
    Ok((Command::new(inside(root, name)), how.to_owned()))
}

/// A running server, killed if something goes wrong.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    /// The port that the first line of output names.
    fn port(&mut self) -> Result<u16> {
        let mut line = String::new();
        BufReader::new(self.0.stdout.take().context("no output")?).read_line(&mut line)?;
        port(&line).with_context(|| format!("expected where it listens, found {line:?}"))
    }

    fn stop(&mut self) -> Result<()> {
        let kill = format!("kill -TERM {}", self.0.id());
        ensure!(Command::new("sh").args(["-c", &kill]).status()?.success(), "{kill}");
        match self.0.wait()? {
            status if status.success() => Ok(()),
            status => bail!("SIGTERM ended the server with {status}"),
        }
    }
}

/// The port in `fluxion: gRPC listening on 0.0.0.0:4242`.
pub(crate) fn port(line: &str) -> Option<u16> {
    let address = line.trim_end().strip_prefix("fluxion: gRPC listening on 0.0.0.0:")?;
    address.parse().ok()
}

//! A clone of the repository as it is, changes that are not committed included.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::root;

/// What git tracks, or would, in a folder of its own. It has the same place every time, and its files keep their times:
/// what is built there is built once.
pub(crate) fn fresh() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pasted");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    for name in files()? {
        let (from, to) = (root().join(&name), folder.join(&name));
        // a file that was removed is tracked until that is committed
        if from.is_file() {
            copy(&from, &to).with_context(|| format!("cannot copy {name}"))?;
        }
    }
    Ok(folder)
}

fn files() -> Result<Vec<String>> {
    // a container may have mounted it as somebody else's
    let anybody = ["-c", "safe.directory=*"];
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").args(anybody).args(arguments).current_dir(root()).output();
    let output = output.context("git, which knows the files of a clone, cannot be run")?;
    ensure!(output.status.success(), "git: {}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8(output.stdout).context("the name of a file")?;
    Ok(names.split_terminator('\0').map(str::to_owned).collect())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(from, to)?;
    let written = fs::metadata(from)?.modified()?;
    Ok(File::options().append(true).open(to)?.set_modified(written)?)
}

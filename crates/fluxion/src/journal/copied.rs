//! A copy of a data directory that is proved before it stands where it is to stand.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use fluxion_store::journal::Examination;
use fluxion_store_sqlite::Copied;

use crate::journal::check::drawn;
use crate::journal::directory::{Proof, beside, examined, whole};
use crate::journal::faults::{failed, refused};
use crate::journal::form::print;
use crate::journal::progress::ProgressLine;
use crate::output::{Failure, Status};

/// Copies what `source` holds to `target`, which must not be there or be empty, and says what is in it. It is made beside
/// `target` and gets its name when it is whole, proved and on the disk.
pub(super) fn copy(source: &Path, target: &Path) -> Result<Status, Failure> {
    let log = whole(source)?;
    check_empty(target)?;
    let aside = Aside::make(target)?;
    let mut line = ProgressLine::new();
    let mut told = |Copied { done, of }| line.tell("pages copied", done, of);
    log.copy_to(&aside.path, &mut told).map_err(|error| refused(&error, target))?;
    drop(log);
    drop(line);
    let damaged = |flaw: &str| {
        let source = source.display();
        let message = format!("{source} is damaged, nothing was copied: {flaw}");
        Failure::new(message).hint(format!("`fluxion check {source}` tells all that is wrong"))
    };
    aside.finish(target, &damaged)
}

fn proved(copy: &Path, damaged: &dyn Fn(&str) -> Failure) -> Result<Vec<Examination>, Failure> {
    let mut log = whole(copy)?;
    let examinations = examined(&mut log, Proof::Written).map_err(|error| refused(&error, copy))?;
    let mut flaws = examinations.iter().flat_map(|examination| {
        let name = &examination.graph.name;
        examination.flaws.iter().map(move |flaw| format!("graph {name}: {flaw}"))
    });
    match flaws.next() {
        None => Ok(examinations),
        Some(flaw) => Err(damaged(&flaw)),
    }
}

/// Refuses a place where something is.
pub(super) fn check_empty(target: &Path) -> Result<(), Failure> {
    match fs::read_dir(target).map(Iterator::count) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed("use", target, &error)),
        Ok(0) => Ok(()),
        Ok(_) => {
            let message = format!("{} is not empty", target.display());
            Err(Failure::new(message).hint("name a directory that is new or empty".to_owned()))
        }
    }
}

/// A directory beside the one that is made, which goes away if it does not become that.
pub(super) struct Aside {
    pub(super) path: PathBuf,
}

impl Aside {
    /// Makes it, empty.
    pub(super) fn make(target: &Path) -> Result<Self, Failure> {
        let path = beside(target, &format!(".{}.partial", std::process::id()))?;
        fs::create_dir(&path).map_err(|error| failed("make", &path, &error))?;
        Ok(Self { path })
    }

    /// Proves what it holds, gives it its name, and says what is in it; `damaged` tells of a flaw.
    pub(super) fn finish(
        self,
        target: &Path,
        damaged: &dyn Fn(&str) -> Failure,
    ) -> Result<Status, Failure> {
        let examinations = proved(&self.path, damaged)?;
        self.rename(target)?;
        print(&drawn(&examinations))?;
        Ok(Status::Done)
    }

    /// Waits until all its files are on the disk.
    pub(super) fn sync(&self) -> Result<(), Failure> {
        let unsynced = |error: std::io::Error| failed("sync", &self.path, &error);
        for entry in fs::read_dir(&self.path).map_err(unsynced)? {
            let path = entry.map_err(unsynced)?.path();
            File::open(path).and_then(|file| file.sync_all()).map_err(unsynced)?;
        }
        File::open(&self.path).and_then(|file| file.sync_all()).map_err(unsynced)
    }

    fn rename(self, target: &Path) -> Result<(), Failure> {
        fs::rename(&self.path, target).map_err(|error| failed("make", target, &error))?;
        let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        let synced = File::open(parent).and_then(|file| file.sync_all());
        synced.map_err(|error| failed("sync", parent, &error))
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // if it has got its name there is none; and what cannot be removed is told by its own
        let _ = fs::remove_dir_all(&self.path);
    }
}

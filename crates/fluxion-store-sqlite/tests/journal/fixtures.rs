//! Files that earlier versions wrote: they must always open, and hold what they held. A directory of `tests/fixtures` is never
//! changed; a version that writes otherwise adds one, with `JOURNAL_FIXTURE=name`.

use std::path::{Path, PathBuf};

use crate::session::{Server, recover_all};
use crate::{image, open};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// The jobs of all graphs, one a line, behind the revision of each.
fn contents(directory: &Path) -> String {
    let mut log = open(directory).unwrap();
    let mut out = String::new();
    for recovered in recover_all(&mut log).unwrap() {
        let (store, records) = (&recovered.store, recovered.records);
        assert_eq!(store.context().check(), Ok(()));
        let vertices = store.context().graph().vertex_count();
        out += &format!(
            "revision {}, {records} records after the snapshot, {vertices} vertices, next job {}, fingerprint {:016x}\n",
            store.revision(),
            store.context().next_job(),
            store.fingerprint()
        );
        for job in store.context().jobs() {
            let key = store.job_key(job.id);
            out += &format!("{} {} {}..{} {key}\n", job.id, job.state.as_str(), job.at, job.end);
        }
    }
    out
}

fn write(directory: &Path) {
    let scratch = tempfile::tempdir().unwrap();
    let mut log = open(scratch.path()).unwrap();
    let mut server = Server::create(&mut log, "g").unwrap();
    server.work(&mut log, 0..60, 25).unwrap();
    Server::create(&mut log, "empty").unwrap();
    drop(log);
    let copy = image(scratch.path());
    std::fs::create_dir_all(directory).unwrap();
    for entry in std::fs::read_dir(copy.path()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), directory.join(entry.file_name())).unwrap();
    }
    std::fs::write(directory.join("contents.txt"), contents(copy.path())).unwrap();
}

#[test]
fn what_earlier_versions_wrote_is_there() {
    if let Ok(name) = std::env::var("JOURNAL_FIXTURE") {
        write(&fixture(&name));
    }
    let mut checked = 0;
    for entry in std::fs::read_dir(fixture("")).unwrap() {
        let directory = entry.unwrap().path();
        let expected = std::fs::read_to_string(directory.join("contents.txt")).unwrap();
        // a fingerprint that is counted otherwise: raise FINGERPRINTS, and add a directory
        assert_eq!(contents(image(&directory).path()), expected, "{}", directory.display());
        checked += 1;
    }
    assert!(checked >= 1);
}

//! Sessions whose memory and time are limited, and small graphs to match in.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::limited;

/// How much address space a session gets, in KiB: 100 MB.
const MEMORY: u32 = 100_000_000 / 1024;

/// What a build for tests takes more of it, in KiB: its text is three times that of a release.
const UNOPTIMISED: u32 = 20_000_000 / 1024;

/// Generous: an unoptimised build on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// The program under test, and the shell's limits on a session: its memory, and of a release build, which
/// `HOSTILE_PROGRAM` in the environment names, also its time: one second of the processor.
pub(crate) fn program() -> (String, String) {
    let memory = format!("ulimit -v {MEMORY}");
    match std::env::var("HOSTILE_PROGRAM") {
        Ok(release) => (release, format!("{memory}; ulimit -t 1")),
        // the text of a build for tests is larger by about as much
        Err(_) => {
            let memory = format!("ulimit -v {}", MEMORY + UNOPTIMISED);
            (env!("CARGO_BIN_EXE_fluxion").to_owned(), memory)
        }
    }
}

/// What a session printed.
#[derive(Debug)]
pub(crate) struct Answer {
    /// To both channels: results and complaints.
    pub(crate) text: String,
    /// 0, or 1 if the session did not start.
    pub(crate) exit: i32,
}

impl Answer {
    /// Checks that the session ended well, and that it said something.
    #[track_caller]
    pub(crate) fn says(&self, expected: &str) -> &Self {
        assert_eq!(self.exit, 0, "{}", self.head());
        assert!(self.text.contains(expected), "{expected:?} is not in {}", self.head());
        self
    }

    /// Checks that the session did not start, and why.
    #[track_caller]
    pub(crate) fn is_refused(&self, reason: &str) {
        assert_eq!(self.exit, 1, "{}", self.head());
        assert!(self.text.contains(reason), "{reason:?} is not in {}", self.head());
    }

    /// Checks that the session got past its start, or said why it did not.
    #[track_caller]
    pub(crate) fn is_clear(&self) {
        assert!(self.exit == 0 || self.text.contains("ERROR"), "{}", self.head());
    }

    fn head(&self) -> String {
        self.text.chars().take(2000).collect()
    }
}

/// Runs `fluxion query` with `args` on `input`, in a folder with some files, under the limits.
#[track_caller]
pub(crate) fn session(files: &[(&str, &[u8])], args: &str, input: &[u8]) -> Answer {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    let (program, limits) = program();
    let script = format!("{limits}; exec \"$0\" query {args}");
    let mut command = Command::new("sh");
    command.args(["-c", &script, &program]).current_dir(folder.path());
    let start = Instant::now();
    let ended = limited::run(&mut command, input, PATIENCE).unwrap();
    let text = ended.stdout + &ended.stderr;
    let head: String = text.chars().take(2000).collect();
    let status = ended.status.unwrap_or_else(|| panic!("no answer in {PATIENCE:?}: {head}"));
    assert!(!text.contains("panicked at"), "{head}");
    let exit = status.code().filter(|code| matches!(code, 0..=2));
    let exit = exit.unwrap_or_else(|| panic!("ended by {status}: {head}"));
    report(start.elapsed());
    Answer { text, exit }
}

/// Of a release build, how long each session took.
fn report(time: Duration) {
    if std::env::var_os("HOSTILE_PROGRAM").is_some() {
        let thread = std::thread::current();
        eprintln!("{:8.3} s  {}", time.as_secs_f64(), thread.name().unwrap_or_default());
    }
}

/// Loads a graph and ends.
#[track_caller]
pub(crate) fn load(text: impl AsRef<[u8]>, format: &str) -> Answer {
    session(&[("graph", text.as_ref())], &format!("-L graph -f {format}"), b"")
}

/// A tree of vertices, written as JGF.
#[derive(Debug, Default)]
pub(crate) struct Jgf {
    nodes: String,
    edges: String,
    count: usize,
}

impl Jgf {
    /// Adds a vertex below another (none: the root) and gives its number.
    pub(crate) fn add(&mut self, parent: Option<usize>, ty: &str, size: u32, path: &str) -> usize {
        let number = self.count;
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(
            self.nodes,
            r#"{comma}{{"id":"{number}","metadata":{{"type":"{ty}","id":{number},"rank":0,"size":{size},"paths":{{"containment":"{path}"}}}}}}"#
        );
        if let Some(parent) = parent {
            let comma = if number == 1 { "" } else { "," };
            let _ = write!(self.edges, r#"{comma}{{"source":"{parent}","target":"{number}"}}"#);
        }
        self.count += 1;
        number
    }

    /// The document.
    pub(crate) fn text(&self) -> String {
        format!(r#"{{"graph":{{"nodes":[{}],"edges":[{}]}}}}"#, self.nodes, self.edges)
    }

    /// A cluster of nodes, each with some vertices of given types and sizes.
    pub(crate) fn cluster(nodes: usize, below: &[(&str, u32)]) -> String {
        let mut graph = Self::default();
        let root = graph.add(None, "cluster", 1, "/cluster0");
        for _ in 0..nodes {
            let path = format!("/cluster0/node{}", graph.count);
            let node = graph.add(Some(root), "node", 1, &path);
            for &(ty, size) in below {
                let path = format!("{path}/{ty}{}", graph.count);
                graph.add(Some(node), ty, size, &path);
            }
        }
        graph.text()
    }
}

/// A jobspec, in JSON, of these resources.
pub(crate) fn job(resources: &str) -> String {
    job_of(resources, "60")
}

/// [`job`] of a given duration.
pub(crate) fn job_of(resources: &str, duration: &str) -> String {
    format!(
        r#"{{"version": 1, "tasks": [], "attributes": {{"system": {{"duration": {duration}}}}}, "resources": {resources}}}"#
    )
}

/// Matches a jobspec by all operations in a graph.
#[track_caller]
pub(crate) fn match_in(graph: &str, args: &str, jobspec: impl AsRef<[u8]>) -> Answer {
    let files: [(&str, &[u8]); 2] = [("graph", graph.as_bytes()), ("job", jobspec.as_ref())];
    let operations = [
        "satisfiability",
        "without_allocating",
        "allocate_with_satisfiability",
        "allocate_orelse_reserve",
        "allocate",
    ];
    let input: String = operations.iter().map(|o| format!("match {o} job\n")).collect();
    session(&files, &format!("-L graph -f jgf {args}"), input.as_bytes())
}

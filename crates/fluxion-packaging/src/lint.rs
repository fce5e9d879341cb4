//! The rules for our image: reproducible, small, without privileges, started as the published one.

use crate::dockerfile::{Copy, Dockerfile, Instruction, Stage};

/// The port of the published service.
pub const PORT: u16 = 4242;

/// Labels that every image has (OCI image specification, annotations).
const LABELS: [&str; 5] = ["title", "description", "source", "licenses", "version"];

/// A rule that is not kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Complaint {
    /// Another image might be taken tomorrow.
    #[error("FROM {0}: expected a tag with a full version, such as 1.2.3")]
    NotPinned(String),
    /// Copied from a stage that does not come before.
    #[error("line {0}: there is no stage `{1}` above")]
    NoStage(usize, String),
    /// Copied, but not sent to the build.
    #[error("line {0}: `{1}` is not there, or left out by .dockerignore")]
    NoSource(usize, String),
    /// Cargo might choose other versions of dependencies.
    #[error("line {0}: expected cargo with --locked")]
    NotLocked(usize),
    /// There is no shell in an empty image.
    #[error("line {0}: an image from scratch runs nothing while it is built")]
    NoShell(usize),
    /// The image would run as root, or as a name that only the image's own files explain.
    #[error("expected USER UID:GID, both numbers from 1, found {0:?}")]
    User(Option<String>),
    /// Nothing is started, or what is started depends on the folder.
    #[error("expected ENTRYPOINT [\"/absolute/path\"] alone, found {0:?}")]
    EntryPoint(Option<Vec<String>>),
    /// Not the published port.
    #[error("expected EXPOSE {PORT} alone, found {0:?}")]
    Ports(Vec<u16>),
    /// Nobody can tell what the image is.
    #[error("expected LABEL org.opencontainers.image.{0}")]
    NoLabel(&'static str),
}

/// All rules that are not kept. `sent` says whether a path of the repository is there for the build.
#[must_use]
pub fn complaints(dockerfile: &Dockerfile, sent: impl Fn(&str) -> bool) -> Vec<Complaint> {
    let mut found = Vec::new();
    for (i, stage) in dockerfile.stages.iter().enumerate() {
        let above = dockerfile.stages.get(..i).unwrap_or_default();
        if !is_pinned(stage, above) {
            found.push(Complaint::NotPinned(stage.base.clone()));
        }
        for order in &stage.orders {
            found.extend(match &order.instruction {
                Instruction::Run(_) if stage.base == "scratch" => {
                    vec![Complaint::NoShell(order.line)]
                }
                Instruction::Run(command) if !is_locked(command) => {
                    vec![Complaint::NotLocked(order.line)]
                }
                Instruction::Copy(copy) => sources(copy, order.line, above, &sent),
                _ => Vec::new(),
            });
        }
    }
    found.extend(dockerfile.image().into_iter().flat_map(image));
    found
}

fn is_named(stage: &Stage, name: &str) -> bool {
    stage.name.as_deref() == Some(name)
}

fn is_pinned(stage: &Stage, above: &[Stage]) -> bool {
    let tag = stage.base.rsplit_once(':').map_or("", |(_, tag)| tag);
    let version = tag.split('-').next().unwrap_or_default();
    let numbers = version.split('.').filter(|part| part.parse::<u32>().is_ok()).count();
    stage.base == "scratch" || numbers == 3 || above.iter().any(|s| is_named(s, &stage.base))
}

/// Whether each use of cargo that resolves dependencies takes the versions of `Cargo.lock`.
fn is_locked(command: &str) -> bool {
    let mut parts = command.split(['&', ';', '|']).map(str::trim);
    parts
        .all(|part| !part.starts_with("cargo ") || part.split_whitespace().any(|w| w == "--locked"))
}

fn sources(
    copy: &Copy,
    line: usize,
    above: &[Stage],
    sent: impl Fn(&str) -> bool,
) -> Vec<Complaint> {
    match &copy.from {
        Some(stage) if above.iter().any(|s| is_named(s, stage)) => Vec::new(),
        Some(stage) => vec![Complaint::NoStage(line, stage.clone())],
        None => {
            let missing = copy.sources.iter().filter(|source| !sent(source));
            missing.map(|source| Complaint::NoSource(line, source.clone())).collect()
        }
    }
}

/// What the last stage must say.
fn image(stage: &Stage) -> Vec<Complaint> {
    let mut found = Vec::new();
    if !stage.user().is_some_and(is_unprivileged) {
        found.push(Complaint::User(stage.user().map(str::to_owned)));
    }
    if !matches!(stage.entry_point(), Some([program]) if program.starts_with('/')) {
        found.push(Complaint::EntryPoint(stage.entry_point().map(<[String]>::to_vec)));
    }
    let ports: Vec<u16> = stage.orders.iter().filter_map(|o| port(&o.instruction)).collect();
    if ports != [PORT] {
        found.push(Complaint::Ports(ports));
    }
    let missing = LABELS.into_iter().filter(|name| stage.label(name).is_none());
    found.extend(missing.map(Complaint::NoLabel));
    found
}

fn is_unprivileged(user: &str) -> bool {
    let is_number = |id: &str| id.parse::<u32>().is_ok_and(|id| id > 0);
    user.split_once(':').is_some_and(|(user, group)| is_number(user) && is_number(group))
}

fn port(instruction: &Instruction) -> Option<u16> {
    match instruction {
        Instruction::Expose(port) => Some(*port),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "FROM rust:1.95.0-bookworm AS builder
COPY there ./
RUN cargo build --locked && install a /b
FROM scratch
LABEL org.opencontainers.image.title=t org.opencontainers.image.description=d
LABEL org.opencontainers.image.source=s org.opencontainers.image.licenses=l org.opencontainers.image.version=v
COPY --from=builder /b /
EXPOSE 4242
USER 65532:65532
ENTRYPOINT [\"/b\"]
";

    /// What is found wrong once `old` is replaced.
    #[track_caller]
    fn check(old: &str, new: &str, expected: &[&str]) {
        assert!(GOOD.contains(old), "{old}");
        let dockerfile = Dockerfile::parse(&GOOD.replacen(old, new, 1)).unwrap();
        let found = complaints(&dockerfile, |path| path == "there");
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn rules() {
        check("there", "there", &[]);
        let unpinned =
            |base| format!("FROM {base}: expected a tag with a full version, such as 1.2.3");
        check("rust:1.95.0-bookworm", "rust", &[&unpinned("rust")]);
        check("rust:1.95.0-bookworm", "rust:1.95", &[&unpinned("rust:1.95")]);
        check(
            "COPY there",
            "COPY a there",
            &["line 2: `a` is not there, or left out by .dockerignore"],
        );
        check("build --locked", "build", &["line 3: expected cargo with --locked"]);
        check("from=builder", "from=b", &["line 7: there is no stage `b` above"]);
        check(
            "EXPOSE 4242",
            "RUN x",
            &[
                "line 8: an image from scratch runs nothing while it is built",
                "expected EXPOSE 4242 alone, found []",
            ],
        );
        let user =
            |found: &str| format!("expected USER UID:GID, both numbers from 1, found {found}");
        check("USER 65532:65532", "", &[&user("None")]);
        check("65532:65532", "0:1", &[&user("Some(\"0:1\")")]);
        check("65532:65532", "nobody", &[&user("Some(\"nobody\")")]);
        let entry =
            |found: &str| format!("expected ENTRYPOINT [\"/absolute/path\"] alone, found {found}");
        check("ENTRYPOINT [\"/b\"]", "", &[&entry("None")]);
        check("[\"/b\"]", "[\"b\"]", &[&entry("Some([\"b\"])")]);
        check("image.title", "image.name", &["expected LABEL org.opencontainers.image.title"]);
    }
}

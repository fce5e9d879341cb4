//! Which files of the repository a build may copy.

/// The patterns of a `.dockerignore`: whole names from the top, `*` for all of them, `!` for an exception.
///
/// Docker has more (`**`, `?`, ranges); a pattern with more than this matches nothing here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DockerIgnore {
    /// What each line names, and whether it leaves that out; later lines overrule earlier ones.
    patterns: Vec<(String, Verdict)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Sent,
    LeftOut,
}

impl DockerIgnore {
    /// Reads the text of the file.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        let patterns = lines.map(|line| match line.strip_prefix('!') {
            Some(name) => (clean(name), Verdict::Sent),
            None => (clean(line), Verdict::LeftOut),
        });
        Self { patterns: patterns.collect() }
    }

    /// Whether a build sees the file or folder of this path, relative to the repository.
    #[must_use]
    pub fn sends(&self, path: &str) -> bool {
        let path = clean(path);
        let covers = |name: &str| {
            name == "*"
                || path.strip_prefix(name).is_some_and(|r| r.is_empty() || r.starts_with('/'))
        };
        let last = self.patterns.iter().rev().find(|(name, _)| covers(name));
        last.is_none_or(|(_, verdict)| *verdict == Verdict::Sent)
    }
}

fn clean(path: &str) -> String {
    path.trim_start_matches("./").trim_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(patterns: &str, sent: &[&str], left_out: &[&str]) {
        let ignore = DockerIgnore::parse(patterns);
        sent.iter().for_each(|path| assert!(ignore.sends(path), "{path}"));
        left_out.iter().for_each(|path| assert!(!ignore.sends(path), "{path}"));
    }

    #[test]
    fn the_last_pattern_that_covers_a_path_decides() {
        check("", &["target", "crates/a"], &[]);
        check("target\n/bin/\n", &["targets", "crates/target"], &["target", "target/debug", "bin"]);
        check(
            "# all\n*\n\n!crates\n",
            &["crates", "./crates/a/b.rs"],
            &["crates2", "target", ".git"],
        );
        check("*\n!crates\ncrates/a", &["crates/b"], &["crates/a/b.rs"]);
    }
}

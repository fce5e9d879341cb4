//! Reads a `Dockerfile`: the instructions that ours has need of, and no others.

/// What a `Dockerfile` says, stage by stage; the last stage is the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dockerfile {
    /// At least one.
    pub stages: Vec<Stage>,
}

/// What follows a `FROM`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// An image with its tag, `scratch`, or the name of an earlier stage.
    pub base: String,
    /// What `AS` calls it.
    pub name: Option<String>,
    /// In the order of the file.
    pub orders: Vec<Order>,
}

/// An instruction and the line at which it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// From 1.
    pub line: usize,
    /// What is to be done.
    pub instruction: Instruction,
}

/// One instruction. Values are taken as they are written: variables are for `RUN`, whose shell replaces them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instruction {
    /// A command for `/bin/sh -c`.
    Run(String),
    /// Files from the repository, or from another stage.
    Copy(Copy),
    /// The folder in which what follows takes place.
    WorkDir(String),
    /// Variables and their values.
    Env(Vec<(String, String)>),
    /// What is said of the image.
    Label(Vec<(String, String)>),
    /// A port.
    Expose(u16),
    /// A folder that outlives the container.
    Volume(String),
    /// `UID:GID` or names.
    User(String),
    /// A program and its first arguments.
    EntryPoint(Vec<String>),
}

/// What a `COPY` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The stage from which it copies; the repository if there is none.
    pub from: Option<String>,
    /// Files and folders; of a folder, what is in it.
    pub sources: Vec<String>,
    /// Where to; a folder if it ends in `/`.
    pub target: String,
}

/// The file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct ParseError {
    /// Where the instruction starts, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What can be wrong with an instruction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Not one of those that are read here.
    #[error("`{0}` is not an instruction that our Dockerfile has need of")]
    Unknown(String),
    /// What comes first must start a stage.
    #[error("expected FROM before any other instruction")]
    NoStage,
    /// The argument is not what the instruction takes.
    #[error("`{0}`: expected {1}")]
    Argument(String, &'static str),
}

impl Dockerfile {
    /// Reads the text of the file.
    ///
    /// # Errors
    ///
    /// [`ParseError`] for the first line that is not understood.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut stages: Vec<Stage> = Vec::new();
        for (line, text) in logical_lines(text) {
            let at = |problem| ParseError { line, problem };
            let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((&text, ""));
            if word == "FROM" {
                stages.push(from(rest.trim()).map_err(at)?);
            } else {
                let instruction = instruction(word, rest.trim()).map_err(at)?;
                let stage = stages.last_mut().ok_or(at(Problem::NoStage))?;
                stage.orders.push(Order { line, instruction });
            }
        }
        if stages.is_empty() {
            return Err(ParseError { line: 1, problem: Problem::NoStage });
        }
        Ok(Self { stages })
    }

    /// The stage that becomes the image.
    #[must_use]
    pub fn image(&self) -> Option<&Stage> {
        self.stages.last()
    }
}

impl Stage {
    /// The last entry point that is set.
    #[must_use]
    pub fn entry_point(&self) -> Option<&[String]> {
        self.orders.iter().rev().find_map(|order| match &order.instruction {
            Instruction::EntryPoint(words) => Some(&words[..]),
            _ => None,
        })
    }

    /// The last user that is set.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.orders.iter().rev().find_map(|order| match &order.instruction {
            Instruction::User(user) => Some(user.as_str()),
            _ => None,
        })
    }

    /// What the label `org.opencontainers.image.NAME` says.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<&str> {
        let labels = self.orders.iter().filter_map(|order| match &order.instruction {
            Instruction::Label(labels) => Some(labels),
            _ => None,
        });
        let named = |key: &str| key.strip_prefix("org.opencontainers.image.") == Some(name);
        labels.flatten().find(|(key, _)| named(key)).map(|(_, value)| value.as_str())
    }
}

/// Lines without comments, joined where one ends in a backslash; with the number of the first.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut joined: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (line, number) in text.lines().map(str::trim).zip(1..) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let part = line.strip_suffix('\\').unwrap_or(line).trim_end();
        match joined.last_mut().filter(|_| goes_on) {
            Some((_, before)) => *before = format!("{before} {part}"),
            None => joined.push((number, part.to_owned())),
        }
        goes_on = line.ends_with('\\');
    }
    joined
}

fn expected(argument: &str, what: &'static str) -> Problem {
    Problem::Argument(argument.to_owned(), what)
}

fn from(argument: &str) -> Result<Stage, Problem> {
    let (base, name) = match argument.split_whitespace().collect::<Vec<_>>()[..] {
        [base] => (base, None),
        [base, "AS", name] => (base, Some(name.to_owned())),
        _ => return Err(expected(argument, "an image, or an image AS a name")),
    };
    Ok(Stage { base: base.to_owned(), name, orders: Vec::new() })
}

fn instruction(word: &str, argument: &str) -> Result<Instruction, Problem> {
    if argument.is_empty() {
        return Err(expected(word, "an argument"));
    }
    Ok(match word {
        "RUN" => Instruction::Run(argument.to_owned()),
        "COPY" => Instruction::Copy(copy(argument)?),
        "WORKDIR" => Instruction::WorkDir(argument.to_owned()),
        "ENV" => Instruction::Env(pairs(argument)?),
        "LABEL" => Instruction::Label(pairs(argument)?),
        "EXPOSE" => {
            Instruction::Expose(argument.parse().map_err(|_| expected(argument, "a port"))?)
        }
        "VOLUME" => Instruction::Volume(argument.to_owned()),
        "USER" => Instruction::User(argument.to_owned()),
        "ENTRYPOINT" => Instruction::EntryPoint(exec_form(argument)?),
        _ => return Err(Problem::Unknown(word.to_owned())),
    })
}

fn copy(argument: &str) -> Result<Copy, Problem> {
    let mut words: Vec<String> = argument.split_whitespace().map(str::to_owned).collect();
    let from = words.first().and_then(|word| word.strip_prefix("--from=")).map(str::to_owned);
    words.drain(..usize::from(from.is_some()));
    let target = words.pop().unwrap_or_default();
    if words.is_empty() || words.iter().any(|word| word.starts_with("--")) {
        return Err(expected(argument, "[--from=STAGE] SOURCE... TARGET"));
    }
    Ok(Copy { from, sources: words, target })
}

fn pairs(argument: &str) -> Result<Vec<(String, String)>, Problem> {
    let what = "NAME=VALUE..., without variables";
    let words = shlex::split(argument).filter(|_| !argument.contains('$'));
    let words = words.ok_or_else(|| expected(argument, what))?;
    let pair = |word: String| {
        let (name, value) = word.split_once('=').ok_or_else(|| expected(&word, what))?;
        Ok((name.to_owned(), value.to_owned()))
    };
    words.into_iter().map(pair).collect()
}

/// A program without a shell around it: arguments of `docker run` follow it, and signals reach it.
fn exec_form(argument: &str) -> Result<Vec<String>, Problem> {
    let words: Vec<String> = serde_json::from_str(argument).unwrap_or_default();
    if words.is_empty() {
        return Err(expected(argument, "a list of texts, as in JSON"));
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, message: &str) {
        assert_eq!(Dockerfile::parse(text).unwrap_err().to_string(), message);
    }

    #[test]
    fn stages_and_continued_lines() {
        let text = "# head\nFROM rust:1 AS builder\nRUN one \\\n    # why\n    && two\n\nFROM scratch\n\
                    COPY --from=builder /a /b /\nENV A=\"b c\" D=e\nEXPOSE 1\nUSER 1:2\nENTRYPOINT [\"/a\"]\n";
        let parsed = Dockerfile::parse(text).unwrap();
        let [builder, image] = &parsed.stages[..] else { panic!("{parsed:?}") };
        assert_eq!((builder.base.as_str(), builder.name.as_deref()), ("rust:1", Some("builder")));
        let run = Instruction::Run("one && two".into());
        assert_eq!(builder.orders, [Order { line: 3, instruction: run }]);
        let copied = Instruction::Copy(Copy {
            from: Some("builder".into()),
            sources: vec!["/a".into(), "/b".into()],
            target: "/".into(),
        });
        assert_eq!(image.orders[0], Order { line: 8, instruction: copied });
        let env = vec![("A".into(), "b c".into()), ("D".into(), "e".into())];
        assert_eq!(image.orders[1].instruction, Instruction::Env(env));
        assert_eq!(
            (image.user(), image.entry_point()),
            (Some("1:2"), Some(&["/a".to_owned()][..]))
        );
        assert_eq!(parsed.image(), Some(image));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        check("", "line 1: expected FROM before any other instruction");
        check("\nRUN x", "line 2: expected FROM before any other instruction");
        check("FROM a as b", "line 1: `a as b`: expected an image, or an image AS a name");
        check(
            "FROM a\nADD x y",
            "line 2: `ADD` is not an instruction that our Dockerfile has need of",
        );
        check("FROM a\nUSER", "line 2: `USER`: expected an argument");
        check("FROM a\nEXPOSE http", "line 2: `http`: expected a port");
        check(
            "FROM a\nCOPY --chown=1 a b",
            "line 2: `--chown=1 a b`: expected [--from=STAGE] SOURCE... TARGET",
        );
        check("FROM a\nCOPY a", "line 2: `a`: expected [--from=STAGE] SOURCE... TARGET");
        check("FROM a\nENV A=$B", "line 2: `A=$B`: expected NAME=VALUE..., without variables");
        check("FROM a\nENV A b", "line 2: `A`: expected NAME=VALUE..., without variables");
        check("FROM a\nENTRYPOINT /a", "line 2: `/a`: expected a list of texts, as in JSON");
    }
}

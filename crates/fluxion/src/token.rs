//! `fluxion token`: makes tokens for callers of a server, and lists those of an access file. What a token is, and what
//! such a file says, is the business of `fluxion-access`; here are the random bits and the files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use fluxion_access::{AccessList, AccessRole, GraphScope, Token, TokenEntry, UnixTime};

use crate::output::{Failure, Status, ended, hint};
use crate::table::{Column, table};

const NEW_HELP: &str = "\
Examples:
  fluxion token new --id scheduler --role allocate --graphs 'prod-*' --add auth.toml > scheduler.token
  fluxion token new --id dashboard --role read --expires 2027-12-31

The token goes to standard output, and is shown this once: the file of the server has its SHA-256 and
nothing else. Its entry goes to the file, or to standard error to be pasted.

Roles: read looks; allocate also books and releases; operate also marks resources and looks after the
service; admin does everything.

Exit status: 0 done, 1 there is a token of this id, 2 wrong options, 74 a file cannot be read or
written, 78 the file says something that cannot be.";

const LIST_HELP: &str = "\
Example:
  fluxion token list auth.toml

Exit status: 0 done, 74 the file cannot be read, 78 it says something that cannot be.";

/// Tokens.
#[derive(Debug, Args)]
pub(crate) struct TokenArgs {
    #[command(subcommand)]
    command: TokenCommand,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Make a token.
    #[command(after_help = NEW_HELP)]
    New(NewArgs),
    /// List those of a file who may call.
    #[command(after_help = LIST_HELP)]
    List(ListArgs),
}

#[derive(Debug, Args)]
struct NewArgs {
    /// Name of who shall have it, which logs and journals tell; a random one by default.
    #[arg(long)]
    id: Option<String>,

    /// What its holder may do.
    #[arg(long, default_value_t = AccessRole::Read, value_parser = role())]
    role: AccessRole,

    /// On which graphs: patterns separated by commas, in which `*` stands for any characters.
    #[arg(long, value_name = "PATTERNS", default_value = "*", value_parser = graphs)]
    graphs: GraphScope,

    /// When it expires, as 2027-12-31 or 2027-12-31T12:00:00Z; never by default.
    #[arg(long, value_name = "TIME")]
    expires: Option<UnixTime>,

    /// Add its entry to this file; made if there is none.
    #[arg(long, value_name = "FILE")]
    add: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct ListArgs {
    /// The file, as the server has it under --auth-file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

fn role() -> impl TypedValueParser<Value = AccessRole> {
    let words = AccessRole::ALL.iter().map(|role| role.as_str());
    PossibleValuesParser::new(words).try_map(|word| word.parse::<AccessRole>())
}

fn graphs(text: &str) -> Result<GraphScope, String> {
    GraphScope::new(text.split(',')).map_err(|error| error.to_string())
}

/// Carries a command out.
pub(crate) fn run(arguments: TokenArgs) -> ExitCode {
    ended(match arguments.command {
        TokenCommand::New(arguments) => new(arguments),
        TokenCommand::List(arguments) => list(&arguments),
    })
}

fn new(arguments: NewArgs) -> Result<Status, Failure> {
    let NewArgs { id, role, graphs, expires, add } = arguments;
    let [secret, name] = [random()?, random()?];
    let id = id.unwrap_or_else(|| name.iter().take(4).map(|byte| format!("{byte:02x}")).collect());
    let token = Token::new(&id, &secret);
    let token = token.map_err(|error| Failure::usage(format!("--id {id}: {error}")))?;
    let entry = TokenEntry { id, digest: token.digest(), role, graphs, expires };
    match &add {
        Some(file) => append(file, &entry)?,
        None => tell(&entry),
    }
    let told = writeln!(io::stdout(), "{}", token.as_str());
    told.map_err(|error| Failure::new(format!("cannot write to standard output: {error}")))?;
    Ok(Status::Done)
}

/// Bits that nobody can guess.
fn random() -> Result<[u8; 32], Failure> {
    let mut bytes = [0; 32];
    let read = File::open("/dev/urandom").and_then(|mut source| source.read_exact(&mut bytes));
    read.map_err(|error| failed("read", Path::new("/dev/urandom"), &error))?;
    Ok(bytes)
}

fn tell(entry: &TokenEntry) {
    let _ = write!(io::stderr(), "{entry}");
    hint("add these lines to the file that the server has under --auth-file");
}

/// Adds an entry to a file, which is replaced as a whole: a server that reads it meanwhile sees all of it, or nothing.
fn append(file: &Path, entry: &TokenEntry) -> Result<(), Failure> {
    let before = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed("read", file, &error)),
    };
    let known = AccessList::read(&before).map_err(|error| wrong(file, &error))?;
    if known.tokens().any(|token| *token.id == *entry.id) {
        let message = format!("{}: there is a token `{}` already", file.display(), entry.id);
        return Err(Failure::new(message));
    }
    let gap = if before.is_empty() || before.ends_with("\n\n") { "" } else { "\n" };
    let end = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    replace(file, &format!("{before}{end}{gap}{entry}"))
}

fn replace(file: &Path, text: &str) -> Result<(), Failure> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = file.with_file_name(name);
    let replaced = write(&beside, text).and_then(|()| {
        if let Ok(meta) = fs::metadata(file) {
            fs::set_permissions(&beside, meta.permissions())?;
        }
        fs::rename(&beside, file)
    });
    replaced.map_err(|error| {
        let _ = fs::remove_file(&beside);
        failed("write", file, &error)
    })
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    out.write_all(text.as_bytes())?;
    out.sync_all()
}

fn list(arguments: &ListArgs) -> Result<Status, Failure> {
    let file = &arguments.file;
    let text = fs::read_to_string(file).map_err(|error| failed("read", file, &error))?;
    let list = AccessList::read(&text).map_err(|error| wrong(file, &error))?;
    let rows: Vec<_> = list
        .principals()
        .map(|principal| {
            let expires = principal.expires.map_or("never".to_owned(), |time| time.to_string());
            vec![
                (&*principal.id).into(),
                principal.role.into(),
                (&principal.graphs).into(),
                expires.into(),
            ]
        })
        .collect();
    let columns = ["ID", "ROLE", "GRAPHS", "EXPIRES"].map(Column::Left);
    let told = io::stdout().write_all(table(&columns, &rows).as_bytes());
    told.map_err(|error| Failure::new(format!("cannot write to standard output: {error}")))?;
    Ok(Status::Done)
}

fn failed(doing: &str, path: &Path, error: &io::Error) -> Failure {
    let message = format!("cannot {doing} {}: {error}", path.display());
    Failure::new(message).status(Status::InputOutput)
}

fn wrong(file: &Path, error: &fluxion_access::AccessFileError) -> Failure {
    Failure::new(format!("{}: {error}", file.display())).status(Status::Configuration)
}

//! Where the options come from: flags, before the environment, before a file, before the defaults. A file says nothing that a
//! flag could not say, and is checked by the same rules. Must not know what an option means.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};
use fluxion_access::nearest_word;

use crate::settings_file::{BadSettings, Setting, SettingValue, SettingsFile};

/// The option that names the file.
const CONFIG: &str = "config";

/// What only makes sense on the command line.
const NOT_IN_FILES: [&str; 5] = [CONFIG, "check-config", "print-config", "help", "version"];

/// A command line with all that it can say, so that it can be read again when the file has changed.
#[derive(Clone, Debug)]
pub struct CommandLine {
    command: Command,
    /// The command that serves; the program itself if it does nothing else.
    subcommand: Option<&'static str>,
    words: Vec<OsString>,
}

/// A command line with what the file says.
#[derive(Debug)]
struct Completed {
    words: Vec<OsString>,
    /// The options that the file has decided.
    from_file: BTreeSet<String>,
}

impl CommandLine {
    /// The words of a program, whose first one is its name.
    pub fn new(command: Command, subcommand: Option<&'static str>, words: Vec<OsString>) -> Self {
        Self { command, subcommand, words }
    }

    /// The words with what the file says where neither a word nor the environment does. A command line that cannot be read, or is not one
    /// of the server, stays as it is.
    ///
    /// # Errors
    /// [`BadSettings`].
    pub fn words(&self) -> Result<Vec<OsString>, BadSettings> {
        Ok(self.complete()?.words)
    }

    /// The options as they are by now.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub fn reread<A: FromArgMatches>(&self) -> Result<A, String> {
        let words = self.words().map_err(|error| error.to_string())?;
        let matches = self.command.clone().try_get_matches_from(words);
        let matches = matches.map_err(|error| sentence(&error))?;
        let serve = self.of_server(&matches).ok_or("it does not serve")?;
        A::from_arg_matches(serve).map_err(|error| sentence(&error))
    }

    /// All options as a file would say them, with where each comes from.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub(crate) fn print(&self) -> Result<String, String> {
        let Completed { words, from_file } = self.complete().map_err(|error| error.to_string())?;
        let matches = self.command.clone().try_get_matches_from(words);
        let matches = matches.map_err(|error| sentence(&error))?;
        let serve = self.of_server(&matches).ok_or("it does not serve")?;
        let lines = self.options().filter_map(|option| line(option, serve, &from_file));
        let lines: Vec<_> = lines.collect();
        let width = lines.iter().map(|(said, _)| said.chars().count()).max().unwrap_or_default();
        let mut text = String::new();
        for (said, source) in lines {
            let _ = writeln!(text, "{said:width$}  # {source}");
        }
        Ok(text)
    }

    /// The settings that somebody has made, each as `name = value`, without anything that is secret.
    pub(crate) fn changed(&self) -> Vec<String> {
        let printed = redacted(&self.print().unwrap_or_default());
        let made = printed
            .lines()
            .filter(|line| !line.starts_with('#') && !line.trim_end().ends_with("# default"));
        let said = made.map(|line| line.rsplit_once("  # ").map_or(line, |(said, _)| said));
        said.map(|said| said.trim_end().to_owned())
            .filter(|said| !said.ends_with(" = false"))
            .collect()
    }

    /// All settings by name, each as `name = value`, without anything that is secret.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub(crate) fn settings(&self) -> Result<BTreeMap<String, String>, String> {
        let printed = redacted(&self.print()?);
        let lines =
            printed.lines().map(|line| line.rsplit_once("  # ").map_or(line, |(said, _)| said));
        let named = |said: &str| {
            let name = said.trim_start_matches("# ").split(' ').next().unwrap_or_default();
            (name.to_owned(), said.trim_end().to_owned())
        };
        Ok(lines.map(named).collect())
    }

    /// Whether the program does nothing but serve.
    pub(crate) fn is_whole_program(&self) -> bool {
        self.subcommand.is_none()
    }

    fn of_server<'m>(&self, matches: &'m ArgMatches) -> Option<&'m ArgMatches> {
        match self.subcommand {
            None => Some(matches),
            Some(name) => matches.subcommand_matches(name),
        }
    }

    fn server(&self) -> Option<&Command> {
        match self.subcommand {
            None => Some(&self.command),
            Some(name) => self.command.find_subcommand(name),
        }
    }

    /// What a file can say.
    fn options(&self) -> impl Iterator<Item = &Arg> {
        let all = self.server().into_iter().flat_map(Command::get_arguments);
        all.filter(|option| {
            let name = option.get_long();
            name.is_some_and(|name| !NOT_IN_FILES.contains(&name)) && !option.is_hide_set()
        })
    }

    fn complete(&self) -> Result<Completed, BadSettings> {
        let mut completed = Completed { words: self.words.clone(), from_file: BTreeSet::new() };
        if self.subcommand.is_some_and(|name| self.words.get(1).is_none_or(|word| word != name)) {
            return Ok(completed);
        }
        let matches = self.command.clone().try_get_matches_from(&self.words);
        let Ok(matches) = matches else { return Ok(completed) };
        let Some(serve) = self.of_server(&matches) else { return Ok(completed) };
        let path = serve.try_get_one::<PathBuf>(CONFIG).ok().flatten();
        let Some(path) = path else { return Ok(completed) };
        let file = SettingsFile::read(path)?;
        for setting in &file.settings {
            let option = self.option(&file, setting)?;
            let said = words(&file, option, setting)?;
            self.check(&file, setting, &said)?;
            let is_decided = matches!(
                serve.value_source(option.get_id().as_str()),
                Some(ValueSource::CommandLine | ValueSource::EnvVariable)
            );
            if !is_decided {
                completed.words.extend(said);
                completed.from_file.insert(setting.name.clone());
            }
        }
        Ok(completed)
    }

    /// The option that a setting means.
    fn option(&self, file: &SettingsFile, setting: &Setting) -> Result<&Arg, BadSettings> {
        let name = &setting.name;
        let mut options = self.options();
        if let Some(found) = options.find(|option| option.get_long() == Some(name)) {
            return Ok(found);
        }
        let nearest = nearest_word(name, self.options().filter_map(Arg::get_long));
        let what = match nearest {
            Some(known) => format!("there is no setting `{name}`; did you mean `{known}`?"),
            None => {
                format!("there is no setting `{name}`: they are named as the options of `serve`")
            }
        };
        Err(file.refuse(&setting.key, what))
    }

    /// Whether the option takes what the setting says.
    fn check(
        &self,
        file: &SettingsFile,
        setting: &Setting,
        said: &[OsString],
    ) -> Result<(), BadSettings> {
        let Some(server) = self.server() else { return Ok(()) };
        // what the environment says is none of the file's business
        let alone = server.clone().mut_args(|option| option.env(None::<&'static str>));
        let words =
            std::iter::once(OsStr::new("serve")).chain(said.iter().map(OsString::as_os_str));
        match alone.try_get_matches_from(words) {
            Ok(_) => Ok(()),
            // what belongs together is looked at together, later
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::MissingRequiredArgument | ErrorKind::ArgumentConflict
                ) =>
            {
                Ok(())
            }
            Err(error) => {
                let what = format!("{}: {}", setting.name, reason(&error));
                Err(file.refuse(&setting.at, what))
            }
        }
    }
}

/// What would be said on a command line.
fn words(
    file: &SettingsFile,
    option: &Arg,
    setting: &Setting,
) -> Result<Vec<OsString>, BadSettings> {
    let Setting { name, value, at, .. } = setting;
    let is_switch = matches!(option.get_action(), ArgAction::SetTrue);
    let takes_several = matches!(option.get_action(), ArgAction::Append);
    let word = |value: &String| OsString::from(format!("--{name}={value}"));
    match value {
        SettingValue::Switch(true) if is_switch => Ok(vec![OsString::from(format!("--{name}"))]),
        SettingValue::Switch(false) if is_switch => Ok(Vec::new()),
        SettingValue::Word(value) if !is_switch => Ok(vec![word(value)]),
        SettingValue::Words(values) if takes_several => Ok(values.iter().map(word).collect()),
        SettingValue::Words(_) => Err(file.refuse(at, format!("{name}: expected one value"))),
        _ if is_switch => Err(file.refuse(at, format!("{name}: expected true or false"))),
        _ => Err(file.refuse(at, format!("{name}: expected a text or a number"))),
    }
}

/// What an option is, as a file would say it, and who says so.
fn line(
    option: &Arg,
    matches: &ArgMatches,
    from_file: &BTreeSet<String>,
) -> Option<(String, String)> {
    let (name, id) = (option.get_long()?, option.get_id().as_str());
    let raw = matches.get_raw(id).map(|values| values.map(quoted).collect::<Vec<_>>());
    let said = match raw {
        _ if matches!(option.get_action(), ArgAction::SetTrue) => {
            format!("{name} = {}", matches.get_flag(id))
        }
        None => return Some((format!("# {name}"), "not set".to_owned())),
        Some(values) if matches!(option.get_action(), ArgAction::Append) => {
            format!("{name} = [{}]", values.join(", "))
        }
        Some(values) => format!("{name} = {}", values.join(" ")),
    };
    let source = match matches.value_source(id) {
        _ if from_file.contains(name) => "file".to_owned(),
        Some(ValueSource::CommandLine) => "command line".to_owned(),
        Some(ValueSource::EnvVariable) => match option.get_env() {
            Some(variable) => format!("environment, {}", variable.to_string_lossy()),
            None => "environment".to_owned(),
        },
        _ => "default".to_owned(),
    };
    Some((said, source))
}

fn quoted(value: &OsStr) -> String {
    let text = value.to_string_lossy();
    match text.parse::<u64>() {
        Ok(number) if number.to_string() == text => text.into_owned(),
        _ => toml::Value::String(text.into_owned()).to_string(),
    }
}

/// Why an option does not take a value.
fn reason(error: &clap::Error) -> String {
    if let Some(ContextValue::Strings(known)) = error.get(ContextKind::ValidValue)
        && let Some(ContextValue::String(found)) = error.get(ContextKind::InvalidValue)
    {
        return format!("`{found}`: expected one of {}", known.join(", "));
    }
    let source = std::error::Error::source(error);
    source.map_or_else(|| sentence(error), |source| source.to_string())
}

/// What is wrong with a command line, without what clap says around it.
fn sentence(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let said = text.split("\n\n").next().unwrap_or_default();
    let said = said.strip_prefix("error: ").unwrap_or(said);
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Settings as they may be shown: what is named like a secret keeps its value for itself.
pub(crate) fn redacted(settings: &str) -> String {
    let mut shown = String::with_capacity(settings.len());
    for line in settings.lines() {
        match line.split_once(" = ") {
            Some((name, _)) if is_secret(name) => {
                shown.push_str(name);
                shown.push_str(" = \"...\"");
            }
            _ => shown.push_str(line),
        }
        shown.push('\n');
    }
    shown
}

fn is_secret(name: &str) -> bool {
    ["token", "password", "secret"].iter().any(|word| name.split('-').any(|part| part == *word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        let settings = "port = 4242  # default\nsome-token = \"flx_1\"  # file\n# tls-key\n";
        let expected = "port = 4242  # default\nsome-token = \"...\"\n# tls-key\n";
        assert_eq!(redacted(settings), expected);
    }
}

//! The options as `clap` describes them: what manual pages and completion are made from. Nothing is parsed by it.

use clap::builder::{PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, Command, ValueHint};
use fluxion_context::{LoadFormat, MatchFormat, SlotRule};
use fluxion_daemon::PolicyParser;

use super::args::{EXIT_STATUS, Id, OPTIONS, USES};
use super::commands::COMMANDS;
use super::getopt::Row;

/// Adds to the command what it is for and all that it takes.
pub(crate) fn described(command: Command) -> Command {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    command
        .disable_help_flag(true)
        .long_about(format!("{about}\n\n{USES}"))
        .mut_arg("words", |words| words.hide(true))
        .args(OPTIONS.iter().map(option))
        .after_help(format!("{}\n{EXIT_STATUS}", session_commands()))
}

fn option(row: &Row<Id>) -> Arg {
    let option = Arg::new(row.long).short(row.short).long(row.long).help(row.help.join(" "));
    let Some(name) = row.argument else { return option.action(ArgAction::SetTrue) };
    let hint = if name == "PATH" { ValueHint::FilePath } else { ValueHint::Unknown };
    let option = option.value_name(name).value_hint(hint);
    // the help text lists them already
    let option = option.hide_possible_values(true).value_parser(words(row.id));
    row.default.map_or(option.clone(), |value| option.default_value(value))
}

/// What is completed of an argument.
fn words(id: Id) -> ValueParser {
    let of = |words: Vec<&'static str>| PossibleValuesParser::new(words).into();
    match id {
        Id::LoadFormat => of(LoadFormat::ALL.iter().map(|format| format.as_str()).collect()),
        Id::MatchFormat => of(MatchFormat::ALL.iter().map(|format| format.as_str()).collect()),
        Id::GraphFormat => of(vec!["dot", "graphml"]),
        Id::TraverserPolicy => of(vec!["simple", "flexible"]),
        Id::Slots => of(SlotRule::ALL.iter().map(|rule| rule.as_str()).collect()),
        Id::MatchPolicy => PolicyParser.into(),
        _ => ValueParser::string(),
    }
}

/// A line for each command of a session, with what follows its name.
fn session_commands() -> String {
    let line = |command: &super::commands::Command| format!("  {}\n", command.example());
    format!("Commands:\n{}", COMMANDS.iter().map(line).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_options_and_commands_are_described() {
        let command = described(Command::new("query").arg(Arg::new("words")));
        command.clone().debug_assert();
        for row in OPTIONS {
            let option = command.get_arguments().find(|arg| arg.get_long() == Some(row.long));
            let option = option.unwrap_or_else(|| panic!("{} is missing", row.long));
            assert_eq!(option.get_short(), Some(row.short));
            assert_eq!(option.get_action().takes_values(), row.argument.is_some(), "{}", row.long);
        }
        let notes = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        for session_command in COMMANDS {
            assert!(notes.contains(session_command.name), "{}", session_command.name);
        }
    }
}

//! Syntax that the language has and the YAML library lacks (`docs/semantics/jobspec.md`, Notation): JSON's
//! surrogate pairs, empty entries of flow maps, flow collections indented with tabs or less than the block
//! around them, text behind a complete flow document. Where the library stops at one, the text is rewritten
//! there and read again.

use std::borrow::Cow;

use crate::error::{JobspecError, Position};
use crate::limits::MAX_REREAD;

/// Where and why the library stopped.
pub(crate) struct SyntaxFault {
    pub(crate) message: String,
    pub(crate) at: Position,
    pub(crate) open: OpenCollection,
}

/// What the innermost open collection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpenCollection {
    /// A flow map, and a key would have come next.
    FlowKey,
    /// A flow collection.
    Flow,
    /// A block, or it is not sure.
    Block,
}

impl From<SyntaxFault> for JobspecError {
    fn from(fault: SyntaxFault) -> Self {
        match fault.message.as_str() {
            "while parsing node, found unknown anchor" => {
                Self::syntax("the referenced anchor is not defined", fault.at)
            }
            "recursion limit exceeded" => Self::too_deep(fault.at),
            message => Self::syntax(message, fault.at),
        }
    }
}

/// More than any block above a flow collection is indented.
const INDENTATION: &str = "                                                                ";
/// `{a: 1,, b: 2}` becomes `{a: 1,~, b: 2}`.
const NULL: &str = "~";

/// A text with the repairs made so far.
pub(crate) struct RepairedText<'t> {
    text: Cow<'t, str>,
    /// Bytes that were read again.
    reread: usize,
    edits: Vec<Edit>,
}

/// What is behind `column` of the line stood `shift` columns further right before the edit (modulo 2^32).
struct Edit {
    line: u32,
    column: u32,
    shift: u32,
}

impl<'t> RepairedText<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text: Cow::Borrowed(text), reread: 0, edits: Vec::new() }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Rewrites the text so that the fault does not come again. False if it cannot. `open_at_end` says
    /// what is open at the end of a text.
    pub(crate) fn repair(
        &mut self,
        fault: &SyntaxFault,
        open_at_end: impl FnOnce(&str) -> OpenCollection,
    ) -> bool {
        self.reread += self.text.len();
        let Some(offset) = offset(&self.text, fault.at).filter(|_| self.reread <= MAX_REREAD)
        else {
            return false;
        };
        let (before, rest) = self.text.split_at(offset);
        let message = fault.message.as_str();
        if message.contains("invalid Unicode character escape") {
            self.join_surrogates(offset, fault.at)
        } else if message.starts_with("tabs disallowed") {
            open_at_end(before) != OpenCollection::Block && self.expand_tabs(offset)
        } else if message.contains("in quoted scalar") {
            // a later line of the scalar is at fault, whose place is not told
            false
        } else if message.starts_with("invalid indentation") {
            open_at_end(before) != OpenCollection::Block
                && self.insert(offset, fault.at, INDENTATION)
        } else {
            let empty_entry = fault.open == OpenCollection::FlowKey && rest.starts_with(',');
            empty_entry && self.insert(offset, fault.at, NULL)
        }
    }

    fn insert(&mut self, offset: usize, at: Position, text: &str) -> bool {
        self.text.to_mut().insert_str(offset, text);
        for column in at.column..at.column + text.len() as u32 {
            self.edits.push(Edit { line: at.line, column, shift: u32::MAX });
        }
        true
    }

    /// Makes spaces of the tabs that indent the line of `offset` and those that follow at once.
    fn expand_tabs(&mut self, offset: usize) -> bool {
        let Some((before, _)) = self.text.split_at_checked(offset) else { return false };
        let start = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let Some((before, lines)) = self.text.split_at_checked(start) else { return false };
        let (mut expanded, mut rest) = (String::from(before), lines);
        for line in lines.split_inclusive('\n') {
            let content = line.trim_start_matches([' ', '\t']);
            let indentation = line.strip_suffix(content).unwrap_or_default();
            if !indentation.contains('\t') {
                break;
            }
            expanded.push_str(&" ".repeat(indentation.len()));
            expanded.push_str(content);
            rest = rest.get(line.len()..).unwrap_or_default();
        }
        expanded.push_str(rest);
        self.text = Cow::Owned(expanded);
        true
    }

    /// Rewrites each `\ud83d\ude00` as `\U0001F600` in the double-quoted scalar at `offset`.
    fn join_surrogates(&mut self, offset: usize, mut at: Position) -> bool {
        let Some((before, scalar)) = self.text.split_at_checked(offset) else { return false };
        let (mut joined, mut edits) = (String::from(before), Vec::new());
        let mut rest = scalar;
        while let Some(unit) = Unit::first(rest) {
            let (text, behind) = rest.split_at(unit.len(rest));
            if let Unit::Pair(character) = unit {
                joined.push_str(&format!("\\U{:08X}", u32::from(character)));
                at.column += ESCAPE;
                edits.push(Edit { line: at.line, column: at.column - 1, shift: PAIR - ESCAPE });
            } else {
                joined.push_str(text);
                advance(&mut at, text, behind);
            }
            rest = behind;
            if text == "\"" && joined.len() > offset + 1 {
                break;
            }
        }
        if edits.is_empty() {
            return false;
        }
        joined.push_str(rest);
        self.text = Cow::Owned(joined);
        self.edits.extend(edits);
        true
    }

    /// What precedes the fault, if the document is a flow collection: it may be complete.
    pub(crate) fn flow_document_before(&self, fault: &SyntaxFault) -> Option<&str> {
        let before = self.text.get(..offset(&self.text, fault.at)?)?;
        before.trim_start().starts_with(['{', '[']).then_some(before)
    }

    /// The error with its place in the text as it was given.
    pub(crate) fn relocate(&self, error: JobspecError) -> JobspecError {
        error.map_position(|mut position| {
            for edit in self.edits.iter().rev() {
                if edit.line == position.line && edit.column < position.column {
                    position.column = position.column.wrapping_add(edit.shift);
                }
            }
            position
        })
    }
}

/// Columns, and bytes, of `\uXXXX\uXXXX`.
const PAIR: u32 = 12;
/// Columns of `\UXXXXXXXX`.
const ESCAPE: u32 = 10;

/// A piece of a double-quoted scalar that cannot be split.
enum Unit {
    /// Two escapes for one character.
    Pair(char),
    /// A backslash with what it escapes.
    Escape,
    Character(char),
}

impl Unit {
    fn first(text: &str) -> Option<Self> {
        Some(match text.chars().next()? {
            '\\' => surrogate_pair(text).map_or(Self::Escape, Self::Pair),
            character => Self::Character(character),
        })
    }

    /// Bytes of the unit that `text` begins with.
    fn len(&self, text: &str) -> usize {
        match self {
            Self::Pair(_) => PAIR as usize,
            Self::Escape => text.chars().take(2).map(char::len_utf8).sum(),
            Self::Character(character) => character.len_utf8(),
        }
    }
}

/// The character that `text` begins with two escapes for.
fn surrogate_pair(text: &str) -> Option<char> {
    let unit = |from: usize| {
        let digits = text.get(from..from + 6)?.strip_prefix("\\u")?;
        let hexadecimal = digits.bytes().all(|b| b.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| hexadecimal)
    };
    let decoded = char::decode_utf16([unit(0)?, unit(6)?]).next()?;
    decoded.ok().filter(|&character| u32::from(character) > 0xFFFF)
}

/// Moves a place past `text`, which `behind` follows.
fn advance(at: &mut Position, text: &str, behind: &str) {
    match text.chars().last() {
        Some('\r') if behind.starts_with('\n') => {}
        Some('\n' | '\r') => *at = Position { line: at.line + 1, column: 1 },
        _ => at.column += text.chars().count() as u32,
    }
}

/// The byte offset of a place.
fn offset(text: &str, wanted: Position) -> Option<usize> {
    let mut line_start = 0;
    for _ in 1..wanted.line {
        let rest = text.get(line_start..)?;
        let end = rest.find(['\n', '\r'])?;
        line_start += end + if rest.get(end..)?.starts_with("\r\n") { 2 } else { 1 };
    }
    let line = text.get(line_start..)?;
    let mut ends = line.char_indices().map(|(index, _)| index).chain([line.len()]);
    ends.nth((wanted.column as usize).saturating_sub(1)).map(|index| line_start + index)
}

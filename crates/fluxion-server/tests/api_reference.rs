//! `docs/api.md` is what the files of `proto/` say. With `DOCS=write` in the environment it is written, which is what
//! `make docs` does.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on may end")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use fluxion_server::proto::DESCRIPTORS;
use prost::Message as _;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
    FileDescriptorSet, MethodDescriptorProto, ServiceDescriptorProto,
};

const HEAD: &str = "# API reference

The services that `fluxion serve` and `bin/server` offer on one port. Written from [`proto/`](../proto) by `make docs`: what
is to be changed here is changed there. `repeated` stands for any number of values, `map` for values by key, `stream` for any
number of messages; a field that is not set is 0, `false`, an empty text, or
absent where its type is a message.
";

/// Field numbers of `descriptor.proto`, which make up the paths of source locations.
mod part {
    pub(super) const SYNTAX: i32 = 12;
    pub(super) const MESSAGE: i32 = 4;
    pub(super) const ENUM: i32 = 5;
    pub(super) const SERVICE: i32 = 6;
    pub(super) const MESSAGE_FIELD: i32 = 2;
    pub(super) const MESSAGE_MESSAGE: i32 = 3;
    pub(super) const MESSAGE_ENUM: i32 = 4;
    pub(super) const ENUM_VALUE: i32 = 2;
    pub(super) const SERVICE_METHOD: i32 = 2;
}

/// One `.proto` file with its comments by the path of what they explain.
struct Page<'a> {
    file: &'a FileDescriptorProto,
    comments: BTreeMap<&'a [i32], &'a str>,
}

impl<'a> Page<'a> {
    fn new(file: &'a FileDescriptorProto) -> Self {
        let locations = file.source_code_info.iter().flat_map(|info| &info.location);
        let comments =
            locations.filter_map(|l| Some((&l.path[..], l.leading_comments.as_deref()?)));
        Self { file, comments: comments.collect() }
    }

    fn comment(&self, path: &[i32]) -> &'a str {
        self.comments.get(path).copied().unwrap_or_default()
    }

    fn qualified(&self, name: &str) -> String {
        format!("{}.{name}", self.file.package())
    }

    fn render(&self) -> String {
        let mut text = format!("\n## {}\n\n", self.file.name());
        let _ = writeln!(text, "Package `{}`.\n", self.file.package());
        text += &prose(self.comment(&[part::SYNTAX]));
        for (service, i) in self.file.service.iter().zip(0..) {
            text += &self.service(service, &[part::SERVICE, i]);
        }
        for (message, i) in self.file.message_type.iter().zip(0..) {
            text += &self.message(message, message.name(), &[part::MESSAGE, i]);
        }
        for (enumeration, i) in self.file.enum_type.iter().zip(0..) {
            text += &self.enumeration(enumeration, enumeration.name(), &[part::ENUM, i]);
        }
        text
    }

    fn service(&self, service: &ServiceDescriptorProto, path: &[i32]) -> String {
        let name = self.qualified(service.name());
        let mut text = format!("\n### {name}\n\nA service. {}", prose(self.comment(path)));
        for (method, i) in service.method.iter().zip(0..) {
            let below = [path, &[part::SERVICE_METHOD, i]].concat();
            let _ = writeln!(text, "\n#### {name}/{}\n", method.name());
            let _ = writeln!(text, "{}\n", signature(method));
            text += &prose(self.comment(&below));
        }
        text
    }

    /// A message, and then those that are declared in it. `name` is without the package.
    fn message(&self, message: &DescriptorProto, name: &str, path: &[i32]) -> String {
        let mut text = format!("\n### {}\n", self.qualified(name));
        section(&mut text, self.comment(path));
        let rows = message.field.iter().zip(0..).map(|(field, i)| {
            let comment = self.comment(&[path, &[part::MESSAGE_FIELD, i]].concat());
            let choice =
                field.oneof_index.and_then(|i| message.oneof_decl.get(usize::try_from(i).ok()?));
            let choice = choice.map(|one| format!("One of `{}`. ", one.name())).unwrap_or_default();
            let described = format!("{choice}{}", cell(comment));
            vec![field.number().to_string(), kind(field, message), code(field.name()), described]
        });
        text += &table(&["number", "type", "field", ""], rows.collect());
        for (inner, i) in message.enum_type.iter().zip(0..) {
            let below = [path, &[part::MESSAGE_ENUM, i]].concat();
            text += &self.enumeration(inner, &format!("{name}.{}", inner.name()), &below);
        }
        for (inner, i) in message.nested_type.iter().zip(0..).filter(|(m, _)| !is_map_entry(m)) {
            let below = [path, &[part::MESSAGE_MESSAGE, i]].concat();
            text += &self.message(inner, &format!("{name}.{}", inner.name()), &below);
        }
        text
    }

    fn enumeration(&self, declared: &EnumDescriptorProto, name: &str, path: &[i32]) -> String {
        let mut text = format!("\n### {}\n", self.qualified(name));
        section(&mut text, self.comment(path));
        let rows = declared.value.iter().zip(0..).map(|(value, i)| {
            let comment = self.comment(&[path, &[part::ENUM_VALUE, i]].concat());
            vec![value.number().to_string(), code(value.name()), cell(comment)]
        });
        text += &table(&["number", "value", ""], rows.collect());
        text
    }
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// A comment as a part of its own, if there is one.
fn section(text: &mut String, comment: &str) {
    if !comment.is_empty() {
        let _ = write!(text, "\n{}", prose(comment));
    }
}

/// A link to the heading of a message or an enum, by its full name (`.fluxion.v1.Graph`).
fn link(full_name: &str) -> String {
    let full_name = full_name.trim_start_matches('.');
    let short = full_name.rsplit('.').next().unwrap_or_default();
    format!("[{short}](#{})", anchor(full_name))
}

/// The fragment under which a heading is found: what renderers of Markdown make of it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn signature(method: &MethodDescriptorProto) -> String {
    let stream = |is: bool| if is { "stream " } else { "" };
    format!(
        "{}{} → {}{}",
        stream(method.client_streaming()),
        link(method.input_type()),
        stream(method.server_streaming()),
        link(method.output_type())
    )
}

fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(prost_types::MessageOptions::map_entry)
}

/// The type of a field, with `repeated` and `map` as in the file.
fn kind(field: &FieldDescriptorProto, owner: &DescriptorProto) -> String {
    let entry = owner.nested_type.iter().find(|inner| {
        is_map_entry(inner) && field.type_name().ends_with(&format!(".{}", inner.name()))
    });
    match entry.map(|entry| &entry.field[..]) {
        Some([key, value]) => format!("map of {} to {}", single(key), single(value)),
        _ if field.label() == Label::Repeated => format!("repeated {}", single(field)),
        _ => single(field),
    }
}

fn single(field: &FieldDescriptorProto) -> String {
    match field.r#type() {
        Type::Message | Type::Enum => link(field.type_name()),
        scalar => scalar.as_str_name().trim_start_matches("TYPE_").to_lowercase(),
    }
}

/// A comment in a table: its lines as one.
fn cell(comment: &str) -> String {
    comment.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

fn table(head: &[&str], rows: Vec<Vec<String>>) -> String {
    if rows.is_empty() {
        return "\nEmpty.\n".into();
    }
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | ")).replace("  |", " |");
    let head: Vec<String> = head.iter().map(ToString::to_string).collect();
    let mut text = format!("\n{}|{}\n", line(&head), "---|".repeat(head.len()));
    rows.iter().for_each(|row| text += &line(row));
    text
}

/// A comment as Markdown. Its indented lines are a table of statuses: a name, two blanks or more, and when it is
/// answered; what is indented further goes on with the line above.
fn prose(comment: &str) -> String {
    let mut text = String::new();
    let mut statuses: Vec<Vec<String>> = Vec::new();
    for line in comment.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        let Some(indented) = line.strip_prefix("  ") else {
            flush(&mut text, &mut statuses);
            let _ = writeln!(text, "{}", line.trim_end());
            continue;
        };
        match (indented.split_once("  "), statuses.last_mut()) {
            (Some((name, when)), _) if !name.is_empty() => {
                statuses.push(vec![code(name), cell(when)]);
            }
            (_, Some(row)) => {
                let _ = write!(row.last_mut().expect("two cells"), " {}", cell(indented));
            }
            _ => panic!("a line that is neither text nor a status: {line:?}"),
        }
    }
    flush(&mut text, &mut statuses);
    format!("{}\n", text.trim_matches('\n'))
}

fn flush(text: &mut String, statuses: &mut Vec<Vec<String>>) {
    if !statuses.is_empty() {
        text.truncate(text.trim_end().len());
        *text += &format!("\n{}", table(&["status", "when"], std::mem::take(statuses)));
    }
}

fn contents(pages: &[Page<'_>]) -> String {
    let mut text = String::from("\n| service | calls |\n|---|---|\n");
    for page in pages {
        for service in &page.file.service {
            let name = page.qualified(service.name());
            let call = |method: &MethodDescriptorProto| {
                format!("[{}](#{})", method.name(), anchor(&format!("{name}/{}", method.name())))
            };
            let calls: Vec<String> = service.method.iter().map(call).collect();
            let _ = writeln!(text, "| [{name}](#{}) | {} |", anchor(&name), calls.join(", "));
        }
    }
    text
}

fn reference() -> String {
    let set = FileDescriptorSet::decode(DESCRIPTORS).expect("a descriptor set");
    let pages: Vec<Page<'_>> = set.file.iter().map(Page::new).collect();
    let rendered: String = pages.iter().map(Page::render).collect();
    format!("{HEAD}{}{rendered}", contents(&pages))
}

#[test]
fn the_document_is_what_the_protos_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api.md");
    let expected = reference();
    if std::env::var_os("DOCS").is_some_and(|value| value == "write") {
        std::fs::write(&path, &expected).expect("docs/api.md can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = written.lines().zip(expected.lines()).position(|(old, new)| old != new);
    assert!(
        written == expected,
        "docs/api.md is not what proto/ says, first at line {}; write it with: make docs",
        differs.unwrap_or(written.lines().count().min(expected.lines().count())) + 1
    );
}

#[test]
fn every_link_leads_to_one_heading() {
    let text = reference();
    let headings =
        text.lines().filter_map(|line| Some(line.strip_prefix('#')?.trim_matches(['#', ' '])));
    let anchors: Vec<String> = headings.map(anchor).collect();
    let distinct: BTreeSet<&String> = anchors.iter().collect();
    assert_eq!(distinct.len(), anchors.len(), "two headings with one anchor");
    let targets = text.split("](#").skip(1).filter_map(|rest| rest.split(')').next());
    let lost: Vec<&str> = targets.filter(|t| !distinct.contains(&(*t).to_owned())).collect();
    assert_eq!(lost, Vec::<&str>::new());
}

#[test]
fn comments_become_markdown() {
    let comment = " Books it.\n Twice.\n
   NOT_FOUND        no such\n                    job\n   OUT_OF_RANGE     never | ever\n";
    insta::assert_snapshot!(prose(comment), @r"
    Books it.
    Twice.

    | status | when |
    |---|---|
    | `NOT_FOUND` | no such job |
    | `OUT_OF_RANGE` | never \| ever |
    ");
    insta::assert_snapshot!(prose(" One line.\n"), @"One line.");
}

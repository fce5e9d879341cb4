//! From YAML text to the tree: drives the library's events, follows aliases, keeps the limits.

use std::collections::BTreeMap;
use std::rc::Rc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span};

use super::node::{Node, Spelling, Value};
use super::repair::{OpenCollection, RepairedText, SyntaxFault};
use crate::error::{JobspecError, Position};
use crate::limits::{MAX_DEPTH, MAX_NODES, MAX_SCALARS};

/// Reads the first document of a text and lets `use_root` have it.
pub(crate) fn read<T>(
    text: &str,
    use_root: impl Fn(&Node<'_>) -> Result<T, JobspecError>,
) -> Result<T, JobspecError> {
    with_root(text, |root, repaired| use_root(root).map_err(|error| repaired.relocate(error)))?
}

/// [`read`] for a use that finds many errors.
pub(crate) fn read_all(
    text: &str,
    use_root: impl Fn(&Node<'_>) -> Vec<JobspecError>,
) -> Result<Vec<JobspecError>, JobspecError> {
    with_root(text, |root, repaired| {
        use_root(root).into_iter().map(|error| repaired.relocate(error)).collect()
    })
}

fn with_root<T>(
    text: &str,
    use_root: impl Fn(&Node<'_>, &RepairedText<'_>) -> T,
) -> Result<T, JobspecError> {
    let mut repaired = RepairedText::new(text);
    loop {
        let fault = match document(repaired.text()) {
            Ok(root) => return Ok(use_root(&root, &repaired)),
            Err(fault) => fault,
        };
        let Fault::Syntax(fault) = fault else {
            return Err(repaired.relocate(fault.into()));
        };
        if !repaired.repair(&fault, open_at_end) {
            let whole = repaired.flow_document_before(&fault).and_then(|text| document(text).ok());
            return match whole {
                Some(root) => Ok(use_root(&root, &repaired)),
                None => Err(repaired.relocate(fault.into())),
            };
        }
    }
}

/// Why there is no tree.
enum Fault {
    Syntax(SyntaxFault),
    Limit(JobspecError),
}

impl From<Fault> for JobspecError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Syntax(fault) => fault.into(),
            Fault::Limit(error) => error,
        }
    }
}

fn document(text: &str) -> Result<Node<'_>, Fault> {
    let mut parser = Parser::new_from_str(text);
    let mut builder = Builder::default();
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| builder.syntax_fault(&error))?;
        if let Some(root) = builder.take(event, span)? {
            return Ok(root);
        }
    }
    Ok(Node::new(Value::Null, Some(Position { line: 1, column: 1 })))
}

/// What is open at the end of an unfinished text.
fn open_at_end(text: &str) -> OpenCollection {
    match document(text) {
        Err(Fault::Syntax(fault)) => fault.open,
        _ => OpenCollection::Block,
    }
}

fn position(marker: Marker) -> Position {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Position { line: number(marker.line()), column: number(marker.col() + 1) }
}

/// What a node costs with all that is below it, aliases followed.
#[derive(Clone, Copy, Default)]
struct Weight {
    nodes: usize,
    /// Bytes.
    scalars: usize,
    height: usize,
}

impl Weight {
    fn of_scalar(text: &str) -> Self {
        Self { nodes: 1, scalars: text.len(), height: 0 }
    }

    fn add(&mut self, child: Self) {
        self.nodes = self.nodes.saturating_add(child.nodes);
        self.scalars = self.scalars.saturating_add(child.scalars);
        self.height = self.height.max(child.height + 1);
    }
}

/// A collection that is not yet closed.
struct Frame<'t> {
    children: Children<'t>,
    style: Style,
    at: Position,
    /// 0 if it has none.
    anchor: usize,
    weight: Weight,
}

/// How a collection is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// In brackets, without an anchor.
    Flow,
    /// By indentation, or it is not sure.
    Block,
}

enum Children<'t> {
    Items(Vec<Node<'t>>),
    Entries(Vec<(Node<'t>, Node<'t>)>, Option<Node<'t>>),
}

#[derive(Default)]
struct Builder<'t> {
    open: Vec<Frame<'t>>,
    anchors: BTreeMap<usize, (Rc<Node<'t>>, Weight)>,
}

impl<'t> Builder<'t> {
    /// Takes one event; returns the root when it is complete.
    fn take(&mut self, event: Event<'t>, span: Span) -> Result<Option<Node<'t>>, Fault> {
        let at = position(span.start);
        match event {
            Event::SequenceStart(anchor, _) => self.open(Children::Items(Vec::new()), anchor, span),
            Event::MappingStart(anchor, _) => {
                self.open(Children::Entries(Vec::new(), None), anchor, span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Scalar(text, style, anchor, tag) => {
                let weight = Weight::of_scalar(&text);
                let null = matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                let value = match style {
                    ScalarStyle::Plain if null => Value::Null,
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted if tag.is_none() => {
                        Value::Scalar(text, Spelling::Quoted)
                    }
                    _ => Value::Scalar(text, Spelling::Other),
                };
                self.complete(Node::new(value, Some(at)), weight, anchor)
            }
            Event::Alias(anchor) => self.alias(anchor, at),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(None),
        }
    }

    fn open(
        &mut self,
        children: Children<'t>,
        anchor: usize,
        span: Span,
    ) -> Result<Option<Node<'t>>, Fault> {
        let at = position(span.start);
        self.check_depth(1, at)?;
        // The library gives the start of a block no extent.
        let style = if anchor == 0 && !span.is_empty() { Style::Flow } else { Style::Block };
        let weight = Weight { nodes: 1, scalars: 0, height: 1 };
        self.open.push(Frame { children, style, at, anchor, weight });
        Ok(None)
    }

    fn check_depth(&self, more: usize, at: Position) -> Result<(), Fault> {
        if self.open.len() + more > MAX_DEPTH {
            return Err(Fault::Limit(JobspecError::too_deep(at)));
        }
        Ok(())
    }

    fn close(&mut self) -> Result<Option<Node<'t>>, Fault> {
        let Some(Frame { children, at, anchor, weight, .. }) = self.open.pop() else {
            return Ok(None);
        };
        let value = match children {
            Children::Items(items) => Value::Sequence(items),
            Children::Entries(entries, _) => Value::Map(entries),
        };
        self.complete(Node::new(value, Some(at)), weight, anchor)
    }

    fn alias(&mut self, anchor: usize, at: Position) -> Result<Option<Node<'t>>, Fault> {
        let Some((target, weight)) = self.anchors.get(&anchor) else {
            return Err(Fault::Syntax(SyntaxFault {
                message: "the referenced anchor contains the reference".to_owned(),
                at,
                open: OpenCollection::Block,
            }));
        };
        let (node, weight) = (Node::new(Value::Alias(Rc::clone(target)), Some(at)), *weight);
        self.check_depth(weight.height, at)?;
        self.add(node, weight)
    }

    fn complete(
        &mut self,
        node: Node<'t>,
        weight: Weight,
        anchor: usize,
    ) -> Result<Option<Node<'t>>, Fault> {
        if anchor == 0 {
            return self.add(node, weight);
        }
        let node = Rc::new(node);
        self.anchors.insert(anchor, (Rc::clone(&node), weight));
        let at = node.at();
        self.add(Node::new(Value::Alias(node), at), weight)
    }

    /// Adds a finished node to the innermost open collection; returns it if there is none.
    fn add(&mut self, node: Node<'t>, weight: Weight) -> Result<Option<Node<'t>>, Fault> {
        let Some(frame) = self.open.last_mut() else { return Ok(Some(node)) };
        frame.weight.add(weight);
        if frame.weight.nodes > MAX_NODES || frame.weight.scalars > MAX_SCALARS {
            let message = format!(
                "expected at most {MAX_NODES} values and {MAX_SCALARS} bytes of them, \
                 counting what aliases repeat"
            );
            return Err(Fault::Limit(JobspecError::limit(message, Some(frame.at))));
        }
        match &mut frame.children {
            Children::Items(items) => items.push(node),
            Children::Entries(entries, key) => match key.take() {
                None => *key = Some(node),
                Some(key) => entries.push((key, node)),
            },
        }
        Ok(None)
    }

    fn syntax_fault(&self, error: &ScanError) -> Fault {
        let open = match self.open.last() {
            Some(Frame { style: Style::Flow, children: Children::Entries(_, None), .. }) => {
                OpenCollection::FlowKey
            }
            Some(Frame { style: Style::Flow, .. }) => OpenCollection::Flow,
            _ => OpenCollection::Block,
        };
        let message = error.info().to_owned();
        Fault::Syntax(SyntaxFault { message, at: position(*error.marker()), open })
    }
}

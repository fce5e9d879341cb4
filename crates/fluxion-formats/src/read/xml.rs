//! XML within bounds: what the readers of GRUG and hwloc share. Knows no element.

use roxmltree::{Document, ParsingOptions};

use super::Position;

/// Most nodes of a document: elements, texts and comments.
const MAX_NODES: u32 = 1 << 20;

/// Most attributes of a document, in effect: the XML reader makes room for all of them before it reads.
const MAX_ATTRIBUTES: u32 = 1 << 21;

/// Most attributes of one element, in effect: the XML reader compares each with each.
const MAX_OF_ELEMENT: u32 = 1024;

/// Most name spaces: the XML reader copies those in scope for each declaration.
const MAX_NAME_SPACES: usize = 256;

/// Why a text is not a document.
pub(super) struct XmlError {
    pub(super) message: String,
    pub(super) position: Position,
    /// Where in the text, in bytes.
    pub(super) offset: usize,
}

impl XmlError {
    fn new(text: &str, offset: usize, message: String) -> Self {
        Self { message, position: Position::at(text, offset), offset }
    }
}

/// Reads a document. A document type is accepted, but none that declares entities: so nothing can be expanded.
///
/// # Errors
/// The text is not well-formed, or beyond the limits.
pub(super) fn parse(text: &str) -> Result<Document<'_>, XmlError> {
    check_counts(text)?;
    let allow_dtd = !text.contains("<!ENTITY");
    let options = ParsingOptions { allow_dtd, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| {
        let offset = offset(text, error.pos());
        let position =
            Position { line: error.pos().row as usize, column: error.pos().col as usize };
        XmlError { message: error.to_string(), position, offset }
    })
}

/// Refuses texts that would cost far more than their length.
fn check_counts(text: &str) -> Result<(), XmlError> {
    let (mut tags, mut attributes, mut of_element) = (0, 0, 0);
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            b'<' => {
                tags += 1;
                of_element = 0;
            }
            b'>' => of_element = 0,
            b'=' => {
                attributes += 1;
                of_element += 1;
            }
            _ => continue,
        }
        // An element has two tags at most.
        if tags > 2 * MAX_NODES {
            return Err(XmlError::new(text, offset, "too many elements".to_owned()));
        }
        if attributes > MAX_ATTRIBUTES || of_element > MAX_OF_ELEMENT {
            return Err(XmlError::new(text, offset, "too many attributes".to_owned()));
        }
    }
    match text.match_indices("xmlns").nth(MAX_NAME_SPACES) {
        Some((offset, _)) => Err(XmlError::new(text, offset, "too many name spaces".to_owned())),
        None => Ok(()),
    }
}

/// The byte offset of a position, whose column counts characters.
fn offset(text: &str, position: roxmltree::TextPos) -> usize {
    let mut start = 0;
    for line in text.split_inclusive('\n').take((position.row as usize).saturating_sub(1)) {
        start += line.len();
    }
    let column = (position.col as usize).saturating_sub(1);
    text[start..].char_indices().nth(column).map_or(text.len(), |(at, _)| start + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = match parse(text) {
            Ok(document) => document.root_element().tag_name().name().to_owned(),
            Err(error) => format!("{} at {}", error.message, error.offset),
        };
        assert_eq!(found, expected, "{}", text.chars().take(80).collect::<String>());
    }

    #[test]
    fn documents() {
        check("<a/>", "a");
        check(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE a SYSTEM \"a.dtd\">\n<!-- c --><a b='&lt;&#9;'/>",
            "a",
        );
        check("", "the document does not have a root node at 0");
        check("<a>\n <b></a>", "expected 'b' tag, not 'a' at 2:5 at 8");
    }

    #[test]
    fn declared_entities_are_refused() {
        check("<!DOCTYPE a [<!ENTITY b \"c\">]><a/>", "XML with DTD detected at 0");
        check("<a>&b;</a>", "unknown entity reference 'b' at 1:4 at 3");
    }

    #[test]
    fn what_would_cost_too_much_is_refused() {
        let attributes = (0..2000).map(|n| format!(" a{n}=''")).collect::<String>();
        check(&format!("<a{attributes}/>"), "too many attributes at 8114");
        check(&"<a b=''/>".repeat(1 << 20), "unknown token at 1:10 at 9");
        check(&"=".repeat(1 << 23), "too many attributes at 1024");
        check(&"=>".repeat((1 << 21) + 1), "too many attributes at 4194304");
        check(&"<".repeat(1 << 22), "too many elements at 2097152");
        let nested: String = (0..257).map(|n| format!("<a xmlns:n{n}='{n}'>")).collect();
        check(&nested, "too many name spaces at 4903");
        let comments = "<!---->".repeat(1 << 20);
        check(&format!("<a>{comments}</a>"), "nodes limit reached at 0");
    }
}

//! Why a recipe cannot be loaded.

use std::fmt;

use fluxion_graph::GraphError;

use crate::read::Position;
use crate::read::limits::{MAX_GENERATED, MAX_GENERATED_NAMES, MAX_PATH_DEPTH, MAX_RECIPE_TEXT};

/// Why a recipe cannot be loaded: what, and where in the text if that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrugError {
    kind: GrugErrorKind,
    position: Option<Position>,
}

/// What is wrong with a recipe.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrugErrorKind {
    /// The text is not XML.
    #[error("not XML: {0}")]
    Xml(String),
    /// The root element is not `graphml`.
    #[error("expected an element `graphml`, not `{0}`")]
    Root(String),
    /// An element lacks an attribute, or the attribute has a value that is not supported.
    #[error("element `{element}`: attribute `{attribute}` must be {expected}")]
    Attribute {
        /// The element.
        element: &'static str,
        /// The attribute.
        attribute: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A `data` element that names no declared key, or a field that does not belong there.
    #[error("no field of this element: `{0}`")]
    UnknownField(String),
    /// A key is declared with a type that its field cannot have.
    #[error("field `{field}` must be declared as `string` or `{expected}`, not `{found}`")]
    FieldType {
        /// The field.
        field: &'static str,
        /// The type it has.
        expected: &'static str,
        /// The declared type.
        found: String,
    },
    /// A value does not suit its field.
    #[error("field `{field}` must be {expected}, not `{value}`")]
    Value {
        /// The field.
        field: &'static str,
        /// The value.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A generation method that does not exist.
    #[error("`gen_method` must be MULTIPLY, ASSOCIATE_IN or ASSOCIATE_BY_PATH_IN, not `{0}`")]
    UnknownMethod(String),
    /// The recipe would make a graph beyond the limits.
    #[error(
        "the graph would be too large: at most {MAX_GENERATED} vertices and associations, \
         {MAX_GENERATED_NAMES} bytes of names and {MAX_PATH_DEPTH} levels are supported"
    )]
    TooLarge,
    /// The text is longer than the limit.
    #[error("the text is too long: at most {MAX_RECIPE_TEXT} bytes are supported")]
    TooLong,
    /// The graph cannot hold it.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

/// What is wrong while a recipe is run, and the offset of the recipe vertex or edge in the text.
pub(super) type RunError = (GrugErrorKind, usize);

impl GrugError {
    pub(super) fn new(kind: GrugErrorKind, position: Option<Position>) -> Self {
        Self { kind, position }
    }

    /// What is wrong.
    pub fn kind(&self) -> &GrugErrorKind {
        &self.kind
    }

    /// Where, if it is known.
    pub fn position(&self) -> Option<Position> {
        self.position
    }
}

impl fmt::Display for GrugError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        match self.position {
            Some(position) => write!(f, " ({position})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for GrugError {}

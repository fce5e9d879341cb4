//! A recipe: the small graph that is run to make the resource graph (`docs/semantics/readers.md`, Recipe
//! fields).

/// A vertex of the recipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RecipeVertex {
    pub(super) root: i64,
    pub(super) ty: String,
    pub(super) basename: String,
    pub(super) unit: String,
    pub(super) size: i64,
    pub(super) subsystem: String,
    /// Indices of out-edges in the order of the text.
    pub(super) out: Vec<usize>,
    /// Where it is in the text.
    pub(super) offset: usize,
}

impl Default for RecipeVertex {
    fn default() -> Self {
        Self {
            root: 0,
            ty: String::new(),
            basename: String::new(),
            unit: String::new(),
            size: 1,
            subsystem: String::new(),
            out: Vec::new(),
            offset: 0,
        }
    }
}

/// An edge of the recipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RecipeEdge {
    pub(super) source: usize,
    pub(super) target: usize,
    pub(super) subsystem: String,
    pub(super) method: String,
    pub(super) scale: i64,
    pub(super) id_scope: i64,
    pub(super) id_start: i64,
    pub(super) id_stride: i64,
    /// The subsystem whose paths `ASSOCIATE_BY_PATH_IN` compares.
    pub(super) path_subsystem: String,
    pub(super) target_up: i64,
    pub(super) source_up: i64,
    /// Where it is in the text.
    pub(super) offset: usize,
}

impl Default for RecipeEdge {
    fn default() -> Self {
        Self {
            source: 0,
            target: 0,
            subsystem: String::new(),
            method: String::new(),
            scale: 1,
            id_scope: 0,
            id_start: 0,
            id_stride: 1,
            path_subsystem: String::new(),
            target_up: 1,
            source_up: 1,
            offset: 0,
        }
    }
}

/// Vertices in the order in which they appear, edges in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Recipe {
    pub(super) vertices: Vec<RecipeVertex>,
    pub(super) edges: Vec<RecipeEdge>,
}

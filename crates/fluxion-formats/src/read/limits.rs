//! What the readers refuse, so that a small hostile text cannot become a huge graph. Every limit is well above
//! the largest graph that is known (1.7 million vertices, 203 MB of text).

/// Most vertices that a recipe or an R object may generate, and most edges; most values that an R object's
/// properties may set. So many vertices take some 570 MB. What exceeds this is refused before anything is generated.
pub const MAX_GENERATED: u64 = 1 << 22;

/// Most bytes of names that a recipe or an R object may generate.
pub const MAX_GENERATED_NAMES: u64 = 1 << 30;

/// Longest JGF or R text, in bytes.
pub const MAX_TEXT: usize = 1 << 30;

/// Longest GRUG text, in bytes. Recipes are small: what grows is what they generate.
pub const MAX_RECIPE_TEXT: usize = 1 << 20;

/// Longest hwloc topology, in bytes. Those of today's machines take some hundred thousand.
pub const MAX_TOPOLOGY_TEXT: usize = 1 << 24;

/// Most entries of `R_lite` in an R object.
pub const MAX_ENTRIES: usize = 1 << 20;

/// Deepest path, in components.
pub const MAX_PATH_DEPTH: usize = 128;

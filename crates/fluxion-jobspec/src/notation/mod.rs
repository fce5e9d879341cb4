//! The notations: YAML, and JSON as a subset of it, become one tree of values.
//!
//! Knows syntax only: what the keys of a jobspec are is the business of `parse`.
//!
//! | file | idea |
//! |---|---|
//! | `node` | a document as a tree, whichever notation it came in |
//! | `yaml` | the tree of a YAML text, with positions |
//! | `json` | the same of strict JSON, faster, without positions |
//! | `repair` | what the language has and the YAML library lacks |
//! | `scalar` | scalars as numbers, characters and strings |

pub(crate) mod json;
pub(crate) mod node;
mod repair;
pub(crate) mod scalar;
pub(crate) mod yaml;

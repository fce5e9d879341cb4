//! Reads the sources of the crates, and says what is out of order in them.
//!
//! Owns the reading of Rust: which file imports which, how long functions are, which types a file shows to others,
//! what a manifest depends on. It must not know what the order is: the tables of `tests/house/` say that.
//!
//! | room | about |
//! |---|---|
//! | `package`, `manifest` | the files of a crate, and what its `Cargo.toml` names |
//! | `syntax`, `module_tree` | parsed files without their tests, as the modules that they are |
//! | `scope`, `resolve` | what a name means in a module, followed through `use` to the file that defines it |
//! | `mentions`, `imports` | the paths that a module mentions, and the imports from file to file that follow |
//! | `loops` | files that import each other in a loop |
//! | `functions`, `types`, `figures` | lengths of functions, names of types, medians |

mod figures;
mod functions;
mod imports;
mod loops;
mod manifest;
mod mentions;
mod module_tree;
mod package;
mod resolve;
mod scope;
mod syntax;
mod types;

pub use figures::percentile;
pub use functions::{Function, functions};
pub use imports::{Imports, imports};
pub use loops::{Loop, loops};
pub use manifest::dependencies;
pub use module_tree::{Module, ModuleTree};
pub use package::{Package, packages};
pub use syntax::ReadError;
pub use types::{NamedType, named_types};

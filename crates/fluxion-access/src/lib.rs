//! Who may call what: roles, tokens, certificates and the calls of the services, as data.
//!
//! Owns the text of an access file (`auth.toml`), what a token looks like, and the table of all calls with what each of
//! them needs. It must not know sockets, files, the clock or randomness: texts, times and random bytes are given.
//!
//! | room | about |
//! |---|---|
//! | `role` | what a principal may do |
//! | `scope` | on which graphs |
//! | `principal` | both under a name, and for how long |
//! | `token`, `credential` | how a caller shows who it is |
//! | `access_list` | finding the principal of a credential |
//! | `calls` | what each call needs |
//! | `access_file`, `access_file_error` | reading an access file; `unix_time` and `nearest_word` help |
//! | `entry` | writing the entry of a token |

mod access_file;
mod access_file_error;
mod access_list;
mod calls;
mod credential;
mod entry;
mod nearest_word;
mod principal;
mod role;
mod scope;
mod token;
mod unix_time;

pub use access_file_error::{AccessFault, AccessFileError, Position};
pub use access_list::{AccessList, Denial};
pub use calls::{CALLS, CallNeeds, CallRow, CallShape, needs, row};
pub use credential::{CertificateName, Credential};
pub use entry::TokenEntry;
pub use nearest_word::nearest_word;
pub use principal::Principal;
pub use role::{AccessRole, Permission, UnknownRole};
pub use scope::{GraphScope, ScopeError};
pub use token::{SecretDigest, ShownToken, Token, TokenIdError};
pub use unix_time::{InvalidTime, UnixTime};

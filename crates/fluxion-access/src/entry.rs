//! The entry of a token in an access file, as people paste it.

use std::fmt;

use crate::role::AccessRole;
use crate::scope::GraphScope;
use crate::token::SecretDigest;
use crate::unix_time::UnixTime;

/// What a file says of a token.
#[derive(Clone, Debug)]
pub struct TokenEntry {
    /// Its id.
    pub id: String,
    /// What is kept of it.
    pub digest: SecretDigest,
    /// What its holder may do.
    pub role: AccessRole,
    /// On which graphs.
    pub graphs: GraphScope,
    /// Until when; for ever if nothing.
    pub expires: Option<UnixTime>,
}

impl fmt::Display for TokenEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let graphs: Vec<String> =
            self.graphs.patterns().map(|pattern| format!("\"{pattern}\"")).collect();
        writeln!(f, "[[token]]")?;
        writeln!(f, "id = \"{}\"", self.id)?;
        writeln!(f, "sha256 = \"{}\"", self.digest)?;
        writeln!(f, "role = \"{}\"", self.role)?;
        writeln!(f, "graphs = [{}]", graphs.join(", "))?;
        match self.expires {
            Some(expires) => writeln!(f, "expires = {expires}"),
            None => Ok(()),
        }
    }
}

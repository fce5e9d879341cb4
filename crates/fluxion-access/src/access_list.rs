//! All principals, found by what they show.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::credential::{CertificateName, Credential};
use crate::principal::Principal;
use crate::token::SecretDigest;
use crate::unix_time::UnixTime;

/// All principals. Empty by default: nobody may do anything.
#[derive(Clone, Debug, Default)]
pub struct AccessList {
    pub(crate) tokens: BTreeMap<Box<str>, KnownToken>,
    pub(crate) certificates: BTreeMap<CertificateName, Arc<Principal>>,
}

/// A token that is known.
#[derive(Clone, Debug)]
pub(crate) struct KnownToken {
    pub(crate) digest: SecretDigest,
    pub(crate) principal: Arc<Principal>,
}

/// Why a credential leads to nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// No principal has it.
    Unknown,
    /// It was one once.
    Expired,
}

impl AccessList {
    /// The principal that shows this at `now`. O(log principals); takes as long for an unknown id as for a wrong secret.
    ///
    /// # Errors
    /// [`Denial`]. That a token has expired is only said to who has all of it.
    pub fn find(&self, shown: &Credential, now: UnixTime) -> Result<&Arc<Principal>, Denial> {
        let principal = match shown {
            Credential::Token(shown) => {
                let known = self.tokens.get(&shown.id);
                let digest = known.map_or(SecretDigest::NONE, |known| known.digest);
                let is_right = digest.is(&shown.digest);
                known.filter(|_| is_right).map(|known| &known.principal)
            }
            Credential::Certificate(names) => {
                names.iter().find_map(|name| self.certificates.get(name))
            }
        };
        match principal {
            Some(principal) if principal.is_expired(now) => Err(Denial::Expired),
            Some(principal) => Ok(principal),
            None => Err(Denial::Unknown),
        }
    }

    /// All principals: those with tokens by id, then those with certificates.
    pub fn principals(&self) -> impl Iterator<Item = &Principal> {
        let tokens = self.tokens.values().map(|known| &*known.principal);
        tokens.chain(self.certificates.values().map(|principal| &**principal))
    }

    /// The principals with tokens, by id.
    pub fn tokens(&self) -> impl Iterator<Item = &Principal> {
        self.tokens.values().map(|known| &*known.principal)
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty() && self.certificates.is_empty()
    }
}

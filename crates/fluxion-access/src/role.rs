//! What a principal may do: a role is a set of permissions. Allocating and operating both include reading, and neither
//! includes the other.

use std::fmt;
use std::str::FromStr;

/// What a call needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// To look at graphs and jobs.
    Read,
    /// To book and release resources.
    Allocate,
    /// To mark resources and to look after the service.
    Operate,
    /// To make, change and drop graphs.
    Administer,
}

/// What a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessRole {
    /// Looks.
    Read,
    /// Looks, books and releases.
    Allocate,
    /// Looks, marks resources, looks after the service.
    Operate,
    /// Everything.
    Admin,
}

/// The text names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected read, allocate, operate or admin")]
pub struct UnknownRole;

impl AccessRole {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Read, Self::Allocate, Self::Operate, Self::Admin];

    /// Whether the role includes a permission.
    #[must_use]
    pub const fn permits(self, permission: Permission) -> bool {
        match self {
            Self::Admin => true,
            Self::Operate => matches!(permission, Permission::Read | Permission::Operate),
            Self::Allocate => matches!(permission, Permission::Read | Permission::Allocate),
            Self::Read => matches!(permission, Permission::Read),
        }
    }

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Allocate => "allocate",
            Self::Operate => "operate",
            Self::Admin => "admin",
        }
    }
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 4] = [Self::Read, Self::Allocate, Self::Operate, Self::Administer];

    /// The least role that includes it.
    #[must_use]
    pub const fn least_role(self) -> AccessRole {
        match self {
            Self::Read => AccessRole::Read,
            Self::Allocate => AccessRole::Allocate,
            Self::Operate => AccessRole::Operate,
            Self::Administer => AccessRole::Admin,
        }
    }
}

impl FromStr for AccessRole {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}

impl fmt::Display for AccessRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_sets() {
        let permitted =
            |role: AccessRole| Permission::ALL.map(|permission| u8::from(role.permits(permission)));
        assert_eq!(permitted(AccessRole::Read), [1, 0, 0, 0]);
        assert_eq!(permitted(AccessRole::Allocate), [1, 1, 0, 0]);
        assert_eq!(permitted(AccessRole::Operate), [1, 0, 1, 0]);
        assert_eq!(permitted(AccessRole::Admin), [1, 1, 1, 1]);
    }

    #[test]
    fn the_least_role_of_a_permission_includes_it() {
        for permission in Permission::ALL {
            assert!(permission.least_role().permits(permission), "{permission:?}");
        }
    }

    #[test]
    fn roles_are_read_as_they_are_written() {
        for role in AccessRole::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        for wrong in ["", "Read", "write", "admin "] {
            assert_eq!(wrong.parse::<AccessRole>(), Err(UnknownRole), "{wrong}");
        }
    }
}

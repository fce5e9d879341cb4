//! What each call needs: one table, by the path of the method. A call without a row is refused.

use crate::role::Permission;

/// What a call needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallNeeds {
    /// Nothing: it is open to everybody.
    Nothing,
    /// This permission.
    One(Permission),
    /// To read; and if it may book, or move weights, to allocate.
    ByOperation,
    /// To allocate, for a fork; for any other graph to administer.
    ByGraph,
    /// To read, unless the caller is on the same machine.
    ReadFromAfar,
}

/// How a call goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallShape {
    /// It is over when it is answered.
    Single,
    /// It streams, and ends when the right to make it does.
    Stream,
}

/// A call and what it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallRow {
    /// `/package.Service/Method`.
    pub path: &'static str,
    /// What it needs.
    pub needs: CallNeeds,
    /// How it goes on.
    pub shape: CallShape,
}

const fn single(path: &'static str, needs: CallNeeds) -> CallRow {
    CallRow { path, needs, shape: CallShape::Single }
}

const fn stream(path: &'static str, needs: CallNeeds) -> CallRow {
    CallRow { path, needs, shape: CallShape::Stream }
}

const READ: CallNeeds = CallNeeds::One(Permission::Read);
const ALLOCATE: CallNeeds = CallNeeds::One(Permission::Allocate);
const OPERATE: CallNeeds = CallNeeds::One(Permission::Operate);
const ADMINISTER: CallNeeds = CallNeeds::One(Permission::Administer);

/// All calls.
pub const CALLS: &[CallRow] = &[
    single("/fluxion.FluxionService/Cancel", ALLOCATE),
    single("/fluxion.FluxionService/Init", ADMINISTER),
    single("/fluxion.FluxionService/Match", ALLOCATE),
    single("/fluxion.v1.CalendarService/DropWindow", OPERATE),
    single("/fluxion.v1.CalendarService/GetWindow", READ),
    single("/fluxion.v1.CalendarService/ListWindows", READ),
    single("/fluxion.v1.CalendarService/SetWindow", OPERATE),
    stream("/fluxion.v1.GraphService/CreateGraph", ADMINISTER),
    single("/fluxion.v1.GraphService/DropGraph", CallNeeds::ByGraph),
    stream("/fluxion.v1.GraphService/ExportGraph", READ),
    single("/fluxion.v1.GraphService/Fork", ALLOCATE),
    single("/fluxion.v1.GraphService/GetGraph", READ),
    single("/fluxion.v1.GraphService/GetTime", READ),
    single("/fluxion.v1.GraphService/ListGraphs", READ),
    single("/fluxion.v1.GraphService/SnapshotGraph", OPERATE),
    single("/fluxion.v1.InsightService/Explain", READ),
    stream("/fluxion.v1.InsightService/Watch", READ),
    single("/fluxion.v1.JobService/Cancel", ALLOCATE),
    single("/fluxion.v1.JobService/GetJob", READ),
    single("/fluxion.v1.JobService/ListJobs", READ),
    single("/fluxion.v1.JobService/Match", CallNeeds::ByOperation),
    stream("/fluxion.v1.JobService/MatchMany", ALLOCATE),
    single("/fluxion.v1.JobService/PartialCancel", ALLOCATE),
    single("/fluxion.v1.JobService/Retime", ALLOCATE),
    single("/fluxion.v1.JobService/Update", ALLOCATE),
    stream("/fluxion.v1.MaintenanceService/Backup", OPERATE),
    single("/fluxion.v1.ResourceService/Find", READ),
    single("/fluxion.v1.ResourceService/GetProperties", READ),
    single("/fluxion.v1.ResourceService/GetStats", READ),
    single("/fluxion.v1.ResourceService/GetStatus", READ),
    single("/fluxion.v1.ResourceService/Grow", ADMINISTER),
    single("/fluxion.v1.ResourceService/SetProperty", OPERATE),
    single("/fluxion.v1.ResourceService/SetStatus", OPERATE),
    single("/fluxion.v1.ResourceService/Shrink", ADMINISTER),
    single("/grpc.health.v1.Health/Check", CallNeeds::Nothing),
    stream("/grpc.health.v1.Health/Watch", CallNeeds::Nothing),
    stream("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", CallNeeds::ReadFromAfar),
    stream(
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        CallNeeds::ReadFromAfar,
    ),
];

/// The row of a call, if it has one. O(log calls).
#[must_use]
pub fn row(path: &str) -> Option<&'static CallRow> {
    let at = CALLS.binary_search_by(|row| row.path.cmp(path)).ok()?;
    CALLS.get(at)
}

/// What a call needs; nothing is known of a call without a row, which nobody may make.
#[must_use]
pub fn needs(path: &str) -> Option<CallNeeds> {
    row(path).map(|row| row.needs)
}

impl CallNeeds {
    /// The permission without which the call is refused before it is read, if it needs one.
    #[must_use]
    pub const fn at_least(self) -> Option<Permission> {
        match self {
            Self::Nothing => None,
            Self::One(permission) => Some(permission),
            Self::ByGraph => Some(Permission::Allocate),
            Self::ByOperation | Self::ReadFromAfar => Some(Permission::Read),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_order_and_each_is_found() {
        assert!(CALLS.is_sorted_by(|one, other| one.path < other.path));
        for call in CALLS {
            assert_eq!(row(call.path), Some(call));
        }
    }

    #[test]
    fn what_has_no_row_needs_more_than_anybody_has() {
        for path in ["", "/", "/fluxion.v1.JobService/Rename", "fluxion.v1.JobService/Match"] {
            assert_eq!(needs(path), None, "{path}");
        }
    }

    #[test]
    fn what_each_role_may_do() {
        use crate::AccessRole;
        let count = |role: AccessRole| {
            let may = |row: &&CallRow| row.needs.at_least().is_none_or(|need| role.permits(need));
            CALLS.iter().filter(may).count()
        };
        assert_eq!(AccessRole::ALL.map(count), [19, 28, 25, 38]);
    }
}

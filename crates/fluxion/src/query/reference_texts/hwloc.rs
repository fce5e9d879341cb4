//! Topologies that cannot be read.

use fluxion_context::{HwlocError, HwlocErrorKind, WalkFault};

/// What the hwloc reader says: of objects that cannot become resources, all of them.
pub(super) fn hwloc_error(error: &HwlocError) -> String {
    match error.kind() {
        HwlocErrorKind::Walk(faults) => walk(faults),
        HwlocErrorKind::Xml(_)
        | HwlocErrorKind::Root(_)
        | HwlocErrorKind::Version(_)
        | HwlocErrorKind::NoObject
        | HwlocErrorKind::NoType
        | HwlocErrorKind::Type(_)
        | HwlocErrorKind::Element(_)
        | HwlocErrorKind::Set { .. }
        | HwlocErrorKind::Object { .. }
        | HwlocErrorKind::NoProcessor
        | HwlocErrorKind::NoNumaNode
        | HwlocErrorKind::TooDeep
        | HwlocErrorKind::TooLarge
        | HwlocErrorKind::TooLong
        | HwlocErrorKind::Graph(_) => "Error hwloc load: rank -1; ".to_owned(),
    }
}

fn walk(faults: &[WalkFault]) -> String {
    let text = |fault: &WalkFault| match fault {
        WalkFault::HostNumber(host) => format!("Error converting node id for {host}; "),
        WalkFault::NoSize(_) => "Error getting the size of block storage device; ".to_owned(),
        WalkFault::Size { .. } => "Error parsing the size of block storage device; ".to_owned(),
    };
    faults.iter().map(text).collect::<String>() + "Error hwloc walk: rank -1; "
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_the_walk_accumulate() {
        let faults = [
            WalkFault::HostNumber("n9223372036854775808".to_owned()),
            WalkFault::NoSize("sda".to_owned()),
            WalkFault::Size { device: "sdb".to_owned(), value: "no".to_owned() },
        ];
        assert_eq!(
            walk(&faults),
            "Error converting node id for n9223372036854775808; \
             Error getting the size of block storage device; \
             Error parsing the size of block storage device; Error hwloc walk: rank -1; "
        );
    }
}

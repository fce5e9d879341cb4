//! R objects that cannot be read, or do not fit the graph: of most of it the reference says nothing.

use fluxion_context::Rv1Error;

/// What the R reader says; often nothing.
pub(super) fn rv1_error(error: &Rv1Error) -> String {
    match error {
        Rv1Error::HostNumber { host } => {
            format!("unpack_rank: error splitting hostname={host}; ")
        }
        Rv1Error::DuplicateRank { host, .. } => {
            rank("add_or_update: found duplicate vertex in graph for", host)
        }
        Rv1Error::NoSuchNode { host, .. } => {
            rank("add_or_update: couldn't find vertex in graph for", host)
        }
        Rv1Error::NoSuchChild { child, .. } => format!(
            "add_or_update: couldn't find vertex in graph for {child}.\n\
             unpack_child: failed unpacking child for {child}.\n"
        ),
        Rv1Error::RepeatedChild { child, .. } => format!(
            "update_vertex: {child} is unavailable.\n\
             unpack_child: failed unpacking child for {child}.\n"
        ),
        Rv1Error::NoChildren { host, .. } => format!(
            "update_exclusivity: rank not found in agfilters map.\n\
             unpack_rank: exclusive filter update failed for {host}.\n"
        ),
        Rv1Error::Syntax { .. }
        | Rv1Error::Malformed { .. }
        | Rv1Error::IsJgf
        | Rv1Error::Idset { .. }
        | Rv1Error::Hostlist { .. }
        | Rv1Error::TooFewHosts { .. }
        | Rv1Error::NoRanks
        | Rv1Error::TooLarge
        | Rv1Error::TooLong
        | Rv1Error::Graph(_) => String::new(),
    }
}

fn rank(fault: &str, host: &str) -> String {
    format!("{fault} {host}.\nunpack_rank: failed unpacking rank for {host}.\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host() -> String {
        "n9".to_owned()
    }

    #[track_caller]
    fn check(error: Rv1Error, expected: &str) {
        assert_eq!(rv1_error(&error), expected);
    }

    #[test]
    fn ranks_and_children() {
        check(Rv1Error::HostNumber { host: host() }, "unpack_rank: error splitting hostname=n9; ");
        check(
            Rv1Error::DuplicateRank { rank: 1, host: host() },
            "add_or_update: found duplicate vertex in graph for n9.\n\
             unpack_rank: failed unpacking rank for n9.\n",
        );
        check(
            Rv1Error::NoSuchNode { rank: 1, host: host() },
            "add_or_update: couldn't find vertex in graph for n9.\n\
             unpack_rank: failed unpacking rank for n9.\n",
        );
        let child = || "core7".to_owned();
        check(
            Rv1Error::NoSuchChild { rank: 1, host: host(), child: child() },
            "add_or_update: couldn't find vertex in graph for core7.\n\
             unpack_child: failed unpacking child for core7.\n",
        );
        check(
            Rv1Error::RepeatedChild { rank: 1, host: host(), child: child() },
            "update_vertex: core7 is unavailable.\n\
             unpack_child: failed unpacking child for core7.\n",
        );
        check(
            Rv1Error::NoChildren { rank: 1, host: host() },
            "update_exclusivity: rank not found in agfilters map.\n\
             unpack_rank: exclusive filter update failed for n9.\n",
        );
    }

    #[test]
    fn of_most_faults_nothing_is_said() {
        check(Rv1Error::NoRanks, "");
        check(Rv1Error::Malformed { place: "R".to_owned(), expected: "an object" }, "");
    }
}

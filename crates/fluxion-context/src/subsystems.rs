//! Matcher names: which subsystems a context uses (`docs/semantics/graph.md`, Subsystems).

const MATCHERS: [(&str, &[&str]); 14] = [
    ("CA", &["containment"]),
    ("IBA", &["ibnet"]),
    ("IBBA", &["ibnetbw"]),
    ("PA", &["power"]),
    ("PFS1BA", &["pfs1bw"]),
    ("VA", &["virtual1"]),
    ("C+IBA", &["containment", "ibnet"]),
    ("C+IBBA", &["containment", "ibnetbw"]),
    ("C+PA", &["containment", "power"]),
    ("C+PFS1BA", &["containment", "pfs1bw"]),
    ("IB+IBBA", &["ibnet", "ibnetbw"]),
    ("C+P+IBA", &["containment", "power", "ibnet"]),
    ("V+PFS1BA", &["virtual1", "pfs1bw"]),
    ("ALL", &["containment", "ibnet", "ibnetbw", "pfs1bw", "power"]),
];

/// The name of no matcher.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown subsystems `{0}`: expected one of {known}", known = MATCHERS.map(|(known, _)| known).join(", "))]
pub struct UnknownSubsystems(pub String);

/// The subsystems of a matcher, the dominant one first. Names are upper case, or lower case throughout.
pub(crate) fn subsystems_of(name: &str) -> Result<Vec<String>, UnknownSubsystems> {
    let fits = |known: &str| known == name || known.to_ascii_lowercase() == name;
    match MATCHERS.iter().find(|(known, _)| fits(known)) {
        Some((_, subsystems)) => Ok(subsystems.iter().map(|&s| s.to_owned()).collect()),
        None => Err(UnknownSubsystems(name.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::subsystems_of;

    #[test]
    fn upper_or_lower_case_but_not_mixed() {
        assert_eq!(subsystems_of("C+PA").unwrap(), ["containment", "power"]);
        assert_eq!(subsystems_of("c+pa").unwrap(), ["containment", "power"]);
        for name in ["C+pa", "", "X", "Ca"] {
            assert!(subsystems_of(name).is_err(), "{name}");
        }
    }
}

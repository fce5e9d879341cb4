//! Any text as a list of hosts: refused, or printed so that it reads back the same, unless brackets were taken literally.
#![no_main]

use fluxion_sets::hostlist::{self, Dialect, Hostlist};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut list = Hostlist::new(Dialect::Constraint);
    if list.append(text).is_ok() {
        assert!(list.names().iter().all(|name| !name.contains(['[', ']'])));
    }
    let Ok(names) = hostlist::parse(text) else { return };
    if names.iter().any(|name| name.contains(['[', ']'])) {
        return;
    }
    let printed = hostlist::encode(names.iter().map(String::as_str));
    match hostlist::parse(&printed) {
        Ok(read) => assert_eq!(read, names, "{printed}"),
        // a bracket holds so many ranges; a name alone may end in too large a number
        Err(_) => assert!(
            names.len() > 10_000 || names.iter().any(|name| hostlist::parse(name).is_err()),
            "{printed}"
        ),
    }
});

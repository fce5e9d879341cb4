//! Any text as a list of hosts: refused, or printed so that it reads back the same, unless brackets were taken literally.
#![no_main]

use fluxion_sets::hostlist::{self, Dialect, Hostlist};
use libfuzzer_sys::fuzz_target;

/// Bytes of names: many more would only take time.
const ROOM: usize = 1 << 20;

fuzz_target!(|text: &str| {
    let mut list = Hostlist::within(Dialect::Constraint, ROOM);
    if list.append(text).is_ok() {
        assert!(list.names().iter().all(|name| !name.contains(['[', ']'])));
    }
    let mut list = Hostlist::within(Dialect::Nodelist, ROOM);
    if list.append(text).is_err() {
        return;
    }
    let names = list.into_names();
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

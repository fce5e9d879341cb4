//! No text makes the jobspec parser panic, and what it says of a text does not change.

#![no_main]

use fluxion_jobspec::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let any = parse(text, &|_| true);
    let some = parse(text, &|name| name != "core");
    match (any, some) {
        (Ok(any), Ok(some)) => assert_eq!(format!("{any:?}"), format!("{some:?}")),
        (Err(any), Err(some)) => {
            assert!(!any.to_string().is_empty() && !some.to_string().is_empty())
        }
        (Ok(_), Err(some)) => assert!(some.to_string().contains("known to fluxion")),
        (Err(any), Ok(_)) => panic!("refused only where more is known: {any}"),
    }
});

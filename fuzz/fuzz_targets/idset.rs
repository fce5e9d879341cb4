//! Any text as a set of numbers: refused, or printed so that it reads back the same.
#![no_main]

use fluxion_sets::Idset;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(set) = text.parse::<Idset>() else { return };
    let printed = set.to_string();
    assert_eq!(printed.parse::<Idset>().as_ref(), Ok(&set), "{printed}");
    assert_eq!(
        set.intervals().map(|i| (i.end() - i.start()) as usize + 1).sum::<usize>(),
        set.len()
    );
    assert!(set.iter().take(1000).all(|id| set.contains(id)));
    assert_eq!(set.union(&set), set);
});

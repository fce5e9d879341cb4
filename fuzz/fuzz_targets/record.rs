//! Any bytes as a record of the journal, and as a snapshot: refused, or written again so that it reads back the same.
#![no_main]

use fluxion_store::journal::Record;
use fluxion_store::{Incarnation, RequestError, RequestId, SentRefusal, Store};
use libfuzzer_sys::fuzz_target;

fn refusal_as_sent(_: &RequestId, refusal: &RequestError) -> SentRefusal {
    SentRefusal { message: refusal.to_string(), ..SentRefusal::default() }
}

fn read(bytes: Vec<u8>) -> Option<Record> {
    Record::decode(&mut bytes.into(), Incarnation(7)).ok()
}

fn written(record: &Record) -> Vec<u8> {
    let mut bytes = Vec::new();
    record.encode(&refusal_as_sent, &mut bytes);
    bytes
}

fuzz_target!(|bytes: &[u8]| {
    if let Some(record) = read(bytes.to_vec()) {
        let once = written(&record);
        let again = read(once.clone()).expect("what was written can be read");
        assert_eq!(written(&again), once);
    }
    if let Ok(store) = Store::restore(bytes) {
        let once = store.snapshot(&refusal_as_sent);
        let again = Store::restore(&once).expect("what was written can be read");
        assert_eq!(again.fingerprint(), store.fingerprint());
    }
});

//! A refused match that says why: an explanation beside the details of the refusal, in no more bytes than there is room
//! for in a trailer.

use fluxion_store::Explained;
use prost::Message as _;
use prost_types::Any;
use tonic::{Code, Status};
use tonic_types::pb;

use crate::message::cut;
use crate::proto::fluxion::v1::ExplainResponse;
use crate::v1::explanation::tell;

/// What the detail is.
const TYPE_URL: &str = "type.googleapis.com/fluxion.v1.ExplainResponse";

/// The most bytes of an explanation. Clients take 8 KiB of trailers or so, in which it is a third longer, and the message
/// and the other details stand beside it.
const MOST_BYTES: usize = 4 << 10;

/// The most bytes of its sentence, where all else has gone.
const MOST_SENTENCE: usize = 1000;

/// The status of a refusal, with why.
pub(crate) fn explained(status: &Status, explained: &Explained) -> Status {
    let mut told = pb::Status::decode(status.details()).unwrap_or_default();
    told.code = status.code() as i32;
    status.message().clone_into(&mut told.message);
    let response = shortened(tell(explained.clone()));
    told.details.push(Any { type_url: TYPE_URL.to_owned(), value: response.encode_to_vec() });
    let details = told.encode_to_vec().into();
    Status::with_details(Code::from_i32(told.code), told.message, details)
}

/// What there is room for, the least telling left out first.
fn shortened(mut response: ExplainResponse) -> ExplainResponse {
    let steps: [fn(&mut ExplainResponse); 5] = [
        |it| it.levels.iter_mut().flat_map(|l| &mut l.buckets).for_each(|b| b.examples.clear()),
        |it| it.blockers.clear(),
        |it| it.levels.clear(),
        |it| it.hints.clear(),
        |it| it.sentence = cut(std::mem::take(&mut it.sentence), MOST_SENTENCE),
    ];
    for step in steps {
        if response.encoded_len() <= MOST_BYTES {
            break;
        }
        step(&mut response);
        response.complete = false;
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::fluxion::v1::{Blocker, Bucket, Hint, Level, hint};

    /// An explanation with so many bytes in each of its parts.
    fn long(
        examples: usize,
        blockers: usize,
        levels: usize,
        hints: usize,
        sentence: usize,
    ) -> ExplainResponse {
        let text = |bytes: usize| "x".repeat(bytes);
        let bucket = Bucket { examples: vec![text(examples)], ..Bucket::default() };
        let level = Level { element: text(levels), buckets: vec![bucket], ..Level::default() };
        let change = Some(hint::Change::BringUp(text(hints)));
        ExplainResponse {
            levels: vec![level],
            blockers: vec![Blocker { job_key: text(blockers), ..Blocker::default() }],
            hints: vec![Hint { change, ..Hint::default() }],
            sentence: text(sentence),
            complete: true,
            ..ExplainResponse::default()
        }
    }

    /// What is left: examples, blockers, levels, hints, bytes of the sentence, and whether it is called complete.
    #[track_caller]
    fn check(response: ExplainResponse, expected: (usize, usize, usize, usize, usize, bool)) {
        let left = shortened(response);
        assert!(left.encoded_len() <= MOST_BYTES);
        let examples = left.levels.iter().flat_map(|l| &l.buckets).flat_map(|b| &b.examples);
        let (blockers, levels, hints) = (left.blockers.len(), left.levels.len(), left.hints.len());
        let found = (examples.count(), blockers, levels, hints, left.sentence.len(), left.complete);
        assert_eq!(found, expected);
    }

    #[test]
    fn the_least_telling_goes_first() {
        check(long(700, 700, 700, 700, 700), (1, 1, 1, 1, 700, true));
        check(long(5000, 700, 700, 700, 700), (0, 1, 1, 1, 700, false));
        check(long(1000, 5000, 700, 700, 700), (0, 0, 1, 1, 700, false));
        check(long(1000, 1000, 5000, 700, 700), (0, 0, 0, 1, 700, false));
        check(long(1000, 1000, 1000, 5000, 700), (0, 0, 0, 0, 700, false));
        check(long(0, 0, 0, 0, 5000), (0, 0, 0, 0, 1003, false));
    }
}

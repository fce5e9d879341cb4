//! Which match operation a request of the published service asks for.

use fluxion_context::{MatchOperation, UnknownOperation};

use crate::proto::fluxion::MatchRequest;

/// Why a request asks for nothing that can be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OperationError {
    /// `request` is no operation.
    #[error("request: {0}")]
    Unknown(#[from] UnknownOperation),
    /// `reservation` asks for one operation, `request` for another.
    #[error(
        "request: `{0}` contradicts `reservation`: expected `allocate_orelse_reserve`, `allocate` or nothing"
    )]
    Conflict(MatchOperation),
}

/// `reservation` decides; else `request`, where an empty one means `allocate`. Published clients fill in
/// `allocate` where their caller named nothing, so it does not contradict a reservation.
pub(crate) fn operation(request: &MatchRequest) -> Result<MatchOperation, OperationError> {
    use MatchOperation::{Allocate, AllocateOrElseReserve};
    let named = match request.request.as_str() {
        "" => Allocate,
        word => word.parse()?,
    };
    match (request.reservation, named) {
        (false, named) => Ok(named),
        (true, Allocate | AllocateOrElseReserve) => Ok(AllocateOrElseReserve),
        (true, other) => Err(OperationError::Conflict(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(request: &str, reservation: bool, expected: Result<&str, &str>) {
        let message =
            MatchRequest { request: request.to_owned(), reservation, ..MatchRequest::default() };
        let chosen = operation(&message).map(MatchOperation::as_str).map_err(|e| e.to_string());
        assert_eq!(chosen, expected.map_err(str::to_owned));
    }

    #[test]
    fn request_names_the_operation() {
        check("", false, Ok("allocate"));
        for operation in MatchOperation::ALL {
            check(operation.as_str(), false, Ok(operation.as_str()));
        }
    }

    #[test]
    fn reservation_wins_over_the_default_word() {
        check("", true, Ok("allocate_orelse_reserve"));
        check("allocate", true, Ok("allocate_orelse_reserve"));
        check("allocate_orelse_reserve", true, Ok("allocate_orelse_reserve"));
    }

    #[test]
    fn contradictions_and_unknown_words_are_refused() {
        check(
            "satisfiability",
            true,
            Err(
                "request: `satisfiability` contradicts `reservation`: expected `allocate_orelse_reserve`, `allocate` or nothing",
            ),
        );
        let unknown = |word| {
            format!(
                "request: unknown match operation `{word}`: expected one of allocate, allocate_with_satisfiability, allocate_orelse_reserve, satisfiability, without_allocating, without_allocating_future"
            )
        };
        check("Allocate", false, Err(&unknown("Allocate")));
        check("match", true, Err(&unknown("match")));
    }
}

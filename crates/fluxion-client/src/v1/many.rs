//! Many matches over one stream.

use tokio_stream::{Stream, StreamExt as _};
use tonic::{Code, Status, Streaming};

use crate::proto::v1::MatchManyResponse;
use crate::proto::v1::match_many_response::Result as Answer;
use crate::v1::{Error, Failure, Graph, MatchRequest, MatchResponse};

const CALL: &str = "MatchMany";

/// The answers, in the order of the requests.
#[derive(Debug)]
pub struct Matches(Streaming<MatchManyResponse>);

impl Graph {
    /// Sends requests as the stream yields them. There is no limit of time: whoever reads the answers sets it.
    ///
    /// # Errors
    /// Those of the connection.
    pub async fn match_many(
        &self,
        requests: impl Stream<Item = MatchRequest> + Send + 'static,
    ) -> Result<Matches, Error> {
        let graph = self.clone();
        let requests = requests.map(move |request| MatchRequest {
            graph: graph.name.clone(),
            incarnation: graph.incarnation_or(request.incarnation),
            ..request
        });
        let answered = self.server.job_service().match_many(requests).await;
        let answered = answered.map_err(|status| Failure::of(CALL, &status))?;
        Ok(Matches(answered.into_inner()))
    }
}

impl Matches {
    /// The next answer; none behind the last. A failure has the details that a single match would have.
    ///
    /// # Errors
    /// Those of the stream, which has then ended.
    pub async fn next(&mut self) -> Result<Option<Result<MatchResponse, Failure>>, Error> {
        let next = self.0.message().await.map_err(|status| Failure::of(CALL, &status))?;
        let Some(next) = next else { return Ok(None) };
        match next.result {
            Some(Answer::Match(matched)) => Ok(Some(Ok(matched))),
            Some(Answer::Failure(failure)) => {
                let (code, details) = (Code::from_i32(failure.code), failure.status_details.into());
                let status = Status::with_details(code, failure.message, details);
                Ok(Some(Err(Failure::of(CALL, &status))))
            }
            None => {
                let message = "the server sent an empty answer".to_owned();
                Err(Failure::plain(CALL, Code::Internal, message).into())
            }
        }
    }
}

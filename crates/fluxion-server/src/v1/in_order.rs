//! Calls that are begun one after the other and answered in the same order, without waiting for each other's answers. Must
//! not know what is called.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

/// Calls on their way.
pub(crate) struct InOrder<'a, T>(VecDeque<Begun<'a, T>>);

enum Begun<'a, T> {
    Runs(Pin<Box<dyn Future<Output = T> + Send + 'a>>),
    Done(T),
}

impl<'a, T> InOrder<'a, T> {
    /// None is on its way.
    pub(crate) fn new() -> Self {
        Self(VecDeque::new())
    }

    /// How many are on their way.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is on its way.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Begins a call: it goes on as far as it can at once.
    pub(crate) async fn begin(&mut self, call: impl Future<Output = T> + Send + 'a) {
        let mut call: Pin<Box<dyn Future<Output = T> + Send + 'a>> = Box::pin(call);
        let polled = poll_fn(|task| Poll::Ready(call.as_mut().poll(task))).await;
        self.0.push_back(match polled {
            Poll::Ready(answer) => Begun::Done(answer),
            Poll::Pending => Begun::Runs(call),
        });
    }

    /// The answer of the first one; waits for ever if there is none. Whoever drops the future loses nothing.
    pub(crate) async fn next(&mut self) -> T {
        poll_fn(|task| self.poll(task)).await
    }

    fn poll(&mut self, task: &mut Context<'_>) -> Poll<T> {
        let polled = match self.0.pop_front() {
            None => return Poll::Pending,
            Some(Begun::Done(answer)) => return Poll::Ready(answer),
            Some(Begun::Runs(mut call)) => match call.as_mut().poll(task) {
                Poll::Ready(answer) => return Poll::Ready(answer),
                Poll::Pending => call,
            },
        };
        self.0.push_front(Begun::Runs(polled));
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn calls_are_begun_at_once_and_answered_in_their_order() {
        let (begun, mut calls) = (Mutex::new(Vec::new()), InOrder::new());
        let (answer, answered) = oneshot::channel();
        calls
            .begin(async {
                begun.lock().unwrap().push(1);
                answered.await.unwrap()
            })
            .await;
        calls
            .begin(async {
                begun.lock().unwrap().push(2);
                2
            })
            .await;
        assert_eq!((begun.lock().unwrap().as_slice(), calls.len()), (&[1, 2][..], 2));
        answer.send(1).unwrap();
        assert_eq!((calls.next().await, calls.next().await), (1, 2));
        assert!(calls.is_empty());
    }
}

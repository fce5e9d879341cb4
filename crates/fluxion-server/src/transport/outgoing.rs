//! What a connection sends: small pieces are put together, and go out when its transport has nothing more to say for now.
//! The transport would send the end of an answer apart, which costs a call of the system here, and wakes the client twice.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, BytesMut};
use tokio::io::AsyncWrite;

use crate::transport::socket::Written;

/// What is put together, at most.
const ROOM: usize = 4 << 10;

/// Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing(Arc<Mutex<Sending>>);

#[derive(Debug)]
struct Sending {
    socket: Written,
    waiting: BytesMut,
}

impl Outgoing {
    /// What is sent over a socket.
    pub(crate) fn new(socket: Written) -> Self {
        Self(Arc::new(Mutex::new(Sending { socket, waiting: BytesMut::new() })))
    }

    /// Sends what waits.
    pub(crate) fn poll_send(&self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.sending().poll_send(task)
    }

    fn sending(&self) -> MutexGuard<'_, Sending> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sending {
    fn poll_send(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.waiting.is_empty() {
            match ready!(Pin::new(&mut self.socket).poll_write(task, &self.waiting))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                sent => self.waiting.advance(sent),
            }
        }
        self.waiting.clear();
        // with TLS there may be more that waits to be sent, behind what was taken
        Pin::new(&mut self.socket).poll_flush(task)
    }

    fn poll_write(
        &mut self,
        task: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let bytes = pieces.iter().map(|piece| piece.len()).sum();
        if self.waiting.len() + bytes > ROOM {
            ready!(self.poll_send(task))?;
        }
        if bytes > ROOM {
            return Pin::new(&mut self.socket).poll_write_vectored(task, pieces);
        }
        pieces.iter().for_each(|piece| self.waiting.extend_from_slice(piece));
        Poll::Ready(Ok(bytes))
    }
}

impl AsyncWrite for Outgoing {
    fn poll_write(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.sending().poll_write(task, &[io::IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.sending().poll_write(task, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Whoever lets the transport go on sends what waits afterwards.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut sending = self.sending();
        ready!(sending.poll_send(task))?;
        Pin::new(&mut sending.socket).poll_shutdown(task)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::AsyncReadExt as _;
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    /// Two ends of a connection.
    async fn connected() -> (Outgoing, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (other, _) = listener.accept().await.unwrap();
        (Outgoing::new(Written::Tcp(stream.into_split().1)), other)
    }

    async fn write(outgoing: &Outgoing, bytes: &[u8]) -> usize {
        let mut outgoing = outgoing.clone();
        poll_fn(|task| Pin::new(&mut outgoing).poll_write(task, bytes)).await.unwrap()
    }

    #[tokio::test]
    async fn small_pieces_go_together_and_none_changes_its_place() {
        let (outgoing, mut other) = connected().await;
        for piece in [&b"answer"[..], b", ", b"end"] {
            assert_eq!(write(&outgoing, piece).await, piece.len());
        }
        poll_fn(|task| outgoing.poll_send(task)).await.unwrap();
        let mut read = [0; 64];
        let length = other.read(&mut read).await.unwrap();
        assert_eq!(&read[..length], b"answer, end");
        write(&outgoing, b"small").await;
        let long = vec![b'x'; ROOM + 1];
        assert!(write(&outgoing, &long).await > 0);
        let mut first = [0; 6];
        other.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"smallx");
    }

    #[tokio::test]
    async fn what_waits_is_sent_before_the_end() {
        let (mut outgoing, mut other) = connected().await;
        write(&outgoing, b"the last words").await;
        poll_fn(|task| Pin::new(&mut outgoing).poll_shutdown(task)).await.unwrap();
        let mut read = String::new();
        other.read_to_string(&mut read).await.unwrap();
        assert_eq!(read, "the last words");
    }
}

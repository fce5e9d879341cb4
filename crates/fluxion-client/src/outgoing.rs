//! What a connection sends: the pieces of a call are put together and go out at once. The transport would send the
//! headers, the message and its end apart, which costs a call of the system each, and wakes the server three times.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What is put together, at most.
const ROOM: usize = 4 << 10;

/// A socket that sends when whoever writes has had another chance to write more, and did not take it.
#[derive(Debug)]
pub(crate) struct Gathering<S> {
    socket: S,
    waiting: Vec<u8>,
    /// Nothing was written since the last time of asking.
    is_due: bool,
}

impl<S: AsyncWrite + Unpin> Gathering<S> {
    /// Nothing waits.
    pub(crate) fn new(socket: S) -> Self {
        Self { socket, waiting: Vec::new(), is_due: false }
    }

    /// Sends what waits.
    fn poll_send(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut sent = 0;
        let polled = loop {
            let Some(rest) = self.waiting.get(sent..).filter(|rest| !rest.is_empty()) else {
                break Poll::Ready(Ok(()));
            };
            match Pin::new(&mut self.socket).poll_write(task, rest) {
                Poll::Ready(Ok(0)) => break Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(more)) => sent += more,
                Poll::Ready(Err(error)) => break Poll::Ready(Err(error)),
                Poll::Pending => break Poll::Pending,
            }
        };
        self.waiting.drain(..sent);
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gathering<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(task, &[io::IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
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
        self.is_due = false;
        pieces.iter().for_each(|piece| self.waiting.extend_from_slice(piece));
        Poll::Ready(Ok(bytes))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Sends when asked again with nothing more to say, after everything else that is ready: the transport asks whenever it
    /// goes on.
    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.waiting.is_empty() && !self.is_due {
            self.is_due = true;
            task.waker().wake_by_ref();
            return Poll::Ready(Ok(()));
        }
        ready!(self.poll_send(task))?;
        Pin::new(&mut self.socket).poll_flush(task)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_send(task))?;
        Pin::new(&mut self.socket).poll_shutdown(task)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gathering<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(task, buffer)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Waker;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

    use super::*;

    fn connected() -> (Gathering<DuplexStream>, DuplexStream) {
        let (here, there) = tokio::io::duplex(1 << 20);
        (Gathering::new(here), there)
    }

    /// Asks once, as a transport does that goes on.
    async fn flush_once(gathering: &mut Gathering<DuplexStream>) {
        poll_fn(|task| Pin::new(&mut *gathering).poll_flush(task)).await.unwrap();
    }

    fn arrived(there: &mut DuplexStream) -> Vec<u8> {
        let mut bytes = [0; 2 * ROOM];
        let mut buffer = ReadBuf::new(&mut bytes);
        let task = &mut Context::from_waker(Waker::noop());
        let _ = Pin::new(there).poll_read(task, &mut buffer);
        buffer.filled().to_vec()
    }

    #[tokio::test]
    async fn the_pieces_of_a_call_go_together() {
        let (mut here, mut there) = connected();
        here.write_all(b"headers, ").await.unwrap();
        flush_once(&mut here).await;
        here.write_all(b"message, ").await.unwrap();
        here.write_all(b"end").await.unwrap();
        flush_once(&mut here).await;
        assert_eq!(arrived(&mut there), b"");
        flush_once(&mut here).await;
        assert_eq!(arrived(&mut there), b"headers, message, end");
        here.write_all(b"next").await.unwrap();
        flush_once(&mut here).await;
        assert_eq!(arrived(&mut there), b"", "the next call has its own second chance");
        flush_once(&mut here).await;
        assert_eq!(arrived(&mut there), b"next");
    }

    #[tokio::test]
    async fn long_messages_go_past_and_keep_their_place() {
        let (mut here, mut there) = connected();
        here.write_all(b"first").await.unwrap();
        here.write_all(&[b'x'; ROOM + 1]).await.unwrap();
        let arrived = arrived(&mut there);
        assert_eq!(arrived.len(), 5 + ROOM + 1);
        assert!(arrived.starts_with(b"firstx"));
    }

    #[tokio::test]
    async fn what_waits_is_sent_before_the_end() {
        let (mut here, mut there) = connected();
        here.write_all(b"the last words").await.unwrap();
        here.shutdown().await.unwrap();
        let mut read = String::new();
        there.read_to_string(&mut read).await.unwrap();
        assert_eq!(read, "the last words");
    }

    #[tokio::test]
    async fn what_the_socket_does_not_take_stays() {
        let (here, mut there) = tokio::io::duplex(4);
        let mut here = Gathering::new(here);
        here.write_all(b"123456789").await.unwrap();
        let reading = async {
            let mut bytes = [0; 9];
            there.read_exact(&mut bytes).await.map(|_| bytes)
        };
        let sending = async {
            flush_once(&mut here).await;
            flush_once(&mut here).await;
        };
        let (read, ()) = tokio::join!(reading, sending);
        assert_eq!(&read.unwrap(), b"123456789");
    }
}

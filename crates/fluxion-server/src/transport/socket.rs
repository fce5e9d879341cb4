//! The sockets of a connection: TCP, with TLS or without, and Unix. What stands above reads and writes bytes.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, ReadHalf, WriteHalf};
use tokio::net::{TcpStream, UnixStream, tcp, unix};
use tokio_rustls::server::TlsStream;

use crate::access::peer::Peer;
use crate::tls::names::names;
use crate::tls::pair::TlsPair;

/// A connection that was accepted.
#[derive(Debug)]
pub(crate) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// What is read.
#[derive(Debug)]
pub(crate) enum Incoming {
    Tcp(tcp::OwnedReadHalf),
    Unix(unix::OwnedReadHalf),
    Tls(ReadHalf<Box<TlsStream<TcpStream>>>),
}

/// What is written.
#[derive(Debug)]
pub(crate) enum Written {
    Tcp(tcp::OwnedWriteHalf),
    Unix(unix::OwnedWriteHalf),
    Tls(WriteHalf<Box<TlsStream<TcpStream>>>),
}

/// A connection on which both sides may speak.
#[derive(Debug)]
pub(crate) struct OpenSocket {
    pub(crate) incoming: Incoming,
    pub(crate) written: Written,
    pub(crate) peer: Peer,
}

impl Socket {
    /// Waits until the client has said something.
    pub(crate) async fn readable(&self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.readable().await,
            Self::Unix(stream) => stream.readable().await,
        }
    }

    /// Sends small pieces at once. A connection that has gone already has nothing to gain from it.
    pub(crate) fn hurry(&self) {
        if let Self::Tcp(stream) = self {
            let _ = stream.set_nodelay(true);
        }
    }

    /// Opens the connection, with a handshake if there is TLS, which Unix sockets do without.
    pub(crate) async fn open(self, tls: Option<&TlsPair>) -> io::Result<OpenSocket> {
        match (self, tls) {
            (Self::Tcp(stream), Some(tls)) => shake_hands(stream, tls).await,
            (Self::Tcp(stream), None) => {
                let peer = Peer::at(stream.peer_addr().ok());
                let (incoming, written) = stream.into_split();
                let (incoming, written) = (Incoming::Tcp(incoming), Written::Tcp(written));
                Ok(OpenSocket { incoming, written, peer })
            }
            (Self::Unix(stream), _) => {
                let (incoming, written) = stream.into_split();
                let (incoming, written) = (Incoming::Unix(incoming), Written::Unix(written));
                Ok(OpenSocket { incoming, written, peer: Peer::at(None) })
            }
        }
    }
}

async fn shake_hands(stream: TcpStream, tls: &TlsPair) -> io::Result<OpenSocket> {
    let address = stream.peer_addr().ok();
    let stream = Box::new(tls.acceptor().accept(stream).await?);
    let certificate = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
    let names = certificate.map(|certificate| names(certificate)).unwrap_or_default();
    let peer = Peer { names, ..Peer::at(address) };
    let (incoming, written) = tokio::io::split(stream);
    let (incoming, written) = (Incoming::Tls(incoming), Written::Tls(written));
    Ok(OpenSocket { incoming, written, peer })
}

impl AsyncRead for Incoming {
    fn poll_read(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(half) => Pin::new(half).poll_read(task, buffer),
            Self::Unix(half) => Pin::new(half).poll_read(task, buffer),
            Self::Tls(half) => Pin::new(half).poll_read(task, buffer),
        }
    }
}

impl AsyncWrite for Written {
    fn poll_write(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(half) => Pin::new(half).poll_write(task, bytes),
            Self::Unix(half) => Pin::new(half).poll_write(task, bytes),
            Self::Tls(half) => Pin::new(half).poll_write(task, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(half) => Pin::new(half).poll_write_vectored(task, pieces),
            Self::Unix(half) => Pin::new(half).poll_write_vectored(task, pieces),
            Self::Tls(half) => Pin::new(half).poll_write_vectored(task, pieces),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(half) => Pin::new(half).poll_flush(task),
            Self::Unix(half) => Pin::new(half).poll_flush(task),
            Self::Tls(half) => Pin::new(half).poll_flush(task),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(half) => Pin::new(half).poll_shutdown(task),
            Self::Unix(half) => Pin::new(half).poll_shutdown(task),
            Self::Tls(half) => Pin::new(half).poll_shutdown(task),
        }
    }
}

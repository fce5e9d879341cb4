//! A place that is listened at.

use std::fs;
use std::io;
use std::os::unix::fs::FileTypeExt as _;
use std::os::unix::net::UnixStream as Probe;
use std::path::{Path, PathBuf};

use tokio::net::{TcpListener, UnixListener};

use crate::file_stamp::FileStamp;
use crate::transport::socket::Socket;

/// A place that is listened at.
#[derive(Debug)]
pub(crate) enum Listener {
    Tcp(TcpListener),
    Unix(UnixPlace),
}

/// A socket in the file system, which goes with who made it.
#[derive(Debug)]
pub(crate) struct UnixPlace {
    listener: UnixListener,
    path: PathBuf,
    stamp: FileStamp,
}

impl Listener {
    /// The next connection.
    pub(crate) async fn accept(&self) -> io::Result<Socket> {
        match self {
            Self::Tcp(listener) => listener.accept().await.map(|(stream, _)| Socket::Tcp(stream)),
            Self::Unix(place) => {
                place.listener.accept().await.map(|(stream, _)| Socket::Unix(stream))
            }
        }
    }

    /// Where it is, as people read it.
    pub(crate) fn place(&self) -> io::Result<String> {
        match self {
            Self::Tcp(listener) => Ok(listener.local_addr()?.to_string()),
            Self::Unix(place) => Ok(format!("unix:{}", place.path.display())),
        }
    }
}

impl UnixPlace {
    /// Makes the socket. One at which nobody listens any more gives way.
    pub(crate) fn bind(path: &Path) -> io::Result<Self> {
        let listener = match UnixListener::bind(path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_left_over(path) => {
                fs::remove_file(path)?;
                UnixListener::bind(path)?
            }
            other => other?,
        };
        Ok(Self { listener, path: path.to_owned(), stamp: FileStamp::of(path) })
    }
}

/// Whether it is a socket, and nobody listens there.
fn is_left_over(path: &Path) -> bool {
    // to connect to any other file is refused as well
    let is_socket = fs::symlink_metadata(path).is_ok_and(|meta| meta.file_type().is_socket());
    is_socket
        && Probe::connect(path).is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

impl Drop for UnixPlace {
    fn drop(&mut self) {
        // another server may have taken the place meanwhile
        if FileStamp::of(&self.path) == self.stamp {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_that_was_left_gives_way_and_one_in_use_does_not() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("fluxion.sock");
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        let place = UnixPlace::bind(&path).unwrap();
        let taken = UnixPlace::bind(&path).unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);
        assert!(path.exists());
        drop(place);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn another_file_is_not_removed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("fluxion.sock");
        fs::write(&path, "mine").unwrap();
        assert!(UnixPlace::bind(&path).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    }
}

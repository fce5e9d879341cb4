//! The certificates in use: read again when their files have changed, all of them or none.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_rustls::TlsAcceptor;

use crate::file_stamp::FileStamp;
use crate::tls::options::{TlsError, TlsOptions};
use crate::tls::reading::{self, Usable};

/// The certificates in use.
#[derive(Debug)]
pub(crate) struct TlsPair {
    options: TlsOptions,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    /// The files as they were when they were read last, whether they were right or not.
    stamps: Vec<FileStamp>,
    usable: Usable,
}

impl TlsPair {
    /// Reads the files.
    pub(crate) fn open(options: TlsOptions) -> Result<Self, TlsError> {
        // before the files: what comes meanwhile is read again
        let stamps = stamps(&options);
        let usable = reading::read(&options)?;
        Ok(Self { options, current: Mutex::new(Current { stamps, usable }) })
    }

    /// What the next handshake is made with. Looks at the files first, which takes microseconds; if they have changed and do
    /// not fit together, as when one of them is written before the other, the old ones stay, and the log says so once.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let stamps = stamps(&self.options);
        let mut current = self.current();
        if current.stamps != stamps {
            current.stamps = stamps;
            match reading::read(&self.options) {
                Ok(usable) => {
                    tracing::info!(
                        "the certificates have changed: new connections get the new ones"
                    );
                    current.usable = usable;
                }
                Err(error) => {
                    tracing::error!(%error, "the certificates have changed and cannot be used: the old ones stay");
                }
            }
        }
        TlsAcceptor::from(Arc::clone(&current.usable.config))
    }

    /// Until when the certificate in use is good, in seconds since 1970, if that can be told.
    pub(crate) fn expires(&self) -> Option<u64> {
        self.current().usable.expires
    }

    /// Reads the files now; [`TlsPair::put`] uses them.
    pub(crate) fn read(&self) -> Result<Fresh, TlsError> {
        let stamps = stamps(&self.options);
        Ok(Fresh(Current { stamps, usable: reading::read(&self.options)? }))
    }

    /// Uses from now on what was read.
    pub(crate) fn put(&self, Fresh(fresh): Fresh) {
        *self.current() = fresh;
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Certificates that were read and are not used yet.
pub(crate) struct Fresh(Current);

fn stamps(options: &TlsOptions) -> Vec<FileStamp> {
    let clients = options.clients.as_ref().map(|clients| &clients.certificates);
    [&options.certificate, &options.key]
        .into_iter()
        .chain(clients)
        .map(|path| FileStamp::of(path))
        .collect()
}

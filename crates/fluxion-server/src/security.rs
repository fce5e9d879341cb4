//! What keeps strangers out, from files that may change while the server runs.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::access::access_file::{self, AuthFileError};
use crate::access::guard::Guard;
use crate::file_stamp::FileStamp;
use crate::tls::options::{TlsError, TlsOptions};
use crate::tls::pair::TlsPair;

/// How often it is looked whether the file has changed that says who may call.
const LOOK: Duration = Duration::from_secs(1);

/// Where what keeps strangers out is written.
#[derive(Clone, Debug, Default)]
pub struct SecurityOptions {
    /// Who may call; everybody if there is none.
    pub auth_file: Option<PathBuf>,
    /// The certificates of the server; without them nothing is encrypted.
    pub tls: Option<TlsOptions>,
}

/// What keeps strangers out: by default nothing. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Security {
    guard: Guard,
    auth: Option<Arc<AuthFile>>,
    tls: Option<Arc<TlsPair>>,
}

#[derive(Debug)]
struct AuthFile {
    path: PathBuf,
    /// The file that was read last, whether it was right or not.
    read: Mutex<FileStamp>,
}

/// What keeps strangers out cannot be used as it is written.
#[derive(Debug, thiserror::Error)]
pub enum SecurityError {
    /// The file that says who may call.
    #[error(transparent)]
    AuthFile(#[from] AuthFileError),
    /// The certificates.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl Security {
    /// Reads all files. O(files).
    ///
    /// # Errors
    /// [`SecurityError`] names the file, and what is wrong with it.
    pub fn open(options: SecurityOptions) -> Result<Self, SecurityError> {
        let SecurityOptions { auth_file, tls } = options;
        let mut security = Self::default();
        if let Some(path) = auth_file {
            let read = Mutex::new(FileStamp::of(&path));
            security.guard = Guard::of(access_file::read(&path)?);
            security.auth = Some(Arc::new(AuthFile { path, read }));
        }
        security.tls = tls.map(TlsPair::open).transpose()?.map(Arc::new);
        Ok(security)
    }

    /// Reads all files again: whatever they say counts from now on, also for streams that are open; if something is wrong,
    /// nothing changes.
    ///
    /// # Errors
    /// [`SecurityError`] names the file, and what is wrong with it.
    pub fn reload(&self) -> Result<(), SecurityError> {
        let list = self.auth.as_ref().map(|auth| auth.read_anew()).transpose()?;
        if let Some(tls) = &self.tls {
            tls.put(tls.read()?);
        }
        if let Some(list) = list {
            self.guard.replace(list);
        }
        Ok(())
    }

    pub(crate) fn tls(&self) -> Option<Arc<TlsPair>> {
        self.tls.clone()
    }

    pub(crate) fn guard(&self) -> Guard {
        self.guard.clone()
    }

    /// Reads the file that says who may call whenever it has changed. One that is wrong changes nothing.
    pub(crate) async fn watch(&self) -> Infallible {
        let Some(auth) = &self.auth else { return std::future::pending().await };
        let mut look = tokio::time::interval(LOOK);
        loop {
            look.tick().await;
            if !auth.has_changed() {
                continue;
            }
            match auth.read_anew() {
                Ok(list) => {
                    let principals = list.principals().count();
                    tracing::info!(principals, "who may call was read again");
                    self.guard.replace(list);
                }
                Err(error) => tracing::error!(%error, "who may call stays as it was"),
            }
        }
    }
}

impl AuthFile {
    fn has_changed(&self) -> bool {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        *read != FileStamp::of(&self.path)
    }

    fn read_anew(&self) -> Result<fluxion_access::AccessList, AuthFileError> {
        // before the file: what comes meanwhile is read again
        let stamp = FileStamp::of(&self.path);
        *self.read.lock().unwrap_or_else(PoisonError::into_inner) = stamp;
        access_file::read(&self.path)
    }
}

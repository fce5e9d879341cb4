//! From the files to what a handshake needs.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::tls::expiry::expiry;
use crate::tls::options::{
    AuthorityError, ClientAuthority, ClientCertificates, TlsError, TlsOptions,
};

/// What gRPC speaks.
const HTTP_2: &[u8] = b"h2";

/// What was read and fits together.
#[derive(Clone, Debug)]
pub(crate) struct Usable {
    pub(crate) config: Arc<ServerConfig>,
    /// The last second of the server's own certificate, since 1970, if that can be told.
    pub(crate) expires: Option<u64>,
}

/// Reads certificate, key and authorities, and checks that they fit together.
pub(crate) fn read(options: &TlsOptions) -> Result<Usable, TlsError> {
    let TlsOptions { certificate, key, clients } = options;
    let provider = Arc::new(ring::default_provider());
    let wrong =
        |error| TlsError::Pair { certificate: certificate.clone(), key: key.clone(), error };
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(wrong)?;
    let builder = match clients {
        Some(authority) => builder.with_client_cert_verifier(verifier(authority, provider)?),
        None => builder.with_no_client_auth(),
    };
    let pair = (certificates(certificate)?, private_key(key)?);
    let expires = pair.0.first().and_then(|certificate| expiry(certificate));
    let mut config = builder.with_single_cert(pair.0, pair.1).map_err(wrong)?;
    config.alpn_protocols = vec![HTTP_2.to_vec()];
    Ok(Usable { config: Arc::new(config), expires })
}

fn verifier(
    authority: &ClientAuthority,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    let path = &authority.certificates;
    let wrong = |error| TlsError::Authority { path: path.clone(), error };
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots.add(certificate).map_err(|error| wrong(error.into()))?;
    }
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    let builder = match authority.demand {
        ClientCertificates::Optional => builder.allow_unauthenticated(),
        ClientCertificates::Required => builder,
    };
    builder.build().map_err(|error| wrong(AuthorityError::Verifier(error)))
}

fn bytes(path: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|error| TlsError::Unreadable { path: path.to_owned(), error })
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let bytes = bytes(path)?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let expected = "certificates";
    let read = read.map_err(|error| TlsError::Pem { path: path.to_owned(), expected, error })?;
    if read.is_empty() {
        return Err(TlsError::Empty(path.to_owned()));
    }
    Ok(read)
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let expected = "a private key";
    PrivateKeyDer::from_pem_slice(&bytes(path)?).map_err(|error| TlsError::Pem {
        path: path.to_owned(),
        expected,
        error,
    })
}

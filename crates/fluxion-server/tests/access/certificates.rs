//! An authority that issues certificates, and the files in which they are.

use std::fs;
use std::path::PathBuf;

use fluxion_server::{ClientAuthority, ClientCertificates, TlsOptions};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, SanType,
};
use tempfile::TempDir;

/// Issues certificates.
pub(crate) struct Authority {
    /// Its own, in PEM.
    pub(crate) pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and its key, both in PEM.
#[derive(Clone)]
pub(crate) struct Issued {
    pub(crate) certificate: String,
    pub(crate) key: String,
    pub(crate) der: Vec<u8>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// For a server on this machine.
    pub(crate) fn server(&self) -> Issued {
        self.issue(CertificateParams::new(["localhost".to_owned()]).unwrap())
    }

    /// For a client with a URI.
    pub(crate) fn client(&self, uri: &str) -> Issued {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.subject_alt_names.push(SanType::URI(uri.try_into().unwrap()));
        self.issue(params)
    }

    fn issue(&self, mut params: CertificateParams) -> Issued {
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "somebody");
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let der = certificate.der().to_vec();
        Issued { certificate: certificate.pem(), key: key.serialize_pem(), der }
    }
}

/// The files of a server.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn of(issued: &Issued, authority: &Authority) -> Self {
        let files = Self(TempDir::new().unwrap());
        files.write("server.pem", &issued.certificate);
        files.write("server.key", &issued.key);
        files.write("clients.pem", &authority.pem);
        files
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn options(&self, demand: Option<ClientCertificates>) -> TlsOptions {
        let certificates = self.path("clients.pem");
        let clients = demand.map(|demand| ClientAuthority { certificates, demand });
        TlsOptions { certificate: self.path("server.pem"), key: self.path("server.key"), clients }
    }
}

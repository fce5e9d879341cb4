//! The names in the certificate of a client, which was verified: URIs first, then DNS names, then the common name.

use std::sync::Arc;

use fluxion_access::CertificateName;
use x509_cert::certificate::{CertificateInner, Rfc5280};
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// The names in a certificate in DER; none if it cannot be read.
pub(crate) fn names(certificate: &[u8]) -> Arc<[CertificateName]> {
    let Ok(certificate) = CertificateInner::<Rfc5280>::from_der(certificate) else {
        return Arc::default();
    };
    let certificate = certificate.tbs_certificate();
    let others = certificate.get_extension::<SubjectAltName>().ok().flatten();
    let others = others.map(|(_, names)| names.0).unwrap_or_default();
    let uris = others.iter().filter_map(|name| match name {
        GeneralName::UniformResourceIdentifier(uri) => Some(uri.as_str()),
        _ => None,
    });
    let dns = others.iter().filter_map(|name| match name {
        GeneralName::DnsName(name) => Some(name.as_str()),
        _ => None,
    });
    let common = certificate.subject().common_name().ok().flatten();
    uris.map(|name| CertificateName::Uri(name.into()))
        .chain(dns.map(|name| CertificateName::Dns(name.into())))
        .chain(common.map(|name| CertificateName::Common(name.value().into())))
        .collect()
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, SanType};

    use super::*;

    #[test]
    fn the_names_of_a_certificate_are_found_in_their_order() {
        let mut params = CertificateParams::new(["one.example.org".to_owned()]).unwrap();
        let uri = "spiffe://example.org/ops".try_into().unwrap();
        params.subject_alt_names.push(SanType::URI(uri));
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "Some Body");
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let expected = [
            CertificateName::Uri("spiffe://example.org/ops".into()),
            CertificateName::Dns("one.example.org".into()),
            CertificateName::Common("Some Body".into()),
        ];
        assert_eq!(*names(certificate.der()), expected);
    }

    #[test]
    fn what_is_no_certificate_has_no_names() {
        assert!(names(b"").is_empty() && names(b"\x30\x82").is_empty());
    }
}

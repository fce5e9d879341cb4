//! Until when a certificate is good.

use x509_cert::certificate::{CertificateInner, Rfc5280};
use x509_cert::der::Decode as _;

/// The last second of a certificate in DER, since 1970; nothing if it cannot be read.
pub(crate) fn expiry(certificate: &[u8]) -> Option<u64> {
    let certificate = CertificateInner::<Rfc5280>::from_der(certificate).ok()?;
    let end = certificate.tbs_certificate().validity().not_after;
    Some(end.to_unix_duration().as_secs())
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn the_end_of_a_certificate_is_found() {
        let mut params = CertificateParams::new(["one.example.org".to_owned()]).unwrap();
        params.not_after = date_time_ymd(2031, 2, 3);
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        assert_eq!(expiry(certificate.der()), Some(1_927_843_200));
        assert_eq!((expiry(b""), expiry(b"\x30\x82")), (None, None));
    }
}

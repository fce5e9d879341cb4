//! TLS: the certificate of the server, and those of its clients. Must not know who may call what.

pub(crate) mod expiry;
pub(crate) mod names;
pub(crate) mod options;
pub(crate) mod pair;
pub(crate) mod reading;

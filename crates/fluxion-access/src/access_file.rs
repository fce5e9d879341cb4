//! Reading an access file: TOML, in which every key and every value is checked before anything counts.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::access_file_error::{AccessFault, AccessFileError, Position, nearest_role};
use crate::access_list::{AccessList, KnownToken};
use crate::credential::CertificateName;
use crate::nearest_word::nearest_word;
use crate::principal::Principal;
use crate::role::AccessRole;
use crate::scope::GraphScope;
use crate::token::{SecretDigest, check_id};
use crate::unix_time::UnixTime;

const TOP: &[&str] = &["token", "certificate"];
const TOKEN: &[&str] = &["id", "sha256", "role", "graphs", "expires"];
const CERTIFICATE: &[&str] = &["san", "dns", "cn", "role", "graphs", "expires"];

/// A mistake, and the bytes in which it is.
type Misread = (Range<usize>, AccessFault);

impl AccessList {
    /// Reads an access file.
    ///
    /// # Errors
    /// [`AccessFileError`]: the first mistake, and where it is.
    pub fn read(text: &str) -> Result<Self, AccessFileError> {
        read(text).map_err(|(span, fault)| {
            let position = Position::of(text, span.start);
            AccessFileError { position, fault }
        })
    }
}

fn read(text: &str) -> Result<AccessList, Misread> {
    let file = DeTable::parse(text).map_err(|error| {
        let message = error.message().lines().collect::<Vec<_>>().join(", ");
        (error.span().unwrap_or_default(), AccessFault::Syntax(message))
    })?;
    check_keys(file.get_ref(), TOP)?;
    let mut list = AccessList::default();
    for entry in entries(file.get_ref(), "token")? {
        add_token(&mut list, &entry)?;
    }
    for entry in entries(file.get_ref(), "certificate")? {
        add_certificate(&mut list, &entry)?;
    }
    Ok(list)
}

fn check_keys(table: &DeTable<'_>, known: &'static [&'static str]) -> Result<(), Misread> {
    let is_unknown = |key: &&Spanned<_>| !known.contains(&AsRef::<str>::as_ref(key.get_ref()));
    // the table has them in another order than the file
    let unknown = table.keys().filter(is_unknown).min_by_key(|key| key.span().start);
    let Some(key) = unknown else { return Ok(()) };
    let written: &str = key.get_ref().as_ref();
    let nearest = nearest_word(written, known.iter().copied());
    Err((key.span(), AccessFault::UnknownKey { key: written.to_owned(), nearest, expected: known }))
}

/// Makes a name of its text.
type NameOf = fn(Box<str>) -> CertificateName;

/// One `[[...]]` of a file.
struct Entry<'a> {
    table: &'a DeTable<'a>,
    span: Range<usize>,
}

fn entries<'a>(file: &'a DeTable<'a>, key: &'static str) -> Result<Vec<Entry<'a>>, Misread> {
    let expected = match key {
        "token" => "tables that begin with [[token]]",
        _ => "tables that begin with [[certificate]]",
    };
    let Some(all) = file.get(key) else { return Ok(Vec::new()) };
    let wrong = |span| (span, AccessFault::Type { key, expected });
    let array = all.get_ref().as_array().ok_or_else(|| wrong(all.span()))?;
    let tables = array.iter().map(|entry| {
        let table = entry.get_ref().as_table().ok_or_else(|| wrong(entry.span()))?;
        Ok(Entry { table, span: entry.span() })
    });
    tables.collect()
}

impl Entry<'_> {
    fn fault(&self, fault: AccessFault) -> Misread {
        (self.span.clone(), fault)
    }

    fn text(&self, key: &'static str) -> Result<Option<Spanned<&str>>, Misread> {
        let Some(value) = self.table.get(key) else { return Ok(None) };
        let wrong = || (value.span(), AccessFault::Type { key, expected: "a text in quotes" });
        let text = value.get_ref().as_str().ok_or_else(wrong)?;
        Ok(Some(Spanned::new(value.span(), text)))
    }

    fn needed(&self, key: &'static str) -> Result<Spanned<&str>, Misread> {
        self.text(key)?.ok_or_else(|| self.fault(AccessFault::Missing(key)))
    }

    fn role(&self) -> Result<AccessRole, Misread> {
        let role = self.needed("role")?;
        role.get_ref().parse().map_err(|_| {
            let word = (*role.get_ref()).to_owned();
            let nearest = nearest_role(&word);
            (role.span(), AccessFault::Role { word, nearest })
        })
    }

    fn graphs(&self) -> Result<GraphScope, Misread> {
        const KEY: &str = "graphs";
        let expected = "a list of patterns in quotes, such as [\"prod-*\"]";
        let wrong = |span| (span, AccessFault::Type { key: KEY, expected });
        let value = self.table.get(KEY).ok_or_else(|| self.fault(AccessFault::Missing(KEY)))?;
        let patterns = value.get_ref().as_array().ok_or_else(|| wrong(value.span()))?;
        let texts = patterns.iter().map(|pattern| {
            let text = pattern.get_ref().as_str().ok_or_else(|| wrong(pattern.span()))?;
            GraphScope::new([text])
                .map_err(|error| (pattern.span(), AccessFault::Graphs(error)))?;
            Ok(text)
        });
        let texts: Vec<&str> = texts.collect::<Result<_, Misread>>()?;
        GraphScope::new(texts).map_err(|error| (value.span(), AccessFault::Graphs(error)))
    }

    fn expires(&self) -> Result<Option<UnixTime>, Misread> {
        let Some(value) = self.table.get("expires") else { return Ok(None) };
        let DeValue::Datetime(written) = value.get_ref() else {
            let expected = "a date without quotes, such as 2027-01-31 or 2027-01-31T12:00:00Z";
            return Err((value.span(), AccessFault::Type { key: "expires", expected }));
        };
        let time = UnixTime::of(written);
        time.map(Some).map_err(|error| (value.span(), AccessFault::Expires(error)))
    }

    fn principal(&self, id: &str) -> Result<Arc<Principal>, Misread> {
        let (role, graphs, expires) = (self.role()?, self.graphs()?, self.expires()?);
        Ok(Arc::new(Principal { id: id.into(), role, graphs, expires }))
    }

    /// The name by which a certificate is known.
    fn name(&self) -> Result<(CertificateName, Spanned<&str>), Misread> {
        let mut named = Vec::new();
        let kinds: [(_, NameOf); 3] = [
            ("san", CertificateName::Uri),
            ("dns", CertificateName::Dns),
            ("cn", CertificateName::Common),
        ];
        for (key, kind) in kinds {
            named.extend(self.text(key)?.map(|text| (kind((*text.get_ref()).into()), text)));
        }
        match <[_; 1]>::try_from(named) {
            Ok([(CertificateName::Uri(uri), text)]) if !uri.contains(':') => {
                Err((text.span(), AccessFault::NoUri))
            }
            Ok([one]) => Ok(one),
            Err(_) => Err(self.fault(AccessFault::Names)),
        }
    }
}

fn add_token(list: &mut AccessList, entry: &Entry<'_>) -> Result<(), Misread> {
    check_keys(entry.table, TOKEN)?;
    let (id, digest) = (entry.needed("id")?, entry.needed("sha256")?);
    check_id(id.get_ref()).map_err(|error| (id.span(), AccessFault::Id(error)))?;
    let known = KnownToken {
        digest: SecretDigest::from_hex(digest.get_ref())
            .ok_or_else(|| (digest.span(), AccessFault::Digest))?,
        principal: entry.principal(id.get_ref())?,
    };
    match list.tokens.insert((*id.get_ref()).into(), known) {
        Some(_) => Err((id.span(), AccessFault::Doubled((*id.get_ref()).to_owned()))),
        None => Ok(()),
    }
}

fn add_certificate(list: &mut AccessList, entry: &Entry<'_>) -> Result<(), Misread> {
    check_keys(entry.table, CERTIFICATE)?;
    let (name, text) = entry.name()?;
    let principal = entry.principal(text.get_ref())?;
    match list.certificates.insert(name, principal) {
        Some(_) => Err((text.span(), AccessFault::Doubled((*text.get_ref()).to_owned()))),
        None => Ok(()),
    }
}

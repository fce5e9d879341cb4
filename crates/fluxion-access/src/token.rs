//! Tokens: `flx_<id>_<secret>`, where the secret is 256 random bits in 43 characters of base64url. Only the SHA-256 of
//! the whole text is kept: so much randomness needs no slow hash.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

const START: &str = "flx_";

/// Characters of a secret.
const SECRET: usize = 43;

/// The longest id.
const LONGEST_ID: usize = 63;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A token in clear text: to be shown once, and never kept.
#[derive(Clone)]
pub struct Token(String);

/// The text is no id of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 1 to {LONGEST_ID} letters, digits, `.`, `_` or `-`")]
pub struct TokenIdError;

/// The SHA-256 of a token.
#[derive(Clone, Copy)]
pub struct SecretDigest([u8; 32]);

/// A token as it was shown, without its secret.
#[derive(Clone, Debug)]
pub struct ShownToken {
    /// The id within its text.
    pub id: Box<str>,
    /// The SHA-256 of all of it.
    pub digest: SecretDigest,
}

/// Whether a text may be the id of a token.
///
/// # Errors
/// [`TokenIdError`] says what may.
pub(crate) fn check_id(id: &str) -> Result<(), TokenIdError> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    match (1..=LONGEST_ID).contains(&id.len()) && id.chars().all(is_allowed) {
        true => Ok(()),
        false => Err(TokenIdError),
    }
}

impl Token {
    /// A token of 256 bits that nobody can guess: the caller takes them from the system.
    ///
    /// # Errors
    /// [`TokenIdError`] if `id` is none.
    pub fn new(id: &str, random: &[u8; 32]) -> Result<Self, TokenIdError> {
        check_id(id)?;
        Ok(Self(format!("{START}{id}_{}", base64url(random))))
    }

    /// The text that a caller sends.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    #[must_use]
    pub fn digest(&self) -> SecretDigest {
        SecretDigest::of(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl ShownToken {
    /// What a caller shows, if it looks like a token.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(START)?;
        let (id, secret) = rest.split_at_checked(rest.len().checked_sub(SECRET)?)?;
        let id = id.strip_suffix('_')?;
        check_id(id).ok()?;
        let is_secret = secret.bytes().all(|byte| ALPHABET.contains(&byte));
        is_secret.then(|| Self { id: id.into(), digest: SecretDigest::of(text) })
    }
}

impl SecretDigest {
    /// Of the text of a token.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// From 64 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text
            .chars()
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect::<Option<_>>()?;
        let bytes: Vec<u8> =
            digits.as_chunks().0.iter().map(|[high, low]| high << 4 | low).collect();
        let bytes = bytes.try_into().ok().filter(|_| digits.len() == 64)?;
        Some(Self(bytes))
    }

    /// Whether both are of the same token. Takes the same time whatever they are.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// One that no known token has, to be compared with where there is none.
    pub(crate) const NONE: Self = Self([0; 32]);
}

impl fmt::Display for SecretDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SecretDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretDigest({self})")
    }
}

/// Without padding.
fn base64url(bytes: &[u8; 32]) -> String {
    let letters = bytes.chunks(3).flat_map(|chunk| {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte));
        let group = group << (8 * (3 - chunk.len()));
        let sextets = [group >> 18, group >> 12, group >> 6, group].map(|bits| bits as usize & 63);
        sextets.into_iter().take(chunk.len() + 1)
    });
    letters.filter_map(|at| ALPHABET.get(at)).map(|&byte| char::from(byte)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_is_its_id_and_43_characters() {
        let token = Token::new("ci", &[0; 32]).unwrap();
        assert_eq!(token.as_str(), format!("flx_ci_{}", "A".repeat(43)));
        let token = Token::new("ci", &[0xff; 32]).unwrap();
        assert_eq!(token.as_str(), format!("flx_ci_{}8", "_".repeat(42)));
        assert_eq!(format!("{token:?}"), "Token(..)");
    }

    #[test]
    fn the_digest_is_that_of_the_whole_text() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(SecretDigest::of("abc").to_string(), expected);
        let read = SecretDigest::from_hex(expected).unwrap();
        assert!(read.is(&SecretDigest::of("abc")) && !read.is(&SecretDigest::of("abd")));
        for wrong in ["", &expected[1..], &format!("{expected}0"), &expected.replace('b', "x")] {
            assert!(SecretDigest::from_hex(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn what_is_no_token_is_not_read() {
        let secret = "A".repeat(43);
        let read = |text: &str| ShownToken::read(text).map(|shown| shown.id.to_string());
        assert_eq!(read(&format!("flx_a_b_{secret}")), Some("a_b".to_owned()));
        for wrong in [
            String::new(),
            "flx_".to_owned(),
            secret.clone(),
            format!("flx__{secret}"),
            format!("flx_{secret}"),
            format!("flx_a-{secret}"),
            format!("FLX_a_{secret}"),
            format!("flx_a b_{secret}"),
            format!("flx_a_{}+", &secret[1..]),
            format!("flx_a_ü{secret}"),
            format!("flx_a_{}ü", &secret[2..]),
            format!("flx_{}_{secret}", "a".repeat(64)),
        ] {
            assert_eq!(read(&wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_token_is_read_as_it_was_made(random: [u8; 32], id in "[a-zA-Z0-9._-]{1,63}") {
            let token = Token::new(&id, &random).unwrap();
            let shown = ShownToken::read(token.as_str()).unwrap();
            prop_assert_eq!(&*shown.id, &*id);
            prop_assert!(shown.digest.is(&token.digest()));
        }

        #[test]
        fn no_text_ends_the_reader(text: String) {
            let _ = ShownToken::read(&text);
            let _ = SecretDigest::from_hex(&text);
        }
    }
}

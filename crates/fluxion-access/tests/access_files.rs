//! Access files as people write them, and what is said of their mistakes.

#![allow(clippy::unwrap_used, reason = "a test that fails shall stop")]

use std::sync::Arc;

use fluxion_access::{
    AccessList, AccessRole, CertificateName, Credential, Denial, GraphScope, SecretDigest,
    ShownToken, Token, TokenEntry, UnixTime,
};
use proptest::prelude::*;

fn token(id: &str) -> Token {
    Token::new(id, &[7; 32]).unwrap()
}

fn entry(id: &str) -> String {
    let digest = token(id).digest();
    format!("[[token]]\nid = \"{id}\"\nsha256 = \"{digest}\"\nrole = \"read\"\ngraphs = [\"*\"]\n")
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(AccessList::read(text).unwrap_err().to_string(), expected, "{text}");
}

/// What is said of an entry of a token with this line instead of that of its key.
#[track_caller]
fn check_line(line: &str, expected: &str) {
    let key = line.split(' ').next().unwrap_or_default();
    let text = entry("ci");
    let lines = text.lines().map(|old| if old.starts_with(key) { line } else { old });
    check(&lines.collect::<Vec<_>>().join("\n"), expected);
}

fn shown(text: &str) -> Credential {
    Credential::Token(Arc::new(ShownToken::read(text).unwrap()))
}

#[test]
fn tokens_and_certificates_are_found() {
    let text = entry("ci")
        + "expires = 2027-01-01\n[[certificate]]\nsan = \"spiffe://example.org/ops\"\nrole = \"operate\"\ngraphs = [\"prod-*\", \"test\"]\n"
        + "[[certificate]]\ndns = \"node1.example.org\"\nrole = \"allocate\"\ngraphs = []\n"
        + "[[certificate]]\ncn = \"Some Body\"\nrole = \"admin\"\ngraphs = [\"*\"]\n";
    let list = AccessList::read(&text).unwrap();
    assert_eq!(list.principals().count(), 4);
    assert_eq!(list.tokens().count(), 1);
    let before: UnixTime = "2026-12-31T23:59:59Z".parse().unwrap();
    let found = list.find(&shown(token("ci").as_str()), before).unwrap();
    assert_eq!((&*found.id, found.role), ("ci", AccessRole::Read));
    let after = UnixTime(before.0 + 1);
    assert_eq!(list.find(&shown(token("ci").as_str()), after), Err(Denial::Expired));
    let by = |names: &[CertificateName]| {
        let found = list.find(&Credential::Certificate(names.into()), after);
        found.map(|principal| (principal.id.to_string(), principal.role))
    };
    let uri = CertificateName::Uri("spiffe://example.org/ops".into());
    let dns = CertificateName::Dns("node1.example.org".into());
    let other = CertificateName::Dns("node2.example.org".into());
    let misplaced = CertificateName::Common("node1.example.org".into());
    let common = CertificateName::Common("Some Body".into());
    assert_eq!(by(&[uri.clone(), dns.clone()]), Ok((uri.to_string(), AccessRole::Operate)));
    assert_eq!(by(&[other.clone(), dns.clone()]), Ok((dns.to_string(), AccessRole::Allocate)));
    assert_eq!(by(&[common]), Ok(("Some Body".to_owned(), AccessRole::Admin)));
    assert_eq!(by(&[misplaced, other]), Err(Denial::Unknown));
    assert_eq!(by(&[]), Err(Denial::Unknown));
}

#[test]
fn an_unknown_id_and_a_wrong_secret_are_the_same() {
    let list = AccessList::read(&entry("ci")).unwrap();
    let wrong = Token::new("ci", &[8; 32]).unwrap();
    for text in [wrong.as_str(), token("other").as_str()] {
        assert_eq!(list.find(&shown(text), UnixTime(0)), Err(Denial::Unknown), "{text}");
    }
    assert!(AccessList::read("").unwrap().is_empty());
}

#[test]
fn mistakes_are_told_with_their_place() {
    check("token = 1", "line 1, column 9: `token`: expected tables that begin with [[token]]");
    check("token = [1]", "line 1, column 10: `token`: expected tables that begin with [[token]]");
    check("[[tokens]]", "line 1, column 3: unknown key `tokens`: did you mean `token`?");
    check("\n[x]", "line 2, column 2: unknown key `x`: expected one of `token`, `certificate`");
    check("[[token]]\nid = \"ci\"\n", "line 1, column 1: `sha256` is missing");
    check_line(
        "role = \"reed\"",
        "line 4, column 8: `role`: `reed` is no role: did you mean `read`?",
    );
    check_line(
        "role = \"boss\"",
        "line 4, column 8: `role`: `boss` is no role: expected read, allocate, operate or admin",
    );
    check_line("role = 7", "line 4, column 8: `role`: expected a text in quotes");
    check_line("sha256 = \"abc\"", "line 3, column 10: `sha256`: expected 64 hexadecimal digits");
    check_line(
        "id = \"a b\"",
        "line 2, column 6: `id`: expected 1 to 63 letters, digits, `.`, `_` or `-`",
    );
    check_line(
        "graphs = [\"a\", \"ü/\"]",
        "line 5, column 16: `graphs`: `ü/` is no pattern of graph names: expected letters, digits, `.`, `_`, `-` and `*`",
    );
    check_line(
        "graphs = \"*\"",
        "line 5, column 10: `graphs`: expected a list of patterns in quotes, such as [\"prod-*\"]",
    );
}

#[test]
fn mistakes_behind_an_entry_are_told_with_their_place() {
    check(&(entry("ci") + "rol = 1"), "line 6, column 1: unknown key `rol`: did you mean `role`?");
    check(
        &(entry("ci") + "expires = \"2027-01-01\""),
        "line 6, column 11: `expires`: expected a date without quotes, such as 2027-01-31 or 2027-01-31T12:00:00Z",
    );
    check(
        &(entry("ci") + "expires = 2027-01-01T00:00:00"),
        "line 6, column 11: `expires`: expected `Z` or an offset such as `+01:00` behind the time",
    );
    check(&(entry("ci") + &entry("ci")), "line 7, column 6: there is a second `ci`");
    let rest = "role = \"read\"\ngraphs = []\n";
    let certificate = |name: &str| format!("[[certificate]]\n{name}\n{rest}");
    let twice = certificate("dns = \"a\"").repeat(2);
    check(&twice, "line 6, column 7: there is a second `a`");
    check(&certificate(""), "line 1, column 1: expected one of `san`, `dns` and `cn`");
    check(
        &certificate("dns = \"a\"\ncn = \"a\""),
        "line 1, column 1: expected one of `san`, `dns` and `cn`",
    );
    check(
        &certificate("san = \"a\""),
        "line 2, column 7: `san`: expected a URI such as \"spiffe://example.org/scheduler\"; a host name goes under `dns`",
    );
    check(
        &certificate("san = \"a:b\"\nid = \"c\""),
        "line 3, column 1: unknown key `id`: expected one of `san`, `dns`, `cn`, `role`, `graphs`, `expires`",
    );
}

#[test]
fn what_is_no_toml_is_told_with_its_place() {
    let error = AccessList::read("[[token]]\nid = \n").unwrap_err();
    assert!(error.to_string().starts_with("line 2, column "), "{error}");
}

proptest! {
    #[test]
    fn an_entry_is_read_as_it_was_written(
        id in "[a-zA-Z0-9._-]{1,20}",
        role in proptest::sample::select(AccessRole::ALL.to_vec()),
        patterns in proptest::collection::vec("[a-z*.-]{1,8}", 0..4),
        expires in proptest::option::of(0..253_402_300_800_i64),
    ) {
        let (digest, graphs) = (SecretDigest::of(&id), GraphScope::new(&patterns).unwrap());
        let expires = expires.map(UnixTime);
        let entry = TokenEntry { id: id.clone(), digest, role, graphs: graphs.clone(), expires };
        let list = AccessList::read(&entry.to_string()).unwrap();
        let found: Vec<_> = list.tokens().collect();
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!((&*found[0].id, found[0].role), (&*id, role));
        prop_assert_eq!((&found[0].graphs, found[0].expires), (&graphs, expires));
    }

    #[test]
    fn no_text_ends_the_reader(text: String) {
        let _ = AccessList::read(&text);
    }
}

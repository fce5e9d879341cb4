//! Who may call: `fluxion token`, what `fluxion serve` refuses to do without protection, and commands that show who they
//! are.

#![allow(clippy::unwrap_used, reason = "a test that fails shall stop")]

#[allow(dead_code, reason = "shared with the tests of other commands")]
mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use common::Server;
use rcgen::{CertificateParams, KeyPair};
use tempfile::TempDir;

fn fluxion(directory: &TempDir, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fluxion"));
    command.args(words).current_dir(directory).env_remove("FLUXION_TOKEN");
    command
}

fn run(directory: &TempDir, words: &[&str]) -> Output {
    fluxion(directory, words).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Adds a token to `auth.toml`, and puts it into a file.
fn add(directory: &TempDir, id: &str, options: &[&str]) {
    let words = [&["token", "new", "--id", id, "--add", "auth.toml"], options].concat();
    let output = run(directory, &words);
    assert!(output.status.success(), "{output:?}");
    fs::write(directory.path().join(format!("{id}.token")), output.stdout).unwrap();
}

#[track_caller]
fn ends(output: &Output, status: i32, told: &str) {
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{error}");
    assert!(error.contains(told), "{told:?} is not in {error}");
}

#[test]
fn a_token_is_shown_once_and_its_entry_is_kept() {
    let directory = TempDir::new().unwrap();
    let output = run(&directory, &["token", "new", "--id", "ci", "--role", "allocate"]);
    let token = text(&output.stdout);
    assert!(token.starts_with("flx_ci_") && token.trim_end().len() == 7 + 43, "{token}");
    let entry = text(&output.stderr);
    assert!(entry.starts_with("[[token]]\nid = \"ci\"\nsha256 = \""), "{entry}");
    assert!(!entry.contains(token.trim_end()), "{entry}");
    let other = run(&directory, &["token", "new", "--id", "ci"]);
    assert_ne!(other.stdout, output.stdout);
}

#[test]
fn tokens_are_added_to_a_file_and_listed() {
    let directory = TempDir::new().unwrap();
    add(&directory, "root", &["--role", "admin"]);
    let file = directory.path().join("auth.toml");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    add(&directory, "ci", &["--graphs", "prod-*,test", "--expires", "2099-12-31"]);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 3, "nothing else is left");
    let listed = run(&directory, &["token", "list", "auth.toml"]);
    let expected = "ID    ROLE   GRAPHS       EXPIRES\n\
        ci    read   prod-*,test  2099-12-31T00:00:00Z\n\
        root  admin  *            never\n";
    assert_eq!(text(&listed.stdout), expected);
    let twice = run(&directory, &["token", "new", "--id", "ci", "--add", "auth.toml"]);
    ends(&twice, 1, "error: auth.toml: there is a token `ci` already");
    assert!(twice.stdout.is_empty());
}

#[test]
fn what_cannot_be_is_refused() {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("auth.toml"), "[[token]]\nrol = 1\n").unwrap();
    let told = "auth.toml: line 2, column 1: unknown key `rol`: did you mean `role`?";
    ends(&run(&directory, &["token", "list", "auth.toml"]), 78, told);
    ends(&run(&directory, &["token", "new", "--add", "auth.toml"]), 78, told);
    ends(&run(&directory, &["serve", "--port", "0", "--auth-file", "auth.toml"]), 78, told);
    ends(&run(&directory, &["token", "list", "none.toml"]), 74, "cannot read none.toml");
    for (options, told) in [
        (["--id", "a b"], "expected 1 to 63 letters"),
        (["--role", "boss"], "possible values: read, allocate, operate, admin"),
        (["--graphs", "a/b"], "is no pattern of graph names"),
        (["--expires", "soon"], "expected a date such as"),
    ] {
        ends(&run(&directory, &[&["token", "new"], &options[..]].concat()), 2, told);
    }
}

#[test]
fn a_server_that_strangers_could_reach_does_not_start() {
    let directory = TempDir::new().unwrap();
    let pair = ["--tls-cert", "a.pem", "--tls-key", "a.key"];
    let serve = |options: &[&str]| run(&directory, &[&["serve"], options].concat());
    let exposed = ["--listen", "0.0.0.0:0"];
    let both = "add --tls-cert FILE --tls-key FILE and --auth-file FILE";
    ends(&serve(&exposed), 78, both);
    ends(&serve(&["--host", "", "--port", "0"]), 78, "other machines can reach all interfaces");
    ends(&serve(&["--listen", "127.0.0.1:0,[::]:0"]), 78, "other machines can reach [::]:0");
    let tls = [&exposed[..], &["--auth-file", "auth.toml"]].concat();
    ends(
        &serve(&tls),
        78,
        "can be read and changed on its way: add --tls-cert FILE --tls-key FILE",
    );
    let authentication = [&exposed[..], &pair].concat();
    ends(&serve(&authentication), 78, "nobody is asked who they are: add --auth-file FILE");
    let optional =
        [&authentication[..], &["--tls-client-ca", "c.pem", "--tls-client-auth", "optional"]]
            .concat();
    ends(&serve(&optional), 78, "nobody is asked who they are: add --auth-file FILE");
    // what is missing now is the files
    let required = [&authentication[..], &["--tls-client-ca", "c.pem"]].concat();
    ends(&serve(&required), 78, "c.pem: No such file");
    ends(&serve(&["--tls-cert", "a.pem"]), 2, "--tls-key");
    let insecure = Server::with(&["--listen", "0.0.0.0:0", "--insecure"]);
    assert!(insecure.address.starts_with("0.0.0.0:"), "{}", insecure.address);
}

#[test]
fn a_server_listens_on_loopback_and_at_a_socket() {
    let directory = TempDir::new().unwrap();
    let own = Server::with(&["--port", "0"]);
    assert!(own.address.starts_with("127.0.0.1:"), "{}", own.address);
    let socket = format!("unix:{}", directory.path().join("fluxion.sock").display());
    let server = Server::with(&["--listen", &format!("127.0.0.1:0,{socket}")]);
    assert_eq!(server.address, socket);
    let output = run(&directory, &["graphs", "--server", &socket]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn commands_show_their_token() {
    let directory = TempDir::new().unwrap();
    add(&directory, "root", &["--role", "admin"]);
    add(&directory, "reader", &[]);
    let file = directory.path().join("auth.toml");
    let server = Server::with(&["--port", "0", "--auth-file", file.to_str().unwrap()]);
    let graphs = ["graphs", "--server", &server.address];
    ends(&run(&directory, &graphs), 1, "this server wants to know who calls");
    let shown = run(&directory, &[&graphs[..], &["--token-file", "reader.token"]].concat());
    assert!(shown.status.success(), "{shown:?}");
    let token = fs::read_to_string(directory.path().join("root.token")).unwrap();
    let by_variable = fluxion(&directory, &graphs).env("FLUXION_TOKEN", &token).output().unwrap();
    assert!(by_variable.status.success(), "{by_variable:?}");
    let cancel = ["cancel", "1", "--server", &server.address, "--token-file", "reader.token"];
    ends(&run(&directory, &cancel), 1, "`reader` has the role read, and the call needs allocate");
}

#[test]
fn a_token_is_not_sent_where_it_could_be_overheard() {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("t"), "flx_a").unwrap();
    let words = ["graphs", "--server", "192.0.2.1:1", "--token-file", "t", "--wait", "0"];
    ends(&run(&directory, &words), 2, "the token is not sent to 192.0.2.1:1 in clear text");
    let allowed = [&words[..], &["--insecure-token"]].concat();
    ends(&run(&directory, &allowed), 6, "cannot connect to 192.0.2.1:1");
}

/// A certificate that vouches for itself, and its key.
fn certificate(directory: &Path, name: &str) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    fs::write(directory.join(format!("{name}.pem")), pem).unwrap();
    fs::write(directory.join(format!("{name}.key")), key.serialize_pem()).unwrap();
}

#[test]
fn commands_go_over_tls() {
    let directory = TempDir::new().unwrap();
    for name in ["server", "client", "stranger"] {
        certificate(directory.path(), name);
    }
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (cert, key, clients) = (path("server.pem"), path("server.key"), path("client.pem"));
    let server = Server::with(&[
        "--listen",
        "0.0.0.0:0",
        "--tls-cert",
        &cert,
        "--tls-key",
        &key,
        "--tls-client-ca",
        &clients,
    ]);
    let port = server.address.rsplit(':').next().unwrap();
    let address = format!("https://localhost:{port}");
    let graphs = ["graphs", "--server", &address, "--wait", "0"];
    ends(&run(&directory, &graphs), 2, "https needs the certificates of those who vouch");
    let known = [&graphs[..], &["--tls-ca", "server.pem"]].concat();
    let shows = |name: &str| {
        let (cert, key) = (format!("{name}.pem"), format!("{name}.key"));
        run(&directory, &[&known[..], &["--tls-cert", &cert, "--tls-key", &key]].concat())
    };
    assert!(shows("client").status.success(), "{:?}", shows("client"));
    assert!(!shows("stranger").status.success());
    assert!(!run(&directory, &known).status.success());
    let other = [&graphs[..], &["--tls-ca", "stranger.pem"]].concat();
    ends(&run(&directory, &other), 6, "cannot connect to https://localhost");
}

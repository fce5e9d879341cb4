//! TLS: certificates of the server that change while it serves, and clients that are known by theirs.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fluxion_server::proto::fluxion::v1::ListGraphsRequest;
use fluxion_server::proto::fluxion::v1::graph_service_client::GraphServiceClient;
use fluxion_server::{
    ClientCertificates, Config, Listen, Port, Security, SecurityOptions, Server, Timeouts,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Code, Status};

use crate::certificates::{Authority, Files, Issued};
use crate::fixture::TestServer;
use crate::guarded::reason;

async fn serve(security: &Security) -> TestServer {
    let listen = Listen { host: "127.0.0.1".to_owned(), port: Port(0) };
    let server = Server::bind(&listen, Config::default()).await.unwrap();
    TestServer::of(server.secured(security.clone()))
}

fn security(files: &Files, demand: Option<ClientCertificates>) -> Security {
    let tls = Some(files.options(demand));
    Security::open(SecurityOptions { tls, ..SecurityOptions::default() }).unwrap()
}

fn endpoint(server: &TestServer, authority: &Authority, shown: Option<&Issued>) -> Endpoint {
    let tls = ClientTlsConfig::new()
        .ca_certificate(Certificate::from_pem(&authority.pem))
        .domain_name("localhost");
    let tls = match shown {
        Some(Issued { certificate, key, .. }) => tls.identity(Identity::from_pem(certificate, key)),
        None => tls,
    };
    let url = format!("https://{}", server.address());
    Channel::from_shared(url).unwrap().tls_config(tls).unwrap()
}

async fn list(channel: Channel) -> Result<(), Status> {
    let mut client = GraphServiceClient::new(channel);
    client.list_graphs(ListGraphsRequest {}).await.map(|_| ())
}

/// The certificate that a new connection is shown.
async fn shown(server: &TestServer, authority: &Authority) -> Vec<u8> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem.as_bytes()).unwrap()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = TcpStream::connect(server.address()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    stream.get_ref().1.peer_certificates().unwrap()[0].to_vec()
}

#[tokio::test]
async fn calls_go_over_tls_and_nothing_else_does() {
    let authority = Authority::new();
    let files = Files::of(&authority.server(), &authority);
    let server = serve(&security(&files, None)).await;
    list(endpoint(&server, &authority, None).connect().await.unwrap()).await.unwrap();
    let stranger = Authority::new();
    assert!(endpoint(&server, &stranger, None).connect().await.is_err());
    let clear = Channel::from_shared(server.url.clone()).unwrap().connect().await;
    let answer = match clear {
        Ok(channel) => list(channel).await.map_err(|status| status.code()),
        Err(_) => Err(Code::Unavailable),
    };
    assert!(answer.is_err());
}

#[tokio::test]
async fn a_handshake_that_goes_nowhere_is_given_up_and_hinders_nobody() {
    let authority = Authority::new();
    let files = Files::of(&authority.server(), &authority);
    let listen = Listen { host: "127.0.0.1".to_owned(), port: Port(0) };
    let timeouts = Timeouts { headers: Duration::from_millis(300), ..Timeouts::default() };
    let server = Server::bind(&listen, Config { timeouts, ..Config::default() }).await.unwrap();
    let server = TestServer::of(server.secured(security(&files, None)));
    let mut stuck = Vec::new();
    for _ in 0..8 {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        // the beginning of a record with a hello
        stream.write_all(&[22, 3, 1, 1, 0]).await.unwrap();
        stuck.push(stream);
    }
    list(endpoint(&server, &authority, None).connect().await.unwrap()).await.unwrap();
    for mut stream in stuck {
        let mut rest = Vec::new();
        // at its end, whether that is orderly or not
        let _ = stream.read_to_end(&mut rest).await;
    }
}

#[tokio::test]
async fn a_large_answer_comes_through() {
    let authority = Authority::new();
    let files = Files::of(&authority.server(), &authority);
    let server = serve(&security(&files, None)).await;
    let channel = endpoint(&server, &authority, None).connect().await.unwrap();
    let mut client =
        fluxion_server::proto::fluxion::fluxion_service_client::FluxionServiceClient::new(channel)
            .max_decoding_message_size(usize::MAX)
            .max_encoding_message_size(usize::MAX);
    let jgf = crate::fixture::cluster(200, 100);
    assert!(jgf.len() > 1 << 20);
    client
        .init(fluxion_server::proto::fluxion::InitRequest { jgf, ..Default::default() })
        .await
        .unwrap();
    let request = fluxion_server::proto::fluxion::MatchRequest {
        jobspec: crate::fixture::job(20_000, "core"),
        request: "allocate".to_owned(),
        ..Default::default()
    };
    let answer = client.r#match(request).await.unwrap().into_inner();
    assert!(answer.allocation.len() > 1 << 20);
}

#[tokio::test]
async fn certificates_change_under_64_clients_and_no_call_fails() {
    let authority = Authority::new();
    let (old, new) = (authority.server(), authority.server());
    let files = Files::of(&old, &authority);
    let server = serve(&security(&files, None)).await;
    assert_eq!(shown(&server, &authority).await, old.der);
    let over = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..64)
        .map(|_| {
            let (endpoint, over) = (endpoint(&server, &authority, None), Arc::clone(&over));
            tokio::spawn(async move {
                let channel = endpoint.connect().await.unwrap();
                let (mut calls, mut failed) = (0_u64, 0_u64);
                while !over.load(Ordering::Relaxed) || calls < 8 {
                    calls += 1;
                    failed += u64::from(list(channel.clone()).await.is_err());
                }
                // and one that comes meanwhile
                failed += u64::from(list(endpoint.connect().await.unwrap()).await.is_err());
                (calls, failed)
            })
        })
        .collect();
    files.write("server.key", &new.key);
    files.write("server.pem", &new.certificate);
    assert_eq!(shown(&server, &authority).await, new.der);
    over.store(true, Ordering::Relaxed);
    for client in clients {
        let (calls, failed) = client.await.unwrap();
        assert!(calls >= 8 && failed == 0, "{failed} of {calls} calls failed");
    }
}

#[tokio::test]
async fn a_half_written_pair_changes_nothing() {
    let authority = Authority::new();
    let (old, new) = (authority.server(), authority.server());
    let files = Files::of(&old, &authority);
    let security = security(&files, None);
    let server = serve(&security).await;
    let half = &new.certificate[..new.certificate.len() / 2];
    for text in [half, "", "no certificate", &new.certificate] {
        files.write("server.pem", text);
        assert_eq!(shown(&server, &authority).await, old.der, "{text}");
        assert!(security.reload().is_err(), "{text}");
    }
    fs::remove_file(files.path("server.key")).unwrap();
    assert_eq!(shown(&server, &authority).await, old.der);
    files.write("server.key", &new.key);
    assert_eq!(shown(&server, &authority).await, new.der);
    security.reload().unwrap();
}

#[tokio::test]
async fn clients_are_known_by_their_certificates() {
    let authority = Authority::new();
    let files = Files::of(&authority.server(), &authority);
    files.write(
        "auth.toml",
        "[[certificate]]\nsan = \"spiffe://example.org/ops\"\nrole = \"read\"\ngraphs = [\"*\"]\n",
    );
    let (known, unknown) =
        (authority.client("spiffe://example.org/ops"), authority.client("spiffe://example.org/no"));
    let stranger = Authority::new().client("spiffe://example.org/ops");
    let cases = [
        (ClientCertificates::Optional, None, Some("NO_CREDENTIAL")),
        (ClientCertificates::Optional, Some(&unknown), Some("WRONG_CREDENTIAL")),
        (ClientCertificates::Optional, Some(&known), None),
        (ClientCertificates::Required, Some(&known), None),
    ];
    for (demand, client, expected) in cases {
        let (tls, auth_file) = (files.options(Some(demand)), files.path("auth.toml"));
        let options = SecurityOptions { tls: Some(tls), auth_file: Some(auth_file) };
        let server = serve(&Security::open(options).unwrap()).await;
        let answer = list(endpoint(&server, &authority, client).connect().await.unwrap()).await;
        let told = answer.err().map(|status| reason(&status).1);
        assert_eq!(told.as_deref(), expected, "{demand:?}");
    }
    for client in [None, Some(&stranger)] {
        let server = serve(&security(&files, Some(ClientCertificates::Required))).await;
        let answer = match endpoint(&server, &authority, client).connect().await {
            Ok(channel) => list(channel).await.map_err(|status| status.code()),
            Err(_) => Err(Code::Unavailable),
        };
        assert!(answer.is_err(), "a client without a good certificate is served");
    }
}

#[tokio::test]
async fn of_both_files_none_counts_if_one_is_wrong() {
    let authority = Authority::new();
    let (old, new) = (authority.server(), authority.server());
    let files = Files::of(&old, &authority);
    files.write("auth.toml", "");
    let options = SecurityOptions {
        tls: Some(files.options(None)),
        auth_file: Some(files.path("auth.toml")),
    };
    let security = Security::open(options).unwrap();
    files.write("server.pem", &new.certificate);
    files.write("server.key", &new.key);
    files.write("auth.toml", "[[token]]\nid = 1\n");
    let told = security.reload().unwrap_err().to_string();
    assert!(
        told.ends_with("auth.toml: line 2, column 6: `id`: expected a text in quotes"),
        "{told}"
    );
    files.write("auth.toml", "[[tokens]]");
    assert!(security.reload().is_err());
    files.write("auth.toml", "");
    security.reload().unwrap();
}

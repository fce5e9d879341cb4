//! A server that knows who may call, and clients with tokens.

use std::fs;

use fluxion_access::{AccessRole, GraphScope, Token, TokenEntry, UnixTime};
use fluxion_server::proto::fluxion::fluxion_service_client::FluxionServiceClient;
use fluxion_server::proto::fluxion::v1::graph_service_client::GraphServiceClient;
use fluxion_server::proto::fluxion::v1::job_service_client::JobServiceClient;
use fluxion_server::{Config, Listen, Port, Security, SecurityOptions, Server};
use tempfile::TempDir;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;

use crate::fixture::TestServer;

/// Shows a token with each call.
#[derive(Clone)]
pub(crate) struct Shows(pub(crate) MetadataValue<Ascii>);

impl Interceptor for Shows {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

pub(crate) type Shown = InterceptedService<Channel, Shows>;

/// A file of tokens, and what is made of it.
pub(crate) struct Guarded {
    directory: TempDir,
    pub(crate) security: Security,
}

/// The token of an id: it is the same in each file.
pub(crate) fn token(id: &str) -> Token {
    Token::new(id, &[7; 32]).unwrap()
}

/// The entry of a token.
pub(crate) fn entry(id: &str, role: AccessRole, graphs: &str) -> TokenEntry {
    let (digest, graphs) = (token(id).digest(), GraphScope::new(graphs.split(',')).unwrap());
    TokenEntry { id: id.to_owned(), digest, role, graphs, expires: None }
}

/// An entry for each role, of its name, and one that has expired.
pub(crate) fn roles() -> Vec<TokenEntry> {
    let mut entries: Vec<_> =
        AccessRole::ALL.iter().map(|&role| entry(role.as_str(), role, "*")).collect();
    let old = entry("old", AccessRole::Admin, "*");
    entries.push(TokenEntry { expires: Some(UnixTime(1)), ..old });
    entries
}

impl Guarded {
    pub(crate) fn with(entries: &[TokenEntry]) -> Self {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("auth.toml");
        write(&directory, entries);
        let options = SecurityOptions { auth_file: Some(path), ..SecurityOptions::default() };
        Self { security: Security::open(options).unwrap(), directory }
    }

    /// Other entries, which count when this returns.
    pub(crate) fn rewrite(&self, entries: &[TokenEntry]) {
        self.write(entries);
        self.security.reload().unwrap();
    }

    /// Other entries, which the server finds out by itself.
    pub(crate) fn write(&self, entries: &[TokenEntry]) {
        write(&self.directory, entries);
    }

    pub(crate) async fn serve(&self) -> TestServer {
        self.serve_with(Config::default()).await
    }

    pub(crate) async fn serve_with(&self, config: Config) -> TestServer {
        let listen = Listen { host: "127.0.0.1".to_owned(), port: Port(0) };
        let server = Server::bind(&listen, config).await.unwrap();
        TestServer::of(server.secured(self.security.clone()))
    }
}

fn write(directory: &TempDir, entries: &[TokenEntry]) {
    let text: String = entries.iter().map(ToString::to_string).collect();
    fs::write(directory.path().join("auth.toml"), text).unwrap();
}

/// A channel on which each call shows a token.
pub(crate) async fn shown(server: &TestServer, token: &Token) -> Shown {
    let value = format!("Bearer {}", token.as_str()).parse().unwrap();
    InterceptedService::new(server.channel().await, Shows(value))
}

pub(crate) async fn published(server: &TestServer, id: &str) -> FluxionServiceClient<Shown> {
    FluxionServiceClient::new(shown(server, &token(id)).await)
}

pub(crate) async fn graphs(server: &TestServer, id: &str) -> GraphServiceClient<Shown> {
    GraphServiceClient::new(shown(server, &token(id)).await)
}

pub(crate) async fn jobs(server: &TestServer, id: &str) -> JobServiceClient<Shown> {
    JobServiceClient::new(shown(server, &token(id)).await)
}

/// The code and the reason of a refusal.
pub(crate) fn reason(status: &Status) -> (Code, String) {
    let info = status.get_details_error_info();
    (status.code(), info.map(|info| info.reason).unwrap_or_default())
}

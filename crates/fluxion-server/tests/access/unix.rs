//! A server at several places, one of them a Unix socket.

use fluxion_server::proto::fluxion::v1::ListGraphsRequest;
use fluxion_server::proto::fluxion::v1::graph_service_client::GraphServiceClient;
use fluxion_server::{Config, Listen, ListenAddress, Port, Server};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tonic::transport::Endpoint;

use crate::fixture::TestServer;

#[tokio::test]
async fn a_server_listens_at_several_places() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("fluxion.sock");
    let port = ListenAddress::Tcp(Listen { host: "127.0.0.1".to_owned(), port: Port(0) });
    let places = [port, ListenAddress::Unix(path.clone())];
    let server = Server::bind_all(&places, Config::default()).await.unwrap();
    let told = server.places().unwrap();
    assert!(told[0].starts_with("127.0.0.1:"), "{told:?}");
    assert_eq!(told[1], format!("unix:{}", path.display()));
    let server = TestServer::of(server);
    let socket = path.clone();
    let connector = tower::service_fn(move |_| {
        let path = socket.clone();
        async move { UnixStream::connect(path).await.map(TokioIo::new) }
    });
    let unix = Endpoint::from_static("http://localhost").connect_with_connector(connector).await;
    for channel in [server.channel().await, unix.unwrap()] {
        GraphServiceClient::new(channel).list_graphs(ListGraphsRequest {}).await.unwrap();
    }
    server.stop().await.unwrap();
    assert!(!path.exists(), "the socket goes with the server");
}

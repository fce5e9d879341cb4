// A server in this process. No inner doc comments: documentation tests include this
// file; names are whole, as theirs may be the same.

/// Runs `calls` against a server on a free port, which then drains.
pub(crate) fn with_server<E: std::fmt::Debug>(calls: impl AsyncFnOnce(&str) -> Result<(), E>) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let listen =
            fluxion_server::Listen { host: "127.0.0.1".to_owned(), port: fluxion_server::Port(0) };
        let server =
            fluxion_server::Server::bind(&listen, fluxion_server::Config::default()).await.unwrap();
        let target = server.local_address().unwrap().to_string();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        // A dropped sender stops the server just as well.
        let serving = tokio::spawn(server.run(async { stopped.await.unwrap_or_default() }));
        let called = calls(&target).await;
        drop(stop);
        serving.await.unwrap().unwrap();
        called.unwrap();
    });
}

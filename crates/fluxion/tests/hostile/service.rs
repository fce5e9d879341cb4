//! The same kinds over gRPC: one service gets them all, and goes on serving.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use fluxion_server::proto::fluxion::fluxion_service_client::FluxionServiceClient;
use fluxion_server::proto::fluxion::{CancelRequest, InitRequest, MatchRequest};
use tonic::transport::Channel;
use tonic::{Code, Status};

use crate::support::{Jgf, PATIENCE, job, program};

/// The most that the service may ever have had in memory, in KiB.
const MEMORY: u64 = 100_000_000 / 1024;

const SOUND: &str =
    r#"[{"type": "slot", "label": "s", "count": 1, "with": [{"type": "core", "count": 1}]}]"#;

/// A service, ended with the test.
struct Service {
    child: Child,
    client: FluxionServiceClient<Channel>,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Service {
    async fn start() -> Self {
        let mut command = Command::new(program().0);
        command.args(["serve", "--host", "127.0.0.1", "--port", "0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim_end().rsplit_once(':').unwrap().1.to_owned();
        let channel = Channel::from_shared(format!("http://127.0.0.1:{port}")).unwrap();
        let client = FluxionServiceClient::new(channel.connect().await.unwrap());
        let client = client.max_encoding_message_size(usize::MAX);
        Self { child, client }
    }

    async fn init(&mut self, jgf: &str) -> Result<(), Status> {
        let request = InitRequest { policy: "low".to_owned(), jgf: jgf.to_owned() };
        self.timed(async |client| client.init(request).await.map(drop)).await
    }

    async fn ask(&mut self, jobspec: &str, operation: &str) -> Result<(), Status> {
        let request = MatchRequest {
            jobspec: jobspec.to_owned(),
            request: operation.to_owned(),
            reservation: false,
        };
        self.timed(async |client| client.r#match(request).await.map(drop)).await
    }

    async fn cancel(&mut self, job_id: i64) -> Result<(), Status> {
        let request = CancelRequest { job_id };
        self.timed(async |client| client.cancel(request).await.map(drop)).await
    }

    async fn timed(
        &mut self,
        call: impl AsyncFnOnce(&mut FluxionServiceClient<Channel>) -> Result<(), Status>,
    ) -> Result<(), Status> {
        let start = Instant::now();
        let answer = call(&mut self.client).await;
        assert!(start.elapsed() < PATIENCE, "{:?}: {answer:?}", start.elapsed());
        answer
    }

    async fn refuses_graph(&mut self, jgf: &str) {
        let status = self.init(jgf).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
        assert!(!status.message().is_empty() && status.message().len() < 4096, "{status:?}");
    }

    async fn refuses_job(&mut self, jobspec: &str) {
        for operation in ["allocate", "allocate_orelse_reserve", "satisfiability"] {
            let status = self.ask(jobspec, operation).await.unwrap_err();
            assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
            assert!(!status.message().is_empty() && status.message().len() < 4096, "{status:?}");
        }
    }

    /// Peak resident memory in KiB, where the system tells.
    fn peak(&self) -> Option<u64> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().strip_suffix(" kB")?.parse().ok()
    }
}

fn chain(levels: usize) -> String {
    let mut chain = Jgf::default();
    let mut last = chain.add(None, "cluster", 1, "/c0");
    for level in 1..levels {
        last = chain.add(Some(last), "node", 1, &format!("/c0/n{level}"));
    }
    chain.text()
}

#[tokio::test]
async fn a_service_outlives_hostile_calls() {
    let mut service = Service::start().await;
    for jobspec in ["", "\0", &"[".repeat(100_000)] {
        let status = service.ask(jobspec, "allocate").await.unwrap_err();
        assert_eq!(status.code(), Code::FailedPrecondition, "{status:?}");
    }
    service.init(&Jgf::cluster(2, &[("core", 1), ("memory", u32::MAX)])).await.unwrap();
    for jgf in [
        "",
        "\0",
        "[[[[",
        &"[".repeat(100_000),
        &"{\"graph\":".repeat(100_000),
        &chain(100_000),
        &Jgf::cluster(2, &[("core", 1)])[..500],
        &"x".repeat(8 << 20),
    ] {
        service.refuses_graph(jgf).await;
    }
    let element = r#"[{"type": "node", "count": 1, "with": "#;
    let nested = job(&format!("{}[]{}", element.repeat(100_000), "}]".repeat(100_000)));
    let bomb = (1..30).fold("a0: &a0 [x, x, x]\n".to_owned(), |text, level| {
        format!("{text}a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(","))
    });
    for jobspec in [
        "",
        "\0",
        "- ? [",
        &"[".repeat(100_000),
        &nested,
        &bomb,
        &job(SOUND)[..60],
        &job(SOUND).replace("60", ".nan"),
        &job(SOUND).replace("60", "1e300"),
        &job(SOUND).replace("\"count\": 1,", "\"count\": 99999999999,"),
        &"x".repeat(8 << 20),
    ] {
        service.refuses_job(jobspec).await;
    }
    let billions = job(SOUND).replace("\"count\": 1,", "\"count\": 4294967295,");
    for (operation, code) in [
        ("allocate", Code::ResourceExhausted),
        ("satisfiability", Code::OutOfRange),
        ("no such operation", Code::InvalidArgument),
        (&"x".repeat(1 << 20), Code::InvalidArgument),
    ] {
        let status = service.ask(&billions, operation).await.unwrap_err();
        assert_eq!(status.code(), code, "{status:?}");
    }
    for number in [i64::MIN, -1, 0, 77, i64::MAX] {
        assert_eq!(service.cancel(number).await.unwrap_err().code(), Code::NotFound);
    }
    service.ask(&job(SOUND), "allocate").await.unwrap();
    let peak = service.peak().unwrap_or(0);
    assert!(peak < MEMORY, "{peak} KiB");
}

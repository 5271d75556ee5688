//! A real etcd for the tests: Debian's, on loopback, in a directory that goes away.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use etcd::{ACQUIRE, Held, Holder, Lock, LockError, Target};

/// A cluster; its members are killed when it is dropped.
pub(crate) struct Cluster {
    pub(crate) members: Vec<Member>,
    // Goes away with the cluster.
    _directory: tempfile::TempDir,
}

pub(crate) struct Member {
    pub(crate) port: u16,
    arguments: Vec<String>,
    process: Option<Child>,
    log: PathBuf,
}

/// Server certificates for [`Cluster::with_tls`].
pub(crate) struct ServerTls {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
    /// The authority of the clients' certificates, if those are asked for.
    pub(crate) clients: Option<PathBuf>,
}

impl Cluster {
    /// A running cluster of this many members, or nothing after saying why the test is skipped.
    pub(crate) fn start(members: usize) -> Option<Cluster> {
        Cluster::launch(members, None)
    }

    pub(crate) fn with_tls(tls: &ServerTls) -> Option<Cluster> {
        Cluster::launch(1, Some(tls))
    }

    fn launch(count: usize, tls: Option<&ServerTls>) -> Option<Cluster> {
        let program = program()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let mut said: Vec<String> = Vec::new();
        // A port that was free may be taken by the time etcd binds it.
        for _ in 0..3 {
            let directory = tempfile::tempdir().expect("a directory");
            let ports = free_ports(2 * count);
            let peers: Vec<String> = (0..count)
                .map(|index| format!("m{index}=http://127.0.0.1:{}", ports[count + index]))
                .collect();
            let member = |index: usize| {
                let log = directory.path().join(format!("m{index}.log"));
                let client = format!("{scheme}://127.0.0.1:{}", ports[index]);
                let peer = format!("http://127.0.0.1:{}", ports[count + index]);
                let mut arguments: Vec<String> = Vec::new();
                let mut option =
                    |name: &str, value: &str| arguments.extend([format!("--{name}"), value.to_owned()]);
                option("name", &format!("m{index}"));
                option(
                    "data-dir",
                    &directory.path().join(format!("m{index}")).display().to_string(),
                );
                option("listen-client-urls", &client);
                option("advertise-client-urls", &client);
                option("listen-peer-urls", &peer);
                option("initial-advertise-peer-urls", &peer);
                option("initial-cluster", &peers.join(","));
                if let Some(tls) = tls {
                    option("cert-file", &tls.certificate.display().to_string());
                    option("key-file", &tls.key.display().to_string());
                    if let Some(clients) = &tls.clients {
                        option("trusted-ca-file", &clients.display().to_string());
                        arguments.push("--client-cert-auth".to_owned());
                    }
                }
                Member {
                    port: ports[index],
                    arguments,
                    process: None,
                    log,
                }
            };
            let mut cluster = Cluster {
                members: (0..count).map(member).collect(),
                _directory: directory,
            };
            cluster
                .members
                .iter_mut()
                .for_each(|member| member.start(&program));
            if cluster.is_ready(Duration::from_secs(20)) {
                return Some(cluster);
            }
            said = cluster.members.iter().map(Member::tail).collect();
        }
        panic!("etcd does not start: {said:?}");
    }

    /// `host:port,host:port`.
    pub(crate) fn hosts(&self) -> String {
        let hosts: Vec<String> = self
            .members
            .iter()
            .map(|member| format!("127.0.0.1:{}", member.port))
            .collect();
        hosts.join(",")
    }

    /// A lock of this name with the shortest time to live that etcd grants without doubt.
    pub(crate) fn target(&self, name: &str) -> Target {
        Target::parse(&format!("etcd://{}/{name}?ttl=3", self.hosts())).expect("a target")
    }

    /// One POST to the first member, by the hand of another than the crate.
    pub(crate) fn post(&self, method: &str, body: &str) -> String {
        post(self.members[0].port, method, body)
    }

    /// The member that leads, as soon as there is one.
    pub(crate) fn leader(&self) -> usize {
        let number = |status: &str, key: &str| -> Option<String> {
            let digits = status.split_once(&format!("\"{key}\":\""))?.1;
            Some(digits.chars().take_while(char::is_ascii_digit).collect())
        };
        let leads = |member: &Member| {
            let status = post(member.port, "maintenance/status", "{}");
            number(&status, "member_id").is_some_and(|id| number(&status, "leader") == Some(id))
        };
        let mut leader = None;
        assert!(within(Duration::from_secs(20), || {
            leader = self.members.iter().position(leads);
            leader.is_some()
        }));
        leader.expect("a leader")
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self, index: usize) {
        self.members[index].kill();
    }

    pub(crate) fn restart(&mut self, index: usize) {
        let program = program().expect("etcd");
        self.members[index].kill();
        self.members[index].start(&program);
        assert!(
            self.is_ready(Duration::from_secs(20)),
            "{}",
            self.members[index].tail()
        );
    }

    fn is_ready(&mut self, within: Duration) -> bool {
        let until = Instant::now() + within;
        // A member logs this when it has joined and serves clients; works with and without TLS.
        while Instant::now() < until {
            if self.members.iter_mut().any(|member| member.has_ended()) {
                return false;
            }
            if self.members.iter().all(Member::is_serving) {
                return true;
            }
            thread::sleep(Duration::from_millis(50));
        }
        false
    }
}

impl Member {
    fn start(&mut self, program: &Path) {
        let log = fs::File::create(&self.log).expect("a log");
        let mut command = Command::new(program);
        // Its own settings come from ETCD_* variables, too.
        for (name, _) in env::vars().filter(|(name, _)| name.starts_with("ETCD")) {
            command.env_remove(name);
        }
        command
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log);
        self.process = Some(command.spawn().expect("etcd starts"));
    }

    /// SIGKILL.
    fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("kill");
            process.wait().expect("wait");
        }
    }

    fn has_ended(&mut self) -> bool {
        self.process
            .as_mut()
            .is_some_and(|process| process.try_wait().expect("wait").is_some())
    }

    fn is_serving(&self) -> bool {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        ["ready to serve client requests", "serving client traffic"]
            .iter()
            .any(|words| log.contains(words))
    }

    fn tail(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        log.lines().rev().take(5).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The body of the answer to one POST, over plain HTTP.
pub(crate) fn post(port: u16, method: &str, body: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    let length = body.len();
    let head = format!("POST /v3/{method} HTTP/1.0\r\nContent-Length: {length}\r\n\r\n");
    stream
        .write_all(format!("{head}{body}").as_bytes())
        .expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.split_once("\r\n\r\n").expect("a body").1.to_owned()
}

pub(crate) fn holder(run: &str) -> Holder {
    Holder {
        host: "web1".to_owned(),
        pid: std::process::id(),
        run: run.to_owned(),
        started: "2026-11-21T02:30:00Z".to_owned(),
    }
}

/// The lock for `run`, without waiting for another.
pub(crate) fn acquire(target: &Target, run: &str) -> Result<Held, LockError> {
    Lock::acquire(target, &holder(run), ACQUIRE, Duration::ZERO)
}

/// Whether something comes true within `limit`; looks often.
pub(crate) fn within(limit: Duration, mut happens: impl FnMut() -> bool) -> bool {
    let until = Instant::now() + limit;
    while !happens() {
        if Instant::now() > until {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
    true
}

/// Ports that nobody listened on a moment ago.
pub(crate) fn free_ports(count: usize) -> Vec<u16> {
    let listeners: Vec<TcpListener> = (0..count)
        .map(|_| TcpListener::bind("127.0.0.1:0").expect("a port"))
        .collect();
    listeners
        .iter()
        .map(|listener| listener.local_addr().expect("an address").port())
        .collect()
}

/// etcd, or nothing after saying so.
fn program() -> Option<PathBuf> {
    match needs::debian::program("etcd", "etcd-server") {
        Ok(path) => Some(path),
        Err(reason) => {
            needs::skip(&reason);
            None
        }
    }
}

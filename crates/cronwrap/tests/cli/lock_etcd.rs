//! One run at a time across hosts, by a real etcd. What the lock itself does is shown in crates/etcd.

use crate::{cronwrap, run, until};
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A real etcd, killed at the end.
struct Etcd {
    process: Child,
    port: u16,
    _data: tempfile::TempDir,
}

impl Drop for Etcd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn etcd() -> Option<Etcd> {
    let port = || {
        std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port()
    };
    let (client, peer, directory) = (port(), port(), tempfile::tempdir().unwrap());
    let (client_url, peer_url) = (
        format!("http://127.0.0.1:{client}"),
        format!("http://127.0.0.1:{peer}"),
    );
    let program = match needs::debian::program("etcd", "etcd-server") {
        Ok(program) => program,
        Err(reason) => {
            needs::skip(&reason);
            return None;
        }
    };
    let child = Command::new(program)
        .args([
            "--data-dir",
            directory.path().to_str().unwrap(),
            "--listen-client-urls",
            &client_url,
        ])
        .args([
            "--advertise-client-urls",
            &client_url,
            "--listen-peer-urls",
            &peer_url,
        ])
        .args([
            "--initial-advertise-peer-urls",
            &peer_url,
            "--initial-cluster",
            &format!("default={peer_url}"),
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let etcd = Etcd {
        process: child,
        port: client,
        _data: directory,
    };
    until("etcd answers", || {
        std::net::TcpStream::connect(("127.0.0.1", client)).is_ok()
    });
    Some(etcd)
}

#[test]
fn a_lock_of_etcd_keeps_runs_on_all_hosts_apart() {
    let Some(etcd) = etcd() else { return };
    let lock = format!("etcd://127.0.0.1:{}/nightly", etcd.port);
    let ready = tempfile::NamedTempFile::new().unwrap();
    let script = format!("echo x > {}; sleep 60", ready.path().display());
    let mut first = cronwrap(&["--lock", &lock, "--lock-on-lost", "stop", "-c", &script])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    until("the first runs", || fs::metadata(ready.path()).unwrap().len() > 0);
    let ran = run(&mut cronwrap(&["--lock", &lock, "-c", "echo ran"]));
    assert_eq!((ran.code, &*ran.out), (Some(75), ""), "{}", ran.err);
    assert!(ran.err.contains("it is held by "), "{}", ran.err);
    // etcd goes away: the lease cannot be kept alive, and the job is stopped as chosen.
    drop(etcd);
    let begun = Instant::now();
    until("the first has ended", || {
        begun.elapsed() > Duration::from_secs(9) || first.try_wait().unwrap().is_some()
    });
    let status = match first.try_wait().unwrap() {
        Some(status) => status,
        None => {
            // A lease may live longer than the helper's patience.
            std::thread::sleep(Duration::from_secs(30));
            first
                .try_wait()
                .unwrap()
                .expect("the job is stopped when its lock is lost")
        }
    };
    assert_eq!(status.code(), Some(143));
}

#[test]
fn without_etcd_the_run_is_skipped_or_not_as_chosen() {
    let ran = run(&mut cronwrap(&[
        "--lock",
        "etcd://127.0.0.1:9/x",
        "-c",
        "echo ran",
    ]));
    assert_eq!((ran.code, &*ran.out), (Some(75), ""), "{}", ran.err);
    assert!(ran.took < Duration::from_secs(30));
    let ran = run(&mut cronwrap(&[
        "--lock",
        "etcd://127.0.0.1:9/x",
        "--lock-on-error",
        "run",
        "-c",
        "echo ran",
    ]));
    assert_eq!((ran.code, &*ran.out), (Some(0), "ran\n"));
}

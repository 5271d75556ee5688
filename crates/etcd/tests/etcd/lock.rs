//! One lock, several who want it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Cluster, acquire, holder, within};
use etcd::{ACQUIRE, Lock, LockError, Lost, Target};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn of_two_contenders_the_second_is_told_who_holds_it() {
    let Some(cluster) = Cluster::start(1) else { return };
    let target = cluster.target("backup");
    let first = acquire(&target, "first").unwrap();
    let Err(refused) = acquire(&target, "second") else {
        panic!("two hold it")
    };
    assert_eq!(refused, LockError::Held(holder("first")));
    let pid = std::process::id();
    assert_eq!(
        refused.to_string(),
        format!("held by process {pid} on web1 (run first) since 2026-11-21T02:30:00Z")
    );
    let other = acquire(&cluster.target("another"), "second").unwrap();
    first.release(SECOND).unwrap();
    other.release(SECOND).unwrap();
    acquire(&target, "second").unwrap().release(SECOND).unwrap();
}

#[test]
fn a_held_lock_outlives_its_time_to_live() {
    let Some(cluster) = Cluster::start(1) else { return };
    let target = cluster.target("backup");
    let held = acquire(&target, "first").unwrap();
    assert_eq!(held.ttl(), Duration::from_secs(3));
    assert!(
        !within(Duration::from_secs(7), || held.lost()),
        "{:?}",
        held.loss()
    );
    assert!(matches!(acquire(&target, "second"), Err(LockError::Held(_))));
}

#[test]
fn whoever_waits_gets_the_lock_soon_after_its_release() {
    let Some(cluster) = Cluster::start(1) else { return };
    let target = cluster.target("backup");
    let held = acquire(&target, "first").unwrap();
    let waiting = thread::spawn(move || {
        let got = Lock::acquire(&target, &holder("second"), ACQUIRE, 20 * SECOND).unwrap();
        (Instant::now(), got)
    });
    thread::sleep(Duration::from_millis(1500));
    assert!(!waiting.is_finished());
    let released = Instant::now();
    held.release(SECOND).unwrap();
    let (got, _held) = waiting.join().unwrap();
    assert!(
        got > released && got - released < 10 * SECOND,
        "{:?}",
        got - released
    );
}

#[test]
fn waiting_ends_at_its_deadline_or_when_cancelled() {
    let Some(cluster) = Cluster::start(1) else { return };
    let target = cluster.target("backup");
    let _held = acquire(&target, "first").unwrap();
    let began = Instant::now();
    let refused = Lock::acquire(&target, &holder("second"), ACQUIRE, 2 * SECOND);
    assert!(matches!(refused, Err(LockError::Held(_))));
    assert!(
        (2 * SECOND..10 * SECOND).contains(&began.elapsed()),
        "{:?}",
        began.elapsed()
    );

    let stop = AtomicBool::new(false);
    let began = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(SECOND);
            stop.store(true, Ordering::SeqCst);
        });
        let cancelled = || stop.load(Ordering::SeqCst);
        let refused = Lock::acquire_unless(&target, &holder("second"), ACQUIRE, 60 * SECOND, &cancelled);
        assert!(matches!(refused, Err(LockError::Cancelled)));
    });
    assert!(began.elapsed() < 20 * SECOND, "{:?}", began.elapsed());
}

#[test]
fn a_lock_that_is_dropped_is_free() {
    let Some(cluster) = Cluster::start(1) else { return };
    let target = cluster.target("backup");
    drop(acquire(&target, "first").unwrap());
    drop(acquire(&target, "second").unwrap());
    assert!(
        !cluster.post("lease/leases", "{}").contains("\"ID\""),
        "no lease is left behind"
    );
}

#[test]
fn who_is_refused_leaves_no_lease_behind() {
    let Some(cluster) = Cluster::start(1) else { return };
    let target = cluster.target("backup");
    let _held = acquire(&target, "first").unwrap();
    (0..5).for_each(|_| assert!(acquire(&target, "second").is_err()));
    assert_eq!(cluster.post("lease/leases", "{}").matches("\"ID\"").count(), 1);
}

#[test]
fn of_twenty_contenders_no_two_are_inside() {
    let Some(cluster) = Cluster::start(1) else { return };
    let target = cluster.target("backup");
    let (inside, entered) = (AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|scope| {
        for contender in 0..20 {
            let (target, inside, entered) = (&target, &inside, &entered);
            scope.spawn(move || {
                let run = holder(&contender.to_string());
                let held = Lock::acquire(target, &run, 10 * SECOND, 100 * SECOND).unwrap();
                assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two inside");
                thread::sleep(Duration::from_millis(50));
                assert_eq!(inside.fetch_sub(1, Ordering::SeqCst), 1, "two inside");
                entered.fetch_add(1, Ordering::SeqCst);
                held.release(5 * SECOND).unwrap();
            });
        }
    });
    assert_eq!(entered.load(Ordering::SeqCst), 20);
}

#[test]
fn of_twenty_at_once_without_waiting_one_gets_it() {
    let Some(cluster) = Cluster::start(1) else { return };
    let target = Arc::new(cluster.target("backup"));
    let all: Vec<_> = (0..20)
        .map(|contender| {
            let target = Arc::clone(&target);
            thread::spawn(move || {
                Lock::acquire(
                    &target,
                    &holder(&contender.to_string()),
                    10 * SECOND,
                    Duration::ZERO,
                )
            })
        })
        .collect();
    let results: Vec<_> = all.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert_eq!(
        results
            .iter()
            .filter(|result| matches!(result, Err(LockError::Held(_))))
            .count(),
        19
    );
}

/// Another process that holds the lock until it is killed, and says what it lives through.
struct Other(Child);

const OTHER: &str = "ETCD_TEST_HOLD";

impl Other {
    fn holding(target: &Target) -> (Other, impl Iterator<Item = String>) {
        let this = std::env::current_exe().expect("the path of this test");
        let mut child = Command::new(this)
            .args([
                "--exact",
                "lock::another_process_that_holds_the_lock",
                "--nocapture",
            ])
            .env(OTHER, format!("{target}?ttl=3"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("another of this test");
        let lines = BufReader::new(child.stdout.take().expect("its output"))
            .lines()
            .map_while(Result::ok);
        let mut said = lines.filter_map(|line| Some(line.split_once("other: ")?.1.to_owned()));
        assert_eq!(said.next().as_deref(), Some("held"));
        (Other(child), said)
    }

    fn signal(&self, name: &str) {
        // The shell's own: the program of that name is missing on small machines.
        let sent = Command::new("sh")
            .args(["-c", "kill -s \"$0\" \"$1\"", name, &self.0.id().to_string()])
            .status();
        assert!(sent.expect("sh").success());
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Not a test by itself: what [`Other`] runs.
#[test]
fn another_process_that_holds_the_lock() {
    let Ok(address) = std::env::var(OTHER) else { return };
    let held = acquire(&Target::parse(&address).unwrap(), "other").unwrap();
    println!("other: held");
    held.on_lost(|why| println!("other: lost: {why}"));
    thread::sleep(60 * SECOND);
}

#[test]
fn when_the_holder_is_killed_the_lock_is_free_after_its_time_to_live() {
    let Some(cluster) = Cluster::start(1) else { return };
    let target = cluster.target("backup");
    let (other, _said) = Other::holding(&target);
    let pid = other.0.id();
    other.signal("KILL");
    let killed = Instant::now();
    let Err(LockError::Held(by)) = acquire(&target, "first") else {
        panic!("free at once")
    };
    assert_eq!(by.pid, pid);
    let _held = Lock::acquire(&target, &holder("first"), ACQUIRE, 20 * SECOND).unwrap();
    // The lease was renewed at most a second before; etcd looks for ended ones twice a second.
    let free = killed.elapsed();
    assert!(free > SECOND && free < 15 * SECOND, "{free:?}");
}

#[test]
fn a_holder_that_was_paused_too_long_learns_that_another_has_the_lock() {
    let Some(cluster) = Cluster::start(1) else { return };
    let target = cluster.target("backup");
    let (other, mut said) = Other::holding(&target);
    other.signal("STOP");
    // A lease is no fence: from here on both believe to hold it, until the other wakes up and asks.
    let _held = Lock::acquire(&target, &holder("first"), ACQUIRE, 20 * SECOND).unwrap();
    let woken = Instant::now();
    other.signal("CONT");
    assert_eq!(said.next().as_deref(), Some("lost: its lease in etcd has ended"));
    assert!(woken.elapsed() < 10 * SECOND, "{:?}", woken.elapsed());
}

#[test]
fn a_lease_that_someone_revokes_is_noticed_within_a_third_of_its_time() {
    let Some(cluster) = Cluster::start(1) else { return };
    let held = acquire(&cluster.target("backup"), "first").unwrap();
    let (told, why) = std::sync::mpsc::channel();
    held.on_lost(move |lost| told.send(lost.clone()).unwrap());
    let leases = cluster.post("lease/leases", "{}");
    let id: String = leases
        .split("\"ID\":\"")
        .nth(1)
        .unwrap()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    assert!(!held.lost());
    cluster.post("lease/revoke", &format!("{{\"ID\":\"{id}\"}}"));
    assert_eq!(why.recv_timeout(5 * SECOND), Ok(Lost::Expired));
    assert!(held.lost());
    // Whoever asks late is told at once.
    let late = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&late);
    held.on_lost(move |_| told.store(true, Ordering::SeqCst));
    assert!(late.load(Ordering::SeqCst));
    held.release(SECOND).unwrap();
}

#[test]
fn a_key_that_someone_deletes_is_noticed() {
    let Some(cluster) = Cluster::start(1) else { return };
    let target = cluster.target("backup");
    let held = acquire(&target, "first").unwrap();
    // The whole keyspace: from \0 to \0.
    cluster.post("kv/deleterange", r#"{"key":"AA==","range_end":"AA=="}"#);
    assert!(
        within(5 * SECOND, || held.loss() == Some(Lost::Deleted)),
        "{held:?}"
    );
    let other = acquire(&target, "second").unwrap();
    held.release(SECOND).unwrap();
    assert!(
        matches!(acquire(&target, "third"), Err(LockError::Held(_))),
        "the second keeps its own"
    );
    drop(other);
}

#[test]
fn when_etcd_dies_the_lock_counts_as_lost_when_its_time_is_over_and_release_is_bounded() {
    let Some(mut cluster) = Cluster::start(1) else {
        return;
    };
    let held = acquire(&cluster.target("backup"), "first").unwrap();
    cluster.kill(0);
    let killed = Instant::now();
    assert!(within(20 * SECOND, || held.lost()));
    assert!(
        (SECOND..10 * SECOND).contains(&killed.elapsed()),
        "{:?}",
        killed.elapsed()
    );
    assert!(matches!(held.loss(), Some(Lost::Unreachable(_))), "{held:?}");
    let began = Instant::now();
    assert!(held.release(SECOND).is_err());
    assert!(began.elapsed() < 5 * SECOND, "{:?}", began.elapsed());
}

#[test]
fn a_value_that_is_not_ours_still_tells_that_the_lock_is_held() {
    let Some(cluster) = Cluster::start(1) else { return };
    // "/crontools/lock/x" = "not JSON"
    cluster.post(
        "kv/put",
        r#"{"key":"L2Nyb250b29scy9sb2NrL3g=","value":"bm90IEpTT04="}"#,
    );
    let Err(refused) = acquire(&cluster.target("x"), "first") else {
        panic!("not held")
    };
    assert_eq!(refused.to_string(), "held by someone who left no name");
    // {"host":"a\u001b[2J"}
    cluster.post(
        "kv/put",
        r#"{"key":"L2Nyb250b29scy9sb2NrL3g=","value":"eyJob3N0IjoiYVx1MDAxYlsySiJ9"}"#,
    );
    let Err(refused) = acquire(&cluster.target("x"), "first") else {
        panic!("not held")
    };
    assert_eq!(refused.to_string(), "held by process 0 on a\u{fffd}[2J");
}

//! Several members, some of them gone.

use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Cluster, acquire, free_ports, holder, within};
use etcd::{ACQUIRE, Lock, LockError, Lost, Target};

const SECOND: Duration = Duration::from_secs(1);
/// So late may a busy machine be.
const LATE: Duration = Duration::from_secs(4);

/// The lock of a cluster, this member being asked first.
fn target(cluster: &Cluster, first: usize) -> Target {
    let mut target = cluster.target("backup");
    target.endpoints.rotate_left(first);
    target
}

#[test]
fn with_one_of_three_members_killed_all_goes_on() {
    let Some(mut cluster) = Cluster::start(3) else {
        return;
    };
    let follower = (cluster.leader() + 1) % 3;
    cluster.kill(follower);
    let target = target(&cluster, follower);
    let began = Instant::now();
    let held = acquire(&target, "first").unwrap();
    assert!(began.elapsed() < ACQUIRE + LATE, "{:?}", began.elapsed());
    assert!(!within(5 * SECOND, || held.lost()), "{:?}", held.loss());
    assert!(matches!(acquire(&target, "second"), Err(LockError::Held(_))));
    held.release(ACQUIRE).unwrap();
    acquire(&target, "second").unwrap();
}

#[test]
fn with_the_leader_killed_the_lock_is_acquired_from_the_next() {
    let Some(mut cluster) = Cluster::start(3) else {
        return;
    };
    let leader = cluster.leader();
    let target = target(&cluster, leader);
    cluster.kill(leader);
    // To elect another takes etcd one to two seconds, longer on a busy machine.
    let held = Lock::acquire(&target, &holder("first"), 10 * SECOND, Duration::ZERO).unwrap();
    held.release(ACQUIRE).unwrap();
}

#[test]
fn a_held_lock_survives_the_death_of_any_one_member() {
    let Some(mut cluster) = Cluster::start(3) else {
        return;
    };
    // Long enough for three elections, short enough to be renewed in each.
    let target = Target::parse(&format!("etcd://{}/backup?ttl=9", cluster.hosts())).unwrap();
    let held = acquire(&target, "first").unwrap();
    for member in 0..3 {
        cluster.kill(member);
        assert!(
            !within(4 * SECOND, || held.lost()),
            "without member {member}: {:?}",
            held.loss()
        );
        cluster.restart(member);
    }
    assert!(matches!(acquire(&target, "second"), Err(LockError::Held(by)) if by.run == "first"));
    held.release(ACQUIRE).unwrap();
}

#[test]
fn without_a_majority_nothing_is_acquired_and_what_is_held_is_lost_in_time() {
    let Some(mut cluster) = Cluster::start(3) else {
        return;
    };
    let target = cluster.target("backup");
    let held = acquire(&target, "first").unwrap();
    cluster.kill(1);
    cluster.kill(2);
    let killed = Instant::now();
    assert!(within(20 * SECOND, || held.lost()));
    assert!(killed.elapsed() < 10 * SECOND, "{:?}", killed.elapsed());
    assert!(matches!(held.loss(), Some(Lost::Unreachable(_))), "{held:?}");
    let began = Instant::now();
    let refused = acquire(&target, "second");
    assert!(matches!(refused, Err(LockError::Service(_))), "{refused:?}");
    assert!(began.elapsed() < ACQUIRE + LATE, "{:?}", began.elapsed());
    // Dropping `held` tries to revoke, and is bounded as well.
    let began = Instant::now();
    drop(held);
    assert!(began.elapsed() < 2 * SECOND + LATE, "{:?}", began.elapsed());
}

#[test]
fn an_endpoint_that_swallows_requests_leaves_time_for_the_next() {
    let Some(cluster) = Cluster::start(1) else { return };
    // Connects (by the backlog) and never answers.
    let hole = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let hosts = format!(
        "{},127.0.0.1:{}",
        hole.local_addr().unwrap(),
        cluster.members[0].port
    );
    let target = Target::parse(&format!("etcd://{hosts}/backup?ttl=3")).unwrap();
    let began = Instant::now();
    let held = acquire(&target, "first").unwrap();
    assert!(began.elapsed() < ACQUIRE + LATE, "{:?}", began.elapsed());
    assert!(!within(5 * SECOND, || held.lost()), "{:?}", held.loss());
    held.release(SECOND).unwrap();
}

#[test]
fn an_endpoint_that_is_not_there_costs_nothing() {
    let Some(cluster) = Cluster::start(1) else { return };
    let hosts = format!(
        "127.0.0.1:{},127.0.0.1:{}",
        free_ports(1)[0],
        cluster.members[0].port
    );
    let target = Target::parse(&format!("etcd://{hosts}/backup")).unwrap();
    let began = Instant::now();
    let _held = acquire(&target, "first").unwrap();
    assert!(began.elapsed() < ACQUIRE, "{:?}", began.elapsed());
}

#[test]
fn an_etcd_that_comes_up_within_the_deadline_is_good_enough() {
    let Some(mut cluster) = Cluster::start(1) else {
        return;
    };
    let target = cluster.target("backup");
    cluster.kill(0);
    let waiting =
        thread::spawn(move || Lock::acquire(&target, &holder("first"), 20 * SECOND, Duration::ZERO));
    thread::sleep(SECOND);
    cluster.restart(0);
    waiting.join().unwrap().unwrap();
}

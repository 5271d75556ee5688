//! Whatever is wrong with the place of the record: the job runs at once, its code is kept, the monitor is told.

use crate::record::Place;
use crate::{run, until};
use history::{FILE_NAME, History, Outcome};
use monitor::{Fault, Monitor};
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const NEEDED: &str = "needs root and unshare, to mount a file system";

/// A place whose state directory is on the file system that is mounted at /mnt.
fn mounted() -> Place {
    let place = Place::new("");
    std::os::unix::fs::symlink("/mnt", place.state()).unwrap();
    place
}

fn records(place: &Place) {
    let before = place.runs("x").len();
    let ran = run(&mut place.cronwrap(&["--job", "x", "-c", "exit 4"]));
    assert_eq!((ran.code, &*ran.err), (Some(4), ""));
    assert_eq!(place.runs("x").len(), before + 1);
}

#[test]
fn a_state_directory_that_is_missing_is_made() {
    let place = Place::new("");
    let deep = place.folder.path().join("not/there/yet");
    let ran = run(place.cronwrap(&["-c", "exit 4"]).env("CRONWRAP_STATE_DIR", &deep));
    assert_eq!((ran.code, &*ran.err), (Some(4), ""));
    assert!(
        History::open(&deep, Duration::from_secs(1))
            .unwrap()
            .jobs()
            .unwrap()
            .len()
            == 1
    );
}

#[test]
fn a_state_directory_of_somebody_else_is_a_warning() {
    let place = Place::new("");
    fs::create_dir(place.state()).unwrap();
    if chown(place.state(), Some(12_345), None).is_err() {
        return needs::skip("needs root, to give a directory away");
    }
    check_broken(&place, "it belongs to user 12345");
}

#[test]
fn a_state_directory_that_is_read_only_is_a_warning() {
    if !needs::unshared(&["--mount"], "mount -t tmpfs -o mode=700 none /mnt", NEEDED) {
        return;
    }
    let place = mounted();
    records(&place);
    let remount = |how: &str| Command::new("mount").args(["-o", how, "/mnt"]).status().unwrap();
    assert!(remount("remount,ro").success());
    check_broken(&place, "cannot be written");
    assert!(remount("remount,rw").success());
    records(&place);
}

#[test]
fn a_state_directory_on_a_full_disk_is_a_warning() {
    if !needs::unshared(
        &["--mount"],
        "mount -t tmpfs -o mode=700,size=400k none /mnt",
        NEEDED,
    ) {
        return;
    }
    let place = mounted();
    records(&place);
    let mut filler = File::create("/mnt/filler").unwrap();
    while filler.write_all(&[0; 512]).is_ok() {}
    check_broken(&place, "no room on the disk");
    fs::remove_file("/mnt/filler").unwrap();
    drop(filler);
    records(&place);
}

/// bindfs with direct I/O has no memory that processes share, as some network file systems have none.
#[test]
fn a_file_system_without_shared_memory_is_a_warning_and_keeps_the_record() {
    if !needs::unshared(&["--mount"], "mount --make-rprivate /", NEEDED) {
        return;
    }
    let tree = match needs::debian::unpacked(&["bindfs", "libfuse2"]) {
        Ok(tree) => tree,
        Err(reason) => return needs::skip(&reason),
    };
    let below = tempfile::tempdir().unwrap();
    let libraries = format!(
        "{}:{}",
        tree.libraries().display(),
        tree.path("lib/x86_64-linux-gnu").display()
    );
    let mut bindfs = tree.program("/usr/bin/bindfs");
    bindfs.env("LD_LIBRARY_PATH", libraries);
    let mount = bindfs
        .args(["-o", "direct_io,nonempty"])
        .arg(below.path())
        .arg("/mnt")
        .output();
    if !Path::new("/dev/fuse").exists() {
        return needs::skip("needs /dev/fuse");
    }
    let mount = mount.unwrap();
    assert!(
        mount.status.success(),
        "{}",
        String::from_utf8_lossy(&mount.stderr)
    );
    let place = mounted();
    let first = run(&mut place.cronwrap(&["--job", "x", "-c", "exit 4"]));
    assert_eq!(first.code, Some(4));
    assert!(
        first
            .err
            .contains("on a file system without shared memory: it works there, but slower"),
        "{}",
        first.err
    );
    // Said once, when it was found.
    records(&place);
    records(&place);
    let many: Vec<_> = (0..8)
        .map(|_| place.cronwrap(&["--job", "x", "-c", "true"]).spawn().unwrap())
        .collect();
    many.into_iter()
        .for_each(|mut child| assert!(child.wait().unwrap().success()));
    assert_eq!(place.runs("x").len(), 11);
    let _ = Command::new("umount").arg("/mnt").status();
}

/// A record that is broken in some way: the job runs at once, all of it, and its code is kept.
fn check_broken(place: &Place, expected: &str) {
    let monitor = Monitor::start();
    let mut command = place.cronwrap(&["--ping", &monitor.ping_url(), "-c", "echo out; exit 4"]);
    let ran = run(command.env("CRONWRAP_PING_DEADLINE", "4s"));
    assert_eq!((ran.code, ran.out.as_str()), (Some(4), "out\n"));
    assert!(ran.err.contains(expected), "{}", ran.err);
    assert!(ran.took < Duration::from_secs(20), "{:?}", ran.took);
    let kinds: Vec<_> = monitor
        .pings()
        .into_iter()
        .map(|ping| (ping.kind, ping.code))
        .collect();
    assert_eq!(
        kinds,
        [("start".to_owned(), None), ("fail".to_owned(), Some(4))],
        "{}",
        ran.err
    );
}

#[test]
fn a_broken_record_is_a_warning_and_the_monitor_is_told_all_the_same() {
    let place = Place::new("");
    fs::create_dir(place.state()).unwrap();
    fs::write(
        place.state().join(FILE_NAME),
        "rubbish that is long enough to be looked at ".repeat(9),
    )
    .unwrap();
    check_broken(&place, "is damaged");

    let place = Place::new("");
    run(&mut place.cronwrap(&["-c", "true"]));
    let raw = rusqlite::Connection::open(place.state().join(FILE_NAME)).unwrap();
    raw.pragma_update(None, "user_version", 99).unwrap();
    check_broken(&place, "made by a later version");

    let place = Place::new("");
    run(&mut place.cronwrap(&["-c", "true"]));
    let raw = rusqlite::Connection::open(place.state().join(FILE_NAME)).unwrap();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    check_broken(&place, "in use by others for too long");

    let place = Place::new("");
    fs::write(place.state(), "no directory").unwrap();
    check_broken(&place, "no record in");
}

#[test]
fn a_record_that_others_hold_does_not_delay_the_start() {
    let place = Place::new("");
    run(&mut place.cronwrap(&["-c", "true"]));
    let raw = rusqlite::Connection::open(place.state().join(FILE_NAME)).unwrap();
    raw.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let mark = place.folder.path().join("mark");
    let begun = Instant::now();
    let mut child = place
        .cronwrap(&["-c", &format!("touch {}", mark.display())])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until("the job has started", || mark.exists());
    // Less than the run waits for its record.
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    drop(raw);
    assert!(child.wait().unwrap().success());
}

#[test]
fn what_was_told_in_vain_while_others_held_the_record_waits_in_it_afterwards() {
    let monitor = Monitor::faulty(Fault::Status {
        code: 500,
        times: u32::MAX,
        retry_after: None,
    });
    let place = Place::new("");
    run(&mut place.cronwrap(&["-c", "true"]));
    let raw = rusqlite::Connection::open(place.state().join(FILE_NAME)).unwrap();
    raw.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let child = place
        .cronwrap(&["--job", "x", "--ping-deadline", "12s", "-c", "exit 3"])
        .env("CRONWRAP_PING_URL", monitor.ping_url())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    until("the end is told without the record", || {
        let requests = monitor.requests();
        requests.iter().any(|request| request.target.contains("/3?"))
    });
    drop(raw);
    let said = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
    assert!(
        said.contains("in use by others for too long") && said.contains("kept, and sent by a later run"),
        "{said}"
    );
    assert_eq!(place.runs("x")[0].outcome, Some(Outcome::Exited(3)));
    let waiting = run(&mut place.cronwrap(&["--outbox"]));
    assert!(waiting.out.contains("waits\t"), "{}", waiting.out);
    monitor.set_fault(Fault::None);
    // Not after the pause that follows a failure.
    let raw = rusqlite::Connection::open(place.state().join(FILE_NAME)).unwrap();
    raw.execute("UPDATE outbox SET pause = 0", []).unwrap();
    run(&mut place.cronwrap(&["--flush"]));
    let ends = monitor.pings().into_iter().filter(|ping| ping.kind != "start");
    assert_eq!(ends.map(|ping| ping.code).collect::<Vec<_>>(), [Some(3)]);
}

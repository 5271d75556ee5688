//! Whatever is wrong with the place of the record: the job runs at once, its code is kept, the monitor is told.

use crate::record::{Place, check_broken};
use crate::run;
use history::History;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

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

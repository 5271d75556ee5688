//! What is wrong with a record is said in words, quickly, and harms nothing that was written before.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use history::{Decision, End, FILE_NAME, History, HistoryError, NewRun, Outcome, SCHEMA_VERSION};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_millis(300);

fn record(folder: &Path) -> Result<(), HistoryError> {
    let mut history = History::open(folder, PATIENCE)?;
    let run = NewRun::here(Uuid::new_v4(), "job", "true", "root", SystemTime::now());
    history.begin(&run)?;
    let end = End {
        output: vec![b'x'; 10_000],
        ..End::new(Outcome::Exited(0), false, Duration::ZERO)
    };
    history.finish(&run, &end, |_| Decision::default())?;
    Ok(())
}

fn check(folder: &Path, expected: &str) {
    let begun = Instant::now();
    let error = record(folder).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
    assert!(
        begun.elapsed() < PATIENCE + Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn a_record_of_a_later_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path()).unwrap();
    let raw = rusqlite::Connection::open(folder.path().join(FILE_NAME)).unwrap();
    raw.pragma_update(None, "user_version", SCHEMA_VERSION + 1)
        .unwrap();
    drop(raw);
    check(
        folder.path(),
        &format!(
            "made by a later version (schema {}, this one knows {SCHEMA_VERSION}); update cronwrap",
            SCHEMA_VERSION + 1
        ),
    );
}

#[test]
fn a_file_that_is_no_database_is_said_to_be_damaged() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join(FILE_NAME),
        "not a database, but more than a hundred bytes ".repeat(50),
    )
    .unwrap();
    check(folder.path(), "is damaged");
    let garbage = fs::read(folder.path().join(FILE_NAME)).unwrap();
    assert!(garbage.starts_with(b"not a database"), "it is left as it is");
}

#[test]
fn a_database_whose_pages_are_overwritten_is_said_to_be_damaged() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path()).unwrap();
    let path = folder.path().join(FILE_NAME);
    rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes[4096..].fill(0x5a);
    fs::write(&path, bytes).unwrap();
    check(folder.path(), "is damaged");
}

#[test]
fn one_that_others_hold_for_too_long_is_given_up_after_our_patience() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path()).unwrap();
    let raw = rusqlite::Connection::open(folder.path().join(FILE_NAME)).unwrap();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut history = History::open(folder.path(), PATIENCE).unwrap();
    let run = NewRun::here(Uuid::new_v4(), "job", "true", "root", SystemTime::now());
    let begun = Instant::now();
    let error = history.begin(&run).unwrap_err().to_string();
    assert!(error.contains("in use by others for too long"), "{error}");
    assert!(
        begun.elapsed() >= PATIENCE && begun.elapsed() < PATIENCE + Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    raw.execute_batch("ROLLBACK").unwrap();
    history.begin(&run).unwrap();
}

#[test]
fn a_directory_of_somebody_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    check(folder.path(), "others may write to it");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    if chown(folder.path(), Some(12_345), None).is_err() {
        return needs::skip("needs root to give a directory away");
    }
    check(folder.path(), "belongs to user 12345");
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    check(&file.path().join("state"), "it cannot be made");
    check(Path::new("/proc/nonexistent"), "no record in /proc/nonexistent");
}

fn mount(options: &str) {
    assert!(
        Command::new("mount")
            .args(["-o", options, "/mnt"])
            .status()
            .unwrap()
            .success()
    );
}

/// Runs the calling test again where /mnt is a small file system of our own; true in there.
fn inside(mount: &str) -> bool {
    needs::unshared(
        &["--mount"],
        mount,
        "needs root and unshare to mount a file system",
    )
}

#[test]
fn a_full_disk_is_said_and_what_was_recorded_before_stays() {
    if !inside("mount -t tmpfs -o size=400k none /mnt") {
        return;
    }
    let folder = Path::new("/mnt/state");
    record(folder).unwrap();
    let mut filler = fs::File::create("/mnt/filler").unwrap();
    while filler.write_all(&[0; 512]).is_ok() {}
    check(folder, "no room on the disk");
    drop(filler);
    fs::remove_file("/mnt/filler").unwrap();
    record(folder).unwrap();
    let runs = History::open(folder, PATIENCE).unwrap().last("job", 10).unwrap();
    assert!(
        runs.iter().filter(|run| run.outcome.is_some()).count() >= 2,
        "{runs:?}"
    );
}

#[test]
fn a_disk_that_is_read_only_is_said() {
    if !inside("mount -t tmpfs none /mnt") {
        return;
    }
    let folder = Path::new("/mnt/state");
    record(folder).unwrap();
    mount("remount,ro");
    check(folder, "cannot be written");
    check(Path::new("/mnt/other"), "it cannot be made");
    mount("remount,rw");
    record(folder).unwrap();
}

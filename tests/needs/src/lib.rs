//! What tests need of the machine: Debian's packages unpacked, a namespace of their own; and a skip that says why
//! where it cannot be had.

use std::io::Write as _;
use std::panic::Location;
use std::path::PathBuf;
use std::process::Command;

pub mod debian;

/// Says that the calling test is skipped, and why; with CI=true a failure unless tests/skips.txt lists it.
///
/// ```text
/// if !root() { return skip("needs root"); }
/// ```
///
/// # Panics
/// With CI=true, unless the skip is listed.
#[track_caller]
pub fn skip(reason: &str) {
    let name = test_name().unwrap_or_else(|| Location::caller().to_string());
    let line = format!("{name}: {reason}");
    // Past the capture of the test's output: a skip that nobody sees is a test that nobody misses.
    writeln!(std::io::stderr(), "SKIP: {line}").expect("stderr");
    if std::env::var("CI").is_ok_and(|ci| ci == "true") {
        let allowed = include_str!("../../skips.txt")
            .lines()
            .any(|listed| listed == line);
        assert!(
            allowed,
            "skipped under CI=true and not in tests/skips.txt: {line}"
        );
    }
}

/// The calling test's name: libtest calls the thread so.
fn test_name() -> Option<String> {
    let name = std::thread::current().name()?.to_owned();
    (name != "main").then_some(name)
}

/// Whether the test may mount file systems and start daemons: it runs as root, and namespaces are to be had.
pub fn can_unshare() -> bool {
    Command::new("unshare")
        .args(["--mount", "true"])
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Set where a test runs again in namespaces of its own.
const INSIDE: &str = "CRONTOOLS_TEST_INSIDE";

/// Runs the calling test once more in new namespaces, after `setup`, a line of shell: true in there, where the test
/// goes on; false outside, when that run has passed or was skipped.
///
/// `namespaces` are options of unshare(1), as `["--mount", "--net"]`; `reason` is what the test needs, for the skip.
///
/// ```text
/// if !unshared(&["--mount"], "mount -t tmpfs none /mnt", "needs root and unshare") { return; }
/// ```
///
/// # Panics
/// When the test fails in there.
#[track_caller]
pub fn unshared(namespaces: &[&str], setup: &str, reason: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let run = Command::new("unshare")
        .args(namespaces)
        .args(["sh", "-c", &format!("{setup} && exec \"$0\" \"$@\"")])
        .arg(std::env::current_exe().expect("the path of this test"))
        .args([
            "--exact",
            &test_name().expect("a test on a thread of its own"),
            "--nocapture",
        ])
        .env(INSIDE, "1")
        .output();
    let said = match run {
        Ok(run) if run.status.success() => return false,
        Ok(run) => format!(
            "{}{}",
            String::from_utf8_lossy(&run.stdout),
            String::from_utf8_lossy(&run.stderr)
        ),
        Err(error) => error.to_string(),
    };
    assert!(!said.contains("panicked"), "{said}");
    skip(reason);
    false
}

/// A directory below the target directory that outlives a test run.
pub fn cache(name: &str) -> PathBuf {
    let path = profile_directory().join("test-cache").join(name);
    std::fs::create_dir_all(&path).expect("a directory below the target directory");
    path
}

/// Where this build lands: `target/debug`, seen from a test's own `target/debug/deps/cli-0123`.
pub fn profile_directory() -> PathBuf {
    let this = std::env::current_exe().expect("the path of this test");
    let directory = this.parent().expect("a directory");
    let directory = if directory.ends_with("deps") {
        directory.parent().expect("a target")
    } else {
        directory
    };
    directory.to_owned()
}

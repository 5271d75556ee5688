//! `--live`, `--host` and `--root`: a machine laid out in a directory, one thing about it changed at a time.

mod accounts;
mod crontabs;
mod programs;

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::{Command, Output};

/// A file of the machine: path, content, mode and owner. A content that begins with `->` is a link.
type Laid<'a> = (&'a str, &'a str, u32, u32);

/// A machine on which a crontab of root's or pi's is all right.
const SOUND: &[Laid<'_>] = &[
    (
        "etc/passwd",
        "root:x:0:0::/root:/bin/sh\npi:x:1000:1000::/home/pi:/bin/sh\nwww-data:x:33:33::/var/www:/bin/sh\n",
        0o644,
        0,
    ),
    ("etc/shadow", "root:*:1::::::\npi:$6$x:1:0:99999:7:::\n", 0o600, 0),
    ("etc/localtime", "->/usr/share/zoneinfo/Europe/Berlin", 0, 0),
    ("usr/share/zoneinfo/Europe/Berlin", "TZif", 0o644, 0),
    ("usr/sbin/cron", "INSECURE MODE (mode 0600 expected)", 0o755, 0),
    ("usr/sbin/sendmail", "", 0o755, 0),
    ("bin/sh", "", 0o755, 0),
    ("usr/bin/true", "\0", 0o755, 0),
    ("usr/local/bin/backup", "#!/bin/sh\n", 0o755, 0),
    ("srv/job.sh", "#!/bin/sh\n", 0o644, 0),
    ("root/.x", "", 0o600, 0),
    ("home/pi/.x", "", 0o600, 0),
    ("var/www/.x", "", 0o600, 0),
    ("etc/crontab", "", 0o644, 0),
];

const JOB: &str = "0 5 * * * root /usr/local/bin/backup\n";

const OWN: &str = "0 5 * * * /usr/bin/true\n";
/// Runs no program, whoever that belongs to: without root's rights a foreign file is in a foreign machine.
const NOTHING: &str = "0 5 * * * root :\n";

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}

/// Lays the sound machine out with these changes and lints it. Without root's rights everything belongs to this user,
/// whom the program sees as root in a user namespace, unless something is to belong to another.
fn lint(changes: &[Laid<'_>], args: &[&str]) -> Output {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    fs::set_permissions(root, fs::Permissions::from_mode(0o755)).unwrap();
    let changed = |path: &str| changes.iter().any(|(other, ..)| *other == path);
    let rest = SOUND.iter().filter(|(path, ..)| !changed(path));
    for laid in rest.chain(changes) {
        lay(root, laid);
    }
    let foreign = changes.iter().any(|(.., owner)| *owner != 0);
    let program = env!("CARGO_BIN_EXE_cronlint");
    let mut command = if is_root() || foreign {
        Command::new(program)
    } else {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", program]);
        command
    };
    command
        .args(["--quiet", "--color", "never", "--fail-on", "info", "--root"])
        .arg(root);
    command.env("SOURCE_DATE_EPOCH", "1767225600");
    for arg in args {
        command.arg(arg.replace("ROOT", root.to_str().unwrap()));
    }
    command.current_dir(root).output().unwrap()
}

fn lay(root: &Path, &(path, content, mode, owner): &Laid<'_>) {
    let path = root.join(path);
    if content == "absent" {
        return;
    }
    let above = path.ancestors().skip(1);
    let new: Vec<&Path> = above.take_while(|directory| !directory.exists()).collect();
    for directory in new.into_iter().rev() {
        fs::create_dir(directory).unwrap();
        // Whatever umask this test has.
        fs::set_permissions(directory, fs::Permissions::from_mode(0o755)).unwrap();
    }
    if let Some(target) = content.strip_prefix("->") {
        symlink(target, &path).unwrap();
        if is_root() {
            std::os::unix::fs::lchown(&path, Some(owner), Some(owner)).unwrap();
        }
        return;
    }
    if content == "directory" {
        fs::create_dir_all(&path).unwrap();
    } else {
        fs::write(&path, content).unwrap();
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    if is_root() {
        chown(&path, Some(owner), Some(owner)).unwrap();
    }
}

/// What is found of a file of the machine with these changes: nothing, or one line with this code and these words.
#[track_caller]
fn finds(path: &str, changes: &[Laid<'_>], expected: Option<(&str, &str)>) {
    let output = lint(changes, &["--live", &format!("ROOT/{path}")]);
    crate::finds(&output, expected);
}

const IN_CRON_D: &str = "etc/cron.d/backup";

const IN_SPOOL: &str = "var/spool/cron/crontabs/pi";

const BACKUP: &str = "usr/local/bin/backup";

#[test]
fn nothing_is_wrong_with_a_sound_machine() {
    finds(IN_CRON_D, &[(IN_CRON_D, JOB, 0o644, 0)], None);
    finds(
        IN_SPOOL,
        &[(IN_SPOOL, OWN, 0o600, if is_root() { 1000 } else { 0 })],
        None,
    );
}

/// What is found of a job of root's in /etc/cron.d with these changes.
#[track_caller]
fn finds_job(job: &str, changes: &[Laid<'_>], expected: Option<(&str, &str)>) {
    finds(
        IN_CRON_D,
        &[changes, &[(IN_CRON_D, job, 0o644, 0)]].concat(),
        expected,
    );
}

//! `--live`, `--host` and `--root`: a machine laid out in a directory, one thing about it changed at a time.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::{Command, Output};

use crate::check;

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
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    match expected {
        None => assert_eq!(shown, ""),
        Some((code, words)) => {
            assert_eq!(shown.lines().count(), 1, "{shown}");
            assert!(
                shown.contains(&format!("[{code}]")) && shown.contains(words),
                "{shown}"
            );
        }
    }
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

#[test]
fn a_system_crontab_has_an_owner_and_a_mode() {
    let check = |mode, owner, words| {
        finds(
            IN_CRON_D,
            &[(IN_CRON_D, NOTHING, mode, owner)],
            Some(("F007", words)),
        )
    };
    check(0o664, 0, "mode is 0664");
    check(0o646, 0, "mode is 0646");
    check(0o644, 1000, "belongs to user");
    finds(IN_CRON_D, &[(IN_CRON_D, JOB, 0o755, 0)], None);
}

#[test]
fn cronie_refuses_executable_crontabs() {
    let cronie = ("usr/sbin/crond", "cronie", 0o755, 0);
    let changes = |mode| {
        [
            ("usr/sbin/cron", "absent", 0, 0),
            cronie,
            (IN_CRON_D, JOB, mode, 0),
        ]
    };
    finds(IN_CRON_D, &changes(0o755), Some(("F007", "mode is 0755")));
    finds(IN_CRON_D, &changes(0o644), None);
}

#[test]
fn a_link_in_cron_d_leads_to_a_file_of_roots() {
    let link = (IN_CRON_D, "->/srv/cron", 0, 0);
    finds(IN_CRON_D, &[link, ("srv/cron", JOB, 0o644, 0)], None);
    // Without root's rights nothing can be given to another: where the file is foreign, so is the link.
    if is_root() {
        finds(
            IN_CRON_D,
            &[link, ("srv/cron", JOB, 0o644, 1000)],
            Some(("F007", "belongs to user")),
        );
        let foreign = (IN_CRON_D, "->/srv/cron", 0, 1000);
        let words = "the link does not belong to root";
        finds(
            IN_CRON_D,
            &[foreign, ("srv/cron", JOB, 0o644, 0)],
            Some(("F007", words)),
        );
    }
    let output = lint(&[link], &["--host"]);
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(
        shown.contains("cron.d/backup:1:1: error[F007]: the link leads nowhere"),
        "{shown}"
    );
}

#[test]
fn a_users_crontab_is_that_users_and_closed() {
    let check = |mode, words| finds(IN_SPOOL, &[(IN_SPOOL, OWN, mode, 0)], Some(("F007", words)));
    check(0o644, "mode is 0644");
    check(0o640, "mode is 0640");
    let orphan = "var/spool/cron/crontabs/nobody-here";
    finds(
        orphan,
        &[(orphan, OWN, 0o600, 0)],
        Some(("F007", "no account `nobody-here`")),
    );
    if is_root() {
        finds(
            IN_SPOOL,
            &[(IN_SPOOL, OWN, 0o600, 33)],
            Some(("F007", "belongs to user 33")),
        );
    }
}

#[test]
fn a_crontab_with_two_names_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    for laid in SOUND.iter().chain(&[(IN_CRON_D, JOB, 0o644, 0)]) {
        lay(directory.path(), laid);
    }
    let first = directory.path().join(IN_CRON_D);
    fs::hard_link(&first, directory.path().join("etc/cron.d/other")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_cronlint"))
        .args(["--live", "--quiet", "--root"])
        .args([directory.path(), &first])
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    // Without root's rights the owner comes first.
    let words = if is_root() {
        "has 2 names"
    } else {
        "belongs to user"
    };
    assert!(shown.contains("error[F007]") && shown.contains(words), "{shown}");
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

#[test]
fn a_user_exists_on_the_machine() {
    finds_job(
        "0 5 * * * www /usr/bin/true\n",
        &[],
        Some(("F013", "no account `www`")),
    );
    finds_job("0 5 * * * www-data /usr/bin/true\n", &[], None);
}

#[test]
fn a_program_is_under_crons_path_for_its_user() {
    let job = "PATH=/usr/bin:/opt/tools\n0 5 * * * www-data tool\n";
    finds_job(job, &[], Some(("C003", "`tool`")));
    finds_job(job, &[("opt/tools/tool", "\0", 0o755, 0)], None);
    finds_job(
        job,
        &[("opt/tools/tool", "\0", 0o644, 0)],
        Some(("C003", "`tool`")),
    );
    finds_job(
        job,
        &[("opt/tools/tool", "\0", 0o750, 0)],
        Some(("C003", "`tool`")),
    );
}

#[test]
fn a_script_exists_is_executable_and_has_an_interpreter() {
    let check = |content, mode, expected| finds_job(JOB, &[(BACKUP, content, mode, 0)], expected);
    check("absent", 0, Some(("C020", "does not exist on this machine")));
    check("#!/bin/sh\n", 0o644, Some(("C020", "is not executable")));
    check("#!/bin/sh\r\n", 0o755, Some(("C020", "carriage return")));
    check("#!/bin/zsh\n", 0o755, Some(("C020", "`/bin/zsh` does not exist")));
    check("directory", 0o755, Some(("C020", "is no file")));
    check("true\n", 0o755, Some(("C021", "no first line")));
    finds_job("0 5 * * * root sh /srv/job.sh\n", &[], None);
    let words = "does not exist on this machine";
    finds_job("0 5 * * * root sh /srv/none.sh\n", &[], Some(("C020", words)));
    finds_job("0 5 * * * root cd /srv && sh job.sh\n", &[], None);
    finds_job(
        "0 5 * * * root cd /srv && sh none.sh\n",
        &[],
        Some(("C020", words)),
    );
}

#[test]
fn run_parts_runs_what_lies_in_its_directory() {
    const JOB: &str = "25 6 * * * root cd / && run-parts --report /etc/cron.daily\n";
    let finds = |path: &str, content: &str, mode, expected: Option<&str>| {
        let changes = [
            ("etc/cron.d/daily", JOB, 0o644, 0),
            ("usr/bin/run-parts", "\0", 0o755, 0),
            ("etc/cron.daily/fine", "#!/bin/sh\n", 0o755, 0),
            (path, content, mode, 0),
        ];
        finds(
            "etc/cron.d/daily",
            &changes,
            expected.map(|words| ("F036", words)),
        );
    };
    let script = "#!/bin/sh\n";
    finds(
        "etc/cron.daily/b.sh",
        script,
        0o755,
        Some("with other characters"),
    );
    finds(
        "etc/cron.daily/b.sh",
        script,
        0o644,
        Some("with other characters"),
    );
    finds("etc/cron.daily/b", script, 0o644, Some("is not executable"));
    finds("etc/cron.daily/b", "echo\n", 0o755, Some("begin with `#!`"));
    finds(
        "etc/cron.daily/b",
        "#!/bin/sh\r\n",
        0o755,
        Some("carriage return"),
    );
    finds("etc/cron.daily/b", "#!/bin/none\n", 0o755, Some("`/bin/none`"));
    finds("etc/cron.daily/b", "->nowhere", 0, Some("leads nowhere"));
    finds("etc/cron.daily/b", "\x7fELF\x02\x01", 0o755, None);
    finds("etc/cron.daily/b.dpkg-old", script, 0o755, None);
    finds("etc/cron.daily/.placeholder", "", 0o644, None);
    finds("etc/cron.daily/README.txt", "read me\n", 0o644, None);
    finds("etc/cron.daily/README", "read me\n", 0o644, None);
    finds("etc/cron.daily/below/b.sh", script, 0o755, None);
    finds("etc/cron.weekly/b.sh", script, 0o755, None);
}

#[test]
fn the_account_may_run_what_it_is_to_run() {
    let job = "0 5 * * * www-data /usr/local/bin/backup\n";
    finds_job(
        job,
        &[(BACKUP, "#!/bin/sh\n", 0o700, 0)],
        Some(("C020", "may not be run by `www-data`")),
    );
    let job = "0 5 * * * www-data sh /root/job.sh\n";
    let changes = [("root/job.sh", "", 0o644, 0), ("root", "directory", 0o700, 0)];
    finds_job(job, &changes, Some(("C020", "may not enter `/root`")));
    let job = "0 5 * * * www-data sh /srv/job.sh\n";
    finds_job(
        job,
        &[("srv/job.sh", "", 0o600, 0)],
        Some(("C020", "may not be read by `www-data`")),
    );
    finds_job(job, &[], None);
}

#[test]
fn a_script_is_read_by_what_it_asks_for() {
    let job = "0 5 * * * root sh /srv/job.sh\n";
    finds_job(
        job,
        &[("srv/job.sh", "#!/bin/bash\n", 0o644, 0)],
        Some(("C021", "asks for `bash`")),
    );
    finds_job(
        job,
        &[("srv/job.sh", "#!/usr/bin/env python3\n", 0o644, 0)],
        Some(("C021", "asks for `python3`")),
    );
    finds_job(job, &[("srv/job.sh", "#!/bin/dash\n", 0o644, 0)], None);
}

#[test]
fn what_root_runs_is_roots_alone() {
    let open = |mode| [("usr/local/bin", "directory", mode, 0)];
    finds_job(
        JOB,
        &open(0o775),
        Some(("X012", "`/usr/local/bin` can be written by others")),
    );
    finds_job(JOB, &open(0o755), None);
    finds_job(
        JOB,
        &[(BACKUP, "#!/bin/sh\n", 0o757, 0)],
        Some(("X012", "can be written by others")),
    );
    if is_root() {
        let foreign = [("usr/local", "directory", 0o755, 1000)];
        finds_job(
            JOB,
            &foreign,
            Some(("X012", "`/usr/local` does not belong to root")),
        );
        // A link that another can replace is as bad as the file.
        let link = [
            ("opt/job", "directory", 0o755, 1000),
            ("opt/job/run", "->/usr/local/bin/backup", 0, 0),
        ];
        let words = "`/opt/job` does not belong to root";
        finds_job("0 5 * * * root /opt/job/run\n", &link, Some(("X012", words)));
        finds_job("0 5 * * * www-data /opt/job/run\n", &link, None);
    }
    // The crontab of root in the spool is root's, too.
    let spool = "var/spool/cron/crontabs/root";
    let changes = [
        (BACKUP, "#!/bin/sh\n", 0o757, 0),
        (spool, "0 5 * * * /usr/local/bin/backup\n", 0o600, 0),
    ];
    finds(spool, &changes, Some(("X012", "can be written by others")));
}

#[test]
fn the_shell_is_there() {
    finds_job(&format!("SHELL=/bin/sh\n{JOB}"), &[], None);
    finds_job(
        &format!("SHELL=/bin/bash\n{JOB}"),
        &[],
        Some(("F024", "no program `/bin/bash`")),
    );
}

#[test]
fn mail_needs_a_mail_program() {
    let job = format!("MAILTO=admin@example.org\n{JOB}");
    let none = [("usr/sbin/sendmail", "absent", 0, 0)];
    finds_job(&job, &none, Some(("F022", "warning")));
    finds_job(JOB, &none, Some(("F022", "info")));
    finds_job(&job, &[], None);
    finds_job(&format!("MAILTO=\"\"\n{JOB}"), &none, None);
}

#[test]
fn an_account_that_has_expired_runs_nothing() {
    let shadow = |day: &str| format!("pi:$6$x:1:0:99999:7::{day}:\n");
    let job = "0 5 * * * pi /usr/bin/true\n";
    let check = |day: &str, expected| finds_job(job, &[("etc/shadow", &shadow(day), 0o600, 0)], expected);
    // 2026-01-01 is day 20454.
    check("20454", Some(("F038", "expired on 2026-01-01")));
    check("20455", None);
    check("", None);
}

#[test]
fn an_account_has_a_home() {
    let job = "0 5 * * * pi /usr/bin/true\n";
    let none = [("home/pi/.x", "absent", 0, 0)];
    finds_job(job, &none, Some(("F038", "its jobs run in /var/spool/cron")));
    finds_job(&format!("HOME=/srv\n{job}"), &none, None);
}

#[test]
fn a_locked_account_is_an_info() {
    let locked = [("etc/shadow", "pi:!$6$x:1:0:99999:7:::\n", 0o600, 0)];
    finds_job(
        "0 5 * * * pi /usr/bin/true\n",
        &locked,
        Some(("F038", "is locked")),
    );
}

#[test]
fn crontab_asks_cron_allow_and_cron_deny() {
    let check = |name, text, expected| {
        let spool = (IN_SPOOL, OWN, 0o600, if is_root() { 1000 } else { 0 });
        finds(IN_SPOOL, &[(name, text, 0o644, 0), spool], expected);
    };
    check(
        "etc/cron.allow",
        "root\n",
        Some(("F038", "/etc/cron.allow does not list it")),
    );
    check("etc/cron.deny", "pi\n", Some(("F038", "/etc/cron.deny lists it")));
    check("etc/cron.allow", "pi\n", None);
    check("etc/cron.deny", "www-data\n", None);
}

#[test]
fn a_machine_has_a_daemon_and_the_file_is_read_as_it_does() {
    let none = ("usr/sbin/cron", "absent", 0, 0);
    finds_job(JOB, &[none], Some(("H001", "no cron daemon is installed")));
    // busybox' daemon takes no user column: its word for that is not Debian's.
    let busybox = [none, ("usr/sbin/crond", "BusyBox", 0o755, 0)];
    let output = lint(
        &[
            &busybox[..],
            &[(IN_SPOOL, "CRON_TZ=UTC\n0 5 * * * /usr/bin/true\n", 0o600, 0)],
        ]
        .concat(),
        &["--live", &format!("ROOT/{IN_SPOOL}")],
    );
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("busybox"), "{shown}");
    let changes = [(IN_CRON_D, JOB, 0o644, 0)];
    let output = lint(
        &changes,
        &["--live", "--daemon", "vixie", &format!("ROOT/{IN_CRON_D}")],
    );
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("info[H001]"),
        "{output:?}"
    );
}

#[test]
fn a_zone_is_a_file() {
    finds_job(&format!("TZ=Europe/Berlin\n{JOB}"), &[], Some(("F027", "TZ=")));
    let output = lint(
        &[(IN_CRON_D, &format!("TZ=Asia/Tokyo\n{JOB}"), 0o644, 0)],
        &["--host"],
    );
    assert!(
        String::from_utf8_lossy(&output.stdout)
            .contains("error[H002]: this machine has no time zone `Asia/Tokyo`"),
        "{output:?}"
    );
    let unused = [
        ("etc/localtime", "absent", 0, 0),
        ("etc/timezone", "Asia/Tokyo\n", 0o644, 0),
    ];
    finds_job(JOB, &unused, Some(("H002", "there is no /etc/localtime")));
}

#[test]
fn a_secret_in_a_closed_crontab_is_no_finding() {
    let text = "API_TOKEN=q8Zr41Tn0bWx77\n0 5 * * * /usr/bin/true\n";
    let spool = "var/spool/cron/crontabs/root";
    finds(spool, &[(spool, text, 0o600, 0)], None);
    finds_job(
        &format!("API_TOKEN=q8Zr41Tn0bWx77\n{JOB}"),
        &[],
        Some(("X010", "API_TOKEN")),
    );
}

#[test]
fn host_lints_every_crontab_of_the_machine() {
    let changes = [
        (IN_CRON_D, "0 25 * * * root /usr/bin/true\n", 0o644, 0),
        (IN_SPOOL, "0 26 * * * /usr/bin/true\n", 0o600, 0),
        ("etc/crontab", "0 27 * * * root /usr/bin/true\n", 0o644, 0),
        ("etc/cron.d/.placeholder", "", 0o644, 0),
    ];
    let output = lint(&changes, &["--host"]);
    let shown = String::from_utf8_lossy(&output.stdout);
    for file in ["etc/crontab", IN_CRON_D, IN_SPOOL] {
        assert!(shown.contains(&format!("{file}:1:3: error[S001]")), "{shown}");
    }
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn host_takes_no_paths_and_root_needs_host_or_live() {
    check(&[], &["--host", "crontab"], 2, "cannot be used with");
    check(
        &[],
        &["--root", ".", "crontab"],
        2,
        "--root . without --live or --host",
    );
    check(&[], &["--host", "--root", "none"], 2, "no such directory");
    check(&[], &["--host", "--root", "."], 2, "no crontab in /etc/crontab");
}

//! The crontabs themselves: their modes, owners and links, and the daemon that reads them.

use std::fs;
use std::process::Command;

use super::{IN_CRON_D, IN_SPOOL, JOB, NOTHING, OWN, SOUND, finds, finds_job, is_root, lay, lint};
use crate::check;

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

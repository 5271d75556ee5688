//! The accounts whose jobs they are, and where their output is mailed.

use super::{BACKUP, IN_SPOOL, JOB, OWN, finds, finds_job, is_root};

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

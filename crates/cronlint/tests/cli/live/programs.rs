//! What jobs run: programs, scripts, shells, zones, and who can change them.

use super::{BACKUP, IN_CRON_D, JOB, finds, finds_job, is_root, lint};

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

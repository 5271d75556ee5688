//! Scripts of the crontab's git repository.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{cronlint, finds};

/// Runs git in a directory; git's own settings of the machine are not read.
pub(crate) fn git(directory: &Path, args: &[&str]) {
    let done = Command::new("git")
        .args(["-c", "user.name=x", "-c", "user.email=x@example.org"])
        .args(args)
        .current_dir(directory)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output();
    assert!(done.unwrap().status.success(), "git {args:?}");
}

/// A repository of these files; a name that begins with `+` is executable in the index.
pub(crate) fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    git(directory.path(), &["init", "-q"]);
    for (name, content) in files {
        let path = name.trim_start_matches('+');
        let file = directory.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
        git(
            directory.path(),
            &["-c", "core.autocrlf=false", "add", "-f", path],
        );
        if name.starts_with('+') {
            git(directory.path(), &["update-index", "--chmod=+x", path]);
        }
    }
    directory
}

const MAPPED: (&str, &str) = (".cronlint.toml", "[paths]\n'/srv/app' = '.'\n");

/// What is found of a crontab in a repository of these files: nothing, or one line with this code and these words.
#[track_caller]
fn check(crontab: &str, files: &[(&str, &str)], expected: Option<(&str, &str)>) {
    let directory = repository(&[files, &[("deploy/crontab", crontab)]].concat());
    let output = cronlint(
        &["--quiet", "--kind", "user", "deploy/crontab"],
        directory.path(),
        b"",
    );
    finds(&output, expected);
}

const JOB: &str = "0 5 * * * /srv/app/bin/backup\n";

#[test]
fn a_script_is_in_the_repository() {
    check(JOB, &[MAPPED, ("+bin/backup", "#!/bin/sh\n")], None);
    let words = "is `bin/backup` of this repository, which does not exist";
    check(JOB, &[MAPPED], Some(("C020", words)));
    check(
        "0 5 * * * cd /srv/app && ./bin/backup\n",
        &[MAPPED],
        Some(("C020", words)),
    );
    check("0 5 * * * /srv/other/bin/backup\n", &[MAPPED], None);
    check("0 5 * * * /srv/application/backup\n", &[MAPPED], None);
    // Without a word of the settings nobody knows where the repository will be.
    check(JOB, &[], None);
}

#[test]
fn what_git_ignores_is_made_elsewhere() {
    let job = "0 5 * * * /srv/app/.venv/bin/python /srv/app/job.py\n";
    check(job, &[MAPPED, (".gitignore", ".venv/\n"), ("job.py", "")], None);
    check(
        job,
        &[MAPPED, ("job.py", "")],
        Some(("C020", "`.venv/bin/python`")),
    );
}

#[test]
fn the_executable_bit_is_that_of_the_index() {
    let words = "git does not have as executable";
    check(
        JOB,
        &[MAPPED, ("bin/backup", "#!/bin/sh\n")],
        Some(("C020", words)),
    );
    check(
        "0 5 * * * sh /srv/app/bin/backup\n",
        &[MAPPED, ("bin/backup", "#!/bin/sh\n")],
        None,
    );
}

#[test]
fn a_first_line_with_a_carriage_return_starts_nothing() {
    check(
        JOB,
        &[MAPPED, ("+bin/backup", "#!/bin/sh\r\n")],
        Some(("C020", "carriage return")),
    );
}

#[test]
fn the_first_line_says_who_reads_it() {
    let check = |command: &str, first: &str, expected| {
        check(
            &format!("0 5 * * * {command}\n"),
            &[MAPPED, ("+x", first)],
            expected,
        );
    };
    check(
        "sh /srv/app/x",
        "#!/bin/bash\n",
        Some(("C021", "asks for `bash`")),
    );
    check(
        "sh /srv/app/x",
        "#!/usr/bin/env -S bash -e\n",
        Some(("C021", "asks for `bash`")),
    );
    check("bash /srv/app/x", "#!/bin/sh\n", None);
    check("bash /srv/app/x", "#!/usr/bin/python3\n", Some(("C021", "error")));
    check("/usr/bin/python3 /srv/app/x", "#!/usr/bin/env python3.11\n", None);
    check("perl /srv/app/x", "use strict;\n", None);
    check("/srv/app/x", "#!/bin/bash\n", None);
    check("/srv/app/x", "echo\n", Some(("C021", "no first line")));
    check("/srv/app/x", "\u{7f}ELF\0\0", None);
}

#[test]
fn an_image_of_the_machine_is_mapped_by_itself() {
    let directory = repository(&[
        (
            "image/etc/cron.d/backup",
            "0 5 * * * root /usr/local/bin/backup\n0 6 * * * root /usr/bin/true\n",
        ),
        ("image/usr/local/bin/backup", "#!/bin/sh\n"),
    ]);
    let output = cronlint(&["--quiet", "."], directory.path(), b"");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(shown.lines().count(), 1, "{shown}");
    assert!(
        shown.contains("backup:1:16: error[C020]") && shown.contains("`image/usr/local/bin/backup`"),
        "{shown}"
    );
}

#[test]
fn the_work_trees_modes_are_not_looked_at() {
    let directory = repository(&[MAPPED, ("+bin/backup", "#!/bin/sh\n"), ("crontab", JOB)]);
    let lint = || cronlint(&["--quiet", "crontab"], directory.path(), b"").stdout;
    assert_eq!(lint(), b"");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let file = directory.path().join("bin/backup");
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(lint(), b"");
    }
}

#[test]
fn a_mapping_is_a_full_path() {
    let directory = repository(&[(".cronlint.toml", "[paths]\n'app' = '.'\n"), ("crontab", JOB)]);
    let output = cronlint(&["crontab"], directory.path(), b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("`app` is no full path"),
        "{output:?}"
    );
}

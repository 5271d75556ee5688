//! cronwrap in cron's place for a shell.

use crate::{cronwrap, run};
use std::fs;

#[test]
fn a_crontab_s_shell_runs_its_lines_and_the_job_gets_its_own() {
    let cron = |line: &str| run(cronwrap(&["-c", line]).env("SHELL", "/usr/bin/cronwrap"));
    assert_eq!(cron("echo $SHELL $0").out, "/bin/sh /bin/sh\n");
    let ran = run(cronwrap(&["-c", "echo $SHELL $0"])
        .env("SHELL", "/usr/bin/cronwrap")
        .env("CRONWRAP_SHELL", "/bin/bash"));
    assert_eq!(ran.out, "/bin/bash /bin/bash\n");
    let ran = run(cronwrap(&["-c", "echo $SHELL"]).env("SHELL", "/bin/dash"));
    assert_eq!(ran.out, "/bin/dash\n", "another SHELL is not ours to change");
}

#[test]
fn the_combined_forms_of_c_reach_the_shell() {
    let check = |flags: &str, line: &str, code: i32, out: &str| {
        let ran = run(cronwrap(&[flags, line])
            .env("CRONWRAP_SHELL", "/bin/bash")
            .env("HOME", "/nonexistent"));
        assert_eq!((ran.code, &*ran.out), (Some(code), out), "{flags}: {}", ran.err);
    };
    check("-lc", "shopt -q login_shell && echo login", 0, "login\n");
    check("-ec", "false; echo not reached", 1, "");
    check("-euc", "echo $unset_variable", 1, "");
}

#[test]
fn a_file_is_a_script_for_the_shell() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "echo \"$#\" \"$1\"; exit 6\n").unwrap();
    let ran = run(&mut cronwrap(&[file.path().to_str().unwrap(), "one two"]));
    assert_eq!((ran.code, &*ran.out), (Some(6), "1 one two\n"));
    let ran = run(&mut cronwrap(&["/bin/true"]));
    assert_eq!(ran.code, Some(125));
    assert!(ran.err.contains("cronwrap [OPTIONS] -- /bin/true"), "{}", ran.err);
    let ran = run(&mut cronwrap(&["no-such-script"]));
    assert!(
        ran.err.contains("cronwrap [OPTIONS] -- no-such-script"),
        "{}",
        ran.err
    );
}

#[test]
fn the_job_s_name_comes_from_an_option_the_line_a_variable_or_the_program() {
    let monitor = monitor::Monitor::start();
    let check = |arguments: &[&str], variable: &str, expected: &str| {
        let mut command = cronwrap(arguments);
        command.env("CRONWRAP_PING_URL", monitor.ping_url());
        if !variable.is_empty() {
            command.env("CRONWRAP_JOB", variable);
        }
        run(&mut command);
        let body = monitor.pings().pop().unwrap().body;
        assert!(body.starts_with(expected), "{arguments:?}: {body}");
    };
    check(&["-c", "true # nightly"], "set", "nightly on ");
    check(&["--job", "given", "-c", "true # nightly"], "set", "given on ");
    check(&["-c", "true # not a name"], "set", "set on ");
    check(&["-c", "/bin/true --password=x"], "", "true-");
    check(&["--", "/bin/true"], "", "true-");
}

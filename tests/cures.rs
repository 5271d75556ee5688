//! What cronlint finds fails on the real Debian cron, and what it advises works there.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{TimeZone as _, Utc};
use cronlint::lint::{Settings, lint};
use crontab::Kind;
use e2e::cron::{Clock, Cron};

/// A rule, a line that it finds and that line cured; `{out}` is a file of the line's own, into which `want` shall come.
struct Cure {
    code: &'static str,
    bad: &'static str,
    good: &'static str,
    want: &'static str,
}

const fn cure(code: &'static str, bad: &'static str, good: &'static str, want: &'static str) -> Cure {
    Cure {
        code,
        bad,
        good,
        want,
    }
}

const CURES: &[Cure] = &[
    cure("C001", "printf '%s' x > {out}", r"printf '\%s' x > {out}", "x"),
    cure(
        "C003",
        "nologin > {out}; true",
        "/usr/sbin/nologin > {out}; true",
        "This account is currently not available.\n",
    ),
    cure(
        "C005",
        "scripts/c005 {out}",
        "/usr/share/{name}/scripts/c005 {out}",
        "ran\n",
    ),
    cure(
        "C007",
        "cd /nowhere; pwd > {out}",
        "cd /nowhere && pwd > {out}",
        "",
    ),
    cure(
        "C008",
        "ls \"~/\" > /dev/null && echo home > {out}",
        "ls \"$HOME/\" > /dev/null && echo home > {out}",
        "home\n",
    ),
    cure(
        "C009",
        "[[ a = a ]] && echo same > {out}",
        "[ a = a ] && echo same > {out}",
        "same\n",
    ),
    cure(
        "C009",
        "source /dev/null && echo read > {out}",
        ". /dev/null && echo read > {out}",
        "read\n",
    ),
    cure("C010", "echo both &> {out}", "echo both > {out} 2>&1", "both\n"),
    cure(
        "C011",
        "ls /nowhere 2>1; cat 1 > {out}",
        "ls /etc/passwd > {out} 2>&1",
        "/etc/passwd\n",
    ),
    cure(
        "C012",
        "sh -c 'echo e >&2' 2>&1 > {out}",
        "sh -c 'echo e >&2' > {out} 2>&1",
        "e\n",
    ),
    cure(
        "C013",
        "echo one > {out} > {out}.2",
        "echo one > {out} 2> {out}.2",
        "one\n",
    ),
    cure(
        "C017",
        "ls / > /dev/null || echo repair && echo restart > {out}",
        "ls / > /dev/null || { echo repair && echo restart > {out}; }",
        "",
    ),
    cure("C028", "echo $USER > {out}", "echo $LOGNAME > {out}", "root\n"),
    cure("C029", "echo \"open > {out}", "echo \"open\" > {out}", "open\n"),
    cure(
        "C030",
        "sh -c \"echo 'a b' | awk '{print $2}'\" > {out}",
        "sh -c \"echo 'a b' | awk '{print \\$2}'\" > {out}",
        "b\n",
    ),
    cure(
        "C031",
        "sleep 0 /bin/echo x > {out}",
        "sleep 0 && /bin/echo x > {out}",
        "x\n",
    ),
    cure(
        "C038",
        "echo http://localhost/?a=1&b=2 > {out}",
        "echo 'http://localhost/?a=1&b=2' > {out}",
        "http://localhost/?a=1&b=2\n",
    ),
];

/// When the jobs run, in the daemon's time: once, so that no run overwrites what is read of another, and at a fixed
/// hour, which the daemon makes up for when it gets no processor for a while.
const ONCE: &str = "0 12 * * *";

#[test]
fn what_is_found_fails_on_the_real_cron_and_what_is_advised_works() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    let (mut text, mut wrong) = (String::new(), Vec::new());
    for (index, cure) in CURES.iter().enumerate() {
        for (line, which) in [(cure.bad, "bad"), (cure.good, "good")] {
            let line = place(root, line, index, which);
            assert_eq!(
                is_found(&line, cure.code),
                which == "bad",
                "{}: {line}",
                cure.code
            );
            writeln!(text, "{ONCE} root {line}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    fs::create_dir_all(root.join("scripts")).unwrap();
    fs::write(root.join("scripts/c005"), "#!/bin/sh\necho ran > \"$1\"\n").unwrap();
    make_executable(&root.join("scripts/c005"));
    writeln!(text, "{ONCE} root touch {}/end", root.display()).unwrap();
    let start = Utc.with_ymd_and_hms(2026, 3, 1, 11, 58, 30).unwrap();
    let daemon = match Cron::start(&text, Clock { start, factor: 60 }) {
        Ok(daemon) => daemon,
        Err(reason) => return e2e::skip(&reason),
    };
    let begun = Instant::now();
    while !root.join("end").exists() {
        assert!(begun.elapsed() < Duration::from_secs(90), "the jobs did not run");
        std::thread::sleep(Duration::from_millis(50));
    }
    // The last job has begun, and so have all before it.
    daemon.wait_until_idle();
    drop(daemon);
    for (index, cure) in CURES.iter().enumerate() {
        let got = |which: &str| fs::read_to_string(root.join(format!("{index}-{which}"))).unwrap_or_default();
        for (line, which) in [(cure.bad, "bad"), (cure.good, "good")] {
            if (got(which) == cure.want) != (which == "good") {
                wrong.push(format!("{}, {which}: {line}: {:?}", cure.code, got(which)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn place(root: &Path, line: &str, index: usize, which: &str) -> String {
    let out = root.join(format!("{index}-{which}"));
    line.replace("{out}", &out.display().to_string())
        .replace("/usr/share/{name}", &root.display().to_string())
}

/// Whether cronlint reports the rule on the line in a system crontab.
fn is_found(line: &str, code: &str) -> bool {
    let settings = Settings {
        kind: Some(Kind::System),
        ..Settings::default()
    };
    let found = lint(format!("* * * * * root {line}\n").as_bytes(), &settings);
    found.iter().any(|diagnostic| diagnostic.code == code)
}

fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

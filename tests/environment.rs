//! What a job really gets, from Debian's cron and busybox's crond themselves, beside what crate `crontab` says.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use chrono::{TimeZone as _, Utc};
use crontab::{Account, Crontab, Daemon, Kind, daemon};
use e2e::cron::{Clock, Cron};

/// What a job writes down: its variables, each ended by NUL, then its directory, its umask, and what it can read.
const PROBE: &str = "#!/bin/sh\n\
    d=$(dirname \"$0\")/$1\n\
    mkdir \"$d.part\" 2>/dev/null || exit 0\n\
    tr '\\000' '\\000' </proc/$$/environ >\"$d.part/environ\"\n\
    pwd >\"$d.part/directory\"; umask >\"$d.part/umask\"; cat >\"$d.part/input\"\n\
    mv \"$d.part\" \"$d\"\n";

/// A job's number and command line, with `{probe}` for the probe; the assignments stand between them.
const LINES: &[&str] = &[
    "{time}{user}{probe} 1 %first line%50\\% of it",
    "MAILTO=\"\"",
    "FOO = \"two  words\"",
    "BAR='$HOME/bin'",
    "PATH=/opt/none:/usr/bin:/bin",
    "{time}{user}{probe} 2",
    "HOME=/usr/share",
    "LANG=C.UTF-8",
    "LOGNAME=someone",
    "{time}{user}{probe} 3",
    "SHELL=/bin/bash",
    "FOO=3 # not a comment",
    "{time}{user}{probe} 4",
];

#[test]
fn debian_gives_its_jobs_what_we_say() {
    let directory = probe();
    let text = crontab(directory.path(), "0 12 * * * ", "root ");
    let start = Utc.with_ymd_and_hms(2026, 3, 1, 11, 58, 30).unwrap();
    let daemon = match Cron::start(&text, Clock { start, factor: 60 }) {
        Ok(daemon) => daemon,
        Err(reason) => return e2e::skip(&reason),
    };
    wait(directory.path(), Duration::from_secs(90));
    drop(daemon);
    check(directory.path(), &text, Kind::System, &daemon::DEBIAN);
}

#[test]
fn busybox_gives_its_jobs_what_we_say() {
    if !e2e::can_unshare() {
        return e2e::skip("needs root, as busybox's crond runs jobs of root's");
    }
    let tree = match e2e::debian::unpacked(&["busybox-static"]) {
        Ok(tree) => tree,
        Err(reason) => return e2e::skip(&reason),
    };
    let directory = probe();
    // No clock can be put under a static program: it starts its jobs when the minute is full.
    let text = crontab(directory.path(), "* * * * * ", "");
    let spool = tempfile::tempdir().unwrap();
    fs::write(spool.path().join("root"), &text).unwrap();
    // With the umask that init would give it, not this test's.
    let mut daemon = Command::new("/bin/sh")
        .args(["-c", "umask 022; exec \"$0\" crond -f -L /dev/null -c \"$1\""])
        .args([&tree.path("bin/busybox"), spool.path()])
        .env_clear()
        .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
        .env("OF_THE_DAEMON", "yes")
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    wait(directory.path(), Duration::from_secs(180));
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    check(directory.path(), &text, Kind::User, &daemon::BUSYBOX);
}

/// A directory with the probe, in which its jobs leave what they got.
fn probe() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("probe"), PROBE).unwrap();
    directory
}

fn crontab(directory: &Path, time: &str, user: &str) -> String {
    let probe = format!("sh {}/probe", directory.display());
    LINES.iter().fold(String::new(), |mut text, line| {
        let line = line
            .replace("{time}", time)
            .replace("{user}", user)
            .replace("{probe}", &probe);
        writeln!(text, "{line}").unwrap();
        text
    })
}

fn wait(directory: &Path, limit: Duration) {
    let begun = SystemTime::now();
    while !(1..=4).all(|job| directory.join(job.to_string()).exists()) {
        assert!(begun.elapsed().unwrap() < limit, "not all of the jobs ran");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Holds what each job got against what we say.
fn check(directory: &Path, text: &str, kind: Kind, daemon: &'static Daemon) {
    let crontab = Crontab::parse(text.as_bytes(), kind, daemon);
    let passwd = fs::read_to_string("/etc/passwd").unwrap();
    let root: Vec<&str> = passwd.lines().next().unwrap().split(':').collect();
    let account = Account {
        name: root[0],
        home: root[5],
        shell: root[6],
    };
    for (job, (line, entry)) in (1..=4).zip(crontab.entries()) {
        let got = |name: &str| fs::read_to_string(directory.join(job.to_string()).join(name)).unwrap();
        let environment = crontab.environment(line);
        let expected: BTreeMap<String, String> = environment.variables(account).into_iter().collect();
        let environ = got("environ");
        let found: BTreeMap<&str, &str> = environ
            .split('\0')
            .filter_map(|pair| pair.split_once('='))
            .collect();
        let title = daemon.title;
        for (name, value) in &expected {
            assert_eq!(
                found.get(name.as_str()),
                Some(&value.as_str()),
                "{title}, job {job}: {name}"
            );
        }
        for name in found.keys() {
            let known = expected.contains_key(*name) || environment.get(name) == crontab::Value::Inherited;
            assert!(
                known || adds(name),
                "{title}, job {job}: nobody said {name}={}",
                found[name]
            );
        }
        let place = environment.directory(account, |path| Path::new(path).is_dir());
        assert_eq!(
            Some(got("directory").trim_end()),
            place.as_deref(),
            "{title}, job {job}"
        );
        assert_eq!(
            got("umask").trim(),
            format!("{:04o}", environment.umask()),
            "{title}, job {job}"
        );
        let input = entry.input.as_ref().map_or("", |input| &input.text);
        assert_eq!(got("input"), input, "{title}, job {job}");
    }
}

/// Whether the shell adds the variable, or PAM, from the machine's own files.
fn adds(name: &str) -> bool {
    let files =
        ["/etc/environment", "/etc/default/locale"].map(|path| fs::read_to_string(path).unwrap_or_default());
    let set = |line: &str| {
        line.trim_start_matches("export ")
            .starts_with(&format!("{name}="))
    };
    // The shell between cron and the job adds these.
    matches!(name, "PWD" | "OLDPWD" | "SHLVL" | "_") || files.iter().flat_map(|file| file.lines()).any(set)
}

//! cronlint over a long and a short crontab, beside chkcrontab; and how much of it goes into reading commands.

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use cronlint::lint::{Settings, lint};
use crontab::{Crontab, Kind, daemon};

use crate::table::{Row, Table, locked, ratio};
use crate::usage::{self, Usage};

const LINES: usize = 100_000;
const ROUNDS: usize = 3;

/// The newest release, of 2017. Its setup.py needs a setuptools of its time.
const PEER: &str = "chkcrontab==1.7";

pub(crate) fn tables() -> Vec<Table> {
    let directory = std::env::temp_dir().join("crontools-benches-lint");
    if let Err(error) = fs::create_dir_all(&directory) {
        eprintln!("{}: {error}", directory.display());
    }
    let cronlint = crate::capture::release("cronlint");
    let peer = chkcrontab(&directory);
    let table = |lines: usize, times: u32| {
        // Without a dot: chkcrontab counts a name that cron passes over as a finding.
        let path = directory.join(format!("lines-{lines}"));
        let text = crontab(lines);
        let written = fs::write(&path, &text).map_err(|error| error.to_string());
        let path = path.display().to_string();
        let ours = ["--no-config", "--kind", "system", "--fail-on", "never", &path];
        let ours = [&[cronlint.as_str()], &ours[..]].concat();
        let ours = written.and_then(|()| best(&ours, times));
        let base = ours.clone().unwrap_or_default();
        let theirs = peer.clone().and_then(|program| best(&[&program, &path], 1));
        Table {
            title: format!("{lines} lines of a crontab checked"),
            columns: ["wall", "CPU (user+sys)", "peak memory"]
                .map(str::to_owned)
                .to_vec(),
            rows: vec![
                row(&format!("{}; {}", locked("cronlint"), share(&text)), ours, base),
                row("chkcrontab 1.7 (PyPI)", theirs, base),
            ],
        }
    };
    vec![table(LINES, 1), table(10, 20)]
}

fn row(name: &str, measured: Result<Usage, String>, base: Usage) -> Row {
    let cells = measured.map(|usage| {
        vec![
            ratio(usage.wall_ms, base.wall_ms, "ms"),
            ratio(usage.cpu_ms, base.cpu_ms, "ms"),
            ratio(usage.peak_mib, base.peak_mib, "MiB"),
        ]
    });
    Row {
        name: name.to_owned(),
        cells,
    }
}

fn best(command: &[&str], times: u32) -> Result<Usage, String> {
    let mut best = usage::of(command, times)?;
    for _ in 1..ROUNDS {
        let now = usage::of(command, times)?;
        best = Usage {
            wall_ms: best.wall_ms.min(now.wall_ms),
            cpu_ms: best.cpu_ms.min(now.cpu_ms),
            peak_mib: best.peak_mib.min(now.peak_mib),
        };
    }
    Ok(best)
}

/// Jobs as in real crontabs, none of them wrong: the peer's exit code stays 0.
const JOBS: &[&str] = &[
    "root /usr/bin/true",
    "www-data cd /srv/app && php artisan schedule:run >> /var/log/app.log 2>&1",
    "nobody pg_dump shop | gzip > /srv/backup/shop-$(date +\\%F).sql.gz",
    "root test -x /usr/sbin/anacron || run-parts --report /etc/cron.daily",
    "backup flock -n /run/lock/sync rsync -a --delete /srv/ backup@vault.example.org:/srv/",
    "nobody [ -d /var/cache/shop ] && find /var/cache/shop -type f -mtime +7 -delete",
];

fn crontab(lines: usize) -> String {
    let mut text = String::new();
    for index in 0..lines {
        let job = JOBS[index % JOBS.len()];
        let written = match index % 200 {
            1 => writeln!(text, "PATH=/usr/sbin:/usr/bin:/sbin:/bin"),
            other if other % 20 == 0 => writeln!(text, "# jobs of group {}", index / 20),
            _ => writeln!(text, "{} {} * * {} {job}", index % 60, index / 60 % 24, index % 7),
        };
        written.expect("a string takes it");
    }
    text
}

/// How much of the work, on one processor, is reading commands as a shell does.
fn share(text: &str) -> String {
    let daemon = &daemon::DEBIAN;
    let crontab = Crontab::parse(text.as_bytes(), Kind::System, daemon);
    let commands: Vec<&str> = crontab.entries().map(|(_, entry)| &*entry.command.text).collect();
    let settings = Settings {
        kind: Some(Kind::System),
        ..Settings::default()
    };
    // In portions that one thread works off, as `lint` does with a long file in several.
    let portions = 1000.min(text.lines().count());
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let texts: Vec<String> = lines.chunks(portions).map(<[&str]>::concat).collect();
    let (mut parsing, mut all) = (f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        parsing = parsing.min(seconds(|| {
            for command in &commands {
                black_box(shell::parse(command));
            }
        }));
        all = all.min(seconds(|| {
            for text in &texts {
                black_box(lint(text.as_bytes(), &settings));
            }
        }));
    }
    format!("{:.0} % of it is the shell parser", 100.0 * parsing / all)
}

fn seconds(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64()
}

/// chkcrontab in a virtual environment of its own, made once.
fn chkcrontab(directory: &Path) -> Result<String, String> {
    let environment = directory.join("chkcrontab-1.7");
    let program: PathBuf = environment.join("bin/chkcrontab");
    if !program.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        let pip = |arguments: &[&str]| {
            run(Command::new(environment.join("bin/pip"))
                .args(["install", "-q"])
                .args(arguments))
        };
        pip(&["setuptools<70", "wheel"])?;
        pip(&["--no-build-isolation", PEER])?;
    }
    Ok(program.display().to_string())
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let done = output.status.success();
    done.then_some(())
        .ok_or_else(|| format!("chkcrontab cannot be installed: {last}"))
}

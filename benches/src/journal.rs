//! Lines on their way to the systemd journal: the way that cronwrap takes, beside a plain sender in C.
//!
//! Against a journald of its own, in a mount namespace, and against a socket whose reader does nothing with what it
//! gets: journald takes longer over an entry than anybody who sends it, so only the second shows what sending costs.

use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant, SystemTime};

use journal::{Entry, FieldName, Journal};

use crate::table::{Row, Table, locked};

const ROUNDS: usize = 7;
const LINES: u64 = 50_000;
/// Starts a journald with a /run of its own that takes all that comes, and runs the rounds against it.
const INSIDE: &str = r#"
mount -t tmpfs none /run && mkdir -p /run/systemd/journald.conf.d
printf '[Journal]\nStorage=volatile\nRateLimitIntervalSec=0\n' >/run/systemd/journald.conf.d/bench.conf
/lib/systemd/systemd-journald >/dev/null 2>&1 & journald=$!
trap 'kill -9 $journald' EXIT
for i in $(seq 200); do [ -S /run/systemd/journal/socket ] && break; sleep 0.02; done
"$0" journal-rounds /run/systemd/journal/socket "$1"
"#;

pub(crate) fn tables() -> Vec<Table> {
    let folder = std::env::temp_dir().join(format!("crontools-benches-{}", std::process::id()));
    let made = std::fs::create_dir_all(&folder).map_err(|error| error.to_string());
    let sender = made.and_then(|()| compiled(&folder));
    let (journald, sink) = match &sender {
        Ok(sender) => (to_journald(sender), to_sink(&folder, sender)),
        Err(error) => (Err(error.clone()), Err(error.clone())),
    };
    let _ = std::fs::remove_dir_all(&folder);
    let rate = |seconds: f64, peer: f64| {
        let rate = LINES as f64 / seconds;
        format!("{rate:.0} lines/s ({:.2}x)", peer / seconds)
    };
    // Here the peer is the measure: 1.00x is as fast as C.
    let row = |name: String, which: usize| Row {
        name,
        cells: match (&journald, &sink) {
            (Ok(journald), Ok(sink)) => Ok([journald, sink].map(|all| rate(all[which], all[1])).to_vec()),
            (Err(error), _) | (_, Err(error)) => Err(error.clone()),
        },
    };
    vec![Table {
        title: format!("{LINES} lines of 79 characters to the journal"),
        columns: ["systemd-journald", "a reader that drops them"]
            .map(str::to_owned)
            .to_vec(),
        rows: vec![
            row(locked("crontools-journal"), 0),
            row("a plain sender in C".to_owned(), 1),
        ],
    }]
}

fn compiled(folder: &Path) -> Result<String, String> {
    let program = folder.join("journal_sender").display().to_string();
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src/journal_sender.c");
    let built = Command::new("cc")
        .args(["-O2", "-o", &program, source])
        .output()
        .map_err(|error| format!("cc: {error}"))?;
    match built.status.success() {
        true => Ok(program),
        false => Err(format!("cc: {}", String::from_utf8_lossy(&built.stderr).trim())),
    }
}

fn to_journald(sender: &str) -> Result<[f64; 2], String> {
    let this = crate::capture::this();
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", INSIDE, &this, sender])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("unshare: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let figures: Vec<f64> = said
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    figures.try_into().map_err(|_| {
        let why = String::from_utf8_lossy(&output.stderr);
        format!("no journald of its own (needs root and systemd): {}", why.trim())
    })
}

fn to_sink(folder: &Path, sender: &str) -> Result<[f64; 2], String> {
    let path = folder.join("socket");
    let socket = UnixDatagram::bind(&path).map_err(|error| error.to_string())?;
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while socket.recv(&mut buffer).is_ok() {}
    });
    best_of(&path.display().to_string(), sender)
}

/// `journal-rounds SOCKET SENDER`: prints the best seconds of ours and of the sender's.
pub(crate) fn rounds(socket: &str, sender: &str) -> ExitCode {
    match best_of(socket, sender) {
        Ok([ours, theirs]) => {
            println!("{ours} {theirs}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn best_of(socket: &str, sender: &str) -> Result<[f64; 2], String> {
    let this = crate::capture::this();
    let lines = LINES.to_string();
    let mut best = [f64::INFINITY; 2];
    for _ in 0..ROUNDS {
        let commands: [&[&str]; 2] = [
            &[&this, "journal-sender", socket, &lines],
            &[sender, socket, &lines],
        ];
        for (command, best) in commands.iter().zip(&mut best) {
            let begun = Instant::now();
            let status = Command::new(command[0]).args(&command[1..]).status();
            if !status.is_ok_and(|status| status.success()) {
                return Err(format!("{} failed", command[0]));
            }
            *best = best.min(begun.elapsed().as_secs_f64());
        }
    }
    Ok(best)
}

/// `journal-sender SOCKET LINES`: sends as cronwrap's `--journal` does, field by field.
pub(crate) fn send(socket: &str, lines: u64) -> ExitCode {
    const JOB: FieldName<'static> = FieldName::new("CRONWRAP_JOB");
    const RUN_ID: FieldName<'static> = FieldName::new("CRONWRAP_RUN_ID");
    const STREAM: FieldName<'static> = FieldName::new("CRONWRAP_STREAM");
    const TIME: FieldName<'static> = FieldName::new("CRONWRAP_TIME_USEC");
    let mut journal = match Journal::open_at(Path::new(socket)) {
        Ok(journal) => journal,
        Err(error) => {
            eprintln!("{socket}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut entry = Entry::default();
    entry.push(FieldName::SYSLOG_IDENTIFIER, "bench");
    entry.push(JOB, "bench");
    entry.push(RUN_ID, "0b1f2c3d-1111-4222-8333-444455556666");
    let shared = entry.len();
    let line = "x".repeat(79);
    for _ in 0..lines {
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        entry.truncate(shared);
        entry.push(FieldName::MESSAGE, &line);
        entry.push(FieldName::PRIORITY, "6");
        entry.push(STREAM, "out");
        entry.push(TIME, now.as_micros().to_string());
        let deadline = Instant::now() + Duration::from_secs(5);
        if let Err(error) = journal.send(&entry, deadline) {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

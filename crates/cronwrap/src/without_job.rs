//! What cronwrap does besides running jobs: delivering what waits, showing it, checking the settings.

use crate::job::Job;
use crate::options::Arguments;
use crate::run::host;
use crate::setup::{self, World};
use delivery::{Message, Ping, PingKind};
use history::History;
use reporting::{AddressBook, JobSettings, Settings, flush, moment};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Who calls this waits for it, unlike a job.
const PATIENCE: Duration = Duration::from_secs(30);

/// The exit code where we could not look.
pub(crate) const NO_ANSWER: u8 = 2;

/// Does what is asked for: what to print, and the exit code. 0 is fine, 1 is trouble found.
pub(crate) fn run(
    arguments: &Arguments,
    world: &World,
    mut settings: Settings,
    job: Option<&Job>,
) -> (String, u8) {
    let asked = &arguments.without_job;
    let folder = setup::state_folder(arguments, world);
    settings.check();
    let book = setup::book(world, &settings);
    if asked.check_config {
        check_config(&settings)
    } else if asked.outbox {
        outbox(&folder)
    } else if asked.flush {
        deliver_all(&folder, &book)
    } else if asked.test_report {
        test_report(&settings, &book)
    } else {
        dry_run(arguments, &settings, &book, job)
    }
}

fn check_config(settings: &Settings) -> (String, u8) {
    let problems = problems(settings);
    let code = u8::from(!problems.is_empty());
    (format!("{}{problems}", settings.effective()), code)
}

fn problems(settings: &Settings) -> String {
    let line = |problem| format!("problem: {problem}\n");
    settings.problems().iter().map(line).collect()
}

fn outbox(folder: &Path) -> (String, u8) {
    let waiting = History::open(folder, PATIENCE).and_then(|history| history.outbox());
    let waiting = match waiting {
        Ok(waiting) => waiting,
        Err(error) => return (format!("{error}\n"), NO_ANSWER),
    };
    let mut text = String::new();
    for report in &waiting {
        let state = if report.dead { "refused" } else { "waits" };
        let error = report
            .error
            .as_deref()
            .map_or_else(String::new, |error| format!(": {error}"));
        let (since, job, target) = (moment(report.created), &report.job, &report.target);
        let tries = report.attempts;
        text.push_str(&format!(
            "{state}\t{since}\t{job}\t{target}\trun {}\t{tries} tries{error}\n",
            report.run
        ));
    }
    (text, u8::from(!waiting.is_empty()))
}

fn deliver_all(folder: &Path, book: &AddressBook) -> (String, u8) {
    let history = match History::open(folder, PATIENCE) {
        Ok(history) => Mutex::new(history),
        Err(error) => return (format!("{error}\n"), NO_ANSWER),
    };
    match flush(folder, &history, book, Instant::now() + PATIENCE) {
        Ok(Some(delivered)) => {
            let lines = delivered.iter().map(|one| match &one.error {
                None => format!("delivered\t{}\t{}\n", one.job, one.target),
                Some(error) => format!("failed\t{}\t{}: {error}\n", one.job, one.target),
            });
            let failed = delivered.iter().any(|one| one.error.is_some());
            (lines.collect(), u8::from(failed))
        }
        Ok(None) => ("another cronwrap is delivering\n".to_owned(), 0),
        Err(error) => (format!("{error}\n"), NO_ANSWER),
    }
}

fn test_report(settings: &Settings, book: &AddressBook) -> (String, u8) {
    let (monitors, channels) = settings.targets();
    let (run, deadline) = (Uuid::new_v4(), Instant::now() + PATIENCE);
    let subject = format!("test of cronwrap on {}", host());
    let text = format!("{subject}\n\nIf you read this, reports arrive. No job has failed.");
    let (mut told, mut code) = (String::new(), 0);
    let mut note = |group: &str, name: &str, result: Result<(), String>| {
        code = code.max(u8::from(result.is_err()));
        let how = result.map_or_else(|why| format!("failed: {why}"), |()| "delivered".to_owned());
        told.push_str(&format!("{group}.{name}: {how}\n"));
    };
    for name in &monitors {
        let monitor = settings.monitor(name, "test", &book.host, &book.network);
        // A note for the monitor's log: nothing begins or ends.
        let ping = Ping {
            kind: PingKind::Log,
            run,
            body: text.as_bytes(),
        };
        let sent =
            monitor.and_then(|monitor| monitor.ping(&ping, deadline).map_err(|error| error.to_string()));
        note("monitors", name, sent.map(drop));
    }
    for name in &channels {
        let message = Message {
            subject: subject.clone(),
            text: text.clone(),
            failed: false,
            job: "test".to_owned(),
            host: book.host.clone(),
            run,
        };
        let channel = settings.channel(name, "test", &book.host, &book.network);
        note(
            "channels",
            name,
            channel.and_then(|to| to.send(&message, deadline).map_err(|error| error.to_string())),
        );
    }
    if told.is_empty() {
        told.push_str("the settings hold no monitor and no channel\n");
        code = 1;
    }
    let problems = problems(settings);
    (
        format!("{told}{problems}"),
        code.max(u8::from(!problems.is_empty())),
    )
}

fn dry_run(
    arguments: &Arguments,
    settings: &Settings,
    book: &AddressBook,
    job: Option<&Job>,
) -> (String, u8) {
    let Some(job) = job else {
        return ("nothing to run\n".to_owned(), NO_ANSWER);
    };
    let of_job: JobSettings = settings.job(&job.name);
    let words: Vec<_> = std::iter::once(&job.program)
        .chain(&job.arguments)
        .map(|word| format!("{word:?}"))
        .collect();
    let mut text = format!("job:      {}\nruns:     {}\n", job.name, words.join(" "));
    if arguments.telling.ping.is_some() || arguments.telling.ping_file.is_some() {
        text.push_str("pings:    the URL of the command line\n");
    }
    let mut list = |title: &str, address: Result<reporting::Address, String>| match address {
        Ok(address) => text.push_str(&format!("{title}{}\n", address.place)),
        Err(why) => text.push_str(&format!("{title}{why}\n")),
    };
    for name in &of_job.monitors {
        list("pings:    ", book.of_monitor(name, &job.name));
    }
    for name in &of_job.channels {
        list("tells:    ", book.of_channel(name, &job.name));
    }
    let options = of_job
        .options
        .iter()
        .map(|(name, value)| format!("settings: --{name} {value}\n"));
    text.push_str(&options.collect::<String>());
    (text, 0)
}

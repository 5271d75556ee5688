//! The ping receiver by hand: prints its base URL on stderr and each recorded ping as a JSON line on stdout.
//!
//!     crontools-test-monitor [--port P] [--limit N] [--key PING_KEY] UUID[=slug]...

use std::process::ExitCode;
use std::thread;

use monitor::{Monitor, Options};

fn main() -> ExitCode {
    match options() {
        Some(options) => serve(options),
        None => {
            complain("usage: crontools-test-monitor [--port P] [--limit N] [--key PING_KEY] UUID[=slug]...")
        }
    }
}

fn options() -> Option<Options> {
    let mut options = Options {
        checks: Vec::new(),
        print: true,
        ..Options::default()
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--port" => options.port = words.next()?.parse().ok()?,
            "--limit" => options.limit = words.next()?.parse().ok()?,
            "--key" => options.key = words.next()?,
            option if option.starts_with('-') => return None,
            check => {
                let (uuid, slug) = check
                    .split_once('=')
                    .map_or((check, None), |(uuid, slug)| (uuid, Some(slug)));
                options.checks.push((uuid.to_owned(), slug.map(str::to_owned)));
            }
        }
    }
    (!options.checks.is_empty()).then_some(options)
}

fn serve(options: Options) -> ExitCode {
    match Monitor::with(options) {
        Ok(monitor) => {
            complain(&monitor.base());
            loop {
                thread::park();
            }
        }
        Err(error) => complain(&format!("cannot listen: {error}")),
    }
}

#[expect(clippy::print_stderr, reason = "stdout carries the pings")]
fn complain(text: &str) -> ExitCode {
    eprintln!("{text}");
    ExitCode::from(2)
}

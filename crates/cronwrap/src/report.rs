//! What is told about a run: the body of its last ping.

use crate::capture::Capture;
use crate::excerpt::Excerpt;
use crate::outcome::{Outcome, Took};
use crate::redact::Redactor;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// A run that has ended, as the report tells it.
pub(crate) struct Report {
    pub(crate) job: String,
    pub(crate) host: String,
    pub(crate) outcome: Outcome,
    pub(crate) took: Duration,
    /// What people should know besides: warnings of ours, signals, processes left behind.
    pub(crate) notes: Vec<String>,
    pub(crate) capture: Capture,
    pub(crate) redactor: Arc<Redactor>,
}

impl Report {
    /// One line of JSON; its keys and their order are documented with --json and only ever added to.
    pub(crate) fn json(&self, run: &str, code: u8, success: bool) -> String {
        let (kind, own, signal) = match &self.outcome {
            Outcome::Exited(own) => ("exited", Some(*own), None),
            Outcome::Signaled(signal) => ("signaled", None, Some(*signal)),
            Outcome::TimedOut(_) => ("timed-out", None, None),
            Outcome::Skipped(..) => ("skipped", None, None),
            Outcome::NotStarted(_) => ("not-started", None, None),
        };
        let total = self.capture.total();
        let line = Json {
            version: 1,
            job: &self.job,
            run,
            host: &self.host,
            outcome: kind,
            exit_code: code,
            code: own,
            signal,
            success,
            duration_us: self.took.as_micros() as u64,
            lines: total.lines,
            bytes: total.bytes,
            notes: &self.notes,
        };
        serde_json::to_string(&line).unwrap_or_default()
    }

    /// A header line, the notes, then the last lines of output with their timestamps, in at most `limit` bytes.
    pub(crate) fn body(&self, limit: usize) -> Vec<u8> {
        let mut body = format!(
            "{} on {}: {} after {}",
            self.job,
            self.host,
            self.outcome,
            Took(self.took)
        );
        let total = self.capture.total().lines;
        let notes: String = self.notes.iter().map(|note| format!("note: {note}\n")).collect();
        // Room for the words about what is left out, which are written when that is known.
        let room = limit.saturating_sub(body.len() + notes.len() + 60);
        let (lines, shown) = Excerpt::of(&self.capture, &self.redactor).end_within(room);
        match total {
            0 => body.push_str("; no output\n"),
            _ if shown as u64 >= total => body.push_str(&format!("; {}\n", Lines(total))),
            _ => body.push_str(&format!("; the last {shown} of {}\n", Lines(total))),
        }
        body.push_str(&notes);
        body.push_str(&lines);
        let end = (0..=limit.min(body.len()))
            .rev()
            .find(|&at| body.is_char_boundary(at))
            .unwrap_or(0);
        body.truncate(end);
        body.into_bytes()
    }
}

#[derive(Serialize)]
struct Json<'a> {
    version: u8,
    job: &'a str,
    run: &'a str,
    host: &'a str,
    outcome: &'a str,
    exit_code: u8,
    code: Option<u8>,
    signal: Option<u8>,
    success: bool,
    duration_us: u64,
    lines: u64,
    bytes: u64,
    notes: &'a [String],
}

struct Lines(u64);

impl std::fmt::Display for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} line{}", self.0, if self.0 == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Stream;
    use crate::clock::Stamp;

    fn body(output: &[u8], limit: usize) -> String {
        let mut capture = Capture::default();
        capture.push(Stamp::default(), Stream::Out, output);
        let report = Report {
            job: "backup".to_owned(),
            host: "web1".to_owned(),
            outcome: Outcome::Exited(3),
            took: Duration::from_millis(2_100),
            notes: Vec::new(),
            capture,
            redactor: Arc::new(Redactor::new(&[], &[b"hunter2".to_vec()], true)),
        };
        let body = report.body(limit);
        assert!(body.len() <= limit, "{} bytes of {limit}", body.len());
        String::from_utf8(body).expect("a body is text")
    }

    #[test]
    fn a_short_output_is_whole_under_its_header() {
        let body = body(b"one\ntwo", 10_000);
        let lines: Vec<&str> = body.lines().collect();
        assert_eq!(lines[0], "backup on web1: exit code 3 after 2.1 s; 2 lines");
        assert!(
            lines[1].ends_with(" out one") && lines[2].ends_with(" out two"),
            "{body}"
        );
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn a_long_output_keeps_whole_lines_of_its_end() {
        let output: String = (0..100_000).map(|number| format!("line {number}\n")).collect();
        let body = body(output.as_bytes(), 10_000);
        assert!(body.ends_with(" out line 99999\n"), "{body}");
        let shown = body.lines().count() - 1;
        assert!(body.starts_with(&format!(
            "backup on web1: exit code 3 after 2.1 s; the last {shown} of 100000 lines\n"
        )));
        assert!(body.len() > 9_800, "{}", body.len());
    }

    #[test]
    fn a_line_longer_than_the_body_is_cut_at_a_character() {
        for extra in 0..4 {
            let body = body(
                format!("{}{}", "x".repeat(extra), "\u{1f980}".repeat(50_000)).as_bytes(),
                1_000,
            );
            assert!(
                body.contains(" out ...\u{1f980}") && body.ends_with("\u{1f980}\n"),
                "{body}"
            );
        }
    }

    #[test]
    fn secrets_are_taken_out_before_a_line_is_cut() {
        assert!(body(b"password hunter2!\n", 10_000).contains(" out password [redacted]!"));
        let long = format!("hunter2{}", "x".repeat(980));
        assert!(!body(long.as_bytes(), 1_080).contains("nter2"));
    }

    #[test]
    fn a_tiny_limit_cuts_the_header() {
        assert_eq!(body(b"x\n", 10), "backup on ");
    }
}

//! Timestamps before lines.

use crate::capture::Stream;
use crate::clock::Stamp;
use chrono::{DateTime, Local};

/// A time as `2026-11-21T09:05:00.123+01:00`.
pub(crate) fn rfc3339(at: Stamp) -> String {
    match DateTime::from_timestamp_micros(at.wall_micros) {
        Some(utc) => utc
            .with_timezone(&Local)
            .format("%Y-%m-%dT%H:%M:%S%.3f%:z")
            .to_string(),
        None => format!("@{}", at.wall_micros),
    }
}

/// Puts a timestamp before each line that is passed on.
#[derive(Default)]
pub(crate) struct Stamper {
    prefix: String,
    prefix_of: Option<Stamp>,
    /// The stream whose line is unfinished.
    open: Option<Stream>,
    /// Whether both streams lead to one place: then one must not write into the other's line.
    together: bool,
    out: Vec<u8>,
}

impl Stamper {
    pub(crate) fn new(together: bool) -> Stamper {
        Stamper {
            together,
            ..Stamper::default()
        }
    }

    /// The bytes with a timestamp at the start of each line. What is no whole line yet is not held back.
    pub(crate) fn stamped(&mut self, at: Stamp, stream: Stream, bytes: &[u8]) -> &[u8] {
        if self.prefix_of != Some(at) {
            self.prefix = rfc3339(at);
            self.prefix.push(' ');
            self.prefix_of = Some(at);
        }
        self.out.clear();
        let mut continues = self.open.is_some_and(|open| open == stream);
        if self.together && self.open.is_some() && !continues {
            self.out.push(b'\n');
        }
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            if !std::mem::take(&mut continues) {
                self.out.extend_from_slice(self.prefix.as_bytes());
            }
            self.out.extend_from_slice(line);
        }
        self.open = if bytes.ends_with(b"\n") {
            None
        } else {
            Some(stream)
        };
        &self.out
    }
}

//! The run in syslog, for hosts without a journal.

use super::{End, Log};
use crate::capture::Stream;
use crate::clock::Stamp;
use crate::outcome::Took;
use std::io;
use std::os::unix::net::UnixDatagram;
use std::time::{Duration, Instant};

/// Where syslog's daemon listens.
pub(super) const SOCKET: &str = "/dev/log";
/// The facility `cron`, in the place where RFC 3164 has it.
const CRON: u8 = 9 << 3;
const ERROR: u8 = 3;
const WARNING: u8 = 4;
const INFO: u8 = 6;
/// What every syslog daemon takes of a message.
const MESSAGE_MAX: usize = 8 * 1024;

/// The lines of one run.
pub(super) struct Lines {
    socket: UnixDatagram,
    tag: String,
    job: String,
    run: String,
}

impl Lines {
    pub(super) fn open(job: &str, run: &str) -> io::Result<Lines> {
        let socket = UnixDatagram::unbound()?;
        socket.connect(SOCKET)?;
        let tag = format!("{job}[{}]", std::process::id());
        Ok(Lines {
            socket,
            tag,
            job: job.to_owned(),
            run: run.to_owned(),
        })
    }

    fn send(&self, severity: u8, message: &[u8], deadline: Instant) -> io::Result<()> {
        let left = deadline
            .saturating_duration_since(Instant::now())
            .max(Duration::from_millis(1));
        self.socket.set_write_timeout(Some(left))?;
        // Without a time: the daemon adds its own, in its own format.
        let mut datagram = format!("<{}>{}: ", CRON | severity, self.tag).into_bytes();
        // A NUL ends a message for most daemons.
        datagram.extend(
            message
                .iter()
                .take(MESSAGE_MAX)
                .map(|&byte| if byte == 0 { b' ' } else { byte }),
        );
        self.socket.send(&datagram).map(drop)
    }
}

impl Log for Lines {
    fn started(&mut self, deadline: Instant) -> io::Result<()> {
        self.send(
            INFO,
            format!("{} started, run {}", self.job, self.run).as_bytes(),
            deadline,
        )
    }

    fn line(&mut self, _: Stamp, stream: Stream, line: &[u8], deadline: Instant) -> io::Result<()> {
        self.send(if stream == Stream::Err { WARNING } else { INFO }, line, deadline)
    }

    fn ended(&mut self, end: &End, deadline: Instant) -> io::Result<()> {
        let lost = if end.lost > 0 {
            format!("; {} lines of output are not here", end.lost)
        } else {
            String::new()
        };
        let text = format!(
            "{}: {} after {}, run {}{lost}",
            self.job,
            end.outcome,
            Took(end.took),
            self.run
        );
        self.send(if end.success { INFO } else { ERROR }, text.as_bytes(), deadline)
    }
}

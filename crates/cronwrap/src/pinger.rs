//! The two pings of a run, on a thread of their own so that the job never waits for the network.

use delivery::{Monitor, Ping, PingKind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// What a body may weigh where the monitor did not say: what a self-hosted Healthchecks takes.
const DEFAULT_BODY_LIMIT: usize = 10_000;

/// Makes the last ping's body, given how many bytes of it the monitor keeps.
pub(crate) type Body = Box<dyn FnOnce(usize) -> Vec<u8> + Send>;

/// A run's pings: the first is on its way.
pub(crate) struct Pinger {
    total: Duration,
    last: Sender<Last>,
    failures: Receiver<String>,
}

struct Last {
    kind: PingKind,
    body: Body,
    deadline: Instant,
}

impl Pinger {
    /// Sends the start ping beside the job, where there is one (`body`). `total` is what the pings may cost after
    /// the job's end.
    pub(crate) fn start(
        monitor: Monitor,
        run: Uuid,
        total: Duration,
        body: Option<String>,
    ) -> std::io::Result<Pinger> {
        let (last, next) = channel::<Last>();
        let (report, failures) = channel();
        thread::Builder::new().name("pings".to_owned()).spawn(move || {
            // The start ping may not use up what the last ping needs where the job ends at once.
            let deadline = Instant::now() + total.mul_f32(0.7);
            let first = body.map(|body| {
                let ping = Ping {
                    kind: PingKind::Start,
                    run,
                    body: body.as_bytes(),
                };
                monitor.ping(&ping, deadline)
            });
            let limit = match first {
                Some(Ok(answer)) => answer.body_limit,
                Some(Err(error)) => {
                    let _ = report.send(format!("start ping: {error}"));
                    None
                }
                None => None,
            };
            let Ok(last) = next.recv() else { return };
            let body = (last.body)(limit.unwrap_or(DEFAULT_BODY_LIMIT));
            let ping = Ping {
                kind: last.kind,
                run,
                body: &body,
            };
            if let Err(error) = monitor.ping(&ping, last.deadline) {
                let _ = report.send(format!("last ping: {error}"));
            }
        })?;
        Ok(Pinger {
            total,
            last,
            failures,
        })
    }

    /// The job has ended: lets the last ping go, which waits for the first one's answer.
    pub(crate) fn finish(self, kind: PingKind, body: Body) -> Finishing {
        let deadline = Instant::now() + self.total;
        let _ = self.last.send(Last { kind, body, deadline });
        Finishing {
            failures: self.failures,
            give_up: deadline + Duration::from_millis(250),
            done: false,
        }
    }
}

/// The last ping is on its way.
pub(crate) struct Finishing {
    failures: Receiver<String>,
    give_up: Instant,
    done: bool,
}

impl Finishing {
    /// Waits for news for this long at most: `Some` failed ping to tell about. See [`Finishing::is_done`].
    pub(crate) fn wait(&mut self, patience: Duration) -> Option<String> {
        let left = self.give_up.saturating_duration_since(Instant::now());
        match self.failures.recv_timeout(patience.min(left)) {
            Ok(failure) => Some(failure),
            Err(RecvTimeoutError::Disconnected) => {
                self.done = true;
                None
            }
            Err(RecvTimeoutError::Timeout) => {
                self.done = left.is_zero();
                self.done
                    .then(|| "last ping: given up, its time is over".to_owned())
            }
        }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.done
    }
}

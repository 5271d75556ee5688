//! The start pings: to all monitors at once, never kept for later, and never in the job's way.

use super::{DEFAULT_BODY_LIMIT, Told};
use delivery::{Answer, DeliveryError, Ping, PingKind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Start pings on their way.
pub(super) struct Starts {
    answers: Receiver<Result<Answer, DeliveryError>>,
}

/// Sends them. The last pings wait for the answers: their order at the monitor and their length depend on it.
pub(super) fn pings(monitors: &[Told], run: Uuid, text: &str, total: Duration) -> Starts {
    // They may not use up what the last pings need where the job ends at once.
    let deadline = Instant::now() + total.mul_f32(0.7);
    let (answer, answers) = channel();
    for told in monitors {
        let (monitor, body, answer) = (Arc::clone(&told.monitor), text.to_owned(), answer.clone());
        let send = move || {
            let ping = Ping {
                kind: PingKind::Start,
                run,
                body: body.as_bytes(),
            };
            let _ = answer.send(monitor.ping(&ping, deadline));
        };
        let _ = thread::Builder::new().name("start ping".to_owned()).spawn(send);
    }
    Starts { answers }
}

impl Starts {
    /// Waits for all answers: how long a body every monitor keeps.
    pub(super) fn body_limit(self, say: &Sender<String>) -> usize {
        let mut limits = Vec::new();
        for answer in self.answers {
            match answer {
                Ok(answer) => limits.extend(answer.body_limit),
                Err(error) => {
                    let _ = say.send(format!("start ping: {error}"));
                }
            }
        }
        limits.into_iter().min().unwrap_or(DEFAULT_BODY_LIMIT)
    }
}

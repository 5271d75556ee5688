//! When to try again: at once never, soon at first, then less and less often, each host at its own moment.

use std::hash::{BuildHasher, RandomState};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use ureq::Agent;
use ureq::http::HeaderMap;

use super::{Progress, Request, Response, attempt, hopeful, left};
use crate::{DeliveryError, DeliveryErrorKind};

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// Tries until it is delivered, hopeless, or too late.
pub(super) fn until(
    agent: &Agent,
    request: &Request,
    deadline: Instant,
    progress: &Progress,
) -> Result<Response, DeliveryError> {
    let mut attempts = 0;
    let mut last = DeliveryErrorKind::Timeout("before the first attempt");
    let mut retry_after = None;
    while let Some(left) = left(deadline) {
        attempts += 1;
        match attempt::once(agent, request, left) {
            Ok(head) if (200..300).contains(&head.status) => {
                return Ok(Response {
                    headers: head.headers,
                    attempts,
                });
            }
            Ok(head) if (300..400).contains(&head.status) => last = DeliveryErrorKind::Redirect(head.status),
            Ok(head) => {
                last = DeliveryErrorKind::Status(head.status);
                retry_after = wanted_pause(&head.headers);
            }
            Err(kind) => (last, retry_after) = (kind, None),
        }
        progress.failed(attempts, last.clone());
        // Chance also where the server names the pause, or all that it refused come back at once.
        let pause = retry_after.unwrap_or_default() + jittered(attempts);
        if !hopeful(&last) || Instant::now() + pause >= deadline {
            break;
        }
        thread::sleep(pause);
        retry_after = None;
    }
    Err(DeliveryError {
        kind: last,
        place: request.to.place().to_owned(),
        attempts,
        retry_after,
    })
}

/// A pause that doubles from one attempt to the next, of which half is left to chance: five hundred hosts
/// that were refused in the same second do not come back in the same second.
fn jittered(attempts: u32) -> Duration {
    let longest = FIRST_PAUSE
        .saturating_mul(1 << attempts.saturating_sub(1).min(10))
        .min(LONGEST_PAUSE);
    let chance = RandomState::new().hash_one(attempts) % 1024;
    longest / 2 + (longest / 2).mul_f64(chance as f64 / 1024.0)
}

/// `Retry-After` in seconds or as a date.
fn wanted_pause(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

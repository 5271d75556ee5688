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
/// With less time than this left nothing is sent again: it would arrive, its answer would not, and whoever is told
/// would be told twice.
const LAST_MOMENT: Duration = Duration::from_secs(1);

/// Tries until it is delivered, hopeless, or too late.
pub(super) fn until(
    agent: &Agent,
    request: &Request,
    deadline: Instant,
    progress: &Progress,
) -> Result<Response, DeliveryError> {
    let whole = left(deadline).unwrap_or_default();
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
        let after = deadline.saturating_duration_since(Instant::now() + pause);
        if !hopeful(&last) || !leaves_time_to_answer(after, whole) {
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

/// Whether an attempt that begins with this much left can still be answered; `whole` is what all attempts have together.
fn leaves_time_to_answer(left: Duration, whole: Duration) -> bool {
    !left.is_zero() && left >= LAST_MOMENT.min(whole / 8)
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

#[cfg(test)]
mod tests {
    use super::leaves_time_to_answer;
    use std::time::Duration;

    #[track_caller]
    fn check(left: u64, whole: u64, expected: bool) {
        let millis = Duration::from_millis;
        assert_eq!(leaves_time_to_answer(millis(left), millis(whole)), expected);
    }

    #[test]
    fn nothing_is_sent_again_in_the_last_moment() {
        check(0, 10_000, false);
        check(20, 10_000, false);
        check(999, 10_000, false);
        check(1_000, 10_000, true);
    }

    #[test]
    fn of_little_time_the_last_moment_is_the_last_eighth() {
        check(249, 2_000, false);
        check(250, 2_000, true);
        check(0, 0, false);
    }
}

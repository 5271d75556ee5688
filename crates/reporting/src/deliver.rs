//! Delivering what is in the outbox: each address in its order, several addresses at once, nothing past the deadline.

use std::fs::File;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant, SystemTime};

use delivery::DeliveryError;
use history::{Claimed, History, HistoryError, NewReport, Turn};
use rustix::fs::{FlockOperation, flock};
use uuid::Uuid;

use crate::book::{AddressBook, is_channel};
use crate::facts::moment;
use crate::report::{Payload, seconds};

/// After this a report says that it is late.
const LATE: i64 = 60;
/// The shortest and the longest pause after a failure; a server's `Retry-After` may be longer, up to an hour.
const PAUSES: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(300));
const LONGEST_WISH: Duration = Duration::from_secs(3_600);
/// With less time than this left no further report is begun.
const LAST_MOMENT: Duration = Duration::from_secs(1);
/// What the record gets of the time, to write down what became of a report; at most an eighth. A report that was told
/// and is not taken out is told again.
const SETTLING: Duration = Duration::from_millis(500);
/// So many addresses at once.
const AT_ONCE: usize = 16;

/// What became of one report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The job.
    pub job: String,
    /// Where to, in words.
    pub target: String,
    /// Whether it was for people; else for a monitor.
    pub to_people: bool,
    /// What went wrong, if anything.
    pub error: Option<DeliveryError>,
    /// Why the record still holds a report that was told: it is told a second time.
    pub unsettled: Option<String>,
}

/// Delivers `ours`, and what waits before or behind them at the same addresses, until the deadline.
///
/// An error of the record is none of the delivery: a report that was delivered and could not be taken out comes again.
pub fn deliver(
    history: &Mutex<History>,
    book: &AddressBook,
    ours: Vec<Claimed>,
    addresses: &[String],
    deadline: Instant,
) -> Vec<Delivered> {
    let mut keys: Vec<&str> = ours.iter().map(|report| report.address.as_str()).collect();
    keys.extend(addresses.iter().map(String::as_str));
    keys.sort_unstable();
    keys.dedup();
    let count = keys.len();
    let next = Mutex::new(keys.into_iter());
    let done = Mutex::new(Vec::new());
    let worker = || {
        loop {
            // Its own statement: the lock must be free again while this address is worked at.
            let key = locked(&next).next();
            let Some(key) = key else { break };
            let first = ours.iter().find(|report| report.address == key);
            let told = one_address(history, book, key, first.cloned(), deadline);
            locked(&done).extend(told);
        }
    };
    thread::scope(|scope| {
        for _ in 1..AT_ONCE.min(count) {
            // Without threads it is done one after the other.
            let _ = thread::Builder::new().spawn_scoped(scope, worker);
        }
        worker();
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Delivers reports of which there is no record, because it cannot be written: once, with nothing to fall back on.
pub fn deliver_unrecorded(
    book: &AddressBook,
    run: Uuid,
    job: &str,
    reports: &[NewReport],
    deadline: Instant,
) -> Vec<Delivered> {
    let one = &|report: &NewReport| {
        let error = match serde_json::from_slice(&report.payload) {
            Ok(payload) => book
                .deliver(&report.address, job, run, &payload, None, deadline)
                .err(),
            Err(_) => None, // we have just written it
        };
        Delivered {
            job: job.to_owned(),
            target: report.target.clone(),
            to_people: is_channel(&report.address),
            error,
            unsettled: None,
        }
    };
    thread::scope(|scope| {
        let started: Vec<_> = reports
            .iter()
            .map(|report| {
                (
                    report,
                    thread::Builder::new().spawn_scoped(scope, move || one(report)),
                )
            })
            .collect();
        let finished = |(report, thread): (&NewReport, std::io::Result<ScopedJoinHandle<'_, Delivered>>)| {
            // Without threads it is done one after the other.
            thread.map_or_else(
                |_| one(report),
                |thread| thread.join().unwrap_or_else(|_| one(report)),
            )
        };
        started.into_iter().map(finished).collect()
    })
}

/// Delivers all that may be delivered now, of all jobs. Nothing, if another is at it.
pub fn flush(
    folder: &Path,
    history: &Mutex<History>,
    book: &AddressBook,
    deadline: Instant,
) -> Result<Option<Vec<Delivered>>, HistoryError> {
    let lock = File::options()
        .create(true)
        .append(true)
        .open(folder.join("flush.lock"));
    let is_only = lock
        .as_ref()
        .is_ok_and(|lock| flock(lock, FlockOperation::NonBlockingLockExclusive).is_ok());
    if !is_only {
        return Ok(None);
    }
    locked(history).bound(book.settings.record().bounds, SystemTime::now())?;
    let mut addresses = locked(history).addresses()?;
    addresses.dedup();
    Ok(Some(deliver(history, book, Vec::new(), &addresses, deadline)))
}

fn one_address(
    history: &Mutex<History>,
    book: &AddressBook,
    key: &str,
    first: Option<Claimed>,
    deadline: Instant,
) -> Vec<Delivered> {
    let mut told = Vec::new();
    let mut next = first;
    let pause = book.pause(key);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        // A ping that arrives and whose answer does not is sent again: rather none than one in the last moment.
        if left.is_zero() || (!told.is_empty() && left < LAST_MOMENT) {
            break;
        }
        let claim = || locked(history).claim(Some(key), SystemTime::now(), left + Duration::from_secs(5));
        let Some(report) = next.take().or_else(|| claim().ok().flatten()) else {
            return told;
        };
        if let Some(pause) = pause {
            let turn = locked(history).turn(key, pause, left.saturating_sub(LAST_MOMENT), SystemTime::now());
            match turn {
                Ok(Turn::In(wait)) => thread::sleep(wait),
                Ok(Turn::NotBefore(at)) => {
                    let _ = locked(history).put_back(&report, "it takes no more messages for now", at);
                    return told;
                }
                // Too much is better than nothing.
                Err(_) => {}
            }
        }
        let answered_by = deadline - SETTLING.min(left / 8);
        let error = attempt(book, &report, answered_by).err();
        let goes_on = error.as_ref().is_none_or(DeliveryError::is_permanent);
        let kept = settle(history, &report, error.as_ref());
        let to_people = is_channel(key);
        let is_told = error.is_none();
        let is_settled = kept.is_ok();
        told.push(Delivered {
            job: report.job,
            target: report.target,
            to_people,
            error,
            unsettled: kept.err().filter(|_| is_told).map(|error| error.to_string()),
        });
        if !goes_on || !is_settled {
            return told;
        }
    }
    // Claimed, and no time left to try it: somebody else may.
    if let Some(report) = next {
        let _ = locked(history).put_back(&report, "no time was left", SystemTime::now());
    }
    told
}

fn attempt(book: &AddressBook, report: &Claimed, deadline: Instant) -> Result<(), DeliveryError> {
    let payload: Payload = serde_json::from_slice(&report.payload).map_err(|_| DeliveryError {
        kind: delivery::DeliveryErrorKind::Refused("it was written by another version".to_owned()),
        place: report.target.clone(),
        attempts: 0,
        retry_after: None,
    })?;
    let is_late = seconds(SystemTime::now()) - payload.at() > LATE;
    let meant = SystemTime::UNIX_EPOCH + Duration::from_secs(payload.at().unsigned_abs());
    let late = is_late.then(|| format!("sent late; this is from {}", moment(meant)));
    book.deliver(
        &report.address,
        &report.job,
        report.run,
        &payload,
        late.as_deref(),
        deadline,
    )
}

fn settle(
    history: &Mutex<History>,
    report: &Claimed,
    error: Option<&DeliveryError>,
) -> Result<(), HistoryError> {
    let mut history = locked(history);
    match error {
        None => history.delivered(report),
        Some(error) if error.is_permanent() => history.lay_aside(report, &error.to_string()),
        Some(error) => {
            let usual = PAUSES.0.saturating_mul(1 << report.attempts.min(8)).min(PAUSES.1);
            let pause = error.retry_after.map_or(usual, |wish| wish.min(LONGEST_WISH));
            history.put_back(report, &error.to_string(), SystemTime::now() + pause)
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! A lock that is held: renewed by a thread, lost or given back.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, thread};

use crate::client::Client;
use crate::{ServiceError, ServiceErrorKind};

/// A lock that is ours until it is released, lost, or dropped. Dropping it releases it too, within a second.
pub struct Held {
    shared: Arc<Shared>,
    released: bool,
}

/// Why a lock is no longer ours.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lost {
    /// etcd says that the lease has ended: it was not renewed in time, or someone revoked it.
    Expired,
    /// The lease lives, but the key was deleted or is another's.
    Deleted,
    /// No endpoint renewed the lease until it must have run out.
    Unreachable(ServiceError),
}

type Notice = Box<dyn FnOnce(&Lost) + Send>;

struct Shared {
    client: Arc<Client>,
    lease: String,
    ttl: Duration,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    stopped: bool,
    lost: Option<Lost>,
    notice: Option<Notice>,
    /// When the lease has run out if it is not renewed.
    until: Instant,
}

/// Between two attempts to renew after one that failed.
const AGAIN: Duration = Duration::from_millis(250);
/// The least time that a renewal gets: after a pause of the host the lease may live although its time is over.
const LEAST: Duration = Duration::from_millis(500);
/// What dropping may take.
const DROP: Duration = Duration::from_secs(1);

impl Held {
    /// Begins to renew. `asked` is when the lease was asked for, which is before it began to run.
    pub(crate) fn start(
        client: Arc<Client>,
        lease: String,
        ttl: Duration,
        asked: Instant,
    ) -> Result<Held, ServiceError> {
        let state = State {
            stopped: false,
            lost: None,
            notice: None,
            until: asked + ttl,
        };
        let shared = Arc::new(Shared {
            client,
            lease,
            ttl,
            state: Mutex::new(state),
            changed: Condvar::new(),
        });
        let keeper = Arc::clone(&shared);
        let spawned = thread::Builder::new()
            .name("etcd-lease".to_owned())
            .spawn(move || keeper.keep());
        match spawned {
            Ok(_) => Ok(Held {
                shared,
                released: false,
            }),
            Err(error) => {
                let kind = ServiceErrorKind::Here(format!("cannot start a thread: {error}"));
                Err(ServiceError {
                    kind,
                    endpoint: String::new(),
                    attempts: 0,
                })
            }
        }
    }

    /// Whether the lock is known to be no longer ours.
    pub fn lost(&self) -> bool {
        self.loss().is_some()
    }

    /// Why the lock is no longer ours, if so.
    pub fn loss(&self) -> Option<Lost> {
        self.shared.state().lost.clone()
    }

    /// Calls `notice` as soon as the lock is lost, from the thread that renews it; here and now if it is lost
    /// already. Only the last one given is called, and never after the release began.
    pub fn on_lost(&self, notice: impl FnOnce(&Lost) + Send + 'static) {
        let mut state = self.shared.state();
        match state.lost.clone() {
            None => state.notice = Some(Box::new(notice)),
            Some(lost) => {
                drop(state);
                notice(&lost);
            }
        }
    }

    /// The time to live that etcd granted: how long others must wait when this process dies.
    pub fn ttl(&self) -> Duration {
        self.shared.ttl
    }

    /// Gives the lock back, within `deadline`. If etcd cannot be reached, the lock ends with its lease.
    pub fn release(mut self, deadline: Duration) -> Result<(), ServiceError> {
        self.end(deadline)
    }

    fn end(&mut self, deadline: Duration) -> Result<(), ServiceError> {
        self.released = true;
        {
            let mut state = self.shared.state();
            state.stopped = true;
            state.notice = None;
        }
        self.shared.changed.notify_all();
        // A renewal on its way does no harm: a revoked lease stays revoked.
        self.shared
            .client
            .revoke(&self.shared.lease, Instant::now() + deadline)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if !self.released {
            // Nobody is left to be told.
            let _ = self.end(DROP);
        }
    }
}

impl Shared {
    /// Renews three times in each time to live, until stopped or lost.
    fn keep(&self) {
        let mut pause = self.ttl / 3;
        while self.sleep(pause) {
            let asked = Instant::now();
            let until = self.state().until;
            match self.client.renew(&self.lease, until.max(asked + LEAST)) {
                Ok(Some(left)) => {
                    if self.is_taken(asked + left) {
                        return self.lose(Lost::Deleted);
                    }
                    self.state().until = asked + left;
                    pause = (left.min(self.ttl) / 3).saturating_sub(asked.elapsed());
                }
                Ok(None) => return self.lose(Lost::Expired),
                // As long as the lease must still run, the next attempt may do it.
                Err(_) if Instant::now() + AGAIN < until => pause = AGAIN,
                Err(error) => return self.lose(Lost::Unreachable(error)),
            }
        }
    }

    /// Sleeps; false when stopped.
    fn sleep(&self, pause: Duration) -> bool {
        let until = Instant::now() + pause;
        let mut state = self.state();
        while !state.stopped {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            let woken = self.changed.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        false
    }

    /// Whether the key is not ours although the lease lives: someone deleted it. Not knowing is no.
    fn is_taken(&self, until: Instant) -> bool {
        match self.client.read(until.min(Instant::now() + self.ttl / 3)) {
            Ok(Some(entry)) => entry.lease != self.lease,
            Ok(None) => true,
            Err(_) => false,
        }
    }

    fn lose(&self, lost: Lost) {
        let notice = {
            let mut state = self.state();
            if state.stopped {
                return;
            }
            state.lost = Some(lost.clone());
            state.notice.take()
        };
        if let Some(notice) = notice {
            notice(&lost);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held")
            .field("lease", &self.shared.lease)
            .field("lost", &self.loss())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lost::Expired => f.write_str("its lease in etcd has ended"),
            Lost::Deleted => f.write_str("its key in etcd was deleted or is another's"),
            Lost::Unreachable(error) => write!(f, "its lease was not renewed in time: {error}"),
        }
    }
}

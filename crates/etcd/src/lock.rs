//! Taking the lock.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::client::{Client, Entry};
use crate::{Held, Holder, LockError, ServiceError, Target};

/// How long etcd may take to give the lock or to say who has it, unless something else is chosen.
pub const ACQUIRE: Duration = Duration::from_secs(3);

/// The lock itself is in etcd; this is the way to it.
#[derive(Debug)]
pub struct Lock(());

/// Between two looks at a lock that another holds: soon at first, then once a second.
const FIRST_LOOK: Duration = Duration::from_millis(100);
const LAST_LOOK: Duration = Duration::from_secs(1);
/// How often a waiting caller is asked whether to go on.
const ASK: Duration = Duration::from_millis(50);
/// For taking back what a failed attempt may have left in etcd, out of the caller's way.
const TIDY: Duration = Duration::from_secs(5);

impl Lock {
    /// Takes the lock, or tells who has it.
    ///
    /// etcd has to answer within `deadline` ([`ACQUIRE`] is the usual one). When another holds the lock, it
    /// is asked again for as long as `wait`, first after 0.1 s, then about every second; with a `wait` of
    /// zero the answer is [`LockError::Held`] at once.
    pub fn acquire(
        target: &Target,
        holder: &Holder,
        deadline: Duration,
        wait: Duration,
    ) -> Result<Held, LockError> {
        Lock::acquire_unless(target, holder, deadline, wait, &|| false)
    }

    /// As [`Lock::acquire`], but stops waiting soon after `cancelled` returns true.
    pub fn acquire_unless(
        target: &Target,
        holder: &Holder,
        deadline: Duration,
        wait: Duration,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Held, LockError> {
        let began = Instant::now();
        let client = Arc::new(Client::new(target)?);
        let mut refused = attempt(&client, target, holder, began + deadline);
        let mut pause = FIRST_LOOK;
        // Whoever has it once is waited for, also through a failure of etcd.
        while matches!(refused, Err(LockError::Held(_))) {
            let Some(left) = wait.checked_sub(began.elapsed()).filter(|left| !left.is_zero()) else {
                break;
            };
            rest(pause.min(left), cancelled)?;
            pause = (pause * 3 / 2).min(LAST_LOOK);
            match attempt(&client, target, holder, Instant::now() + deadline) {
                Err(LockError::Service(error)) if error.kind.is_passing() => {}
                other => refused = other,
            }
        }
        refused
    }
}

/// One look at the lock, and the attempt to take it if it is free.
fn attempt(
    client: &Arc<Client>,
    target: &Target,
    holder: &Holder,
    deadline: Instant,
) -> Result<Held, LockError> {
    // A look first: to be refused should cost etcd no lease.
    if let Some(entry) = client.read(deadline)? {
        return Err(held(&entry));
    }
    let asked = Instant::now();
    let (lease, ttl) = client.grant(target.ttl, deadline)?;
    let failed = |error: ServiceError| {
        tidy(client, &lease);
        LockError::from(error)
    };
    match client.put(&lease, &holder.to_json(), deadline).map_err(failed)? {
        // A transaction whose answer was lost is repeated, and then finds its own key.
        Some(entry) if entry.lease != lease => {
            tidy(client, &lease);
            Err(held(&entry))
        }
        _ => Held::start(Arc::clone(client), lease.clone(), ttl, asked).map_err(failed),
    }
}

fn held(entry: &Entry) -> LockError {
    LockError::Held(Holder::from_json(&entry.value))
}

/// Revokes a lease that is of no use, without making the caller wait. Where that fails, it runs out.
fn tidy(client: &Arc<Client>, lease: &str) {
    let (client, lease) = (Arc::clone(client), lease.to_owned());
    let work = move || client.revoke(&lease, Instant::now() + TIDY);
    let _ = thread::Builder::new().name("etcd-tidy".to_owned()).spawn(work);
}

fn rest(pause: Duration, cancelled: &dyn Fn() -> bool) -> Result<(), LockError> {
    let until = Instant::now() + pause;
    loop {
        if cancelled() {
            return Err(LockError::Cancelled);
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        thread::sleep(left.min(ASK));
    }
}

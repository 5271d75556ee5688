//! A lock across hosts: a key in etcd that lives as long as its holder keeps a lease alive.
//!
//! [`Lock::acquire`] takes the lock that a [`Target`] names, such as
//! `etcd://a.example:2379,b.example:2379/nightly-backup`, or says who holds it. While [`Held`] lives, a
//! thread renews the lease; when that fails, [`Held::lost`] turns true and [`Held::on_lost`]'s function is
//! called at once. [`Held::release`] gives the lock back.
//!
//! # A lease is no fence
//!
//! When the holder's host is paused, or cut off from etcd, for longer than the time to live of its lease,
//! etcd gives the lock to another while the first still runs, until it notices: the two overlap. What must
//! never happen twice needs a check where it happens (a unique key, a version number), not a lock. What the
//! lock does promise is this much: of those who reach etcd, one at a time holds it; and a holder that died
//! keeps others out for one time to live at most.
//!
//! # How
//!
//! etcd's JSON gateway (`/v3/...`, etcd 3.4 and later) over HTTP: grant a lease, then put the key if it does
//! not exist, in one transaction. Every request goes to the endpoints in turn until one answers, within one
//! deadline. Proxies from the environment are not used, and redirects are not followed.
//!
//! # What etcd must allow
//!
//! Where etcd asks for a login, the user needs to read and write the keys of the locks:
//!
//! ```text
//! etcdctl role add cron-locks
//! etcdctl role grant-permission cron-locks --prefix=true readwrite /crontools/lock/
//! etcdctl user grant-role cron cron-locks
//! ```
//!
//! Where it asks for client certificates (`--client-cert-auth`), its gateway calls its own server and shows
//! the server's certificate: that one must be good for a client too. A user can not be taken from the
//! certificate's name through the gateway; log in with user and password.
//!
//! # Example
//!
//! ```no_run
//! use std::time::Duration;
//! use etcd::{ACQUIRE, Holder, Lock, LockError, Target};
//!
//! let target = Target::parse("etcd://127.0.0.1:2379/nightly-backup").expect("a target");
//! let holder = Holder {
//!     host: "web1".to_owned(),
//!     pid: std::process::id(),
//!     run: "4be0643f-1d98-573b-97cd-ca98a65347dd".to_owned(),
//!     started: "2026-11-21T02:30:00Z".to_owned(),
//! };
//! match Lock::acquire(&target, &holder, ACQUIRE, Duration::ZERO) {
//!     Ok(held) => {
//!         held.on_lost(|why| eprintln!("the lock is lost: {why}"));
//!         // ... the work ...
//!         let _ = held.release(Duration::from_secs(1));
//!     }
//!     Err(LockError::Held(by)) => println!("skipped: the lock is held by {by}"),
//!     Err(error) => eprintln!("no lock: {error}"),
//! }
//! ```

mod access;
mod agent;
mod client;
mod error;
mod held;
mod holder;
mod lock;
mod target;

pub use access::{Access, AccessError, Login};
pub use error::{LockError, ServiceError, ServiceErrorKind};
pub use held::{Held, Lost};
pub use holder::Holder;
pub use lock::{ACQUIRE, Lock};
pub use target::{Target, TargetError};

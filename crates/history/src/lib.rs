//! The record of runs, kept in SQLite, with the outbox of reports that could not be delivered yet.
//!
//! One run is written twice: when it begins, so that a run whose wrapper is killed or whose host goes down is
//! still known, and when it ends, in one transaction with everything that is to be told about it.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use history::{End, History, NewRun, Outcome};
//!
//! let folder = tempfile::tempdir().unwrap();
//! let mut history = History::open(folder.path(), Duration::from_secs(5))?;
//! let run = NewRun::here(uuid::Uuid::new_v4(), "backup", "/usr/bin/rsync ...", "root", SystemTime::now());
//! history.begin(&run)?;
//! let end = End::new(Outcome::Exited(0), false, Duration::from_secs(3));
//! history.finish(&run, &end, |_status| Default::default())?;
//!
//! let last = history.last("backup", 1)?;
//! assert_eq!(last[0].outcome, Some(Outcome::Exited(0)));
//! # Ok::<(), history::HistoryError>(())
//! ```
//!
//! Nothing here is needed for a job to run: whoever gets an error says so and goes on.

mod error;
mod lost;
mod open;
mod outbox;
mod process;
mod query;
mod retention;
mod run;
mod state;
mod write;

pub use error::{HistoryError, HistoryErrorKind};
pub use open::{FILE_NAME, History, SCHEMA_VERSION};
pub use outbox::{Bounds, Claimed, NewReport, Turn, Waiting};
pub use process::Process;
pub use query::{RecordedRun, Usual};
pub use retention::Retention;
pub use run::{Decision, End, LostRun, NewRun, Outcome, StreamCount, Usage};
pub use state::{StateFolder, state_folder};

//! The systemd journal, and the only place that knows its formats.
//!
//! Writing uses the [native protocol](https://systemd.io/JOURNAL_NATIVE_PROTOCOL/): one datagram an entry, so
//! that fields and line breaks arrive as they were sent, which syslog's socket does not do.
//!
//! ```no_run
//! use std::time::{Duration, Instant};
//! use journal::{Entry, FieldName, Journal};
//!
//! const EXIT_CODE: FieldName = FieldName::new("CRONTOOLS_EXIT_CODE");
//!
//! let mut journal = Journal::open()?;
//! let mut entry = Entry::new("backup ended with exit code 3");
//! entry.push(FieldName::PRIORITY, "3");
//! entry.push(EXIT_CODE, "3");
//! journal.send(&entry, Instant::now() + Duration::from_millis(100))?;
//! # Ok::<(), std::io::Error>(())
//! ```

mod entry;
mod write;

pub use entry::{Entry, FieldName, FieldNameError};
pub use write::{Journal, SOCKET};

//! What a run has to tell, to whom, when, and until it has arrived.
//!
//! The way of a report: the [`Settings`] say which monitors and channels a job has; the [`AlertRule`] says whether
//! people are told of this run; [`decide`] makes the reports, which the record keeps in the transaction of the run;
//! [`deliver`] takes them out one by one as they arrive. What did not arrive is delivered by the next run, or by
//! [`flush`].
//!
//! ```
//! use reporting::Settings;
//!
//! // Without a file nothing is set, and what is not set has its usual value; a later line wins.
//! let settings = Settings::read(&[], &[]);
//! let job = settings.job("backup");
//! assert!(settings.problems().is_empty() && job.channels.is_empty());
//! assert_eq!(job.rule.silent, std::time::Duration::from_secs(86_400));
//! ```

mod alert;
mod book;
mod deliver;
mod duration;
mod facts;
mod files;
mod message;
mod metrics;
mod report;
mod result;
mod settings;
mod status;

pub use alert::{Alert, AlertRule, AlertStatus, Seen};
pub use book::{Address, AddressBook};
pub use deliver::{Delivered, deliver, deliver_unrecorded, flush};
pub use duration::parse_duration;
pub use facts::{RunFacts, moment};
pub use files::write_atomically;
pub use message::alert;
pub use metrics::metrics;
pub use report::{Told, decide, decide_lost, decide_running};
pub use result::result_json;
pub use settings::{
    JobSettings, Problem, RECORD_KEYS, REPORT_KEYS, RecordSettings, Settings, TARGET_KEYS,
    settings_directories, settings_files,
};
pub use status::status_line;

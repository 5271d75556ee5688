//! A ping receiver for tests that answers as the real Healthchecks v4.3 was measured to, and misbehaves on demand.
//!
//! ```no_run
//! use std::time::Duration;
//! use monitor::{Fault, Monitor};
//!
//! let monitor = Monitor::start();
//! // ... run something that pings monitor.ping_url() ...
//! let pings = monitor.wait_for(2, Duration::from_secs(5));
//! assert_eq!(pings[1].code, Some(3));
//!
//! // Faults hold from the next connection on.
//! let broken = Monitor::faulty(Fault::Status { code: 500, times: 2, retry_after: None });
//! broken.set_fault(Fault::None);
//! ```
//!
//! By hand: `cargo run -p crontools-test-monitor -- [--port P] [--limit N] UUID...`

mod api;
mod fault;
mod request;
mod server;
mod tls;

pub use api::{DEFAULT_KEY, DEFAULT_LIMIT, DEFAULT_UUID, Ping};
pub use fault::Fault;
pub use request::Request;
pub use server::{Monitor, Options};
pub use tls::Tls;

//! Delivers what a run has to say, each within one deadline: pings to monitors, messages to people.
//!
//! ```no_run
//! use std::time::{Duration, Instant};
//! use delivery::{Monitor, Ping, PingKind};
//!
//! let monitor = Monitor::from_url("https://hc-ping.com/5a2b9c1e-2222-4333-8444-555566667777")?;
//! let ping = Ping { kind: PingKind::ExitCode(3), run: uuid::Uuid::new_v4(), body: b"disk full\n" };
//! let answer = monitor.ping(&ping, Instant::now() + Duration::from_secs(10))?;
//! println!("the monitor keeps {:?} bytes of a body", answer.body_limit);
//! # Ok::<(), delivery::DeliveryError>(())
//! ```
//!
//! Three promises hold for everything here. A call returns by its deadline, whatever the network, the name
//! service or the server does. What can pass is tried again (refused connections, names that do not resolve,
//! timeouts, 408, 429, 5xx); what cannot is given up at once. And a URL is a secret: neither a monitor nor an
//! error shows more of it than scheme, host and port.

mod channel;
mod error;
mod http;
mod kind;
mod mail;
mod monitor;
mod network;
mod process;
mod template;
mod url;
mod work;

pub use channel::{CHANNELS, Channel, ChannelKind, Limits, Message};
pub use error::{DeliveryError, DeliveryErrorKind};
pub use kind::{Setting, SettingError, Values, distance};
pub use monitor::{Answer, MONITORS, Monitor, MonitorKind, Ping, PingKind};
pub use network::{Network, Proxy};
pub use url::SecretUrl;

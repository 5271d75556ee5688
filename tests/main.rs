//! What needs several programs, a real daemon, or the repository itself.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod arrows;
mod as_shell;
mod converted;
mod cured;
mod cures;
mod environment;
mod first_alert;
mod man;
mod named;
mod oncalendar;
mod replay;
mod shown;
mod soak;
mod together;
mod units;

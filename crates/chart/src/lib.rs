//! Pictures of when things fire: calendars, heat maps, timelines and load maps, as text for a terminal and
//! as SVG.
//!
//! The input is plain data: counts a day, counts a minute, rows of minutes. Where they come from, and in
//! which time zone, is the caller's business. Every picture has two forms:
//!
//! - `text(&Terminal)`: lines that end in a newline and fit [`Terminal::width`] as long as that is not
//!   absurdly small; blocks or plain ASCII; ANSI colours only when asked for, and never as the only sign.
//! - `svg()`: one self-contained document that reads well on light and dark pages, with a title and a
//!   description for screen readers, no scripts, and nothing fetched from elsewhere.
//!
//! Titles and labels are taken for hostile: markup is escaped, and control characters, direction overrides
//! and the like are made [`visible`].
//!
//! ```
//! use chart::{Glyphs, Row, Terminal, Timeline};
//!
//! let rows = [
//!     Row { label: "backup", minutes: &[150] },
//!     Row { label: "poll", minutes: &[0, 240, 480, 720, 960, 1200] },
//! ];
//! let day = Timeline { title: "Saturday", rows: &rows };
//! let terminal = Terminal { width: 40, glyphs: Glyphs::Ascii, color: false };
//! assert_eq!(
//!     day.text(&terminal),
//!     "Saturday\n\
//!      \x20      00 03 06 09 12 15 18 21\n\
//!      backup ..|.....................  1\n\
//!      poll   |...|...|...|...|...|...  6\n\
//!      | once; a column is 60 minutes\n"
//! );
//! assert!(day.svg().starts_with("<svg "));
//! ```

mod axis;
mod calendar;
mod heat;
mod label;
mod load;
mod scale;
mod svg;
mod terminal;
mod timeline;

pub use calendar::Calendar;
pub use heat::HeatMap;
pub use label::visible;
pub use load::{Busy, LoadMap};
pub use terminal::{Glyphs, Terminal};
pub use timeline::{Row, Timeline};

/// Minutes of a day on the wall clock.
pub const MINUTES_A_DAY: usize = 24 * 60;

/// `1 firing`, `2 firings`.
fn plural(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// `02:30` for minute 150 of a day.
fn clock(minute: usize) -> String {
    format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
}

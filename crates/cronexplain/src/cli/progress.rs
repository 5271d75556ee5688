//! A line on the terminal while something takes long.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::options::Common;

/// What is over sooner says nothing.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(200);

/// How much is done, on stderr, where that is a terminal and a person looks at it.
pub(super) struct Progress {
    /// When to say the next word; none: never.
    due: Option<Instant>,
    shown: bool,
}

impl Progress {
    pub(super) fn new(common: &Common) -> Progress {
        let wanted = !common.quiet && !common.json && io::stderr().is_terminal();
        Progress {
            due: wanted.then(|| Instant::now() + PATIENCE),
            shown: false,
        }
    }

    /// So much of it is done.
    pub(super) fn tell(&mut self, part: f64) {
        let now = Instant::now();
        if self.due.is_some_and(|due| now >= due) {
            self.due = Some(now + PAUSE);
            self.shown = true;
            let _ = write!(
                io::stderr(),
                "\rcomparing: {:3.0} %",
                (part * 100.0).clamp(0.0, 100.0)
            );
        }
    }

    /// Clears the line.
    pub(super) fn end(&mut self) {
        if std::mem::take(&mut self.shown) {
            let _ = write!(io::stderr(), "\r{:20}\r", "");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

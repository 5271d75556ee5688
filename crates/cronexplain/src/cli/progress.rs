//! A line on the terminal while something takes long.

use std::io::{self, Write};
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
    pub(super) fn new(common: &Common, terminal: bool) -> Progress {
        let wanted = !common.quiet && !common.json && terminal;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use clap::Parser;

    fn check(flags: &[&str], terminal: bool, says_something: bool) {
        let args = ["cronexplain"].iter().chain(flags);
        let options = Options::try_parse_from(args).expect("a command line");
        let progress = Progress::new(&options.common, terminal);
        assert_eq!(progress.due.is_some(), says_something, "{flags:?} {terminal}");
    }

    #[test]
    fn only_a_person_at_a_terminal_is_told() {
        check(&[], true, true);
        check(&[], false, false);
        check(&["--json"], true, false);
        check(&["--quiet"], true, false);
    }
}

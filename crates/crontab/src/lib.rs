//! The text of a crontab, read as its daemon reads it.
//!
//! [`Crontab::parse`] never fails and loses nothing: every byte belongs to a line, every line says what the
//! daemon takes it for, and everything has its place in the text. What is wrong is kept beside what is right,
//! so that one pass finds every error.
//!
//! ```
//! use crontab::{Content, Crontab, Kind, daemon};
//!
//! let text = b"PATH=/usr/bin\n0 5 * * * root date +\\%F\n";
//! let crontab = Crontab::parse(text, Kind::System, &daemon::DEBIAN);
//! let Content::Entry(entry) = &crontab.lines[1].content else { panic!() };
//! assert_eq!(entry.user.as_ref().unwrap().name, "root");
//! assert_eq!(entry.command.text, "date +%F");
//! assert_eq!(crontab.environment(1).path().text(), Some("/usr/bin"));
//! ```

mod assignment;
pub mod daemon;
mod entry;
mod environment;
mod kind;
mod line;
mod names;
mod text;
mod verdict;

use std::collections::HashMap;
use std::ops::Range;

pub use assignment::Assignment;
pub use daemon::Daemon;
pub use entry::{Entry, Trouble, User};
pub use environment::{Account, Environment, Value};
pub use kind::{Kind, is_account_name, is_system_account};
pub use line::{Content, Ending, Line, Unreadable};
pub use text::Text;
pub use verdict::{Complaint, Verdict, words_for_error};

/// A place in the text: a range of bytes.
pub type Span = Range<usize>;

/// A crontab, line by line.
#[derive(Debug)]
pub struct Crontab<'t> {
    /// The whole text.
    pub text: &'t [u8],
    /// Whether its entries have a user column.
    pub kind: Kind,
    /// The daemon as which it was read.
    pub daemon: &'static Daemon,
    /// Every line, in order. Their spans and line ends make up the whole text.
    pub lines: Vec<Line<'t>>,
    /// For each variable the lines that assign it, in order.
    assigned: HashMap<String, Vec<usize>>,
}

impl<'t> Crontab<'t> {
    /// Reads a crontab as the daemon would, going on after errors.
    pub fn parse(text: &'t [u8], kind: Kind, daemon: &'static Daemon) -> Crontab<'t> {
        Crontab::of_lines(text, kind, daemon, line::lines(text, kind, daemon).collect())
    }

    /// The lines one by one, each as a crontab that has that line alone: what a long file takes no memory for. Spans
    /// are those in the whole text. The verdict on the file is that on all of them; what an entry finds in its
    /// environment is for the caller to carry on.
    ///
    /// ```
    /// use crontab::{Crontab, Kind, daemon};
    ///
    /// let text = b"CRON_TZ=Asia/Tokyo\n0 5 * * * true\n";
    /// let mut lines = Crontab::each_line(text, Kind::User, &daemon::CRONIE);
    /// let first = lines.next().unwrap();
    /// assert_eq!(first.environment(1).get("CRON_TZ").text(), Some("Asia/Tokyo"));
    /// assert_eq!(lines.next().unwrap().lines[0].number, 2);
    /// ```
    pub fn each_line(
        text: &'t [u8],
        kind: Kind,
        daemon: &'static Daemon,
    ) -> impl Iterator<Item = Crontab<'t>> {
        line::lines(text, kind, daemon).map(move |line| Crontab::of_lines(text, kind, daemon, vec![line]))
    }

    fn of_lines(text: &'t [u8], kind: Kind, daemon: &'static Daemon, lines: Vec<Line<'t>>) -> Crontab<'t> {
        let mut assigned: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, line) in lines.iter().enumerate() {
            if let Content::Assignment(assignment) = &line.content
                && daemon.assignments.take(&assignment.name)
            {
                assigned
                    .entry(assignment.name.clone().into_owned())
                    .or_default()
                    .push(index);
            }
        }
        Crontab {
            text,
            kind,
            daemon,
            lines,
            assigned,
        }
    }

    /// The entries, with the index of the line of each.
    pub fn entries(&self) -> impl Iterator<Item = (usize, &Entry<'t>)> {
        self.lines
            .iter()
            .enumerate()
            .filter_map(|(index, line)| match &line.content {
                Content::Entry(entry) => Some((index, &**entry)),
                _ => None,
            })
    }

    /// The assignments, with the index of the line of each.
    pub fn assignments(&self) -> impl Iterator<Item = (usize, &Assignment<'t>)> {
        self.lines
            .iter()
            .enumerate()
            .filter_map(|(index, line)| match &line.content {
                Content::Assignment(assignment) => Some((index, assignment)),
                _ => None,
            })
    }

    /// What the entry on that line (an index into `lines`) finds in its environment.
    pub fn environment(&self, line: usize) -> Environment<'_> {
        Environment::new(self, line)
    }

    /// What the daemon makes of the file as a whole, and what it says.
    pub fn verdict(&self) -> Verdict {
        verdict::verdict(self)
    }

    /// The assignment in force for a variable on a line.
    fn assignment_at(&self, name: &str, line: usize) -> Option<(usize, &Assignment<'t>)> {
        let lines = self.assigned.get(name)?;
        let index = *lines.get(lines.partition_point(|&at| at < line).checked_sub(1)?)?;
        match &self.lines[index].content {
            Content::Assignment(assignment) => Some((index, assignment)),
            _ => None,
        }
    }

    /// The names that are assigned anywhere in the file, sorted.
    pub fn assigned_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.assigned.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }
}

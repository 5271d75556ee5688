//! The terminal, where somebody runs cronwrap by hand.
//!
//! The job has a process group of its own, which must be the terminal's foreground group to read from it and to get
//! what the keyboard sends. A part of a shell's pipeline must not take the foreground from the others: there, the
//! job stays in our group.

use rustix::process::{Pid, Signal};
use rustix::stdio::{stderr, stdin, stdout};
use rustix::termios::{isatty, tcgetpgrp, tcsetpgrp};

/// What the job's process group should be.
pub(crate) enum Place {
    /// One of its own; there is no terminal, or not ours.
    Apart,
    /// One of its own, in the foreground of our terminal.
    Foreground(Terminal),
    /// Ours: others in it use the terminal as well.
    Ours,
}

/// Our terminal, whose foreground the job takes.
pub(crate) struct Terminal(());

impl Place {
    pub(crate) fn find() -> Place {
        // The usual case, of cron, first: no terminal.
        if !isatty(stdin()) || tcgetpgrp(stdin()) != Ok(rustix::process::getpgrp()) {
            return Place::Apart;
        }
        match isatty(stdout()) && isatty(stderr()) {
            true => Place::Foreground(Terminal(())),
            false => Place::Ours,
        }
    }
}

impl Terminal {
    /// We are in the foreground again. SIGTTOU is blocked.
    pub(crate) fn take_back(&self) {
        let _ = tcsetpgrp(stdin(), rustix::process::getpgrp());
    }

    /// The job was stopped from the keyboard: stops us, too, so that the shell notices, and goes on with the job
    /// when we go on.
    pub(crate) fn stop_with(&self, job: Pid) {
        self.take_back();
        let _ = rustix::process::kill_process(rustix::process::getpid(), Signal::STOP);
        let _ = tcsetpgrp(stdin(), job);
        let _ = rustix::process::kill_process_group(job, Signal::CONT);
    }
}

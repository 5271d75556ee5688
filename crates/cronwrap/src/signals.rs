//! The signals that cronwrap takes in and hands on.
//!
//! They are blocked and read from a descriptor. Dispositions stay as they are (but SIGCHLD's), so the job inherits
//! them as cron left them (a `nohup` stays a `nohup`), and the mask is given back between fork and exec.

use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

/// What arrives for the job, not for us. SIGCHLD is ours.
const FORWARDED: [Signal; 6] = [
    Signal::SIGTERM,
    Signal::SIGINT,
    Signal::SIGHUP,
    Signal::SIGQUIT,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
];

/// The kernel's mark on what the terminal sends.
const SI_KERNEL: i32 = 0x80;

/// The signals waiting for us.
pub(crate) struct Signals {
    descriptor: SignalFd,
    /// The mask that we were started with, and that the job is to get.
    pub(crate) before: SigSet,
}

/// One signal that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrived {
    /// A child changed its state.
    Child,
    /// To be handed on to the job.
    Forward(Signal),
    /// From the keyboard: all in the terminal's foreground group have got it.
    Typed(Signal),
}

/// Whether a signal asks a program to end.
pub(crate) fn asks_to_end(signal: Signal) -> bool {
    matches!(
        signal,
        Signal::SIGTERM | Signal::SIGINT | Signal::SIGHUP | Signal::SIGQUIT
    )
}

impl Signals {
    /// From here on the signals wait for [`Signals::next`]. Call it before the first thread is started.
    pub(crate) fn take() -> io::Result<Signals> {
        // Where our parent ignored SIGCHLD, the kernel would not tell us how the job ended. The handler never runs.
        signal_hook::flag::register(Signal::SIGCHLD as i32, Arc::default())?;
        let mut taken = SigSet::empty();
        FORWARDED.iter().for_each(|&signal| taken.add(signal));
        taken.add(Signal::SIGCHLD);
        let mut blocked = taken;
        // Or giving the terminal to the job, and taking it back, would stop us.
        blocked.add(Signal::SIGTTOU);
        let before = blocked.thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
        let descriptor = SignalFd::with_flags(&taken, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
        Ok(Signals { descriptor, before })
    }

    /// The next signal, if one has come.
    pub(crate) fn next(&self) -> Option<Arrived> {
        let info = self.descriptor.read_signal().ok()??;
        match Signal::try_from(info.ssi_signo as i32).ok()? {
            Signal::SIGCHLD => Some(Arrived::Child),
            signal if info.ssi_code == SI_KERNEL => Some(Arrived::Typed(signal)),
            signal => Some(Arrived::Forward(signal)),
        }
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

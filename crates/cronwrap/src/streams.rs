//! The pipes or the terminal between the job and us.

use crate::job::Job;
use rustix::fs::{Mode, OFlags};
use rustix::pipe::PipeFlags;
use rustix::pty::OpenptFlags;
use rustix::termios::Winsize;
use std::io;
use std::os::fd::OwnedFd;

/// Both ends.
pub(crate) struct Streams {
    pub(crate) out: OwnedFd,
    pub(crate) err: Option<OwnedFd>,
    pub(crate) job_out: OwnedFd,
    pub(crate) job_err: OwnedFd,
}

impl Streams {
    /// Two pipes, or one of them for both streams, or a terminal.
    pub(crate) fn make(job: &Job) -> io::Result<Streams> {
        if job.pty {
            return Streams::terminal();
        }
        let (out, job_out) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
        let (err, job_err) = match job.merge {
            true => (None, job_out.try_clone()?),
            false => {
                rustix::pipe::pipe_with(PipeFlags::CLOEXEC).map(|(err, job_err)| (Some(err), job_err))?
            }
        };
        Ok(Streams {
            out,
            err,
            job_out,
            job_err,
        })
    }

    fn terminal() -> io::Result<Streams> {
        let out = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        rustix::pty::unlockpt(&out)?;
        let name = rustix::pty::ptsname(&out, Vec::new())?;
        let job_out = rustix::fs::open(
            name,
            OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC,
            Mode::empty(),
        )?;
        // What programs take for granted where nobody looks.
        let size = Winsize {
            ws_row: 24,
            ws_col: 80,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        rustix::termios::tcsetwinsize(&job_out, size)?;
        let job_err = job_out.try_clone()?;
        Ok(Streams {
            out,
            err: None,
            job_out,
            job_err,
        })
    }
}

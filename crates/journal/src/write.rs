//! Sends entries to journald's socket, never longer than the caller is willing to wait.
//!
//! Datagrams of our own, by rustix, and not crate `libsystemd` or `systemd-journal-logger`: both of them wait
//! without end while journald is busy, open the socket at one fixed path (so no test can see what is sent), and
//! build the entry anew for each line. The protocol is some forty lines.

use std::fs::File;
use std::io::{self, IoSlice, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketAddrUnix, SocketFlags,
    SocketType, connect, send, sendmsg, socket_with,
};
use rustix::time::Timespec;

use crate::Entry;

/// Where journald listens.
pub const SOCKET: &str = "/run/systemd/journal/socket";

/// A way to journald.
#[derive(Debug)]
pub struct Journal {
    address: SocketAddrUnix,
    socket: OwnedFd,
}

impl Journal {
    /// Connects to this host's journald; an error where there is none.
    pub fn open() -> io::Result<Journal> {
        Journal::open_at(Path::new(SOCKET))
    }

    /// Connects to the journald that listens at `path`.
    pub fn open_at(path: &Path) -> io::Result<Journal> {
        let address = SocketAddrUnix::new(path)?;
        let socket = connected(&address)?;
        Ok(Journal { address, socket })
    }

    /// Hands over one entry. Waits while journald's queue is full, but never past `deadline`: then the error is
    /// [`io::ErrorKind::WouldBlock`] and the entry is not written. A deadline in the past means not to wait.
    pub fn send(&mut self, entry: &Entry, deadline: Instant) -> io::Result<()> {
        match self.attempt(entry, deadline) {
            // journald was restarted: its new socket has the old path.
            Err(Errno::CONNREFUSED | Errno::NOTCONN | Errno::CONNRESET) => {
                self.socket = connected(&self.address)?;
                Ok(self.attempt(entry, deadline)?)
            }
            result => Ok(result?),
        }
    }

    fn attempt(&self, entry: &Entry, deadline: Instant) -> Result<(), Errno> {
        let mut large = None;
        loop {
            let sent = match &large {
                None => send(&self.socket, entry.as_bytes(), SendFlags::NOSIGNAL).map(|_| ()),
                Some(file) => send_file(&self.socket, file),
            };
            match sent {
                Err(Errno::AGAIN) => wait(&self.socket, deadline)?,
                Err(Errno::INTR) => {}
                // More than a datagram holds, about 212 kB: the entry goes as a file.
                Err(Errno::MSGSIZE | Errno::NOBUFS) if large.is_none() => large = Some(sealed(entry)?),
                result => return result,
            }
        }
    }
}

fn connected(address: &SocketAddrUnix) -> Result<OwnedFd, Errno> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::UNIX, SocketType::DGRAM, flags, None)?;
    connect(&socket, address)?;
    Ok(socket)
}

/// Waits for room in journald's queue.
fn wait(socket: &OwnedFd, deadline: Instant) -> Result<(), Errno> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(Errno::AGAIN);
    }
    let left = Timespec::try_from(left).map_err(|_| Errno::INVAL)?;
    match poll(&mut [PollFd::new(socket, PollFlags::OUT)], Some(&left)) {
        Ok(0) => Err(Errno::AGAIN),
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The entry in a file that nobody can change any more: journald reads it without copying.
fn sealed(entry: &Entry) -> Result<OwnedFd, Errno> {
    let file = memfd_create("journal-entry", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    let mut file = File::from(file);
    file.write_all(entry.as_bytes())
        .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
    let all = SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE | SealFlags::SEAL;
    fcntl_add_seals(&file, all)?;
    Ok(file.into())
}

fn send_file(socket: &OwnedFd, file: &OwnedFd) -> Result<(), Errno> {
    let files = [file.as_fd()];
    let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    control.push(SendAncillaryMessage::ScmRights(&files));
    sendmsg(socket, &[IoSlice::new(&[])], &mut control, SendFlags::NOSIGNAL).map(|_| ())
}

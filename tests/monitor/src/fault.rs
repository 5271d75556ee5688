//! What can be wrong with a monitor.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use crate::api::Answer;
use crate::request::Request;
use crate::server::State;

/// A way to misbehave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// None: every ping is answered as by the real server.
    None,
    /// The next `times` requests get this code and are not recorded; then all is well again.
    Status {
        /// The code, such as 500 or 429.
        code: u16,
        /// How many requests; `u32::MAX` for all.
        times: u32,
        /// The value of a `Retry-After` header.
        retry_after: Option<String>,
    },
    /// The request is read and recorded, and the answer comes one byte each `pause`, without end.
    SlowLoris {
        /// Between two bytes.
        pause: Duration,
    },
    /// The connection is made by the kernel, and nobody ever reads from it.
    NeverAccepts,
    /// Not even a connection: the listener's queue is full, so the kernel drops what comes.
    BlackHole,
    /// The connection is closed as soon as it is made.
    ClosesAtOnce,
    /// Recorded; the answer is 200 with a body of this many bytes.
    HugeAnswer {
        /// The bytes of the body.
        bytes: u64,
    },
    /// Recorded; the answer is 200 with a chunked body that never ends.
    EndlessAnswer,
    /// Not recorded; the answer is a head that never ends.
    EndlessHead,
    /// Not recorded; the answer is a 302 (or another code) to this place.
    Redirect {
        /// 301, 302, 303, 307 or 308.
        code: u16,
        /// The value of `Location`.
        to: String,
    },
    /// Not recorded; the answer is no HTTP.
    Garbage,
    /// Recorded; the answer is right, but comes late.
    Late {
        /// How late.
        by: Duration,
    },
}

impl Fault {
    /// Whether nobody accepts connections.
    pub(crate) fn is_silent(&self) -> bool {
        matches!(self, Fault::NeverAccepts | Fault::BlackHole)
    }
}

/// The connections that fill the listener's queue while it is a black hole.
#[derive(Default)]
pub(crate) struct Hole(Vec<TcpStream>);

impl Hole {
    pub(crate) fn follow(&mut self, fault: &Fault, listener: &TcpListener, address: SocketAddr) {
        let wanted = matches!(fault, Fault::BlackHole);
        if wanted && self.0.is_empty() {
            let _ = rustix::net::listen(listener, 0);
            while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(100)) {
                self.0.push(stream);
            }
        } else if !wanted && !self.0.is_empty() {
            self.0.clear();
            let _ = rustix::net::listen(listener, 128);
        }
    }
}

/// Answers one request, as well or as badly as told; false when the connection is to be closed.
pub(crate) fn answer(stream: &mut impl Write, request: &Request, state: &State) -> io::Result<bool> {
    let fault = next(&mut state.fault());
    let honest = || state.handle(request);
    match fault {
        Fault::Status {
            code, retry_after, ..
        } => {
            let wait = retry_after.map_or_else(String::new, |wait| format!("Retry-After: {wait}\r\n"));
            write!(stream, "HTTP/1.1 {code} Fault\r\n{wait}Content-Length: 0\r\n\r\n")?;
            return Ok(true);
        }
        Fault::SlowLoris { pause } => {
            honest();
            for byte in b"HTTP/1.1 200 OK\r\nX-Slow: "
                .iter()
                .chain(std::iter::repeat(&b'z'))
            {
                drip(stream, &[*byte], pause, state)?;
            }
        }
        Fault::HugeAnswer { bytes } => {
            honest();
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\n\r\n")?;
            io::copy(&mut io::repeat(b'x').take(bytes), stream)?;
        }
        Fault::EndlessAnswer => {
            honest();
            stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
            loop {
                drip(stream, b"5\r\nagain\r\n", Duration::from_millis(20), state)?;
            }
        }
        Fault::EndlessHead => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
            loop {
                drip(stream, b"X-Again: and again and again\r\n", Duration::ZERO, state)?;
            }
        }
        Fault::Redirect { code, to } => {
            write!(
                stream,
                "HTTP/1.1 {code} Elsewhere\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"
            )?;
        }
        Fault::Garbage => stream.write_all(b"\x16\x03\x01 220 mail.example ESMTP ready\r\n\r\n")?,
        Fault::Late { by } => {
            let answer = honest();
            thread::sleep(by);
            return say(stream, request, &answer);
        }
        Fault::None | Fault::NeverAccepts | Fault::BlackHole | Fault::ClosesAtOnce => {
            return say(stream, request, &honest());
        }
    }
    Ok(false)
}

/// The fault for this request: one that counts is spent.
fn next(fault: &mut Fault) -> Fault {
    if let Fault::Status { times, .. } = fault {
        if *times == 0 {
            *fault = Fault::None;
        } else {
            *times -= 1;
        }
    }
    fault.clone()
}

fn drip(stream: &mut impl Write, bytes: &[u8], pause: Duration, state: &State) -> io::Result<()> {
    if state.ended() {
        return Err(io::Error::other("the test is over"));
    }
    stream.write_all(bytes)?;
    stream.flush()?;
    thread::sleep(pause);
    Ok(())
}

fn say(stream: &mut impl Write, request: &Request, (answer, limit): &(Answer, usize)) -> io::Result<bool> {
    let limit = if answer.is_success() {
        format!("Ping-Body-Limit: {limit}\r\n")
    } else {
        String::new()
    };
    let head = format!(
        "HTTP/1.1 {} Said\r\n{limit}Content-Length: {}\r\n\r\n",
        answer.status,
        answer.text.len()
    );
    let body = if request.method == "HEAD" { "" } else { answer.text };
    stream.write_all(format!("{head}{body}").as_bytes())?;
    stream.flush()?;
    Ok(true)
}

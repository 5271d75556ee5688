//! One HTTP/1.1 request, read from a connection.

use std::io::{self, BufRead, BufReader, Read, Write};

/// No head of a ping is longer than this.
const MAX_HEAD: usize = 64 * 1024;

/// A request as it came, for tests that look at what a client really sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// `POST`, `GET` and so on.
    pub method: String,
    /// Path and query as sent.
    pub target: String,
    /// The headers in their order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; empty when it came in chunks, because the real server loses such a body.
    pub body: Vec<u8>,
}

impl Request {
    /// The first header of this name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, _)| header == name)
            .map(|(_, value)| value.as_str())
    }

    /// The length that the client announced.
    pub fn announced_length(&self) -> Option<u64> {
        self.header("content-length")?.parse().ok()
    }

    /// Reads the next request; nothing when the client has closed.
    pub(crate) fn read(stream: &mut BufReader<impl Read + Write>) -> io::Result<Option<Request>> {
        let Some(first) = line(stream)? else {
            return Ok(None);
        };
        let mut words = first.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut request = Request {
            method: method.to_owned(),
            target: origin_form(target).to_owned(),
            ..Request::default()
        };
        let mut size = first.len();
        while let Some(header) = line(stream)?.filter(|header| !header.is_empty()) {
            size += header.len();
            if size > MAX_HEAD {
                return Err(io::Error::other("the head is too long"));
            }
            let (name, value) = header.split_once(':').unwrap_or((&header, ""));
            request
                .headers
                .push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        request.read_body(stream)?;
        Ok(Some(request))
    }

    fn read_body(&mut self, stream: &mut BufReader<impl Read + Write>) -> io::Result<()> {
        if self
            .header("expect")
            .is_some_and(|value| value.eq_ignore_ascii_case("100-continue"))
        {
            stream.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        if let Some(length) = self.announced_length() {
            stream.take(length).read_to_end(&mut self.body)?;
        }
        if self
            .header("transfer-encoding")
            .is_some_and(|value| value.contains("chunked"))
        {
            while let Some(size) = line(stream)? {
                let size = u64::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
                io::copy(&mut stream.take(size + 2), &mut io::sink())?;
                if size == 0 {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// What a client sends to a proxy begins with scheme and host; the path is what counts here.
fn origin_form(target: &str) -> &str {
    match target.strip_prefix("http://") {
        Some(rest) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => target,
    }
}

fn line(stream: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if stream.take(MAX_HEAD as u64).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    Ok(Some(
        String::from_utf8_lossy(&bytes)
            .trim_end_matches(['\r', '\n'])
            .to_owned(),
    ))
}

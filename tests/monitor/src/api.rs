//! Healthchecks' ping API as the real server v4.3 was measured to answer.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use serde::Serialize;

use crate::request::Request;

/// The check that a monitor knows when nothing else is asked for.
pub const DEFAULT_UUID: &str = "5a2b9c1e-2222-4333-8444-555566667777";
/// The ping key for URLs with a slug.
pub const DEFAULT_KEY: &str = "ping-key-0123456789abcd";
/// What a self-hosted server keeps of a body.
pub const DEFAULT_LIMIT: usize = 10_000;
/// A body of more than this is refused, and the ping with it.
const MAX_BODY: u64 = 2_621_440;

/// A ping that was recorded.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ping {
    /// `start`, `success`, `fail` or `log`.
    pub kind: String,
    /// The exit code in the URL.
    pub code: Option<u32>,
    /// The check.
    pub uuid: String,
    /// The run, in lower case.
    pub rid: Option<String>,
    /// How long a body was announced, which may be more than was kept.
    pub length: u64,
    /// Seconds since the start of the same run.
    pub duration: Option<f64>,
    /// The head of the body, as much as the server keeps.
    pub body: String,
}

/// A code and a text.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: &'static str,
}

impl Answer {
    /// The codes that carry `Ping-Body-Limit`.
    pub(crate) fn is_success(&self) -> bool {
        self.status < 300
    }
}

const NOT_FOUND: Answer = Answer {
    status: 404,
    text: "not found",
};
const BAD_URL: Answer = Answer {
    status: 400,
    text: "invalid url format",
};
const BAD_RID: Answer = Answer {
    status: 400,
    text: "invalid uuid format",
};

/// What the server knows.
pub(crate) struct Checks {
    pub(crate) limit: usize,
    pub(crate) key: String,
    pub(crate) uuids: HashSet<String>,
    pub(crate) slugs: HashMap<String, Vec<String>>,
    pub(crate) starts: HashMap<(String, Option<String>), Instant>,
    pub(crate) pings: Vec<Ping>,
}

impl Checks {
    /// Answers a request, and records it if it is a ping.
    pub(crate) fn handle(&mut self, request: &Request, now: Instant) -> Answer {
        match self.ping(request) {
            Ok((mut ping, created)) => {
                ping.duration = self.duration(&ping, now);
                self.pings.push(ping);
                if created {
                    Answer {
                        status: 201,
                        text: "Created",
                    }
                } else {
                    Answer {
                        status: 200,
                        text: "OK",
                    }
                }
            }
            Err(refusal) => refusal,
        }
    }

    fn ping(&mut self, request: &Request) -> Result<(Ping, bool), Answer> {
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let mut parts: Vec<&str> = path.strip_prefix("/ping/").ok_or(NOT_FOUND)?.split('/').collect();
        if parts.len() == 2 && parts[1].is_empty() {
            parts.pop(); // /<uuid>/ is fine, /<uuid>/start/ is not
        }
        if parts.contains(&"") {
            return Err(NOT_FOUND);
        }
        let (uuid, rest, created) = self.check(&parts, query)?;
        let (kind, code) = kind(rest)?;
        // By now a check asked for with create=1 exists, whatever becomes of the ping.
        let rid = match values(query, "rid").pop() {
            Some(rid) if is_uuid(&rid.to_lowercase()) => Some(rid.to_lowercase()),
            Some(_) => return Err(BAD_RID),
            None => None,
        };
        let length = request.announced_length().unwrap_or(0);
        if length > MAX_BODY {
            return Err(Answer {
                status: 400,
                text: "request body too large",
            });
        }
        let kept = &request.body[..request.body.len().min(self.limit)];
        let body = String::from_utf8_lossy(kept).into_owned();
        Ok((
            Ping {
                kind: kind.to_owned(),
                code,
                uuid,
                rid,
                length,
                duration: None,
                body,
            },
            created,
        ))
    }

    /// The check of a URL, what comes behind it, and whether it was made just now.
    fn check<'a>(
        &mut self,
        parts: &'a [&'a str],
        query: &str,
    ) -> Result<(String, &'a [&'a str], bool), Answer> {
        if is_uuid(parts[0]) {
            let known = self.uuids.contains(parts[0]);
            return if known {
                Ok((parts[0].to_owned(), &parts[1..], false))
            } else {
                Err(NOT_FOUND)
            };
        }
        if parts.len() < 2 || parts[0] != self.key {
            return Err(NOT_FOUND);
        }
        let (slug, rest) = (parts[1], &parts[2..]);
        if slug != slug.to_lowercase() {
            return Err(BAD_URL);
        }
        match self.slugs.get(slug).map(Vec::as_slice) {
            Some([uuid]) => Ok((uuid.clone(), rest, false)),
            Some(_) => Err(Answer {
                status: 409,
                text: "ambiguous slug",
            }),
            None if values(query, "create") == ["1"] => {
                let uuid = format!("00000000-0000-4000-8000-{:012}", self.slugs.len());
                self.slugs.insert(slug.to_owned(), vec![uuid.clone()]);
                self.uuids.insert(uuid.clone());
                Ok((uuid, rest, true))
            }
            None => Err(NOT_FOUND),
        }
    }

    fn duration(&mut self, ping: &Ping, now: Instant) -> Option<f64> {
        let run = (ping.uuid.clone(), ping.rid.clone());
        match ping.kind.as_str() {
            "start" => {
                self.starts.insert(run, now);
                None
            }
            "log" => None,
            _ => self
                .starts
                .remove(&run)
                .map(|start| now.duration_since(start).as_secs_f64()),
        }
    }
}

/// What the end of the path says.
fn kind(rest: &[&str]) -> Result<(&'static str, Option<u32>), Answer> {
    match rest {
        [] => Ok(("success", None)),
        ["start"] => Ok(("start", None)),
        ["fail"] => Ok(("fail", None)),
        ["log"] => Ok(("log", None)),
        [code] if code.bytes().all(|byte| byte.is_ascii_digit()) => match code.parse() {
            Ok(0) => Ok(("success", Some(0))),
            Ok(code) if code <= 255 => Ok(("fail", Some(code))),
            _ => Err(BAD_URL),
        },
        _ => Err(NOT_FOUND),
    }
}

/// The one form that the server takes: lower case, with hyphens.
fn is_uuid(text: &str) -> bool {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| {
            if [8, 13, 18, 23].contains(&at) {
                byte == b'-'
            } else {
                hex(byte)
            }
        })
}

/// All values of a name in a query.
fn values(query: &str, name: &str) -> Vec<String> {
    query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| decoded(value))
        .collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(code) if byte == b'%' => {
                bytes.push(code);
                rest = &after[2..];
            }
            _ => {
                bytes.push(if byte == b'+' { b' ' } else { byte });
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

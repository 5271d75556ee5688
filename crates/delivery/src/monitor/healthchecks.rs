//! Healthchecks' ping API (<https://healthchecks.io/docs/http_api/>), as the real server was measured to answer.

use crate::http::Response;
use crate::{Ping, PingKind, SecretUrl};

/// The URL to call: `/start`, `/fail`, `/log` or the exit code behind the check's own, and the run as `rid`.
pub(super) fn target(url: &SecretUrl, ping: &Ping<'_>) -> String {
    let path = match ping.kind {
        PingKind::Start => "/start".to_owned(),
        PingKind::Success => String::new(),
        PingKind::Fail => "/fail".to_owned(),
        PingKind::ExitCode(code) => format!("/{code}"),
        PingKind::Log => "/log".to_owned(),
    };
    // The server takes only the hyphenated form, and keeps it in lower case.
    url.join(&path, &format!("rid={}", ping.run.hyphenated()))
}

/// How much of a body this server keeps: self-hosted ones say 10,000 by default, the hosted one 100,000.
pub(super) fn body_limit(response: &Response) -> Option<usize> {
    response.header("ping-body-limit")?.trim().parse().ok()
}

//! Healthchecks' ping API (<https://healthchecks.io/docs/http_api/>), as the real server was measured to answer.

use super::{Answer, MonitorKind, Opened, Ping, PingKind};
use crate::http::{Client, Request, Response, TEXT};
use crate::kind::{Setting, SettingError, Values};
use crate::{Network, SecretUrl};

pub(super) static KIND: MonitorKind = MonitorKind {
    name: "healthchecks",
    title: "Healthchecks, hosted or your own",
    page: include_str!("healthchecks.md"),
    settings: &[
        Setting::optional("url", "the check's ping URL").secret(),
        Setting::optional(
            "server",
            "the base of ping URLs; https://hc-ping.com if not given",
        ),
        Setting::optional("key", "the project's ping key, instead of `url`").secret(),
        Setting::optional("slug", "the check's slug, with `key`"),
        Setting::optional("create", "`true` to make a check that is missing, with `key`"),
    ],
    knows_runs: true,
    open,
};

fn open(values: &Values, network: Network) -> Result<Opened, SettingError> {
    let text = |name: &str| values.get(name).map(|value| value.trim().to_owned());
    let (name, url) = match (text("url"), text("key"), text("slug")) {
        (Some(url), None, None) => ("url", url),
        (None, Some(key), Some(slug)) => {
            // The server answers 400 to any other slug.
            if !slug
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
            {
                let why = "a slug is made of lower case letters, digits, - and _".to_owned();
                return Err(SettingError::Value("slug", why));
            }
            let server = text("server").unwrap_or_else(|| "https://hc-ping.com".to_owned());
            let create = if text("create").as_deref() == Some("true") {
                "?create=1"
            } else {
                ""
            };
            (
                "server",
                format!("{}/{key}/{slug}{create}", server.trim_end_matches('/')),
            )
        }
        _ => {
            return Err(SettingError::Missing(
                "url",
                "either the check's ping URL, or `key` and `slug`",
            ));
        }
    };
    let url = SecretUrl::parse(&url).map_err(|error| SettingError::Value(name, error.to_string()))?;
    Ok(open_url(url, network))
}

pub(super) fn open_url(url: SecretUrl, network: Network) -> Opened {
    let place = url.place().to_owned();
    let client = Client::new(network);
    let ping = Box::new(move |ping: &Ping<'_>, deadline| {
        let request = Request::post(&url, target(&url, ping), TEXT, ping.body);
        let response = client.deliver(request, deadline)?;
        Ok(Answer {
            body_limit: body_limit(&response),
            attempts: response.attempts,
        })
    });
    Opened { place, ping }
}

/// The URL to call: `/start`, `/fail`, `/log` or the exit code behind the check's own, and the run as `rid`.
fn target(url: &SecretUrl, ping: &Ping<'_>) -> String {
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
fn body_limit(response: &Response) -> Option<usize> {
    response.header("ping-body-limit")?.trim().parse().ok()
}

//! Any monitor that is told by URLs: one for the start, one for success, one for failure.

use super::{Answer, MonitorKind, Opened, Ping, PingKind};
use crate::http::{Client, Request, TEXT};
use crate::kind::{Setting, SettingError, Values};
use crate::template::{Escape, cut, fill};
use crate::{DeliveryError, Network, SecretUrl};

pub(super) static KIND: MonitorKind = MonitorKind {
    name: "url",
    title: "any monitor that is told by URLs",
    page: include_str!("template.md"),
    settings: &[
        Setting::optional("start", "the URL that says that a run begins").secret(),
        Setting::required("success", "the URL that says that a run has succeeded").secret(),
        Setting::optional("fail", "the URL that says that a run has failed").secret(),
        Setting::optional(
            "method",
            "get (the default) or post; a post has the output as its body",
        ),
        Setting::optional(
            "message",
            "bytes of {message} that the service takes; 500 if not given",
        ),
    ],
    knows_runs: false,
    open,
};

fn open(values: &Values, network: Network) -> Result<Opened, SettingError> {
    let read = |name: &'static str| match values.get(name) {
        None => Ok(None),
        // The gaps are filled for each ping; what can be shown must be known before.
        Some(text) => SecretUrl::parse(&text.replace(['{', '}'], ""))
            .map(|place| Some((text.trim().to_owned(), place)))
            .map_err(|error| SettingError::Value(name, error.to_string())),
    };
    let (start, success, fail) = (read("start")?, read("success")?, read("fail")?);
    let is_post = match values.get("method").map_or("get", String::as_str) {
        "get" => false,
        "post" => true,
        _ => return Err(SettingError::Value("method", "get or post is wanted".to_owned())),
    };
    let length = crate::kind::number(values, "message", 500)?;
    let place = success
        .as_ref()
        .map_or_else(String::new, |(_, url)| url.place().to_owned());
    let client = [&start, &success, &fail].map(|_| Client::new(network.clone()));
    let ping = Box::new(move |ping: &Ping<'_>, deadline| {
        let (at, url) = match ping.kind {
            PingKind::Start => (0, &start),
            PingKind::Success | PingKind::ExitCode(0) => (1, &success),
            PingKind::Fail | PingKind::ExitCode(_) => (2, &fail),
            PingKind::Log => (0, &None),
        };
        // A monitor that knows no failure raises the alarm when the success does not come.
        let Some((template, url)) = url else {
            return Ok(Answer {
                body_limit: None,
                attempts: 0,
            });
        };
        let target = fill_in(template, ping, length);
        let request = if is_post {
            Request::post(url, target, TEXT, ping.body)
        } else {
            Request::get(url, target)
        };
        client[at].deliver(request, deadline).map(|response| Answer {
            body_limit: None,
            attempts: response.attempts,
        })
    });
    Ok(Opened {
        place,
        ping: ping as Box<dyn Fn(&Ping<'_>, _) -> Result<Answer, DeliveryError> + Send + Sync>,
    })
}

fn fill_in(template: &str, ping: &Ping<'_>, length: usize) -> String {
    let run = ping.run.to_string();
    let (code, state) = match ping.kind {
        PingKind::ExitCode(code) => (code.to_string(), if code == 0 { "ok" } else { "failed" }),
        PingKind::Fail => (String::new(), "failed"),
        PingKind::Start => (String::new(), "start"),
        PingKind::Success | PingKind::Log => (String::new(), "ok"),
    };
    let body = String::from_utf8_lossy(ping.body);
    let message = cut(body.lines().next().unwrap_or_default(), length);
    let gaps = [
        ("run", run.as_str()),
        ("code", &code),
        ("state", state),
        ("message", &message),
    ];
    fill(template, &gaps, Escape::Url)
}

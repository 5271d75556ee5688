//! Any HTTP API, such as a mail service's, by a template of the body.

use std::time::Duration;

use super::{ChannelKind, Limits, Message, Opened};
use crate::http::{Client, JSON, Request};
use crate::kind::{Setting, SettingError, Values};
use crate::template::{Escape, cut, fill};
use crate::{Network, SecretUrl};

pub(super) static KIND: ChannelKind = ChannelKind {
    name: "http",
    title: "any HTTP API, by a template",
    page: include_str!("http.md"),
    limits: Limits {
        length: 100_000,
        pause: Duration::from_millis(200),
    },
    settings: &[
        Setting::required("url", "where to post; it may have gaps").secret(),
        Setting::required("body", "the body, with gaps such as {subject} and {text}"),
        Setting::optional("content-type", "the body's kind; application/json if not given"),
        Setting::optional("authorization", "the Authorization header, such as `Bearer ...`").secret(),
        Setting::optional("headers", "more headers, one `Name: value` a line").secret(),
        Setting::optional("length", "bytes of {text} that the service takes"),
    ],
    open,
};

fn open(values: &Values, network: Network) -> Result<Opened, SettingError> {
    let text = |name: &str| values.get(name).cloned();
    let address = text("url").unwrap_or_default();
    // The gaps are not known yet; the place must be, to be shown and to keep its connection.
    let url = SecretUrl::parse(&address.replace(['{', '}'], ""))
        .map_err(|error| SettingError::Value("url", error.to_string()))?;
    let content_type = text("content-type").unwrap_or_else(|| JSON.to_owned());
    let escape = match content_type.to_ascii_lowercase() {
        json if json.contains("json") => Escape::Json,
        // The fields of a form, as some mail services take them: `to=ops@example.org&text={text}`.
        form if form.contains("x-www-form-urlencoded") => Escape::Url,
        _ => Escape::Plain,
    };
    let body = text("body").unwrap_or_default();
    let length = crate::kind::number(values, "length", KIND.limits.length)?;
    let mut headers = Vec::new();
    for line in text("headers")
        .unwrap_or_default()
        .lines()
        .filter(|line| !line.trim().is_empty())
    {
        let (name, value) = line.split_once(':').ok_or_else(|| {
            SettingError::Value("headers", "`Name: value` is wanted on each line".to_owned())
        })?;
        headers.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    headers.extend(text("authorization").map(|value| ("authorization".to_owned(), value)));
    let client = Client::new(network);
    let place = format!("http {}", url.place());
    let send = Box::new(move |message: &Message, deadline| {
        let (run, text) = (message.run.to_string(), cut(&message.text, length));
        let gaps = message.gaps(&run, &text);
        let target = fill(address.trim(), &gaps, Escape::Url);
        let mut request = Request::post(&url, target, &content_type, fill(&body, &gaps, escape));
        request.headers.extend(headers.iter().cloned());
        client.deliver(request, deadline).map(drop)
    });
    Ok(Opened { place, send })
}

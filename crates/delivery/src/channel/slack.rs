//! Slack's incoming webhooks; Mattermost's and, behind `/slack`, Discord's take the same.

use std::time::Duration;

use super::{ChannelKind, Limits, Message, Opened};
use crate::http::{Client, JSON, Request};
use crate::kind::{Setting, SettingError, Values};
use crate::template::cut;
use crate::{Network, SecretUrl};

pub(super) static KIND: ChannelKind = ChannelKind {
    name: "slack",
    title: "Slack, Mattermost or Discord, by an incoming webhook",
    page: include_str!("slack.md"),
    // A section of Slack takes 3,000 characters; Discord a message of 2,000.
    limits: Limits {
        length: 2_900,
        pause: Duration::from_secs(1),
    },
    settings: &[
        Setting::required("webhook", "the incoming webhook's URL").secret(),
        Setting::optional(
            "length",
            "bytes of a message, if the service takes fewer or more than usual",
        ),
    ],
    open,
};

const DISCORD: usize = 1_900;

fn open(values: &Values, network: Network) -> Result<Opened, SettingError> {
    let webhook = values.get("webhook").map_or("", String::as_str);
    let url = SecretUrl::parse(webhook).map_err(|error| SettingError::Value("webhook", error.to_string()))?;
    let usual = if url.host().contains("discord") {
        DISCORD
    } else {
        KIND.limits.length
    };
    let length = crate::kind::number(values, "length", usual)?;
    let client = Client::new(network);
    let place = format!("slack {}", url.place());
    let send = Box::new(move |message: &Message, deadline| {
        let request = Request::post(&url, url.join("", ""), JSON, payload(message, length));
        client.deliver(request, deadline).map(drop)
    });
    Ok(Opened { place, send })
}

fn payload(message: &Message, length: usize) -> String {
    // These three are markup to Slack; an ampersand first, or the others are escaped twice.
    let plain = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    };
    let mark = if message.failed {
        ":red_circle:"
    } else {
        ":large_green_circle:"
    };
    let head = format!("{mark} *{}*", plain(&message.subject));
    let room = length.saturating_sub(head.len() + "\n```\n\n```".len());
    // The subject stands above already.
    let text = message
        .text
        .strip_prefix(&message.subject)
        .map_or(&*message.text, str::trim_start);
    // A fence in the output would end ours.
    let text = cut(&plain(text).replace("```", "'''"), room);
    serde_json::json!({ "text": format!("{head}\n```\n{text}\n```") }).to_string()
}

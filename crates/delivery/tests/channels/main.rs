//! Messages to people, through each kind of channel.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod monitors;
mod programs;
mod sink;
mod smtp;
mod web;

use delivery::{
    CHANNELS, Channel, DeliveryError, DeliveryErrorKind, MONITORS, Message, Monitor, Network, Ping, PingKind,
    Values,
};
use monitor::Fault;
use sink::Sink;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use uuid::Uuid;

const RUN: Uuid = Uuid::from_u128(0x0B5D7C1E_2222_4333_8444_555566667777);

fn values(pairs: &[(&str, &str)]) -> Values {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn message() -> Message {
    Message {
        subject: "backup failed on web1: exit code 3".to_owned(),
        text: "disk <full> & \"gone\"\nlast line".to_owned(),
        failed: true,
        job: "backup".to_owned(),
        host: "web1".to_owned(),
        run: RUN,
    }
}

/// Long: a test may run on a busy machine.
const LIMIT: Duration = Duration::from_secs(20);

fn send_by(
    kind: &str,
    pairs: &[(&str, &str)],
    network: Network,
    message: &Message,
) -> Result<(), DeliveryError> {
    send_within(LIMIT, kind, pairs, network, message)
}

fn send_within(
    limit: Duration,
    kind: &str,
    pairs: &[(&str, &str)],
    network: Network,
    message: &Message,
) -> Result<(), DeliveryError> {
    let channel = Channel::new(kind, &values(pairs), network).unwrap();
    let begun = Instant::now();
    let result = channel.send(message, begun + limit);
    let took = begun.elapsed();
    assert!(took < limit + Duration::from_secs(5), "{took:?}");
    if let Err(error) = &result {
        let shown = format!("{error} {error:?} {channel:?}");
        assert!(!shown.contains("hush"), "{shown}");
    }
    result
}

fn send(kind: &str, pairs: &[(&str, &str)]) -> Result<(), DeliveryError> {
    send_by(kind, pairs, Network::default(), &message())
}

/// For what does not end by itself.
fn send_in_vain(kind: &str, pairs: &[(&str, &str)]) -> DeliveryError {
    let limit = Duration::from_secs(2);
    send_within(limit, kind, pairs, Network::default(), &message()).unwrap_err()
}

#[test]
fn every_kind_has_a_page_that_names_its_settings() {
    let pages = CHANNELS.iter().map(|kind| (kind.name, kind.page, kind.settings));
    let pages = pages.chain(MONITORS.iter().map(|kind| (kind.name, kind.page, kind.settings)));
    for (name, page, settings) in pages {
        assert!(
            page.starts_with(&format!("# {name}\n")) && page.contains(&format!("kind = \"{name}\"")),
            "{name}'s page begins with its name, and shows a section with kind = \"{name}\""
        );
        for setting in settings {
            let named = [
                format!("{} =", setting.name),
                format!("{}-file =", setting.name),
                format!("`{}`", setting.name),
            ];
            assert!(
                named.iter().any(|word| page.contains(word)),
                "{name}'s page does not name {}",
                setting.name
            );
        }
    }
    for (folder, listed) in [("channel", CHANNELS.len()), ("monitor", MONITORS.len())] {
        let folder = format!("{}/src/{folder}", env!("CARGO_MANIFEST_DIR"));
        let pages = fs::read_dir(folder).unwrap().filter(|entry| {
            entry
                .as_ref()
                .unwrap()
                .path()
                .extension()
                .is_some_and(|end| end == "md")
        });
        assert_eq!(
            pages.count(),
            listed,
            "a page without an entry in the list, or the other way round"
        );
    }
}

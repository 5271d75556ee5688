//! Healthchecks by e-mail: for hosts that reach a mail server and nothing else.

use super::{Answer, MonitorKind, Opened, Ping, PingKind};
use crate::channel::{CHANNELS, Message};
use crate::kind::{Setting, SettingError, Values};
use crate::{DeliveryError, Network};

pub(super) static KIND: MonitorKind = MonitorKind {
    name: "healthchecks-mail",
    title: "Healthchecks, by e-mail",
    page: include_str!("mail.md"),
    settings: &[
        Setting::required("to", "the check's address, `UUID@hc-ping.com`").secret(),
        Setting::optional("from", "the sender; crontools@HOST if not given"),
        Setting::optional(
            "program",
            "the command that sends; /usr/sbin/sendmail if not given",
        ),
        Setting::optional("host", "a mail server, instead of `program`"),
        Setting::optional("port", "its port"),
        Setting::optional("tls", "starttls, tls or none"),
        Setting::optional("user", "whom to authenticate as"),
        Setting::optional("password", "the password").secret(),
    ],
    knows_runs: false,
    open,
};

fn open(values: &Values, network: Network) -> Result<Opened, SettingError> {
    let by = if values.contains_key("host") {
        "smtp"
    } else {
        "sendmail"
    };
    let channel = CHANNELS.iter().find(|kind| kind.name == by);
    let channel = channel.ok_or_else(|| SettingError::UnknownKind(by.to_owned(), String::new()))?;
    let channel = (channel.open)(values, network)?;
    // The address is the secret here: whoever has it can ping.
    let domain = values
        .get("to")
        .and_then(|to| to.rsplit_once('@'))
        .map_or("", |(_, domain)| domain);
    let place = format!("mail to {}", domain.trim());
    let shown = place.clone();
    let ping = Box::new(move |ping: &Ping<'_>, deadline| {
        let subject = match ping.kind {
            PingKind::Start => "start",
            PingKind::Success | PingKind::ExitCode(0) => "success",
            PingKind::Fail | PingKind::ExitCode(_) => "fail",
            PingKind::Log => "log",
        };
        let message = Message {
            subject: subject.to_owned(),
            text: String::from_utf8_lossy(ping.body).into_owned(),
            failed: ping.kind.is_failure(),
            job: String::new(),
            host: String::new(),
            run: ping.run,
        };
        let sent = (channel.send)(&message, deadline);
        sent.map(|()| Answer {
            body_limit: None,
            attempts: 1,
        })
        .map_err(|error| DeliveryError {
            place: shown.clone(),
            ..error
        })
    });
    Ok(Opened { place, ping })
}

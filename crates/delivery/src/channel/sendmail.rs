//! E-mail by the host's own mail system, through its `sendmail` command.

use std::time::Duration;

use super::{ChannelKind, Limits, Message, Opened};
use crate::kind::{Setting, SettingError, Values};
use crate::mail::{self, Addresses};
use crate::process::{self, Program};
use crate::{DeliveryError, DeliveryErrorKind, Network};

pub(super) static KIND: ChannelKind = ChannelKind {
    name: "sendmail",
    title: "e-mail by this host's mail system",
    page: include_str!("sendmail.md"),
    limits: Limits {
        length: 100_000,
        pause: Duration::ZERO,
    },
    settings: &[
        Setting::required("to", "the recipients, with commas between them"),
        Setting::optional("from", "the sender; crontools@HOST if not given"),
        Setting::optional("program", "the command; /usr/sbin/sendmail if not given"),
    ],
    open,
};

fn open(values: &Values, _network: Network) -> Result<Opened, SettingError> {
    let addresses = Addresses::read(values)?;
    let program = values
        .get("program")
        .map_or("/usr/sbin/sendmail", String::as_str)
        .to_owned();
    let place = format!("sendmail {}", addresses.shown());
    let shown = place.clone();
    let send = Box::new(move |message: &Message, deadline| {
        let mail = mail::compose(message, &addresses, KIND.limits.length).map_err(|why| DeliveryError {
            kind: DeliveryErrorKind::Refused(why),
            place: shown.clone(),
            attempts: 0,
            retry_after: None,
        })?;
        // -i: a line with a single dot does not end the message. The recipients are arguments, not headers.
        let mut words = vec![
            program.clone(),
            "-i".to_owned(),
            "-f".to_owned(),
            mail.from(),
            "--".to_owned(),
        ];
        words.extend(mail.recipients());
        process::run(Program::new(&words, mail.bytes()), &shown, deadline)
    });
    Ok(Opened { place, send })
}

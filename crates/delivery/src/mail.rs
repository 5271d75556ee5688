//! A message as e-mail: headers, envelope, and text that survives every mail server.

use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Mailboxes};

use crate::channel::Message;
use crate::kind::{SettingError, Values};
use crate::template::cut;

/// From whom, to whom.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    to: Mailboxes,
    from: Option<Mailbox>,
}

impl Addresses {
    pub(crate) fn read(values: &Values) -> Result<Addresses, SettingError> {
        let text = |name: &str| {
            values
                .get(name)
                .map(|text| text.trim().to_owned())
                .unwrap_or_default()
        };
        let to: Mailboxes = text("to")
            .parse()
            .map_err(|_| SettingError::Value("to", "this is no mail address".to_owned()))?;
        let from = match text("from") {
            none if none.is_empty() => None,
            from => Some(
                from.parse()
                    .map_err(|_| SettingError::Value("from", "this is no mail address".to_owned()))?,
            ),
        };
        Ok(Addresses { to, from })
    }

    pub(crate) fn shown(&self) -> String {
        let addresses: Vec<String> = self.to.iter().map(|mailbox| mailbox.email.to_string()).collect();
        addresses.join(", ")
    }
}

/// A mail that is ready to go.
pub(crate) struct Mail(lettre::Message);

impl Mail {
    pub(crate) fn envelope(&self) -> &Envelope {
        self.0.envelope()
    }

    pub(crate) fn from(&self) -> String {
        self.envelope()
            .from()
            .map(ToString::to_string)
            .unwrap_or_default()
    }

    pub(crate) fn recipients(&self) -> Vec<String> {
        self.envelope().to().iter().map(ToString::to_string).collect()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.formatted()
    }
}

/// Writes the mail, or says why the message cannot be one.
pub(crate) fn compose(message: &Message, addresses: &Addresses, length: usize) -> Result<Mail, String> {
    let host: String = message
        .host
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "-.".contains(*c))
        .collect();
    let host = if host.is_empty() { "localhost" } else { &host };
    let from = match &addresses.from {
        Some(from) => from.clone(),
        None => format!("crontools@{host}")
            .parse()
            .map_err(|_| "\"from\" is needed on this host".to_owned())?,
    };
    // One line, whatever the job's name holds: a line break would begin a header of somebody else's.
    let subject: String = message
        .subject
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    // The same for a mail that is sent twice; another for what else is told of the run, which would be taken for it.
    let kind = if message.failed { "failed" } else { "ok" };
    let about = hash(&subject);
    let mut builder = lettre::Message::builder()
        .from(from)
        .subject(subject)
        .message_id(Some(format!("<{}.{kind}.{about:08x}@{host}>", message.run)))
        .header(ContentType::TEXT_PLAIN);
    // RFC 3834: nobody's holiday notice answers it.
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    builder = builder.raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()));
    for mailbox in addresses.to.iter() {
        builder = builder.to(mailbox.clone());
    }
    builder
        .body(cut(&message.text, length))
        .map(Mail)
        .map_err(|error| error.to_string())
}

/// FNV-1a: the same in every version.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

//! E-mail straight to a mail server, by SMTP.

use std::path::Path;
use std::time::{Duration, Instant};

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Identity, Tls, TlsParameters};
use lettre::{SmtpTransport, Transport};

use super::{ChannelKind, Limits, Message, Opened};
use crate::http::{certificates, contents, trusted};
use crate::kind::{Setting, SettingError, Values};
use crate::mail::{self, Addresses, Mail};
use crate::{DeliveryError, DeliveryErrorKind, Network, work};

pub(super) static KIND: ChannelKind = ChannelKind {
    name: "smtp",
    title: "e-mail by a mail server",
    page: include_str!("smtp.md"),
    limits: Limits {
        length: 100_000,
        pause: Duration::ZERO,
    },
    settings: &[
        Setting::required("host", "the mail server"),
        Setting::required("to", "the recipients, with commas between them"),
        Setting::optional("from", "the sender; crontools@HOST if not given"),
        Setting::optional("tls", "starttls (the default), tls (from the first byte) or none"),
        Setting::optional("port", "587 for starttls, 465 for tls, 25 for none, if not given"),
        Setting::optional("user", "whom to authenticate as"),
        Setting::optional("password", "the password").secret(),
    ],
    open,
};

#[derive(Clone)]
struct Server {
    host: String,
    port: u16,
    tls: Encryption,
    credentials: Option<Credentials>,
    network: Network,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encryption {
    None,
    StartTls,
    Tls,
}

fn open(values: &Values, network: Network) -> Result<Opened, SettingError> {
    let addresses = Addresses::read(values)?;
    let (tls, port) = match values.get("tls").map_or("starttls", String::as_str) {
        "starttls" => (Encryption::StartTls, 587),
        "tls" => (Encryption::Tls, 465),
        "none" => (Encryption::None, 25),
        _ => {
            return Err(SettingError::Value(
                "tls",
                "starttls, tls or none is wanted".to_owned(),
            ));
        }
    };
    let credentials = match (values.get("user"), values.get("password")) {
        (Some(user), Some(password)) => Some(Credentials::new(user.clone(), password.trim().to_owned())),
        (None, None) => None,
        _ => {
            return Err(SettingError::Value(
                "user",
                "user and password belong together".to_owned(),
            ));
        }
    };
    if credentials.is_some() && tls == Encryption::None {
        return Err(SettingError::Value(
            "tls",
            "a password is not sent without encryption".to_owned(),
        ));
    }
    let host = values.get("host").cloned().unwrap_or_default();
    let server = Server {
        host,
        port: crate::kind::number(values, "port", port)?,
        tls,
        credentials,
        network,
    };
    let place = format!("smtp {}", server.host);
    let shown = place.clone();
    let send = Box::new(move |message: &Message, deadline| {
        let failed = |kind| DeliveryError {
            kind,
            place: shown.clone(),
            attempts: 1,
            retry_after: None,
        };
        let mail = mail::compose(message, &addresses, KIND.limits.length)
            .map_err(|why| failed(DeliveryErrorKind::Refused(why)))?;
        let server = server.clone();
        let result = work::by(deadline, move || talk(&server, &mail, deadline));
        result.unwrap_or_else(Err).map_err(failed)
    });
    Ok(Opened { place, send })
}

fn talk(server: &Server, mail: &Mail, deadline: Instant) -> Result<(), DeliveryErrorKind> {
    let left = deadline.saturating_duration_since(Instant::now());
    let mut transport = SmtpTransport::builder_dangerous(&server.host)
        .port(server.port)
        .timeout(Some(left))
        .tls(encryption(server)?);
    if let Some(credentials) = &server.credentials {
        transport = transport.credentials(credentials.clone());
    }
    transport
        .build()
        .send_raw(mail.envelope(), &mail.bytes())
        .map(drop)
        .map_err(|error| {
            let text = error.to_string();
            if error.is_permanent() {
                DeliveryErrorKind::Refused(text)
            } else if error.is_timeout() {
                DeliveryErrorKind::Timeout("waiting for the mail server")
            } else if error.is_tls() {
                DeliveryErrorKind::Tls(text)
            } else {
                DeliveryErrorKind::Failed(std::error::Error::source(&error).map_or(text, ToString::to_string))
            }
        })
}

fn encryption(server: &Server) -> Result<Tls, DeliveryErrorKind> {
    if server.tls == Encryption::None {
        return Ok(Tls::None);
    }
    let roots = match &server.network.ca_file {
        Some(path) => certificates(path)?,
        None => trusted().unwrap_or_default(),
    };
    let store = if roots.is_empty() {
        CertificateStore::WebpkiRoots
    } else {
        CertificateStore::None
    };
    let mut parameters = TlsParameters::builder(server.host.clone()).certificate_store(store);
    for root in roots {
        // One certificate of a bundle that cannot be read is no reason to trust none.
        if let Ok(root) = Certificate::from_der(root.der().to_vec()) {
            parameters = parameters.add_root_certificate(root);
        }
    }
    if let Some((certificate, key)) = &server.network.client_certificate {
        parameters = parameters.identify_with(identity(certificate, key)?);
    }
    let parameters = parameters
        .build_rustls()
        .map_err(|error| DeliveryErrorKind::Tls(error.to_string()))?;
    Ok(if server.tls == Encryption::Tls {
        Tls::Wrapper(parameters)
    } else {
        Tls::Required(parameters)
    })
}

/// Our own certificate. lettre shows the server one alone, not those that signed it, and takes its bytes as they are
/// (DER), whatever `from_pem` says; the tests show it.
fn identity(certificate: &Path, key: &Path) -> Result<Identity, DeliveryErrorKind> {
    let chain = certificates(certificate)?;
    let own = chain.first().map(|own| own.der()).unwrap_or_default();
    Identity::from_pem(own, &contents(key)?)
        .map_err(|_| DeliveryErrorKind::Here(format!("{} holds no private key", key.display())))
}

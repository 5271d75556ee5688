//! The HTTP client, and one request to one endpoint.

use std::error::Error as _;
use std::path::Path;
use std::time::Duration;
use std::{fs, io};

use serde_json::Value;
use ureq::Agent;
use ureq::config::{AutoHeaderValue, Config};
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};

use crate::holder::shown;
use crate::{Access, ServiceErrorKind, Target};

/// Where hosts keep the certificates that they trust; Debian, Fedora, openSUSE, Alpine.
const BUNDLES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// An answer is a few hundred bytes; more is not from etcd.
const MAX_ANSWER: u64 = 256 * 1024;
const MAX_HEAD: usize = 32 * 1024;

pub(crate) fn build(target: &Target) -> Result<Agent, ServiceErrorKind> {
    let mut config = Config::builder()
        .http_status_as_error(false)
        // A redirect could carry the token elsewhere, and a proxy from the environment sees it.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        // A connection kept from one renewal to the next may have died unnoticed.
        .max_idle_connections(0)
        .max_response_header_size(MAX_HEAD)
        .input_buffer_size(MAX_HEAD)
        .output_buffer_size(MAX_HEAD)
        .accept_encoding(AutoHeaderValue::None)
        .user_agent(concat!("crontools/", env!("CARGO_PKG_VERSION")));
    if target.tls {
        config = config.tls_config(tls(&target.access)?);
    }
    Ok(config.build().into())
}

fn tls(access: &Access) -> Result<TlsConfig, ServiceErrorKind> {
    let mut tls = TlsConfig::builder().root_certs(roots(access.ca.as_deref())?);
    if let (Some(certificate), Some(key)) = (&access.certificate, &access.key) {
        let chain = certificates(&read(certificate)?);
        let key = PrivateKey::from_pem(&read(key)?)
            .map_err(|_| ServiceErrorKind::Here(format!("no private key in {}", key.display())))?;
        if chain.is_empty() {
            return Err(ServiceErrorKind::Here(format!(
                "no certificate in {}",
                certificate.display()
            )));
        }
        tls = tls.client_cert(Some(ClientCert::new_with_certs(&chain, key)));
    }
    Ok(tls.build())
}

/// The chosen authority alone, else what this host trusts, else Mozilla's list that is built in.
fn roots(chosen: Option<&Path>) -> Result<RootCerts, ServiceErrorKind> {
    if let Some(path) = chosen {
        let found = certificates(&read(path)?);
        return match found.is_empty() {
            true => Err(ServiceErrorKind::Here(format!(
                "no certificate in {}",
                path.display()
            ))),
            false => Ok(RootCerts::new_with_certs(&found)),
        };
    }
    let bundles = BUNDLES.iter().filter_map(|path| fs::read(path).ok());
    let found = bundles
        .map(|pem| certificates(&pem))
        .find(|found| !found.is_empty());
    Ok(found.map_or(RootCerts::WebPki, |found| RootCerts::new_with_certs(&found)))
}

fn read(path: &Path) -> Result<Vec<u8>, ServiceErrorKind> {
    fs::read(path).map_err(|error| ServiceErrorKind::Here(format!("cannot read {}: {error}", path.display())))
}

fn certificates(pem: &[u8]) -> Vec<Certificate<'static>> {
    let items = parse_pem(pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    items.collect()
}

/// What an endpoint answered: its code, and the first JSON value of the body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
}

/// One POST of JSON, within `left`.
pub(crate) fn post(
    agent: &Agent,
    url: &str,
    token: Option<&str>,
    body: &Value,
    left: Duration,
) -> Result<Answer, ServiceErrorKind> {
    let mut request = agent.post(url).header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", token);
    }
    let request = request
        .config()
        .timeout_global(Some(left))
        .timeout_per_call(Some(left))
        .timeout_resolve(Some(left))
        .timeout_connect(Some(left))
        .build();
    let answer = request.send(body.to_string().as_bytes()).map_err(kind)?;
    let status = answer.status().as_u16();
    let reader = answer.into_body().into_with_config().limit(MAX_ANSWER).reader();
    // The first value alone: the gateway streams its answer to a renewal.
    let body = match serde_json::Deserializer::from_reader(reader).into_iter().next() {
        Some(Ok(value)) => Some(value),
        Some(Err(error)) if error.is_io() => return Err(broken(&error.into())),
        _ => None,
    };
    Ok(Answer { status, body })
}

/// ureq's error in our words.
fn kind(error: ureq::Error) -> ServiceErrorKind {
    use ureq::Error;
    match error {
        Error::HostNotFound => ServiceErrorKind::UnknownHost,
        Error::Timeout(_) => ServiceErrorKind::Timeout,
        Error::Io(error) => broken(&error),
        Error::Rustls(error) => tls_failed(&error),
        Error::Tls(why) => ServiceErrorKind::Tls(why.to_owned()),
        Error::Protocol(error) => ServiceErrorKind::NotEtcd(error.to_string()),
        Error::Http(_) | Error::BadUri(_) => {
            ServiceErrorKind::Here("this endpoint cannot be called".to_owned())
        }
        Error::LargeResponseHeader(..) => ServiceErrorKind::NotEtcd("its head is too large".to_owned()),
        other => ServiceErrorKind::Connection(shown(&other.to_string())),
    }
}

/// An input or output error: ureq and rustls hide their own inside one, and so does the name service.
fn broken(error: &io::Error) -> ServiceErrorKind {
    let inner = error.get_ref();
    if let Some(tls) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return tls_failed(tls);
    }
    let timeout = inner.and_then(|inner| inner.downcast_ref::<ureq::Error>());
    if matches!(timeout, Some(ureq::Error::Timeout(_))) || error.kind() == io::ErrorKind::TimedOut {
        return ServiceErrorKind::Timeout;
    }
    if matches!(
        error.kind(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset
    ) {
        // What etcd does to plain HTTP on a port for TLS, and the other way round: an end, or a reset where
        // something of ours was still unread.
        return ServiceErrorKind::Connection(
            "it hung up without an answer; is it etcd:// or etcds:// there?".to_owned(),
        );
    }
    let text = error
        .source()
        .map_or_else(|| error.to_string(), ToString::to_string);
    // std's words for every failure of getaddrinfo.
    if text.starts_with("failed to lookup address") {
        return ServiceErrorKind::UnknownHost;
    }
    ServiceErrorKind::Connection(shown(&text))
}

fn tls_failed(error: &rustls::Error) -> ServiceErrorKind {
    ServiceErrorKind::Tls(match error {
        rustls::Error::InvalidMessage(_) => "the answer is not TLS; does it speak plain HTTP?".to_owned(),
        _ => shown(&error.to_string()),
    })
}

//! The ureq agent: no redirects, no kept connections, small buffers, and the host's own certificates.
//!
//! TLS is rustls with ring, as ureq brings it: aws-lc-rs is larger and needs more to build. The roots are read
//! from the host's bundle, so that a company's own CA counts; rustls-platform-verifier does the same on Linux
//! with four crates more. Mozilla's list, built in, serves only where a host has no bundle at all.

use std::fs;
use std::path::Path;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use ureq::Agent;
use ureq::config::{AutoHeaderValue, Config};
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::transport::DefaultConnector;

use super::resolve::Resolver;
use crate::{DeliveryErrorKind, Network, SecretUrl};

/// Where hosts keep the certificates that they trust; Debian, Fedora, openSUSE, Alpine.
const BUNDLES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// An answer to a ping is a few hundred bytes; a head of more than this is no answer. Buffers are filled with zeros for
/// each request, so that their size costs; a URL or a token must fit in.
const MAX_HEAD: usize = 16 * 1024;

pub(super) fn build(network: &Network, url: &SecretUrl) -> Result<Agent, DeliveryErrorKind> {
    let proxy = match network.proxy_to(url) {
        None => None,
        Some(proxy) => Some(
            ureq::Proxy::new(&proxy.0)
                .map_err(|_| DeliveryErrorKind::Proxy("its address cannot be read".to_owned()))?,
        ),
    };
    let mut config = Config::builder()
        .proxy(proxy)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        // The job may run for hours between two pings: a connection kept so long only fails.
        .max_idle_connections(0)
        .max_response_header_size(MAX_HEAD)
        .input_buffer_size(MAX_HEAD)
        .output_buffer_size(MAX_HEAD)
        .accept_encoding(AutoHeaderValue::None)
        .user_agent(concat!("crontools/", env!("CARGO_PKG_VERSION")));
    if url.is_https() {
        config = config.tls_config(tls(network)?);
    }
    let connector = DefaultConnector::default();
    Ok(Agent::with_parts(config.build(), connector, Resolver::default()))
}

fn tls(network: &Network) -> Result<TlsConfig, DeliveryErrorKind> {
    let roots = match &network.ca_file {
        Some(path) => RootCerts::new_with_certs(&certificates(path)?),
        // Mozilla's list, built in, where the host has none.
        None => trusted().map_or(RootCerts::WebPki, |certificates| {
            RootCerts::new_with_certs(&certificates)
        }),
    };
    let client = match &network.client_certificate {
        Some((certificate, key)) => Some(client(certificate, key)?),
        None => None,
    };
    Ok(TlsConfig::builder().root_certs(roots).client_cert(client).build())
}

/// The certificates that this host trusts, where it says which.
pub(crate) fn trusted() -> Option<Vec<Certificate<'static>>> {
    BUNDLES.iter().find_map(|path| certificates(Path::new(path)).ok())
}

fn client(certificate: &Path, key: &Path) -> Result<ClientCert, DeliveryErrorKind> {
    let chain = certificates(certificate)?;
    let private = PrivateKey::from_pem(&contents(key)?).map_err(|_| unusable(key, "holds no private key"))?;
    // ureq takes for granted that the two belong together, and panics otherwise.
    let ders = chain
        .iter()
        .map(|certificate| CertificateDer::from(certificate.der().to_vec()))
        .collect();
    let der = PrivateKeyDer::try_from(private.der().to_vec())
        .map_err(|_| unusable(key, "is of an unknown kind"))?;
    CertifiedKey::from_der(ders, der, &rustls::crypto::ring::default_provider())
        .map_err(|_| unusable(key, "does not belong to the certificate"))?;
    Ok(ClientCert::new_with_certs(&chain, private))
}

/// All certificates in a PEM file.
pub(crate) fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>, DeliveryErrorKind> {
    let pem = contents(path)?;
    let found: Vec<_> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if found.is_empty() {
        Err(unusable(path, "holds no certificate"))
    } else {
        Ok(found)
    }
}

/// A file as it is.
pub(crate) fn contents(path: &Path) -> Result<Vec<u8>, DeliveryErrorKind> {
    fs::read(path)
        .map_err(|error| DeliveryErrorKind::Here(format!("cannot read {}: {error}", path.display())))
}

fn unusable(path: &Path, why: &str) -> DeliveryErrorKind {
    DeliveryErrorKind::Here(format!("{} {why}", path.display()))
}

//! The ureq agent: no redirects, no kept connections, small buffers, and the host's own certificates.

use std::fs;

use ureq::Agent;
use ureq::config::{AutoHeaderValue, Config};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Where hosts keep the certificates that they trust; Debian, Fedora, openSUSE, Alpine.
const BUNDLES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// An answer to a ping is a few hundred bytes; a head of more than this is no answer.
const MAX_HEAD: usize = 32 * 1024;

pub(super) fn build(https: bool) -> Agent {
    let mut config = Config::builder()
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
    if https {
        config = config.tls_config(TlsConfig::builder().root_certs(roots()).build());
    }
    config.build().into()
}

/// The certificates that this host trusts; those of Mozilla that are built in where it has none.
fn roots() -> RootCerts {
    let chosen = std::env::var_os("SSL_CERT_FILE");
    let found = chosen
        .iter()
        .map(|path| path.as_ref())
        .chain(BUNDLES.iter().map(std::path::Path::new));
    for path in found {
        let Ok(pem) = fs::read(path) else { continue };
        let certificates: Vec<Certificate<'static>> = parse_pem(&pem)
            .filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(certificate),
                _ => None,
            })
            .collect();
        if !certificates.is_empty() {
            return RootCerts::new_with_certs(&certificates);
        }
    }
    RootCerts::WebPki
}

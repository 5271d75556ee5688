//! Certificates made for one test: good ones, and those that a client must refuse.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// Which certificate a monitor shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// For `localhost` and 127.0.0.1, from the authority of [`Monitor::ca_pem`](crate::Monitor::ca_pem).
    Good,
    /// As good, but it ended in 2020.
    Expired,
    /// As good, but for `elsewhere.example`.
    WrongName,
    /// As good, and it talks only to clients with a certificate of the same authority, such as
    /// [`Monitor::client_pem`](crate::Monitor::client_pem).
    KnownClients,
}

/// The server's side of TLS, and the authority to trust.
pub(crate) struct Terminator {
    pub(crate) ca_pem: String,
    /// A client's certificate and its key.
    pub(crate) client_pem: (String, String),
    config: Arc<ServerConfig>,
}

impl Terminator {
    pub(crate) fn new(kind: Tls) -> Result<Terminator, Box<dyn std::error::Error>> {
        let mut authority = CertificateParams::new(Vec::<String>::new())?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        authority
            .distinguished_name
            .push(DnType::CommonName, "authority of a test");
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;

        let names = if kind == Tls::WrongName {
            vec!["elsewhere.example"]
        } else {
            vec!["localhost", "127.0.0.1"]
        };
        let mut leaf = CertificateParams::new(names.into_iter().map(str::to_owned).collect::<Vec<_>>())?;
        if kind == Tls::Expired {
            leaf.not_before = date_time_ymd(2019, 1, 1);
            leaf.not_after = date_time_ymd(2020, 1, 1);
        }
        let key = KeyPair::generate()?;
        let certificate = leaf.signed_by(&key, &authority)?;
        let key = PrivateKeyDer::try_from(key.serialize_der())?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone())?;
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?;
        let config = if kind == Tls::KnownClients {
            config.with_client_cert_verifier(
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?,
            )
        } else {
            config.with_no_client_auth()
        };
        let config = config.with_single_cert(vec![certificate.der().clone()], key)?;
        let client_key = KeyPair::generate()?;
        let client = CertificateParams::new(vec!["client.example".to_owned()])?;
        let client = client.signed_by(&client_key, &authority)?;
        Ok(Terminator {
            ca_pem: authority.pem(),
            client_pem: (client.pem(), client_key.serialize_pem()),
            config: Arc::new(config),
        })
    }

    pub(crate) fn wrap(&self, stream: TcpStream) -> io::Result<StreamOwned<ServerConnection, TcpStream>> {
        let connection = ServerConnection::new(Arc::clone(&self.config)).map_err(io::Error::other)?;
        Ok(StreamOwned::new(connection, stream))
    }
}

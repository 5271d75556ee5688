//! Certificates made for one test: good ones, and those that a client must refuse.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Which certificate a monitor shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// For `localhost` and 127.0.0.1, from the authority of [`Monitor::ca_pem`](crate::Monitor::ca_pem).
    Good,
    /// As good, but it ended in 2020.
    Expired,
    /// As good, but for `elsewhere.example`.
    WrongName,
}

/// The server's side of TLS, and the authority to trust.
pub(crate) struct Terminator {
    pub(crate) ca_pem: String,
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
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        Ok(Terminator {
            ca_pem: authority.pem(),
            config: Arc::new(config),
        })
    }

    pub(crate) fn wrap(&self, stream: TcpStream) -> io::Result<StreamOwned<ServerConnection, TcpStream>> {
        let connection = ServerConnection::new(Arc::clone(&self.config)).map_err(io::Error::other)?;
        Ok(StreamOwned::new(connection, stream))
    }
}

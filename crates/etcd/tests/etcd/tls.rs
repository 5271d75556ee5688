//! etcds:// with an authority of our own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::support::{Cluster, ServerTls, acquire, within};
use etcd::{Access, LockError, ServiceErrorKind, Target};
use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};

/// An authority, a server's and a client's certificate, as PEM files.
struct Files {
    directory: tempfile::TempDir,
}

impl Files {
    fn new() -> Files {
        let directory = tempfile::tempdir().expect("a directory");
        let mut params = CertificateParams::new(Vec::new()).expect("params");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("a key");
        let authority = params.self_signed(&key).expect("an authority");
        std::fs::write(directory.path().join("ca.pem"), authority.pem()).expect("written");
        let issuer = Issuer::new(params, key);
        for name in ["server", "client"] {
            let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
            let mut params = CertificateParams::new(names).expect("params");
            // The gateway within etcd calls its own server, and shows the server's certificate as a client.
            params.extended_key_usages = vec![
                ExtendedKeyUsagePurpose::ServerAuth,
                ExtendedKeyUsagePurpose::ClientAuth,
            ];
            let key = KeyPair::generate().expect("a key");
            let certificate = params.signed_by(&key, &issuer).expect("a certificate");
            std::fs::write(directory.path().join(format!("{name}.pem")), certificate.pem()).expect("written");
            std::fs::write(directory.path().join(format!("{name}.key")), key.serialize_pem())
                .expect("written");
        }
        Files { directory }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn server(&self, ask_clients: bool) -> ServerTls {
        let clients = ask_clients.then(|| self.path("ca.pem"));
        ServerTls {
            certificate: self.path("server.pem"),
            key: self.path("server.key"),
            clients,
        }
    }
}

fn target(cluster: &Cluster, host: &str, ca: Option<PathBuf>) -> Target {
    let address = format!("etcds://{host}:{}/backup?ttl=3", cluster.members[0].port);
    Target {
        access: Access {
            ca,
            ..Access::default()
        },
        ..Target::parse(&address).expect("a target")
    }
}

fn kind(target: &Target) -> ServiceErrorKind {
    match acquire(target, "first") {
        Err(LockError::Service(error)) => error.kind,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_lock_over_tls_with_an_authority_of_ones_own() {
    let files = Files::new();
    let Some(cluster) = Cluster::with_tls(&files.server(false)) else {
        return;
    };
    for host in ["127.0.0.1", "localhost"] {
        let held = acquire(&target(&cluster, host, Some(files.path("ca.pem"))), "first").unwrap();
        assert!(
            !within(Duration::from_secs(4), || held.lost()),
            "{:?}",
            held.loss()
        );
        held.release(Duration::from_secs(1)).unwrap();
    }
    // The host does not know this authority, and another of the same name did not sign this server.
    let stranger = Files::new();
    for (ca, expected) in [
        (None, "UnknownIssuer"),
        (Some(stranger.path("ca.pem")), "BadSignature"),
    ] {
        let kind = kind(&target(&cluster, "127.0.0.1", ca));
        assert!(
            matches!(&kind, ServiceErrorKind::Tls(why) if why.contains(expected)),
            "{kind:?}"
        );
    }
    // Without TLS to a server that speaks nothing else.
    let plain = Target {
        tls: false,
        ..target(&cluster, "127.0.0.1", None)
    };
    let kind = kind(&plain);
    assert_eq!(
        kind.to_string(),
        "no connection: it hung up without an answer; is it etcd:// or etcds:// there?"
    );
}

#[test]
fn tls_where_none_is_spoken_is_told() {
    let Some(cluster) = Cluster::start(1) else { return };
    let kind = kind(&target(&cluster, "127.0.0.1", None));
    assert_eq!(
        kind.to_string(),
        "no connection: it hung up without an answer; is it etcd:// or etcds:// there?"
    );
    let plain = crate::unreachable::answering("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    let target = Target::parse(&format!("etcds://{plain}/backup")).unwrap();
    let Err(LockError::Service(error)) = acquire(&target, "first") else {
        panic!("let in")
    };
    assert_eq!(
        error.kind.to_string(),
        "TLS: the answer is not TLS; does it speak plain HTTP?"
    );
}

#[test]
fn a_server_that_asks_for_a_certificate_gets_ours() {
    let files = Files::new();
    let Some(cluster) = Cluster::with_tls(&files.server(true)) else {
        return;
    };
    let mut target = target(&cluster, "127.0.0.1", Some(files.path("ca.pem")));
    let kind = kind(&target);
    assert!(
        matches!(kind, ServiceErrorKind::Tls(_) | ServiceErrorKind::Connection(_)),
        "{kind:?}"
    );
    target.access.certificate = Some(files.path("client.pem"));
    target.access.key = Some(files.path("client.key"));
    acquire(&target, "first")
        .unwrap()
        .release(Duration::from_secs(1))
        .unwrap();
}

#[test]
fn files_that_cannot_be_used_are_named_before_anything_is_sent() {
    let files = Files::new();
    let missing = Path::new("/nonexistent/ca.pem");
    let check = |access: Access, expected: &str| {
        let target = Target {
            access,
            ..Target::parse("etcds://127.0.0.1:1/backup").unwrap()
        };
        let Err(refused) = acquire(&target, "first") else {
            panic!("let in")
        };
        assert_eq!(refused.to_string(), format!("etcd: {expected}"));
    };
    let ca = |path: &Path| Access {
        ca: Some(path.to_owned()),
        ..Access::default()
    };
    check(
        ca(missing),
        "cannot read /nonexistent/ca.pem: No such file or directory (os error 2)",
    );
    let key = files.path("server.key");
    check(ca(&key), &format!("no certificate in {}", key.display()));
    let certificate = files.path("client.pem");
    let swapped = Access {
        certificate: Some(certificate.clone()),
        key: Some(certificate.clone()),
        ..Access::default()
    };
    check(swapped, &format!("no private key in {}", certificate.display()));
}

//! The way to a monitor: names, addresses, certificates and proxies.

use super::*;

#[test]
fn nobody_listening_and_no_such_name_are_said_in_words() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let error = end(&format!("http://user:hush@127.0.0.1:{port}/ping/token"), 800).unwrap_err();
    assert_eq!(error.place, format!("http://127.0.0.1:{port}"));
    assert!(
        error.to_string().contains("onnection refused") && error.attempts > 1,
        "{error}"
    );
    let error = end("http://monitor.invalid/token", 800).unwrap_err();
    assert_eq!(error.kind, DeliveryErrorKind::UnknownHost);
    assert!(!error.is_permanent());
}

#[test]
fn an_address_that_is_none_is_refused_without_showing_it() {
    let addresses = [
        "",
        "token",
        "ftp://host/token",
        "http:///token",
        "https://ho st/token",
        "unix:/token",
        "http://user:hush@/token",
    ];
    for address in addresses {
        let error = Monitor::from_url(address).unwrap_err();
        assert!(
            matches!(error.kind, DeliveryErrorKind::Address(_)) && error.is_permanent(),
            "{address}: {error}"
        );
        shows_no_secret(&format!("{error} {error:?}"));
    }
}

#[test]
fn user_and_password_in_the_url_become_basic_authentication() {
    let receiver = monitor::Monitor::start();
    let url = receiver.ping_url().replace("http://", "http://user:hush@");
    end(&url, 30_000).unwrap();
    assert_eq!(
        receiver.requests()[0].header("authorization"),
        Some("Basic dXNlcjpodXNo")
    );
}

#[test]
fn ipv6_addresses_are_reached() {
    let Ok(listener) = TcpListener::bind("[::1]:0") else {
        return needs::skip("this host has no IPv6 loopback");
    };
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            .unwrap();
    });
    end(&format!("http://[::1]:{port}/token"), 30_000).unwrap();
}

/// A TLS monitor, and a network that trusts its authority.
fn tls(kind: Tls) -> (monitor::Monitor, Network, tempfile::NamedTempFile) {
    let receiver = monitor::Monitor::with(Options {
        tls: Some(kind),
        ..Options::default()
    })
    .unwrap();
    let mut ca = tempfile::NamedTempFile::new().unwrap();
    ca.write_all(receiver.ca_pem().as_bytes()).unwrap();
    let network = Network {
        ca_file: Some(ca.path().to_owned()),
        ..Network::default()
    };
    (receiver, network, ca)
}

#[test]
fn https_works_with_an_authority_of_ones_own() {
    let (receiver, network, _ca) = tls(Tls::Good);
    ping(&receiver.ping_url(), network, PingKind::ExitCode(0), b"", LIMIT).unwrap();
    assert_eq!(receiver.pings().len(), 1);
}

#[test]
fn certificates_that_are_expired_foreign_or_unknown_are_refused_at_once() {
    let refuse = |receiver: &monitor::Monitor, network, text: &str| {
        let limit = LIMIT;
        let error = ping(&receiver.ping_url(), network, PingKind::ExitCode(0), b"", limit).unwrap_err();
        assert!(error.to_string().contains(text) && error.attempts == 1, "{error}");
        assert!(
            !error.is_permanent(),
            "a certificate can be mended, and the ping then delivered"
        );
        assert_eq!(receiver.requests().len(), 0);
    };
    let (receiver, network, _ca) = tls(Tls::Expired);
    refuse(&receiver, network, "expired");
    let (receiver, network, _ca) = tls(Tls::WrongName);
    refuse(&receiver, network, "not valid for name");
    let (receiver, _, _ca) = tls(Tls::Good);
    refuse(&receiver, Network::default(), "UnknownIssuer");
    let lost = Network {
        ca_file: Some("/nonexistent/ca.pem".into()),
        ..Network::default()
    };
    let error = ping(&receiver.ping_url(), lost, PingKind::Log, b"", LIMIT).unwrap_err();
    assert!(
        error.to_string().contains("cannot read /nonexistent/ca.pem"),
        "{error}"
    );
}

#[test]
fn tls_towards_a_server_that_speaks_plain_http_fails_by_the_deadline() {
    let receiver = monitor::Monitor::start();
    let error = end(&receiver.ping_url().replace("http://", "https://"), 1_000).unwrap_err();
    assert!(
        matches!(
            error.kind,
            DeliveryErrorKind::Tls(_) | DeliveryErrorKind::Timeout(_)
        ),
        "{error:?}"
    );
    let silent = monitor::Monitor::faulty(Fault::NeverAccepts);
    let error = end(&silent.ping_url().replace("http://", "https://"), 1_000).unwrap_err();
    assert!(matches!(error.kind, DeliveryErrorKind::Timeout(_)), "{error:?}");
}

/// A proxy for one connection: takes a CONNECT, answers `reply`, and passes bytes on when it was a 200.
fn proxy(reply: &'static str) -> (String, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://user:hush@{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let mut byte = [0];
            client.read_exact(&mut byte).unwrap();
            head.push(byte[0].into());
        }
        client
            .write_all(format!("HTTP/1.1 {reply}\r\n\r\n").as_bytes())
            .unwrap();
        if reply.starts_with("200") {
            let target = head.split(' ').nth(1).unwrap();
            let mut server = std::net::TcpStream::connect(target).unwrap();
            let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || {
                let _ = std::io::copy(&mut from, &mut to);
                let _ = to.shutdown(std::net::Shutdown::Write);
            });
            let _ = std::io::copy(&mut server, &mut client);
        }
        head
    });
    (address, server)
}

#[test]
fn a_proxy_is_used_and_gets_its_password() {
    let receiver = monitor::Monitor::start();
    let (address, server) = proxy("200 Connected");
    let network = Network {
        http_proxy: Some(Proxy::new(address)),
        ..Network::default()
    };
    ping(&receiver.ping_url(), network, PingKind::ExitCode(0), b"", LIMIT).unwrap();
    assert_eq!(receiver.pings().len(), 1);
    let head = server.join().unwrap();
    assert!(
        head.starts_with("CONNECT ") && head.contains("Basic dXNlcjpodXNo"),
        "{head}"
    );
}

#[test]
fn a_proxy_that_refuses_is_named_as_the_culprit() {
    let (address, _server) = proxy("407 Proxy Authentication Required");
    let network = Network {
        http_proxy: Some(Proxy::new(address)),
        ..Network::default()
    };
    let url = format!("http://monitor.example/{DEFAULT_UUID}");
    let error = ping(&url, network, PingKind::ExitCode(0), b"", LIMIT).unwrap_err();
    assert!(matches!(error.kind, DeliveryErrorKind::Proxy(_)), "{error:?}");
}

#[test]
fn a_name_service_that_hangs_does_not_hold_past_the_deadline() {
    let setup = "mount -t tmpfs none /mnt && echo 'nameserver 127.0.0.1' > /mnt/resolv.conf \
                 && mount --bind /mnt/resolv.conf /etc/resolv.conf && ip link set lo up";
    let reason = "needs root, unshare and ip to make a network of its own";
    if !needs::unshared(&["--mount", "--net"], setup, reason) {
        return;
    }
    // The only name server takes questions and never answers.
    let _silent = UdpSocket::bind("127.0.0.1:53").unwrap();
    let error = end("http://monitor.example/token", 1_000).unwrap_err();
    assert!(matches!(error.kind, DeliveryErrorKind::Timeout(_)), "{error:?}");
}

//! Mail straight to a server.

use super::*;

fn mail_server<'a>(port: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [
        &[
            ("host", "localhost"),
            ("port", port),
            ("to", "ops@example.org"),
            ("from", "cron@example.org"),
        ],
        more,
    ]
    .concat()
}

#[test]
fn smtp_delivers_plain_by_starttls_and_by_tls_with_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    for (mode, first_byte_tls) in [("none", false), ("starttls", false), ("tls", true)] {
        let sink = Sink::start("250 ok", first_byte_tls);
        fs::write(&ca, &sink.certificate).unwrap();
        let network = Network {
            ca_file: Some(ca.clone()),
            ..Network::default()
        };
        let port = sink.address.port().to_string();
        let password = [("tls", mode), ("user", "cron"), ("password", "hush")];
        let more = if mode == "none" {
            &password[..1]
        } else {
            &password[..]
        };
        send_by("smtp", &mail_server(&port, more), network, &message()).unwrap();
        let taken = sink.taken.lock().unwrap();
        assert_eq!(taken.mails.len(), 1, "{mode}");
        assert!(
            taken.mails[0].contains("Subject: backup failed on web1: exit code 3\r\n"),
            "{}",
            taken.mails[0]
        );
        let said = taken.commands.join("\n");
        assert!(
            said.contains("MAIL FROM:<cron@example.org>") && said.contains("RCPT TO:<ops@example.org>"),
            "{said}"
        );
        let auth = taken
            .commands
            .iter()
            .position(|line| line.starts_with("AUTH PLAIN"));
        assert_eq!(auth.is_some(), mode != "none");
        if mode == "starttls" {
            assert!(
                auth > taken.commands.iter().position(|line| line == "STARTTLS"),
                "{said}"
            );
        }
    }
}

#[test]
fn smtp_trusts_no_unknown_certificate_and_sends_no_password_without_tls() {
    let sink = Sink::start("250 ok", false);
    let port = sink.address.port().to_string();
    let password = [("user", "cron"), ("password", "hush")];
    send("smtp", &mail_server(&port, &password)).unwrap_err();
    let said = sink.taken.lock().unwrap().commands.join("\n");
    assert!(!said.contains("AUTH"), "{said}");
    let open = mail_server(&port, &[("tls", "none"), ("user", "cron"), ("password", "hush")]);
    let error = Channel::new("smtp", &values(&open), Network::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "\"tls\": a password is not sent without encryption"
    );
}

#[test]
fn smtp_tells_what_is_refused_for_good_from_what_may_pass() {
    for (answer, permanent) in [("550 no such user hush", true), ("451 try later", false)] {
        let sink = Sink::start(answer, false);
        let port = sink.address.port().to_string();
        let settings = mail_server(&port, &[("tls", "none")]);
        let channel = Channel::new("smtp", &values(&settings), Network::default()).unwrap();
        let error = channel
            .send(&message(), Instant::now() + Duration::from_secs(2))
            .unwrap_err();
        assert_eq!(error.is_permanent(), permanent, "{error}");
    }
    let silent = monitor::Monitor::faulty(Fault::NeverAccepts);
    let port = silent.address().port().to_string();
    let error = send("smtp", &mail_server(&port, &[("tls", "none")])).unwrap_err();
    assert!(matches!(error.kind, DeliveryErrorKind::Timeout(_)), "{error:?}");
}

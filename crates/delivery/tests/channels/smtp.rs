//! Mail straight to a server.

use super::*;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rcgen::{CertifiedKey, generate_simple_self_signed};

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
        let error = channel.send(&message(), Instant::now() + LIMIT).unwrap_err();
        assert_eq!(error.is_permanent(), permanent, "{error}");
    }
    let silent = monitor::Monitor::faulty(Fault::NeverAccepts);
    let port = silent.address().port().to_string();
    let error = send_in_vain("smtp", &mail_server(&port, &[("tls", "none")]));
    assert!(matches!(error.kind, DeliveryErrorKind::Timeout(_)), "{error:?}");
}

#[test]
fn smtp_shows_our_certificate_to_a_server_that_asks_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["web1".to_owned()]).unwrap();
    let [certificate, key, ca] = ["own.pem", "own.key", "ca.pem"].map(|name| folder.path().join(name));
    fs::write(&certificate, cert.pem()).unwrap();
    fs::write(&key, signing_key.serialize_pem()).unwrap();
    for first_byte_tls in [false, true] {
        let sink = Sink::asking("250 ok", first_byte_tls, Some(cert.der().clone()));
        fs::write(&ca, &sink.certificate).unwrap();
        let port = sink.address.port().to_string();
        let mode = if first_byte_tls { "tls" } else { "starttls" };
        let sent = |certificate| {
            let network = Network {
                ca_file: Some(ca.clone()),
                client_certificate: certificate,
                ..Network::default()
            };
            send_by("smtp", &mail_server(&port, &[("tls", mode)]), network, &message())
        };
        sent(Some((certificate.clone(), key.clone()))).unwrap();
        sent(None).unwrap_err();
        let error = sent(Some((certificate.clone(), ca.clone()))).unwrap_err();
        assert!(
            error.to_string().ends_with("ca.pem holds no private key"),
            "{error}"
        );
        assert_eq!(sink.taken.lock().unwrap().mails.len(), 1);
    }
}

/// What was sent as a text, from the mail as it went over the line.
fn text_of(mail: &str) -> String {
    let (head, body) = mail.split_once("\r\n\r\n").unwrap();
    // A dot that begins a line is doubled on its way, and a single one ends it.
    let body = body.strip_suffix(".\r\n").unwrap();
    let lines: Vec<&str> = body
        .split("\r\n")
        .map(|line| line.strip_prefix('.').unwrap_or(line))
        .collect();
    assert!(lines.iter().all(|line| line.len() <= 998), "RFC 5322");
    let encoding = head.split("Content-Transfer-Encoding: ").nth(1).unwrap();
    match encoding.split("\r\n").next().unwrap() {
        "7bit" => lines.join("\n"),
        "base64" => String::from_utf8(BASE64_STANDARD.decode(lines.concat()).unwrap()).unwrap(),
        "quoted-printable" => {
            let joined = lines.join("\n").replace("=\n", "");
            let mut bytes = Vec::new();
            let mut parts = joined.split('=');
            bytes.extend_from_slice(parts.next().unwrap().as_bytes());
            for part in parts {
                bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
                bytes.extend_from_slice(&part.as_bytes()[2..]);
            }
            String::from_utf8(bytes).unwrap()
        }
        other => panic!("{other}"),
    }
}

#[test]
fn a_mail_arrives_as_it_was_written_whatever_is_in_it() {
    let texts = [
        "plain\n.\n..two\n.three\nend",
        "naïve ☃ = 100%\n.\nend",
        &"x".repeat(90_000),
        &format!("short\n{}\nend", "é".repeat(40_000)),
        "trailing blank \ntab\t\nnot a control: \u{fffd}",
    ];
    for text in texts {
        let sink = Sink::start("250 ok", false);
        let port = sink.address.port().to_string();
        let message = Message {
            text: text.to_owned(),
            ..message()
        };
        let settings = mail_server(&port, &[("tls", "none")]);
        send_by("smtp", &settings, Network::default(), &message).unwrap();
        let taken = sink.taken.lock().unwrap();
        assert_eq!(
            text_of(&taken.mails[0]).trim_end_matches('\n').replace('\r', ""),
            text
        );
    }
}

#[test]
fn a_long_subject_is_folded_and_one_beyond_ascii_encoded() {
    let subjects = [
        format!("backup on web1 failed: {}", "reason ".repeat(60).trim_end()),
        "Sicherung auf wäb1 schlug fehl: Ausgang 3".to_owned(),
        "ö".repeat(300),
    ];
    for subject in subjects {
        let sink = Sink::start("250 ok", false);
        let port = sink.address.port().to_string();
        let message = Message {
            subject: subject.clone(),
            ..message()
        };
        let settings = mail_server(&port, &[("tls", "none")]);
        send_by("smtp", &settings, Network::default(), &message).unwrap();
        let taken = sink.taken.lock().unwrap();
        let (head, _) = taken.mails[0].split_once("\r\n\r\n").unwrap();
        assert!(
            head.split("\r\n").all(|line| line.len() <= 78 && line.is_ascii()),
            "{head}"
        );
        assert!(head.contains("\r\nAuto-Submitted: auto-generated\r\n"), "{head}");
        let unfolded = head.replace("\r\n ", " ");
        let shown = unfolded
            .split("Subject: ")
            .nth(1)
            .unwrap()
            .split("\r\n")
            .next()
            .unwrap();
        assert_eq!(decoded(shown), subject);
    }
}

/// A header with encoded words (RFC 2047) as people see it.
fn decoded(shown: &str) -> String {
    if !shown.contains("=?") {
        return shown.to_owned();
    }
    let mut text = String::new();
    let mut words = shown.split(' ').peekable();
    while let Some(word) = words.next() {
        let encoded = |word: &str| Some(word.strip_prefix("=?utf-8?b?")?.strip_suffix("?=")?.to_owned());
        match encoded(word) {
            Some(code) => {
                text.push_str(&String::from_utf8(BASE64_STANDARD.decode(code).unwrap()).unwrap());
                // The blank between two encoded words is none of the text.
                if words.peek().is_some_and(|next| encoded(next).is_none()) {
                    text.push(' ');
                }
            }
            None => {
                text.push_str(word);
                if words.peek().is_some() {
                    text.push(' ');
                }
            }
        }
    }
    text
}

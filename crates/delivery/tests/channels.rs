//! Messages to people, through each kind of channel.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod sink;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use delivery::{
    CHANNELS, Channel, DeliveryError, DeliveryErrorKind, MONITORS, Message, Monitor, Network, Ping, PingKind,
    Values,
};
use monitor::Fault;
use sink::Sink;
use uuid::Uuid;

const RUN: Uuid = Uuid::from_u128(0x0B5D7C1E_2222_4333_8444_555566667777);

fn values(pairs: &[(&str, &str)]) -> Values {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn message() -> Message {
    Message {
        subject: "backup failed on web1: exit code 3".to_owned(),
        text: "disk <full> & \"gone\"\nlast line".to_owned(),
        failed: true,
        job: "backup".to_owned(),
        host: "web1".to_owned(),
        run: RUN,
    }
}

fn send_by(
    kind: &str,
    pairs: &[(&str, &str)],
    network: Network,
    message: &Message,
) -> Result<(), DeliveryError> {
    let channel = Channel::new(kind, &values(pairs), network).unwrap();
    let begun = Instant::now();
    let result = channel.send(message, begun + Duration::from_secs(2));
    assert!(
        begun.elapsed() < Duration::from_millis(2_500),
        "{:?}",
        begun.elapsed()
    );
    if let Err(error) = &result {
        let shown = format!("{error} {error:?} {channel:?}");
        assert!(!shown.contains("hush"), "{shown}");
    }
    result
}

fn send(kind: &str, pairs: &[(&str, &str)]) -> Result<(), DeliveryError> {
    send_by(kind, pairs, Network::default(), &message())
}

/// A web server that takes everything.
fn web() -> (monitor::Monitor, String) {
    let server = monitor::Monitor::faulty(Fault::Status {
        code: 200,
        times: u32::MAX,
        retry_after: None,
    });
    let url = format!("http://{}/services/hush", server.address());
    (server, url)
}

#[test]
fn slack_gets_one_escaped_text_with_the_output_in_a_fence() {
    let (server, url) = web();
    send("slack", &[("webhook", &url)]).unwrap();
    let request = &server.requests()[0];
    assert_eq!(
        (request.target.as_str(), request.header("content-type")),
        ("/services/hush", Some("application/json"))
    );
    let payload: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    let expected = ":red_circle: *backup failed on web1: exit code 3*\n```\ndisk &lt;full&gt; &amp; \"gone\"\nlast line\n```";
    assert_eq!(payload["text"], expected);
}

#[test]
fn a_message_is_never_longer_than_its_channel_takes() {
    let (server, url) = web();
    let long = Message {
        text: "é```".repeat(10_000),
        ..message()
    };
    send_by("slack", &[("webhook", &url)], Network::default(), &long).unwrap();
    send_by(
        "slack",
        &[("webhook", &url), ("length", "500")],
        Network::default(),
        &long,
    )
    .unwrap();
    let length = |at: usize| {
        let payload: serde_json::Value = serde_json::from_slice(&server.requests()[at].body).unwrap();
        let text = payload["text"].as_str().unwrap().to_owned();
        assert!(
            text.ends_with("\n[...]\n```") && text.matches("```").count() == 2,
            "{text}"
        );
        text.len()
    };
    assert!((2_800..=2_900).contains(&length(0)), "{}", length(0));
    assert!((400..=500).contains(&length(1)), "{}", length(1));
}

#[test]
fn a_webhook_that_is_gone_is_permanent_and_a_busy_one_is_waited_for() {
    for code in [400, 403, 404, 410] {
        let server = monitor::Monitor::faulty(Fault::Status {
            code,
            times: u32::MAX,
            retry_after: None,
        });
        let url = format!("http://{}/hush", server.address());
        assert!(
            send("slack", &[("webhook", &url)]).unwrap_err().is_permanent(),
            "{code}"
        );
    }
    let server = monitor::Monitor::faulty(Fault::Status {
        code: 429,
        times: u32::MAX,
        retry_after: Some("30".to_owned()),
    });
    let error = send(
        "slack",
        &[("webhook", &format!("http://{}/hush", server.address()))],
    )
    .unwrap_err();
    assert_eq!(
        (error.is_permanent(), error.retry_after),
        (false, Some(Duration::from_secs(30)))
    );
}

#[test]
fn an_http_template_is_filled_and_escaped_for_its_place() {
    let (server, url) = web();
    let url = format!("{url}/{{job}}?id={{run}}&s={{subject}}");
    let body = r#"{"subject": "{subject}", "text": "{text}", "tags": {"s": "{status}"}}"#;
    let headers = "X-Team: ops\nX-Host: y";
    send(
        "http",
        &[
            ("url", &url),
            ("body", body),
            ("authorization", "Bearer hush"),
            ("headers", headers),
        ],
    )
    .unwrap();
    let request = &server.requests()[0];
    assert!(
        request
            .target
            .starts_with(&format!("/services/hush/backup?id={RUN}&s=backup%20failed%20on")),
        "{}",
        request.target
    );
    assert_eq!(
        (request.header("authorization"), request.header("x-team")),
        (Some("Bearer hush"), Some("ops"))
    );
    let json: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(
        (&json["text"], &json["tags"]["s"]),
        (&message().text.into(), &"failed".into())
    );
}

#[test]
fn a_command_gets_the_message_and_its_failure_is_told_in_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let run = format!(
        "cat > {0}; echo \"$CRONTOOLS_JOB $CRONTOOLS_STATUS $CRONTOOLS_RUN\" >> {0}",
        out.display()
    );
    send("command", &[("run", &run)]).unwrap();
    let expected = format!(
        "{}\n\n{}\nbackup failed {RUN}\n",
        message().subject,
        message().text
    );
    assert_eq!(fs::read_to_string(&out).unwrap(), expected);

    let error = send("command", &[("run", "echo no modem >&2; exit 75")]).unwrap_err();
    assert_eq!(error.to_string(), "command echo: failed: exit code 75: no modem");
    assert!(!error.is_permanent());
    assert!(send("command", &[("run", "exit 67")]).unwrap_err().is_permanent());
    let error = send("command", &[("run", "/nonexistent/send --token hush")]).unwrap_err();
    assert!(error.to_string().contains("not found"), "{error}");
}

#[test]
fn a_command_that_does_not_end_is_killed_with_all_that_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("mark");
    let run = format!("(sleep 3; touch {}) & exec sleep 60", mark.display());
    let error = send("command", &[("run", &run)]).unwrap_err();
    assert!(matches!(error.kind, DeliveryErrorKind::Timeout(_)), "{error}");
    std::thread::sleep(Duration::from_millis(1_500));
    assert!(!mark.exists());
}

#[test]
fn a_command_that_leaves_something_running_or_does_not_read_is_delivered_at_once() {
    let begun = Instant::now();
    send("command", &[("run", "sleep 5 & exit 0")]).unwrap();
    let long = Message {
        text: "x".repeat(900_000),
        ..message()
    };
    send_by("command", &[("run", "exec true")], Network::default(), &long).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(1));
}

/// A `sendmail` that writes down its arguments and its input.
fn sendmail(folder: &Path, code: u8) -> PathBuf {
    let path = folder.join("sendmail");
    let script = format!(
        "#!/bin/sh\necho \"$@\" > {0}/args\ncat > {0}/mail\necho hush >&2\nexit {code}\n",
        folder.display()
    );
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn sendmail_gets_recipients_as_arguments_and_a_mail_without_foreign_headers() {
    let folder = tempfile::tempdir().unwrap();
    let program = sendmail(folder.path(), 0);
    let program = program.to_str().unwrap();
    let sly = Message {
        subject: "backup\r\nBcc: everybody@example.org".to_owned(),
        text: "naïve\n.\nend".to_owned(),
        ..message()
    };
    let settings = [
        ("to", "ops@example.org, On Call <oncall@example.org>"),
        ("program", program),
    ];
    send_by("sendmail", &settings, Network::default(), &sly).unwrap();
    let args = fs::read_to_string(folder.path().join("args")).unwrap();
    assert_eq!(
        args,
        "-i -f crontools@web1 -- ops@example.org oncall@example.org\n"
    );
    let mail = fs::read_to_string(folder.path().join("mail")).unwrap();
    assert!(
        mail.contains("Subject: backup  Bcc: everybody@example.org\r\n"),
        "{mail}"
    );
    assert!(
        mail.contains(&format!("Message-ID: <{RUN}.failed@web1>\r\n")),
        "{mail}"
    );
    assert!(
        mail.contains("=C3=AF") || mail.contains("bmHDr3Zl"),
        "the text is encoded for 7 bits: {mail}"
    );
}

#[test]
fn a_sendmail_that_knows_no_such_user_is_permanent() {
    let folder = tempfile::tempdir().unwrap();
    let program = sendmail(folder.path(), 67);
    let settings = [("to", "ops@example.org"), ("program", program.to_str().unwrap())];
    let error = Channel::new("sendmail", &values(&settings), Network::default())
        .unwrap()
        .send(&message(), Instant::now() + Duration::from_secs(2))
        .unwrap_err();
    assert!(error.is_permanent(), "{error}");
}

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

fn ping(kind: &str, pairs: &[(&str, &str)], ping: PingKind) -> Result<(), DeliveryError> {
    let monitor = Monitor::new(kind, &values(pairs), Network::default()).unwrap();
    let ping = Ping {
        kind: ping,
        run: RUN,
        body: b"exit code 3 & more\nsecond line",
    };
    monitor
        .ping(&ping, Instant::now() + Duration::from_secs(2))
        .map(drop)
}

#[test]
fn healthchecks_by_key_and_slug_is_pinged_and_made_if_wanted() {
    let server = monitor::Monitor::start();
    let base = server.base();
    let settings = [
        ("server", base.as_str()),
        ("key", monitor::DEFAULT_KEY),
        ("slug", "nightly"),
        ("create", "true"),
    ];
    ping("healthchecks", &settings, PingKind::ExitCode(3)).unwrap();
    ping("healthchecks", &settings[..3], PingKind::ExitCode(0)).unwrap();
    assert_eq!(
        server.pings().iter().map(|ping| ping.code).collect::<Vec<_>>(),
        [Some(3), Some(0)]
    );
    let missing = [settings[0], settings[1], ("slug", "unknown")];
    assert!(
        ping("healthchecks", &missing, PingKind::Start)
            .unwrap_err()
            .is_permanent()
    );
    let capital = [settings[0], settings[1], ("slug", "Nightly")];
    let error = Monitor::new("healthchecks", &values(&capital), Network::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "\"slug\": a slug is made of lower case letters, digits, - and _"
    );
}

#[test]
fn a_monitor_by_urls_is_told_start_success_and_failure_where_it_has_one() {
    let (server, url) = web();
    let (start, done) = (
        format!("{url}/go?id={{run}}"),
        format!("{url}/{{state}}?c={{code}}&m={{message}}"),
    );
    let settings = [("start", start.as_str()), ("success", &done), ("fail", &done)];
    for kind in [
        PingKind::Start,
        PingKind::ExitCode(0),
        PingKind::ExitCode(3),
        PingKind::Fail,
    ] {
        ping("url", &settings, kind).unwrap();
    }
    ping("url", &settings[1..2], PingKind::Start).unwrap();
    let asked: Vec<String> = server
        .requests()
        .iter()
        .map(|request| format!("{} {}", request.method, request.target))
        .collect();
    let message = "exit%20code%203%20%26%20more";
    let expected = [
        format!("GET /services/hush/go?id={RUN}"),
        format!("GET /services/hush/ok?c=0&m={message}"),
        format!("GET /services/hush/failed?c=3&m={message}"),
        format!("GET /services/hush/failed?c=&m={message}"),
    ];
    assert_eq!(asked, expected);
    ping("url", &[settings[1], ("method", "post")], PingKind::Success).unwrap();
    assert_eq!(server.requests()[4].body, b"exit code 3 & more\nsecond line");
}

#[test]
fn healthchecks_by_mail_says_it_in_the_subject_and_does_not_show_the_address() {
    let folder = tempfile::tempdir().unwrap();
    let program = sendmail(folder.path(), 0);
    let program = program.to_str().unwrap();
    let settings = [("to", "hush@hc.example"), ("program", program)];
    for (kind, subject) in [
        (PingKind::Start, "start"),
        (PingKind::ExitCode(0), "success"),
        (PingKind::ExitCode(9), "fail"),
    ] {
        ping("healthchecks-mail", &settings, kind).unwrap();
        let mail = fs::read_to_string(folder.path().join("mail")).unwrap();
        assert!(mail.contains(&format!("Subject: {subject}\r\n")), "{mail}");
    }
    sendmail(folder.path(), 75);
    let error = ping("healthchecks-mail", &settings, PingKind::Start).unwrap_err();
    assert_eq!(
        error.to_string(),
        "mail to hc.example: failed: exit code 75: hush"
    );
}

#[test]
fn every_kind_has_a_page_that_names_its_settings() {
    let pages = CHANNELS.iter().map(|kind| (kind.name, kind.page, kind.settings));
    let pages = pages.chain(MONITORS.iter().map(|kind| (kind.name, kind.page, kind.settings)));
    for (name, page, settings) in pages {
        assert!(
            page.starts_with(&format!("# {name}\n")) && page.contains(&format!("kind = \"{name}\"")),
            "{name}"
        );
        for setting in settings {
            let named = [
                format!("{} =", setting.name),
                format!("{}-file =", setting.name),
                format!("`{}`", setting.name),
            ];
            assert!(
                named.iter().any(|word| page.contains(word)),
                "{name}'s page does not name {}",
                setting.name
            );
        }
    }
    for (folder, listed) in [("channel", CHANNELS.len()), ("monitor", MONITORS.len())] {
        let folder = format!("{}/src/{folder}", env!("CARGO_MANIFEST_DIR"));
        let pages = fs::read_dir(folder).unwrap().filter(|entry| {
            entry
                .as_ref()
                .unwrap()
                .path()
                .extension()
                .is_some_and(|end| end == "md")
        });
        assert_eq!(
            pages.count(),
            listed,
            "a page without an entry in the list, or the other way round"
        );
    }
}

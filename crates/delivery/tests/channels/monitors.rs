//! Monitors that are told otherwise than by their ping URL.

use super::*;
use crate::programs::sendmail;
use crate::web::web;

fn ping(kind: &str, pairs: &[(&str, &str)], ping: PingKind) -> Result<(), DeliveryError> {
    let monitor = Monitor::new(kind, &values(pairs), Network::default()).unwrap();
    let ping = Ping {
        kind: ping,
        run: RUN,
        body: b"exit code 3 & more\nsecond line",
    };
    monitor.ping(&ping, Instant::now() + LIMIT).map(drop)
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

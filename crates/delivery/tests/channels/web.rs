//! Channels that are posted to.

use super::*;

/// A web server that takes everything.
pub(crate) fn web() -> (monitor::Monitor, String) {
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
            text.contains("\n[...]\n") && text.matches("```").count() == 2,
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
fn a_form_is_filled_as_its_fields_need_it() {
    let (server, url) = web();
    let body = "to=ops%40example.org&subject={subject}&text={text}";
    let kind = ("content-type", "application/x-www-form-urlencoded");
    send("http", &[("url", &url), ("body", body), kind]).unwrap();
    let sent = String::from_utf8(server.requests()[0].body.clone()).unwrap();
    assert_eq!(
        sent,
        "to=ops%40example.org&subject=backup%20failed%20on%20web1%3A%20exit%20code%203\
         &text=disk%20%3Cfull%3E%20%26%20%22gone%22%0Alast%20line"
    );
}

//! What a run tells, and what becomes of it where nobody listens.

use crate::record::{Place, channel};
use crate::{run, send, until};
use history::FILE_NAME;
use monitor::{DEFAULT_UUID, Fault, Monitor, Options};
use std::fs;
use std::net::TcpListener;
use std::time::Duration;

#[test]
fn what_could_not_be_told_waits_is_shown_and_goes_out_later_in_order() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}/ping/{DEFAULT_UUID}");
    let place = Place::new("");
    let once = |code: u8| {
        let mut command = place.cronwrap(&["--job", "x", "-c", &format!("exit {code}")]);
        run(command
            .env("CRONWRAP_PING_URL", &url)
            .env("CRONWRAP_PING_DEADLINE", "400ms"))
    };
    let ran = once(1);
    assert!(ran.err.contains("kept, and sent by a later run"), "{}", ran.err);
    once(2);
    let shown = run(&mut place.cronwrap(&["--outbox"]));
    assert_eq!((shown.code, shown.out.lines().count()), (Some(1), 2));
    assert!(
        shown.out.contains("waits\t") && !shown.out.contains(DEFAULT_UUID),
        "{}",
        shown.out
    );
    let monitor = Monitor::with(Options {
        port,
        ..Options::default()
    })
    .unwrap();
    let raw = rusqlite::Connection::open(place.state().join(FILE_NAME)).unwrap();
    raw.execute("UPDATE outbox SET pause = 0", []).unwrap();
    let flushed = run(&mut place.cronwrap(&["--flush"]));
    assert_eq!(
        (flushed.code, flushed.out.matches("delivered\tx\t").count()),
        (Some(0), 2),
        "{}{}",
        flushed.out,
        flushed.err
    );
    assert_eq!(
        monitor.pings().iter().map(|ping| ping.code).collect::<Vec<_>>(),
        [Some(1), Some(2)]
    );
    assert_eq!(run(&mut place.cronwrap(&["--outbox"])).code, Some(0));
}

#[test]
fn people_are_told_while_a_run_goes_on_and_on() {
    let place = Place::new("");
    let settings = format!(
        "{}[defaults]\nchannels = [\"ops\"]\nrunning = \"300ms\"\n",
        channel(&place)
    );
    fs::write(place.folder.path().join("config.toml"), settings).unwrap();
    let mut child = place
        .cronwrap(&["--job", "x", "--", "sleep", "600"])
        .spawn()
        .unwrap();
    until("people are told", || {
        place.told().contains("x on ") && place.told().contains("is still running after 300 ms")
    });
    assert!(child.try_wait().unwrap().is_none());
    send("TERM", child.id());
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

#[test]
fn people_are_told_of_a_run_that_was_slower_than_its_own_history() {
    let place = Place::new("");
    let settings = format!(
        "{}[defaults]\nchannels = [\"ops\"]\nslower = 2.0\n",
        channel(&place)
    );
    fs::write(place.folder.path().join("config.toml"), settings).unwrap();
    for _ in 0..5 {
        run(&mut place.cronwrap(&["--job", "x", "--", "true"]));
    }
    assert_eq!(
        place.told().matches("----").count(),
        1,
        "the first run alone is told"
    );
    let longest = place.runs("x").iter().filter_map(|run| run.took).max().unwrap();
    let sleep = (longest * 3 + Duration::from_millis(100))
        .as_secs_f64()
        .to_string();
    run(&mut place.cronwrap(&["--job", "x", "--", "sleep", &sleep]));
    let told = place.told();
    assert!(told.contains(" succeeded, but took "), "{told}");
    assert!(told.contains(" in 5 runs)\n"), "{told}");
}

#[test]
fn a_dead_letter_is_said_at_once_and_shown() {
    let monitor = Monitor::faulty(Fault::Status {
        code: 404,
        times: u32::MAX,
        retry_after: None,
    });
    let place = Place::new("");
    let ran = run(&mut place.cronwrap(&["--ping", &monitor.ping_url(), "-c", "true"]));
    assert!(
        ran.code == Some(0) && ran.err.contains("answered 404") && ran.err.contains("laid aside"),
        "{}",
        ran.err
    );
    let shown = run(&mut place.cronwrap(&["--outbox"]));
    assert!(shown.out.starts_with("refused\t"), "{}", shown.out);
}

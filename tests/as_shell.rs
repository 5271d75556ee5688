//! cronwrap as the shell of a crontab, on the real Debian cron: one line at the top wraps all below it.

use std::time::{Duration, SystemTime};

use chrono::{TimeZone as _, Utc};
use e2e::cron::{Clock, Cron};
use monitor::{Monitor, Ping};

#[test]
fn one_line_at_the_top_of_a_crontab_wraps_all_below_it() {
    let start = Utc.with_ymd_and_hms(2026, 3, 1, 11, 58, 30).unwrap();
    let monitor = Monitor::start();
    let state = tempfile::tempdir().unwrap();
    let crontab = format!(
        "# Written by tests/as_shell.rs\nMAILTO=\"\"\nSHELL={}\nCRONWRAP_PING_URL={}\nCRONWRAP_STATE_DIR={}\n\
         0 12 * * * root cd /usr/share && pwd && echo \"$SHELL ${{CRONWRAP_PING_URL-unset}}\" # where\n\
         CRONWRAP_TIMEOUT=0.5s\n\
         0 12 * * * root sleep 30 # slow\n",
        e2e::program("cronwrap").display(),
        monitor.ping_url(),
        state.path().display(),
    );
    let daemon = match Cron::start(&crontab, Clock { start, factor: 60 }) {
        Ok(daemon) => daemon,
        Err(reason) => return e2e::skip(&reason),
    };
    let ended = |pings: &[Ping], job: &str| {
        let of_job = |ping: &&Ping| ping.kind != "start" && ping.body.starts_with(&format!("{job} on "));
        pings.iter().find(of_job).cloned()
    };
    let begun = SystemTime::now();
    let (place, slow) = loop {
        let pings = monitor.pings();
        if let (Some(place), Some(slow)) = (ended(&pings, "where"), ended(&pings, "slow")) {
            break (place, slow);
        }
        assert!(begun.elapsed().unwrap() < Duration::from_secs(90), "{pings:#?}");
        std::thread::sleep(Duration::from_millis(50));
    };
    drop(daemon);
    assert_eq!(place.code, Some(0), "{place:?}");
    let mut lines = place.body.lines().filter(|line| line.contains(" out "));
    assert!(
        lines.next().unwrap().ends_with(" out /usr/share"),
        "{}",
        place.body
    );
    assert!(
        lines.next().unwrap().ends_with(" out /bin/sh unset"),
        "{}",
        place.body
    );
    assert_eq!(
        slow.code,
        Some(124),
        "a line of the crontab holds for the entries below it: {slow:?}"
    );
}

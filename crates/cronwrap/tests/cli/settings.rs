//! The settings as cronwrap reads them: for a job, for their check, for a test of all that they name.

use crate::record::{Place, channel};
use crate::{cronwrap, run};
use monitor::Monitor;
use std::fs;

#[test]
fn settings_name_monitors_channels_and_options_and_the_command_line_wins() {
    let monitor = Monitor::start();
    let place = Place::new("");
    let settings = format!(
        "{}[monitors.hc]\nkind = \"healthchecks\"\nurl = \"{}\"\n\
         [defaults]\nmonitors = [\"hc\"]\nchannels = [\"ops\"]\n[jobs.slow]\ntimeout = \"200ms\"\n",
        channel(&place),
        monitor.ping_url(),
    );
    fs::write(place.folder.path().join("config.toml"), settings).unwrap();
    assert_eq!(
        run(&mut place.cronwrap(&["--job", "slow", "--", "sleep", "5"])).code,
        Some(124)
    );
    assert_eq!(
        run(&mut place.cronwrap(&["--job", "slow", "--timeout", "9s", "--", "sleep", "0.4"])).code,
        Some(0)
    );
    let codes: Vec<_> = monitor
        .pings()
        .iter()
        .filter(|ping| ping.kind != "start")
        .map(|ping| ping.code)
        .collect();
    assert_eq!(codes, [Some(124), Some(0)]);
    let told = place.told();
    assert!(
        told.contains("first run failed: ended by its time limit") && told.contains("well again"),
        "{told}"
    );
}

#[test]
fn wrong_settings_are_a_warning_for_a_job_and_a_failure_of_the_check() {
    let place = Place::new("[jobs.x]\ntimout = \"1h\"\n");
    let ran = run(&mut place.cronwrap(&["--job", "x", "-c", "exit 3"]));
    assert_eq!(ran.code, Some(3));
    assert!(ran.err.contains("did you mean \"timeout\"?"), "{}", ran.err);
    let checked = run(&mut place.cronwrap(&["--check-config"]));
    assert_eq!(checked.code, Some(1));
    assert!(
        checked.out.contains("unknown key \"timout\" in [jobs.x]"),
        "{}",
        checked.out
    );
    let place = Place::new("[jobs.x]\ntimeout = \"1h\"\n");
    let checked = run(&mut place.cronwrap(&["--check-config"]));
    assert_eq!(checked.code, Some(0));
    assert!(
        checked.out.contains("jobs.x.timeout = \"1h\"  # "),
        "{}",
        checked.out
    );
}

#[test]
fn a_test_report_reaches_every_target_and_says_which_it_does_not() {
    let monitor = Monitor::start();
    let place = Place::new("");
    let settings = format!(
        "{}[monitors.hc]\nkind = \"healthchecks\"\nurl = \"{}\"\n[channels.bad]\nkind = \"command\"\nrun = \"exit 9\"\n",
        channel(&place),
        monitor.ping_url(),
    );
    fs::write(place.folder.path().join("config.toml"), settings).unwrap();
    let ran = run(&mut place.cronwrap(&["--test-report"]));
    assert_eq!(ran.code, Some(1));
    for line in [
        "monitors.hc: delivered\n",
        "channels.ops: delivered\n",
        "channels.bad: failed: command exit: failed",
    ] {
        assert!(ran.out.contains(line), "{line:?} is not in {}", ran.out);
    }
    assert_eq!(monitor.pings()[0].kind, "log");
    assert!(place.told().contains("If you read this"));
}

#[test]
fn a_settings_file_that_was_asked_for_and_is_not_there_is_a_problem() {
    let check = |option: &str, code: i32| {
        let ran = run(&mut cronwrap(&["--config", "/no/such/file", option]));
        let said = format!("{}{}", ran.out, ran.err);
        assert_eq!(ran.code, Some(code), "{option}: {said}");
        assert!(
            said.contains("/no/such/file: there is no such file"),
            "{option}: {said}"
        );
    };
    check("--check-config", 1);
    check("--test-report", 1);
}

#[test]
fn a_dry_run_runs_and_tells_nothing() {
    let place = Place::new("");
    let settings = format!("{}[defaults]\nchannels = [\"ops\"]\n", channel(&place));
    fs::write(place.folder.path().join("config.toml"), settings).unwrap();
    let mark = place.folder.path().join("mark");
    let ran = run(&mut place.cronwrap(&["--dry-run", "--job", "x", "--", "touch", mark.to_str().unwrap()]));
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.out.contains("job:      x\n") && ran.out.contains("tells:    ops (command cat)"),
        "{}",
        ran.out
    );
    assert!(!mark.exists() && place.told().is_empty() && !place.state().exists());
}

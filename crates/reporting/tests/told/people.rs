//! What people are told: each incident once, and its end.

use super::*;

pub(crate) fn command(folder: &Path) -> String {
    format!(
        "[channels.ops]\nkind = \"command\"\nrun = \"cat >> {0}/told; echo ---- >> {0}/told\"\n",
        folder.display()
    )
}

#[test]
fn people_are_told_of_an_incident_once_and_of_its_end_once() {
    let out = tempfile::tempdir().unwrap();
    let host = Host::new(&command(out.path()), &[], &["ops"]);
    for code in [0, 0, 3, 3, 3, 0, 0] {
        host.run(code);
    }
    let told = std::fs::read_to_string(out.path().join("told")).unwrap();
    let subjects: Vec<&str> = told
        .split("----\n")
        .filter_map(|message| message.lines().next())
        .collect();
    let name = Host::facts(0).run.host;
    let expected = [
        format!("backup on {name}: first run succeeded"),
        format!("backup on {name} failed: exit code 3"),
        format!("backup on {name} is well again after 3 failures"),
    ];
    assert_eq!(subjects, expected);
    let failure = told.split("----\n").nth(1).unwrap();
    for part in [
        "outcome:  exit code 3",
        "took:     1 min 30 s",
        "command:  rsync",
        "    rsync: no route to host",
        "    giving up\u{fffd}[31m",
        "what to do next:",
    ] {
        assert!(failure.contains(part), "{part:?} is not in {failure}");
    }
}

#[test]
fn a_lost_run_is_told_and_the_next_success_is_a_recovery() {
    let out = tempfile::tempdir().unwrap();
    let monitor = monitor::Monitor::start();
    let host = Host::new(&command(out.path()), &[&monitor.ping_url()], &["ops"]);
    host.run(0);
    let mut child = std::process::Command::new("true").spawn().unwrap();
    let wrapper = history::Process::look_up(child.id());
    child.wait().unwrap();
    let gone = NewRun {
        wrapper,
        ..Host::facts(0).run
    };
    host.history.lock().unwrap().begin(&gone).unwrap();
    let lost = host
        .history
        .lock()
        .unwrap()
        .sweep(&gone.host, |lost, status| {
            decide_lost(lost, &gone.host, &host.told, status)
        })
        .unwrap();
    assert_eq!(lost.len(), 1);
    host.flush();
    host.run(0);
    let told = std::fs::read_to_string(out.path().join("told")).unwrap();
    assert!(
        told.contains("a run was lost") && told.contains("something killed its wrapper"),
        "{told}"
    );
    assert!(told.contains("is well again after a failure"), "{told}");
    let kinds: Vec<String> = monitor.pings().into_iter().map(|ping| ping.kind).collect();
    assert_eq!(kinds, ["success", "fail", "success"]);
}

#[test]
fn a_channel_that_left_the_settings_is_a_dead_letter_but_broken_settings_are_not() {
    let out = tempfile::tempdir().unwrap();
    let mut host = Host::new(&command(out.path()), &[], &["ops"]);
    host.told.channels.push(Address {
        link: None,
        key: "channel gone".to_owned(),
        place: "gone".to_owned(),
    });
    host.run(1);
    let waiting = host.waiting();
    assert_eq!(waiting.len(), 1);
    assert!(
        waiting[0].0
            && waiting[0]
                .2
                .as_ref()
                .unwrap()
                .contains("there is no [channels.gone]"),
        "{waiting:?}"
    );

    let broken = host.folder.path().join("broken.toml");
    std::fs::write(&broken, "[channels.ops\n").unwrap();
    host.book.settings = Settings::read(&[broken], &[]);
    host.run(0);
    assert_eq!(
        host.waiting().iter().filter(|(dead, ..)| !dead).count(),
        2,
        "they wait until the file is mended"
    );
}

#[test]
fn a_run_that_goes_on_and_on_is_told_while_it_does() {
    let out = tempfile::tempdir().unwrap();
    let host = Host::new(&command(out.path()), &[], &["ops"]);
    let run = Host::facts(0).run;
    let mut history = host.history.lock().unwrap();
    history.begin(&run).unwrap();
    let decision = decide_running(&run, Duration::from_secs(7_500), None, &host.told);
    let ours = history.tell(&run, &decision).unwrap();
    drop(history);
    deliver(&host.history, &host.book, ours, &[], Instant::now() + LIMIT);
    let told = std::fs::read_to_string(out.path().join("told")).unwrap();
    assert!(told.contains(" is still running after 2 h 05 min\n"), "{told}");
}

#[test]
fn a_channel_gets_no_more_than_it_takes_and_the_rest_later() {
    let host = Host::new(
        "[channels.ops]\nkind = \"command\"\nrun = \"true\"\npause = \"1h\"\n",
        &[],
        &["ops"],
    );
    let (_, first) = host.run(1);
    assert_eq!((first.len(), first[0].error.clone()), (1, None));
    let (_, second) = host.run(0);
    assert_eq!(second, [], "its turn comes in an hour");
    let waiting = host.waiting();
    assert_eq!(waiting.len(), 1);
    assert!(!waiting[0].0, "{waiting:?}");
    host.an_hour_later();
    assert_eq!(host.flush(), [], "another process knows of the turns, too");
    rusqlite_open(host.folder.path())
        .execute("UPDATE turns SET next = next - 3600000000", [])
        .unwrap();
    host.an_hour_later();
    assert_eq!(host.flush().len(), 1);
    assert_eq!(host.waiting(), []);
}

#[test]
fn an_alert_links_to_the_monitor_without_its_key() {
    let told = tempfile::tempdir().unwrap();
    let settings = format!(
        "{}[monitors.hc]\nkind = \"healthchecks\"\nurl = \"http://127.0.0.1:9/ping/{DEFAULT_UUID}\"\n\
         [monitors.linked]\nkind = \"url\"\nsuccess = \"http://127.0.0.1:9/hush\"\n\
         link = \"https://hc.example.org/projects/%h/%j\"\n",
        command(told.path())
    );
    let mut host = Host::new(&settings, &[], &["ops"]);
    let of = |name| host.book.of_monitor(name, "backup").unwrap();
    host.told.monitors = vec![of("hc"), of("linked")];
    host.run_within(3, Duration::from_millis(800));
    let text = std::fs::read_to_string(told.path().join("told")).unwrap();
    assert!(text.contains("monitor:  hc (http://127.0.0.1:9)\n"), "{text}");
    assert!(
        text.contains("monitor:  https://hc.example.org/projects/web1/backup\n"),
        "{text}"
    );
    assert!(!text.contains(DEFAULT_UUID) && !text.contains("hush"), "{text}");
}

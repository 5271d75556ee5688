//! Runs that were begun and never came to an end.

use super::*;

/// A process that has ended.
fn dead() -> Process {
    let mut child = std::process::Command::new("true").spawn().unwrap();
    let process = Process::look_up(child.id());
    child.wait().unwrap();
    process
}

#[test]
fn a_run_whose_processes_are_gone_is_lost_and_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(folder.path());
    let gone = NewRun {
        wrapper: dead(),
        child: Some(dead()),
        ..run("killed")
    };
    let alive = run("alive");
    let orphan = NewRun {
        wrapper: dead(),
        child: Some(Process::look_up(std::process::id())),
        ..run("orphan")
    };
    let elsewhere = NewRun {
        wrapper: dead(),
        host: "other".to_owned(),
        ..run("elsewhere")
    };
    for run in [&gone, &alive, &orphan, &elsewhere] {
        history.begin(run).unwrap();
    }
    let told = |_: &_, _: Option<&str>| Decision {
        status: Some("failing".to_owned()),
        reports: vec![NewReport {
            target: "t".to_owned(),
            address: "a".to_owned(),
            payload: b"lost".to_vec(),
        }],
        hold: Duration::ZERO,
    };
    let lost = history.sweep(&gone.host, told).unwrap();
    assert_eq!(lost.iter().map(|lost| lost.id).collect::<Vec<_>>(), [gone.id]);
    assert!(!lost[0].host_went_down);
    assert_eq!(
        history.find(gone.id).unwrap().unwrap().outcome,
        Some(Outcome::Lost)
    );
    assert_eq!(history.outbox().unwrap().len(), 1);
    assert_eq!(history.sweep(&gone.host, told).unwrap(), []);
    let mut seen = None;
    let end = End::new(Outcome::Exited(0), false, Duration::ZERO);
    history
        .finish(&run("killed"), &end, |status| {
            seen = status.map(str::to_owned);
            Decision::default()
        })
        .unwrap();
    assert_eq!(
        seen.as_deref(),
        Some("failing"),
        "the next run knows what was told of the lost one"
    );
}

#[test]
fn a_run_of_which_no_process_could_be_looked_up_is_not_called_lost() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(folder.path());
    let unknown = NewRun {
        wrapper: Process {
            id: 4_000_000,
            started: 0,
        },
        ..run("without /proc")
    };
    history.begin(&unknown).unwrap();
    assert_eq!(
        history.sweep(&unknown.host, |_, _| Decision::default()).unwrap(),
        []
    );
}

#[test]
fn after_a_boot_every_open_run_is_lost_and_one_in_another_container_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(folder.path());
    let (earlier, container) = (run("earlier"), run("container"));
    history.begin(&earlier).unwrap();
    history.begin(&container).unwrap();
    let raw = rusqlite::Connection::open(history.path()).unwrap();
    let place = |run: &NewRun, place: &str| {
        raw.execute(
            "UPDATE runs SET place = ? WHERE run = ?",
            rusqlite::params![place, run.id.as_bytes()],
        )
        .unwrap();
    };
    place(&earlier, "00000000-0000-4000-8000-000000000000 pid:[4026531836]");
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    place(&container, &format!("{} pid:[1]", boot.trim()));
    let lost = history.sweep(&earlier.host, |_, _| Decision::default()).unwrap();
    assert_eq!(
        lost.iter()
            .map(|lost| (lost.id, lost.host_went_down))
            .collect::<Vec<_>>(),
        [(earlier.id, true)]
    );
}

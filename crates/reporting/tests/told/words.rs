//! What people read.

use super::*;
use history::{Decision, LostRun};
use reporting::Alert;

#[test]
fn an_alert_has_all_that_is_needed_at_three_in_the_morning() {
    let mut facts = Host::facts(74);
    facts.end.log = Some("/var/log/backup.log".to_owned());
    facts.usual = Some(history::Usual {
        median: Duration::from_secs(30),
        longest: Duration::from_secs(42),
        runs: 50,
    });
    let message = reporting::alert(
        &facts,
        reporting::Alert::Failed(2),
        &["https://hc.example.org".to_owned()],
    );
    let host = facts.run.host.clone();
    assert_eq!(
        message.subject,
        format!("backup on {host} failed 2 times in a row: exit code 74 (an error of input or output)")
    );
    let expected = [
        "job:      backup".to_owned(),
        format!("host:     {host}"),
        "outcome:  exit code 74 (an error of input or output)".to_owned(),
        "took:     1 min 30 s (usually 30.0 s, at most 42.0 s in 50 runs)".to_owned(),
        "command:  rsync -a /home host:".to_owned(),
        format!("run:      {}", facts.run.id),
        "log:      /var/log/backup.log".to_owned(),
        "monitor:  https://hc.example.org".to_owned(),
        "first errors:\n    rsync: no route to host".to_owned(),
        "last lines:\n    giving up\u{fffd}[31m".to_owned(),
        "what to do next:\n- less /var/log/backup.log".to_owned(),
    ];
    for line in expected {
        assert!(
            message.text.contains(&line),
            "{line:?} is not in\n{}",
            message.text
        );
    }
    // A reason may be very long; a subject is not.
    facts.end.outcome = Outcome::NotStarted(127, format!("x: not found in PATH={}", "/usr/bin:".repeat(50)));
    let message = reporting::alert(&facts, reporting::Alert::First(true), &[]);
    assert!(message.subject.chars().count() < 140, "{}", message.subject);
}

/// What is in the outbox for people.
fn text_of(decision: &Decision) -> String {
    let payload: serde_json::Value =
        serde_json::from_slice(&decision.reports.last().unwrap().payload).unwrap();
    payload["text"].as_str().unwrap().to_owned()
}

fn told_of() -> Told {
    let place = |place: &str, link: Option<&str>| Address {
        key: "channel ops".to_owned(),
        place: place.to_owned(),
        link: link.map(str::to_owned),
    };
    Told {
        monitors: vec![place(
            "hc (https://hc.example.org)",
            Some("https://hc.example.org/p/1"),
        )],
        channels: vec![place("ops", None)],
        ..Told::default()
    }
}

#[test]
fn a_run_that_goes_on_is_told_with_its_process_and_how_to_end_it() {
    let mut run = Host::facts(0).run;
    run.child = Some(history::Process { id: 4711, started: 1 });
    let usual = history::Usual {
        median: Duration::from_secs(30),
        longest: Duration::from_secs(42),
        runs: 50,
    };
    let decision = decide_running(&run, Duration::from_secs(7_500), Some(usual), &told_of());
    let (host, id, wrapper) = (&run.host, run.id, run.wrapper.id);
    let text = text_of(&decision);
    let (head, rest) = text.split_once("began:    ").unwrap();
    let rest = rest.split_once('\n').unwrap().1;
    assert_eq!(
        head,
        format!("backup on {host} is still running after 2 h 05 min\n\njob:      backup\nhost:     {host}\n")
    );
    assert_eq!(
        rest,
        format!(
            "usually:  30.0 s, at most 42.0 s in 50 runs\ncommand:  rsync -a /home host:\nuser:     root\nrun:      {id}\n\
             process:  4711\nmonitor:  https://hc.example.org/p/1\n\nwhat to do next:\n\
             - see what it waits for: cat /proc/4711/wchan; ls -l /proc/4711/fd\n\
             - end it, and be told how it ended: kill {wrapper}"
        )
    );
}

#[test]
fn a_lost_run_is_told_with_its_command_and_where_to_look() {
    let run = Host::facts(0).run;
    let lost = LostRun {
        id: run.id,
        job: run.job.clone(),
        started: run.started,
        command: run.command.clone(),
        host_went_down: false,
    };
    let text = text_of(&decide_lost(&lost, "web1", &told_of(), None)).replace(&run.id.to_string(), "RUN");
    let expected = [
        "backup on web1: a run was lost\n\njob:      backup\nhost:     web1\n",
        "outcome:  nobody knows: something killed its wrapper\n",
        "command:  rsync -a /home host:\nrun:      RUN\nmonitor:  https://hc.example.org/p/1\n\nwhat to do next:\n",
        "\n- journalctl --since '",
    ];
    for part in expected {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

#[test]
fn the_next_step_is_where_the_output_is() {
    let check = |log: Option<&str>, journal: bool, alert: Alert, expected: &str| {
        let mut facts = Host::facts(3);
        facts.end.log = log.map(str::to_owned);
        facts.journal = journal;
        let text = reporting::alert(&facts, alert, &[]).text;
        let steps = text.split("what to do next:\n").nth(1).unwrap();
        assert_eq!(steps.replace(&facts.run.id.to_string(), "RUN"), expected);
    };
    let keep = "- all of its output is kept from the next run on with --log FILE or --journal";
    check(None, false, Alert::Failed(1), keep);
    check(Some("/l"), false, Alert::Failed(1), "- less /l");
    check(None, true, Alert::Failed(1), "- journalctl CRONWRAP_RUN_ID=RUN");
    check(
        Some("/l"),
        true,
        Alert::Failed(1),
        "- less /l\n- journalctl CRONWRAP_RUN_ID=RUN",
    );
}

#[test]
fn whatever_a_job_prints_a_message_stays_short_and_steers_no_terminal() {
    let mut facts = Host::facts(1);
    facts.run.job = "na\u{1b}[31mïve\r\nBcc: everybody".to_owned();
    facts.run.command = format!("echo {}", "y".repeat(100_000));
    facts.first_errors = vec!["x".repeat(10_000_000), "nul\0byte".to_owned()];
    facts.last_lines = vec!["é".repeat(1_000); 20];
    facts.notes = vec!["left running by the job: \u{7}".to_owned()];
    let message = reporting::alert(&facts, Alert::Failed(1), &[]);
    assert!(message.text.len() < 8_000, "{}", message.text.len());
    assert!(message.text.contains("    nul\u{fffd}byte\n") && message.text.contains("xxx...\n"));
    assert!(
        message
            .text
            .contains("\nnote:     left running by the job: \u{fffd}\n")
    );
    let steers = |text: &str| text.chars().any(|letter| letter.is_control() && letter != '\n');
    assert!(!steers(&message.text) && !steers(&message.subject));
    assert!(!message.subject.contains('\n'), "{:?}", message.subject);
    // What was printed to standard error alone is quoted once.
    facts.last_lines = facts.first_errors.clone();
    let text = reporting::alert(&facts, Alert::Failed(1), &[]).text;
    assert_eq!(text.matches("nul\u{fffd}byte").count(), 1, "{text}");
}

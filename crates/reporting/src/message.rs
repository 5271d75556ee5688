//! The text of an alert: enough at three in the morning.

use std::time::Duration;

use delivery::Message;
use history::{LostRun, NewRun, Outcome, Usual};

use crate::alert::Alert;
use crate::facts::{RunFacts, moment, outcome_in_words, span_in_words};

/// So many lines of each end are quoted.
const QUOTED: usize = 10;
/// So many characters of how it went stand in the subject.
const SUBJECT: usize = 80;
const NEXT: &str = "what to do next:";
/// So many characters of a line, or of a command: what matters stands in front, and channels take only so much.
const LINE: usize = 200;

/// What people are told of a run; `monitors` are the places where more can be seen.
pub fn alert(facts: &RunFacts, alert: Alert, monitors: &[String]) -> Message {
    let (job, host) = (&facts.run.job, &facts.run.host);
    let how = shortened(&outcome_in_words(&facts.end.outcome), SUBJECT);
    let subject = match alert {
        Alert::First(true) => format!("{job} on {host}: first run failed: {how}"),
        Alert::First(false) => format!("{job} on {host}: first run succeeded"),
        Alert::Failed(1) => format!("{job} on {host} failed: {how}"),
        Alert::Failed(count) => format!("{job} on {host} failed {count} times in a row: {how}"),
        Alert::StillFailing(count) => {
            format!("{job} on {host} is still failing, {count} times in a row: {how}")
        }
        Alert::Recovered(1) => format!("{job} on {host} is well again after a failure"),
        Alert::Recovered(count) => format!("{job} on {host} is well again after {count} failures"),
        Alert::StillOk => format!("{job} on {host} is still well"),
        Alert::Slow => format!(
            "{job} on {host} succeeded, but took {}",
            span_in_words(facts.end.took)
        ),
    };
    // A job's name may come from a crontab's comment: one line, that steers no terminal.
    let subject = visible(&subject);
    let mut lines = vec![subject.clone(), String::new()];
    lines.extend(about(facts, monitors).iter().map(|line| visible(line)));
    lines.extend(quotes(facts));
    if alert.is_failure() {
        lines.push(String::new());
        lines.push(NEXT.to_owned());
        lines.extend(next_steps(facts, alert));
    }
    Message {
        subject,
        text: lines.join("\n"),
        failed: alert.is_failure(),
        job: job.clone(),
        host: host.clone(),
        run: facts.run.id,
    }
}

/// A reason may be long; the subject of a mail, and the first line on a phone, are not.
fn shortened(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some((end, _)) => format!("{}...", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// What people are told of a run that never came to its end.
pub(crate) fn lost(run: &LostRun, host: &str, monitors: &[String]) -> Message {
    let why = if run.host_went_down {
        "the host went down meanwhile"
    } else {
        "something killed its wrapper"
    };
    let subject = visible(&format!("{} on {host}: a run was lost", run.job));
    let began = moment(run.started);
    let mut lines = vec![
        format!("job:      {}", run.job),
        format!("host:     {host}"),
        format!("outcome:  nobody knows: {why}"),
        format!("began:    {began}"),
        format!("command:  {}", shortened(&run.command, LINE)),
        format!("run:      {}", run.id),
    ];
    lines.extend(monitors.iter().map(|place| format!("monitor:  {place}")));
    let next = [
        "- see whether it has done its work; nothing was recorded after its beginning".to_owned(),
        format!("- journalctl --since '{began}' | grep -i -e oom -e killed -e shutdown"),
    ];
    Message {
        text: text(&subject, &lines, &next),
        subject,
        failed: true,
        job: run.job.clone(),
        host: host.to_owned(),
        run: run.id,
    }
}

/// What people are told of a run that goes on and on.
pub(crate) fn still_running(
    run: &NewRun,
    so_far: Duration,
    usual: Option<Usual>,
    monitors: &[String],
) -> Message {
    let so_far = span_in_words(so_far);
    let subject = format!("{} on {} is still running after {so_far}", run.job, run.host);
    let subject = visible(&subject);
    let mut lines = vec![
        format!("job:      {}", run.job),
        format!("host:     {}", run.host),
        format!("began:    {}", moment(run.started)),
    ];
    lines.extend(usual.map(|usual| {
        let (median, longest) = (span_in_words(usual.median), span_in_words(usual.longest));
        format!("usually:  {median}, at most {longest} in {} runs", usual.runs)
    }));
    let child = run.child.map_or(run.wrapper.id, |child| child.id);
    lines.extend([
        format!("command:  {}", shortened(&run.command, LINE)),
        format!("user:     {}", run.user),
        format!("run:      {}", run.id),
        format!("process:  {child}"),
    ]);
    lines.extend(monitors.iter().map(|place| format!("monitor:  {place}")));
    let next = [
        format!("- see what it waits for: cat /proc/{child}/wchan; ls -l /proc/{child}/fd"),
        format!("- end it, and be told how it ended: kill {}", run.wrapper.id),
    ];
    Message {
        text: text(&subject, &lines, &next),
        subject,
        failed: true,
        job: run.job.clone(),
        host: run.host.clone(),
        run: run.id,
    }
}

/// The subject, what is known, and what to do next.
fn text(subject: &str, known: &[String], next: &[String]) -> String {
    let known = known.iter().map(|line| visible(line));
    let lines = [subject.to_owned(), String::new()].into_iter().chain(known);
    let next = [String::new(), NEXT.to_owned()]
        .into_iter()
        .chain(next.iter().cloned());
    lines.chain(next).collect::<Vec<_>>().join("\n")
}

fn about(facts: &RunFacts, monitors: &[String]) -> Vec<String> {
    let mut took = span_in_words(facts.end.took);
    if let Some(usual) = facts.usual {
        let (median, longest) = (span_in_words(usual.median), span_in_words(usual.longest));
        took.push_str(&format!(
            " (usually {median}, at most {longest} in {} runs)",
            usual.runs
        ));
    }
    let mut lines = vec![
        format!("job:      {}", facts.run.job),
        format!("host:     {}", facts.run.host),
        format!("outcome:  {}", outcome_in_words(&facts.end.outcome)),
        format!("began:    {}", moment(facts.run.started)),
        format!("took:     {took}"),
        format!("command:  {}", shortened(&facts.run.command, LINE)),
        format!("user:     {}", facts.run.user),
        format!("run:      {}", facts.run.id),
    ];
    lines.extend(facts.end.log.iter().map(|log| format!("log:      {log}")));
    lines.extend(monitors.iter().map(|place| format!("monitor:  {place}")));
    lines.extend(
        facts
            .notes
            .iter()
            .map(|note| format!("note:     {}", shortened(note, LINE))),
    );
    lines
}

fn quotes(facts: &RunFacts) -> Vec<String> {
    let errors = &facts.first_errors[..facts.first_errors.len().min(QUOTED)];
    let last = &facts.last_lines[facts.last_lines.len().saturating_sub(QUOTED)..];
    let quoted: &[(&str, &[String])] = match errors == last {
        // A job that printed its few errors and nothing else.
        true => &[("first errors, and last lines:", errors)],
        false => &[("first errors:", errors), ("last lines:", last)],
    };
    let mut lines = Vec::new();
    for (title, quoted) in quoted.iter().filter(|(_, quoted)| !quoted.is_empty()) {
        lines.extend([String::new(), (*title).to_owned()]);
        lines.extend(
            quoted
                .iter()
                .map(|line| format!("    {}", visible(&shortened(line, LINE)))),
        );
    }
    lines
}

/// A line of a job may hold anything, also what steers a terminal.
fn visible(line: &str) -> String {
    let shown = |letter: char| {
        if letter.is_control() && letter != '\t' {
            '\u{fffd}'
        } else {
            letter
        }
    };
    line.chars().map(shown).collect()
}

fn next_steps(facts: &RunFacts, alert: Alert) -> Vec<String> {
    let began = moment(facts.run.started);
    let mut steps = Vec::new();
    match &facts.end.outcome {
        _ if alert == Alert::Slow => {
            steps.push("- see whether it had more to do, and what else ran then".to_owned());
            steps.push(format!("- journalctl --since '{began}'"));
        }
        Outcome::NotStarted(127, _) | Outcome::Exited(127) => {
            steps.push("- look at PATH in the crontab: cron's is /usr/bin:/bin".to_owned());
        }
        Outcome::Signaled(9) | Outcome::Exited(137) => {
            steps.push(format!("- journalctl -k --since '{began}' | grep -i oom"));
        }
        Outcome::TimedOut => {
            steps.push(
                "- see whether it hangs or has more to do than before; --timeout is its limit".to_owned(),
            );
        }
        _ => {}
    }
    steps.extend(facts.end.log.iter().map(|log| format!("- less {log}")));
    if facts.journal {
        steps.push(format!("- journalctl CRONWRAP_RUN_ID={}", facts.run.id));
    }
    if facts.end.log.is_none() && !facts.journal {
        steps
            .push("- all of its output is kept from the next run on with --log FILE or --journal".to_owned());
    }
    steps
}

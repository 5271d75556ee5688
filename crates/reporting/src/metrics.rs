//! A run as metrics for Prometheus' textfile collector. Without timestamps: a sample that has one drops the whole file.

use std::fmt::Write;

use history::Outcome;

use crate::facts::RunFacts;
use crate::report::seconds;

/// The text of a `.prom` file; `last_success` is when a run last succeeded, if not this one.
pub fn metrics(facts: &RunFacts, last_success: Option<std::time::SystemTime>) -> String {
    let labels = format!("job_name=\"{}\"", escaped(&facts.run.job));
    let mut text = String::new();
    let mut metric = |name: &str, help: &str, more: &str, value: f64| {
        let _ = writeln!(
            text,
            "# HELP crontools_job_{name} {help}\n# TYPE crontools_job_{name} gauge"
        );
        let _ = writeln!(text, "crontools_job_{name}{{{labels}{more}}} {value}");
    };
    let end = &facts.end;
    let ended = facts.run.started + end.took;
    let success = if end.failed { last_success } else { Some(ended) };
    metric(
        "last_run_failed",
        "Whether the last run failed.",
        "",
        f64::from(u8::from(end.failed)),
    );
    metric(
        "last_run_exit_code",
        "The exit code of the last run, as a shell would tell it.",
        "",
        f64::from(facts.exit_code),
    );
    metric(
        "last_run_lost_or_skipped",
        "Whether the last run was not run to its end.",
        "",
        f64::from(u8::from(is_missing(&end.outcome))),
    );
    metric(
        "last_run_start_time_seconds",
        "When the last run began.",
        "",
        seconds(facts.run.started) as f64,
    );
    metric(
        "last_run_end_time_seconds",
        "When the last run ended.",
        "",
        seconds(ended) as f64,
    );
    if let Some(success) = success {
        metric(
            "last_success_time_seconds",
            "When a run last succeeded.",
            "",
            seconds(success) as f64,
        );
    }
    metric(
        "last_run_duration_seconds",
        "How long the last run took.",
        "",
        end.took.as_secs_f64(),
    );
    let cpu = (end.usage.user + end.usage.system).as_secs_f64();
    metric("last_run_cpu_seconds", "CPU time of the last run.", "", cpu);
    metric(
        "last_run_max_rss_bytes",
        "The largest size in memory of the last run.",
        "",
        end.usage.max_rss as f64,
    );
    let bytes = end.stdout.bytes + end.stderr.bytes;
    metric(
        "last_run_output_bytes",
        "Bytes that the last run printed.",
        "",
        bytes as f64,
    );
    text
}

fn is_missing(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Skipped | Outcome::Lost)
}

/// A label's value: these three characters have a meaning there.
fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

//! The command line: reads arguments, environment and clock, prints, and picks the exit code.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use clap::{CommandFactory, Parser};
use diagnostic::{Report, Style, Tool, ToolRule};

use crate::complaint::with_help;
use crate::options::{Color, Options};
use crate::rules::{self, RULES};
use crate::session::{Session, Text};
use crate::{baseline, listing, patch};

/// Runs the program.
pub fn main() -> ExitCode {
    let options = match Options::try_parse() {
        Ok(options) => options,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(error.exit_code().try_into().unwrap_or(2));
        }
    };
    match run(&options) {
        Ok(code) => ExitCode::from(code),
        // A reader that has seen enough, such as `head`, is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("cannot write: {error}"));
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> io::Result<u8> {
    let mut out = io::stdout().lock();
    if options.version {
        writeln!(
            out,
            "cronlint {} (next runs are told in UTC)",
            env!("CARGO_PKG_VERSION")
        )?;
        return Ok(0);
    }
    if let Some(shell) = options.completions {
        clap_complete::generate(shell, &mut Options::command(), "cronlint", &mut out);
        return Ok(0);
    }
    if options.list_rules {
        out.write_all(listing::rules(format(options) == "json").as_bytes())?;
        return Ok(0);
    }
    if let Some(wanted) = &options.explain {
        return explain(wanted, &mut out);
    }
    let mut session = match Session::new(options, now(), complain) {
        Ok(session) => session,
        Err(reason) => {
            complain(&reason);
            return Ok(2);
        }
    };
    let mut texts = session.read();
    let found = if options.diff {
        show_diff(&session, &texts, &mut out)?
    } else {
        if options.fix {
            for text in &mut texts {
                session.fix_in_place(text);
                if text.input.path().is_none() {
                    out.write_all(&text.bytes)?;
                }
            }
        }
        check(options, &mut session, &texts, &mut out)?
    };
    out.flush()?;
    Ok(if session.failed { 2 } else { u8::from(found) })
}

fn explain(wanted: &str, out: &mut dyn Write) -> io::Result<u8> {
    let Some(rule) = rules::find(wanted) else {
        complain(&with_help(
            &format!("there is no rule `{wanted}`"),
            &rules::near(wanted),
        ));
        return Ok(2);
    };
    out.write_all(rule.explanation.as_bytes())?;
    Ok(0)
}

/// Prints what would be fixed; whether there is anything.
fn show_diff(session: &Session<'_>, texts: &[Text], out: &mut dyn Write) -> io::Result<bool> {
    let mut any = false;
    for text in texts {
        let (fixed, _) = session.fixed(text);
        any |= fixed != text.bytes;
        out.write_all(&patch::diff(&text.input.name(), &text.bytes, &fixed))?;
    }
    Ok(any)
}

/// Prints the reports, or writes them as a baseline; whether there is anything that counts.
fn check(
    options: &Options,
    session: &mut Session<'_>,
    texts: &[Text],
    out: &mut dyn Write,
) -> io::Result<bool> {
    let reports: Vec<Report<'_>> = texts.iter().map(|text| session.report(text)).collect();
    if let Some(path) = &options.write_baseline {
        let count: usize = reports.iter().map(|report| report.diagnostics.len()).sum();
        match baseline::write(path, &reports) {
            Err(reason) => session.fail(&reason),
            Ok(()) if options.quiet => {}
            Ok(()) => {
                let findings = if count == 1 { "finding" } else { "findings" };
                complain(&format!("{}: {count} {findings} written", path.display()));
            }
        }
        return Ok(false);
    }
    let fail_on = session.fail_on();
    let found = reports.iter().flat_map(|report| &report.diagnostics);
    let found = found
        .into_iter()
        .any(|diagnostic| fail_on.includes(diagnostic.severity));
    let style = Style {
        color: color(options.color),
        quiet: options.quiet,
    };
    if let Some(format) = diagnostic::format(format(options)) {
        let text = (format.render)(&reports, &TOOL, style);
        // A fixed standard input has the standard output for itself.
        if options.fix && texts.iter().any(|text| text.input.path().is_none()) {
            io::stderr().write_all(text.as_bytes())?;
        } else {
            out.write_all(text.as_bytes())?;
        }
    }
    Ok(found)
}

/// Says on the standard error what goes wrong, or was done.
fn complain(message: &str) {
    let _ = writeln!(io::stderr(), "cronlint: {message}");
}

fn format(options: &Options) -> &str {
    if options.json { "json" } else { &options.format }
}

fn color(when: Color) -> bool {
    match when {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    }
}

fn now() -> DateTime<Utc> {
    let given = std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|seconds| seconds.parse().ok());
    given
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .unwrap_or_else(Utc::now)
}

static TOOL_RULES: LazyLock<Vec<ToolRule>> = LazyLock::new(|| {
    let rule = |rule: &&crate::rule::Rule| ToolRule {
        code: rule.code,
        name: rule.name,
        severity: rule.severity,
        explanation: rule.explanation,
    };
    RULES.iter().map(rule).collect()
});

static TOOL: LazyLock<Tool> = LazyLock::new(|| Tool {
    name: "cronlint",
    version: env!("CARGO_PKG_VERSION"),
    rules: &TOOL_RULES,
});

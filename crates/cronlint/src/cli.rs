//! The command line: reads arguments, environment, clock and files, prints, and picks the exit code.

use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use clap::{CommandFactory, Parser};
use crontab::{Daemon, daemon};
use diagnostic::{Report, Source, Style, Tool, ToolRule};

use crate::discover::{self, Input, Unreadable};
use crate::lint::{Settings, lint};
use crate::listing;
use crate::options::{Color, Options};
use crate::rules::{self, RULES};

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
        let json = options.json || options.format == "json";
        out.write_all(listing::rules(json).as_bytes())?;
        return Ok(0);
    }
    if let Some(wanted) = &options.explain {
        return explain(wanted, &mut out);
    }
    check(options, &mut out)
}

fn explain(wanted: &str, out: &mut dyn Write) -> io::Result<u8> {
    let Some(rule) = rules::find(wanted) else {
        complain(&format!("no rule `{wanted}`: `cronlint --list-rules` lists them"));
        return Ok(2);
    };
    out.write_all(rule.explanation.as_bytes())?;
    Ok(0)
}

fn check(options: &Options, out: &mut dyn Write) -> io::Result<u8> {
    let (inputs, mut failed) = inputs(options);
    let settings = Settings {
        path: None,
        kind: options.kind.kind(),
        daemon: daemon_named(&options.daemon),
        live: options.live,
        require_reason: options.require_reason,
        now: now(),
    };
    let mut texts = Vec::new();
    for input in inputs {
        match read(&input) {
            Ok(text) => texts.push((input, text)),
            Err(error) => {
                complain(&format!("cannot read {}: {error}", input.name()));
                failed = true;
            }
        }
    }
    let report = |(input, text)| report(input, text, &settings);
    let reports: Vec<Report<'_>> = texts.iter().map(|(input, text)| report((input, text))).collect();
    let found = reports.iter().flat_map(|report| &report.diagnostics);
    let found = found
        .into_iter()
        .any(|diagnostic| options.fail_on.includes(diagnostic.severity));
    let style = Style {
        color: color(options.color),
        quiet: options.quiet,
    };
    let format = if options.json { "json" } else { &options.format };
    if let Some(format) = diagnostic::format(format) {
        out.write_all((format.render)(&reports, &TOOL, style).as_bytes())?;
    }
    out.flush()?;
    Ok(if failed { 2 } else { u8::from(found) })
}

fn report<'t>(input: &Input, text: &'t [u8], settings: &Settings<'_>) -> Report<'t> {
    let settings = Settings {
        path: input.path().and_then(Path::to_str),
        ..*settings
    };
    Report::new(Source::new(input.name(), text), lint(text, &settings))
}

/// What is to be read, and whether something could not even be found.
fn inputs(options: &Options) -> (Vec<Input>, bool) {
    let here = [std::path::PathBuf::from(".")];
    let paths = if options.paths.is_empty() {
        &here[..]
    } else {
        &options.paths
    };
    let mut failed = false;
    let mut inputs = Vec::new();
    for path in paths {
        let found = discover::crontabs(path);
        for Unreadable { path, error } in &found.unreadable {
            complain(&format!("cannot read {}: {error}", path.display()));
            failed = true;
        }
        if found.inputs.is_empty() && found.unreadable.is_empty() {
            complain(&format!(
                "no crontab in {}: name the files, or see `cronlint --help`",
                path.display()
            ));
            failed = true;
        }
        inputs.extend(found.inputs);
    }
    (inputs, failed)
}

fn read(input: &Input) -> io::Result<Vec<u8>> {
    match input.path() {
        Some(path) => std::fs::read(path),
        None => {
            let mut text = Vec::new();
            io::stdin().lock().read_to_end(&mut text)?;
            Ok(text)
        }
    }
}

fn daemon_named(name: &str) -> &'static Daemon {
    daemon::find(name).unwrap_or(&daemon::DEBIAN)
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

fn complain(message: &str) {
    let _ = writeln!(io::stderr(), "cronlint: {message}");
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

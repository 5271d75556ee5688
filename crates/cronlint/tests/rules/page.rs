//! The examples on a rule's page.
//!
//! A page has sections `## Bad`, `## Good` and, where there are lines that look bad and are not, `## Near misses`.
//! Each fenced block that begins with "crontab" is a whole crontab; words after it say how it is read:
//!
//! - `user`, `system`: with which columns (else as `--kind auto`)
//! - `path=/etc/cron.d/x`, `daemon=NAME`, `crlf`, `bom`, `no-final-newline`
//! - `repeat=N`: the text N times
//! - `live`: with that option
//! - `tz=ZONE`: on a machine in that zone
//! - `require-reason`: with that option
//! - `bytes`: `\xHH` stands for a byte
//! - `fixed`: not an example, but what the rule's fixes make of the block before it
//!
//! A Bad section about files on the machine shows them in a `text` block, which no test can lay there.
//!
//! In a Bad block the rule must find something. A line of carets (perhaps after a `#`) points at what it must find
//! in the line above it; with one such line the findings must be exactly those that are pointed at. Carets past a
//! line's end point at its end. In the other blocks the rule must find nothing.

use std::sync::LazyLock;

use cronlint::lint::{Settings, lint};
use cronlint::rule::Rule;
use crontab::{Kind, daemon};
use diagnostic::Diagnostic;
use host::Machine;
use schedule::Zone;

/// The machine that `live` asks.
static HERE: LazyLock<Machine> = LazyLock::new(Machine::here);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Bad,
    Good,
    NearMisses,
    Other,
}

#[derive(Debug)]
pub(crate) struct Example {
    pub(crate) section: Section,
    options: Vec<String>,
    pub(crate) text: Vec<u8>,
    /// Line, first column, column after the last; all from 1.
    pub(crate) expected: Vec<(usize, usize, usize)>,
    pub(crate) fixed: Option<Vec<u8>>,
    pub(crate) page_line: usize,
}

impl Example {
    fn has(&self, option: &str) -> bool {
        self.options.iter().any(|given| given == option)
    }

    fn value(&self, option: &str) -> Option<&str> {
        self.options
            .iter()
            .find_map(|given| given.strip_prefix(option)?.strip_prefix('='))
    }

    fn settings(&self) -> Settings<'_> {
        let kind = match (self.has("user"), self.has("system")) {
            (true, _) => Some(Kind::User),
            (_, true) => Some(Kind::System),
            _ => None,
        };
        let daemon = self
            .value("daemon")
            .map_or(&daemon::DEBIAN, |name| daemon::find(name).expect("a daemon"));
        Settings {
            path: self.value("path"),
            kind,
            daemon,
            require_reason: self.has("require-reason"),
            live: self.has("live").then_some(&*HERE),
            zone: self.value("tz").map(zone),
            ..Settings::default()
        }
    }

    pub(crate) fn findings(&self, text: &[u8], rule: &Rule) -> Vec<Diagnostic> {
        let found = lint(text, &self.settings());
        found
            .into_iter()
            .filter(|diagnostic| diagnostic.code == rule.code)
            .collect()
    }
}

/// A zone by name, for as long as the tests run.
fn zone(name: &str) -> &'static Zone {
    Box::leak(Box::new(Zone::named(name).expect("a zone")))
}

pub(crate) fn examples(rule: &Rule) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut section = Section::Other;
    let mut lines = rule.explanation.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        match line {
            "## Bad" => section = Section::Bad,
            "## Good" => section = Section::Good,
            "## Near misses" => section = Section::NearMisses,
            _ if line.starts_with("## ") => section = Section::Other,
            _ => {}
        }
        let Some(info) = line.strip_prefix("```crontab") else {
            continue;
        };
        let block: Vec<&str> = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| *line != "```")
            .collect();
        let options: Vec<String> = info.split_ascii_whitespace().map(str::to_owned).collect();
        let example = example(section, options, &block, number + 1);
        if example.has("fixed") {
            found.last_mut().expect("a block before the fixed one").fixed = Some(example.text);
        } else {
            found.push(example);
        }
    }
    found
}

fn example(section: Section, options: Vec<String>, block: &[&str], page_line: usize) -> Example {
    let mut lines: Vec<&str> = Vec::new();
    let mut expected = Vec::new();
    for line in block {
        let marks = line.trim_start_matches('#');
        let is_marks = marks.contains('^') && marks.chars().all(|c| c == '^' || c == ' ');
        if !is_marks {
            lines.push(line);
            continue;
        }
        let length = lines.last().map_or(0, |line| line.chars().count());
        expected.extend(runs(line).into_iter().map(|(start, end)| {
            let start = start.min(length);
            (lines.len(), start + 1, end.min(length).max(start + 1) + 1)
        }));
    }
    let has = |name: &str| options.iter().any(|given| given == name);
    let mut text = if has("bom") {
        "\u{feff}".to_owned()
    } else {
        String::new()
    };
    let ending = if has("crlf") { "\r\n" } else { "\n" };
    for line in &lines {
        text.push_str(line);
        text.push_str(ending);
    }
    if has("no-final-newline") {
        text.truncate(text.len() - ending.len());
    }
    let repeat = options
        .iter()
        .find_map(|option| option.strip_prefix("repeat=")?.parse().ok());
    let text = text.repeat(repeat.unwrap_or(1));
    let text = if has("bytes") {
        bytes(&text)
    } else {
        text.into_bytes()
    };
    Example {
        section,
        options,
        text,
        expected,
        fixed: None,
        page_line,
    }
}

/// The runs of carets in a line, as columns from 0.
fn runs(line: &str) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (column, character) in line.chars().enumerate() {
        match runs.last_mut() {
            _ if character != '^' => {}
            Some(run) if run.1 == column => run.1 += 1,
            _ => runs.push((column, column + 1)),
        }
    }
    runs
}

fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x") {
        out.extend(before.bytes());
        out.push(u8::from_str_radix(&after[..2], 16).expect("two hex digits"));
        rest = &after[2..];
    }
    out.extend(rest.bytes());
    out
}

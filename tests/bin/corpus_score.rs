//! How well cronlint does on a folder of labelled crontabs.
//!
//! `corpus-score DIR`, where DIR holds `files/`, `index.tsv` (file, repository, path, kind, notes) and `truth.tsv`
//! (file, line, category, severity, certainty). Every labelled file is linted under the path that it has in its
//! repository, with nothing said about its kind. Reports at warning and above count, those of one rule on one line
//! once.
//!
//! - recall: of the certain labels, those on whose line a fitting rule reports
//! - precision: of the reports, those on a line with a fitting label; a line whose fitting labels are only possible
//!   counts neither way
//!
//! Prints every miss, every false report, the reports on clean files, and both figures as its last line. Exit code 1
//! when one is below 0.95 or an error is reported on a clean file, 2 when DIR cannot be read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use cronlint::lint::{Settings, lint};
use diagnostic::{Diagnostic, Severity, Source};

/// The figure that both should reach.
const GOAL: f64 = 0.95;

/// Labels, and the rules that may answer to each.
const ANSWERS: &[(&str, &[&str])] = &[
    ("missing-final-newline", &["F001"]),
    ("missing-user", &["F011", "F013", "C003"]),
    ("extra-user", &["F012", "C003"]),
    ("relative-path", &["C005", "C006", "C040", "F040"]),
    ("path-lookup", &["C003", "C036"]),
    ("percent-unescaped", &["C001", "C039"]),
    ("star-minute", &["S004"]),
    ("dom-dow-or", &["S012", "S013"]),
    ("uneven-step", &["S006"]),
    ("uneven-step-dom", &["S006"]),
    ("step-exceeds-range", &["S005"]),
    ("out-of-range", UNREADABLE),
    ("bad-field", UNREADABLE),
    ("unparsable-line", UNREADABLE),
    ("bashism", &["C009", "C010"]),
    ("background-redirect", &["C010", "C011", "C018"]),
    ("redirect-order", &["C012"]),
    ("double-redirect", &["C013"]),
    ("devnull-typo", &["C014"]),
    ("cd-unchecked", &["C007"]),
    ("and-or-precedence", &["C017"]),
    ("background-job", &["C018"]),
    ("sleep-missing-separator", &["C031"]),
    ("interactive", &["C023", "C024"]),
    ("sudo-in-cron", &["C022"]),
    ("undefined-variable", &["C028"]),
    ("env-no-expansion", &["F014"]),
    ("env-two-assignments", &["F017"]),
    ("trailing-text", &["C048", "F018"]),
    ("secret-in-command", &["X001"]),
    ("root-runs-user-writable", &["X003", "X005"]),
    ("insecure-tmp", &["X004"]),
    ("foreign-shell", &["C043", "C003"]),
];

/// Reports that no label fits and that are right all the same: file, line, rule, and why the label is wrong. They
/// are shown with that reason, and count as false nevertheless.
const DISPUTED: &[(&str, usize, &str, &str)] = &[
    (
        "Weloxux__dotfiles__etc__crontab",
        9,
        "F033",
        "Debian's cron refuses the whole file for a bare `MAILTO=`: `crontab -n` of 3.0pl1-162 says \"bad minute\", \
         and takes the file once the line reads `MAILTO=\"\"`",
    ),
    (
        "ASigOtter__METARMap__crontab.txt",
        5,
        "C022",
        "the line runs sudo; the same in 2021sam__CAP__crontab.txt:35 is labelled sudo-in-cron, as possible",
    ),
];

/// The rules about lines that the daemon refuses.
const UNREADABLE: &[&str] = &[
    "F002", "F003", "F004", "F016", "F019", "F033", "S001", "S002", "S007", "S008", "S009", "S015", "S017",
    "S019", "S020",
];

#[derive(Debug)]
struct Label {
    line: usize,
    category: String,
    certain: bool,
}

/// What came out, file by file.
#[derive(Debug, Default)]
struct Score {
    wanted: usize,
    found: usize,
    right: usize,
    wrong: usize,
    errors_on_clean: usize,
    text: String,
}

fn main() -> ExitCode {
    let Some(directory) = std::env::args().nth(1) else {
        let _ = writeln!(io::stderr(), "usage: corpus-score DIR");
        return ExitCode::from(2);
    };
    match score(Path::new(&directory)) {
        Ok(score) => {
            let (recall, precision) = score.figures();
            let _ = io::stdout().write_all(score.text.as_bytes());
            let _ = writeln!(
                io::stdout(),
                "recall {}/{} = {recall:.3}   precision {}/{} = {precision:.3}   errors on clean files {}",
                score.found,
                score.wanted,
                score.right,
                score.right + score.wrong,
                score.errors_on_clean
            );
            ExitCode::from(u8::from(
                recall < GOAL || precision < GOAL || score.errors_on_clean > 0,
            ))
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "corpus-score: cannot read {directory}: {error}");
            ExitCode::from(2)
        }
    }
}

impl Score {
    fn figures(&self) -> (f64, f64) {
        let ratio = |part: usize, whole: usize| {
            if whole == 0 {
                1.0
            } else {
                part as f64 / whole as f64
            }
        };
        (
            ratio(self.found, self.wanted),
            ratio(self.right, self.right + self.wrong),
        )
    }
}

fn score(directory: &Path) -> io::Result<Score> {
    let paths: BTreeMap<String, String> = rows(&directory.join("index.tsv"))?
        .into_iter()
        .filter(|row| row.len() > 2)
        .map(|row| (row[0].clone(), row[2].clone()))
        .collect();
    let mut labels: BTreeMap<String, Vec<Label>> = BTreeMap::new();
    for row in rows(&directory.join("truth.tsv"))? {
        let [file, line, category, _severity, certainty] = row.as_slice() else {
            continue;
        };
        let label = Label {
            line: line.parse().unwrap_or(0),
            category: category.split('(').next().unwrap_or_default().to_owned(),
            certain: certainty == "certain",
        };
        labels.entry(file.clone()).or_default().push(label);
    }
    let mut score = Score::default();
    for (file, labels) in &labels {
        // Labels without their file are kept apart.
        let Ok(text) = fs::read(directory.join("files").join(file)) else {
            continue;
        };
        let path = paths.get(file).map(String::as_str);
        judge(
            &mut score,
            file,
            &text,
            &lint(
                &text,
                &Settings {
                    path,
                    ..Settings::default()
                },
            ),
            labels,
        );
    }
    Ok(score)
}

fn judge(score: &mut Score, file: &str, text: &[u8], found: &[Diagnostic], labels: &[Label]) {
    let source = Source::new(file, text);
    let reports: BTreeMap<(usize, &str), &Diagnostic> = found
        .iter()
        .filter(|diagnostic| diagnostic.severity >= Severity::Warning)
        .map(|diagnostic| {
            (
                (source.position(diagnostic.span.start).line, diagnostic.code),
                diagnostic,
            )
        })
        .collect();
    let show = |line: usize| String::from_utf8_lossy(source.line(line)).into_owned();
    for label in labels
        .iter()
        .filter(|label| label.certain && label.category != "CLEAN")
    {
        score.wanted += 1;
        let answers = answers(&label.category);
        if reports
            .keys()
            .any(|(line, code)| *line == label.line && answers.contains(code))
        {
            score.found += 1;
        } else {
            let line = show(label.line);
            score.text += &format!("missed  {file}:{} {}: {line}\n", label.line, label.category);
        }
    }
    let clean = labels.iter().any(|label| label.category == "CLEAN");
    for ((line, code), diagnostic) in &reports {
        let fitting: BTreeSet<bool> = labels
            .iter()
            .filter(|label| label.line == *line && answers(&label.category).contains(code))
            .map(|label| label.certain)
            .collect();
        if fitting.contains(&true) {
            score.right += 1;
        } else if fitting.is_empty() {
            score.wrong += 1;
            let what = if clean { "on clean" } else { "false" };
            let message = &diagnostic.message;
            score.text += &format!(
                "{what}  {file}:{line} {}[{code}]: {message}: {}\n",
                diagnostic.severity,
                show(*line)
            );
            let disputed = DISPUTED
                .iter()
                .find(|(of, at, rule, _)| (*of, *at, *rule) == (file, *line, *code));
            if let Some((.., why)) = disputed {
                score.text += &format!("       label is wrong because {why}\n");
            }
            score.errors_on_clean += usize::from(clean && diagnostic.severity == Severity::Error);
        }
    }
}

fn answers(category: &str) -> &'static [&'static str] {
    ANSWERS
        .iter()
        .find(|(label, _)| *label == category)
        .map_or(&[], |(_, codes)| codes)
}

/// The rows of a table of tab-separated values, without its header.
fn rows(path: &Path) -> io::Result<Vec<Vec<String>>> {
    let text = fs::read_to_string(path)?;
    Ok(text
        .lines()
        .skip(1)
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect())
}

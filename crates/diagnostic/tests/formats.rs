//! Each format on one report with everything in it.

use diagnostic::{Diagnostic, Edit, Fix, Related, Report, Safety, Severity, Source, Style, Tool, ToolRule};
use serde_json::Value;

const TEXT: &[u8] = b"# caf\xc3\xa9\n0 5 * * * date +%F\n0 5 * * * \xff date +%F\n";

static TOOL: Tool = Tool {
    name: "cronlint",
    version: "1.2.3",
    rules: &[ToolRule {
        code: "C001",
        name: "unescaped-percent",
        severity: Severity::Error,
        explanation: "# C001 unescaped-percent\n\nFinds a `%`.\n\n## Why",
    }],
};

fn reports() -> Vec<Report<'static>> {
    let find = |start: usize, severity| Diagnostic {
        code: "C001",
        name: "unescaped-percent",
        related: vec![Related {
            span: start + 1..start + 2,
            message: "here, too".to_owned(),
        }],
        notes: vec!["a note, 100%".to_owned()],
        help: Some("write `\\%`".to_owned()),
        fix: Some(Fix {
            message: "write it".to_owned(),
            edits: vec![Edit {
                span: start..start,
                text: "\\".to_owned(),
            }],
            safety: Safety::Safe,
        }),
        ..Diagnostic::new(severity, "`%` ends the command", start..start + 1)
    };
    vec![Report::new(
        Source::new("a b/crontab", TEXT),
        vec![find(24, Severity::Error), find(45, Severity::Hint)],
    )]
}

fn render(format: &str) -> String {
    let style = Style {
        color: false,
        quiet: false,
    };
    (diagnostic::format(format).expect("a format").render)(&reports(), &TOOL, style)
}

fn json(format: &str) -> Value {
    serde_json::from_str(&render(format)).expect("JSON")
}

#[test]
fn human_shows_the_line_with_carets_and_visible_bytes() {
    let text = render("human");
    assert!(
        text.contains("error[C001]: `%` ends the command\n --> a b/crontab:2:17\n"),
        "{text}"
    );
    assert!(
        text.contains("2 | 0 5 * * * date +%F\n  |                 ^"),
        "{text}"
    );
    assert!(text.contains("\u{fffd} date +%F"), "{text}");
    assert!(text.ends_with("1 error, 1 hint\n"), "{text}");
}

#[test]
fn json_has_every_part() {
    let found = &json("json")["files"][0]["diagnostics"][1];
    assert_eq!(found["severity"], "hint");
    assert_eq!(
        found["start"],
        serde_json::json!({"byte": 45, "line": 3, "column": 19})
    );
    assert_eq!(found["fix"]["safety"], "safe");
    assert_eq!(found["related"][0]["message"], "here, too");
}

#[test]
fn sarif_has_rules_results_and_stable_fingerprints() {
    let log = json("sarif");
    let run = &log["runs"][0];
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(
        run["tool"]["driver"]["rules"][0]["shortDescription"]["text"],
        "Finds a `%`."
    );
    let result = &run["results"][0];
    assert_eq!(
        (&result["ruleId"], &result["ruleIndex"]),
        (&"C001".into(), &0.into())
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b/crontab");
    assert_eq!(place["region"]["startColumn"], 17);
    assert_eq!(run["results"][1]["level"], "note");
    assert_ne!(
        result["partialFingerprints"],
        run["results"][1]["partialFingerprints"]
    );
}

#[test]
fn github_escapes_what_its_runner_decodes() {
    let text = render("github");
    let first = text.lines().next().unwrap_or_default();
    assert_eq!(
        first,
        "::error file=a b/crontab,line=2,col=17,endColumn=18,title=C001 unescaped-percent::`%25` ends the command%0Awrite `\\%25`"
    );
    assert!(text.contains("\n::notice file="), "{text}");
}

#[test]
fn gitlab_is_an_array_of_issues() {
    let issues = json("gitlab");
    assert_eq!(issues[0]["location"]["lines"]["begin"], 2);
    assert_eq!(issues[0]["severity"], "major");
    assert_eq!(issues[0]["fingerprint"].as_str().map(str::len), Some(16));
}

#[test]
fn gcc_is_one_line_each() {
    assert_eq!(
        render("gcc").lines().next(),
        Some("a b/crontab:2:17: error: `%` ends the command [C001]")
    );
}

#[test]
fn nothing_found_is_still_well_formed() {
    for format in diagnostic::FORMATS {
        let report = Report::new(Source::new("x", b""), Vec::new());
        let text = (format.render)(&[report], &TOOL, Style::default());
        if matches!(format.name, "json" | "sarif" | "gitlab") {
            assert!(
                serde_json::from_str::<Value>(&text).is_ok(),
                "{}: {text}",
                format.name
            );
        } else {
            assert_eq!(text, "", "{}", format.name);
        }
    }
}

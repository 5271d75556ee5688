//! What each format prints, held to its own rules.

use std::collections::HashSet;
use std::fs;

use crate::{BAD, GOOD, check, cronlint};

#[test]
fn json_has_a_version_and_places() {
    let directory = tempfile::tempdir().unwrap();
    let output = cronlint(&["--json", "-"], directory.path(), BAD.as_bytes());
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["tool"]["name"], "cronlint");
    let first = &json["files"][0]["diagnostics"][0];
    assert_eq!(first["code"], "S001");
    assert_eq!(
        first["start"],
        serde_json::json!({"byte": 2, "line": 1, "column": 3})
    );
    assert_eq!(json["summary"]["error"], 1);
}

#[test]
fn json_of_nothing_is_still_json() {
    let directory = tempfile::tempdir().unwrap();
    let output = cronlint(&["--format", "json", "-"], directory.path(), GOOD.as_bytes());
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["files"][0]["diagnostics"], serde_json::json!([]));
}

#[test]
fn every_format_prints_something() {
    for (format, part) in [
        ("sarif", "\"2.1.0\""),
        ("github", "::error file="),
        ("gitlab", "check_name"),
        ("gcc", ": error: "),
    ] {
        check(&[("crontab", BAD)], &["--format", format, "crontab"], 1, part);
    }
}

#[test]
fn colours_come_only_on_request() {
    check(
        &[("crontab", BAD)],
        &["--color", "always", "crontab"],
        1,
        "\u{1b}[",
    );
    let directory = tempfile::tempdir().unwrap();
    let output = cronlint(&["-"], directory.path(), BAD.as_bytes());
    assert!(!String::from_utf8_lossy(&output.stdout).contains('\u{1b}'));
}

#[test]
fn the_same_input_gives_the_same_output() {
    let directory = tempfile::tempdir().unwrap();
    let text = b"0 0 1 * 1 x\n* 3 * * * y && z\nA=$B\n";
    let first = cronlint(&["-"], directory.path(), text);
    assert_eq!(first.stdout, cronlint(&["-"], directory.path(), text).stdout);
}

/// Every crontab of the rules' pages, each in a file of its own, in a directory; what a format prints of them.
fn all_pages(format: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules");
    for entry in fs::read_dir(pages).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let page = fs::read_to_string(&path).unwrap();
            let blocks = page.split("```crontab").skip(1);
            let texts: String = blocks
                .filter_map(|block| block.split_once('\n')?.1.split("```").next())
                .collect();
            let name = path.file_stem().unwrap().to_str().unwrap();
            fs::write(directory.path().join(format!("{name} 100%, ä.cron")), texts).unwrap();
        }
    }
    let output = cronlint(&["--format", format, "."], directory.path(), b"");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn sarif_schema() -> (boon::Schemas, boon::SchemaIndex) {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    let schema = serde_json::from_str(include_str!("schemas/sarif-2.1.0.json")).unwrap();
    compiler.add_resource("sarif.json", schema).unwrap();
    let index = compiler.compile("sarif.json", &mut schemas).unwrap();
    (schemas, index)
}

#[test]
fn sarif_keeps_to_its_schema() {
    let (schemas, schema) = sarif_schema();
    let valid = |text: &str| {
        let log: serde_json::Value = serde_json::from_str(text).unwrap();
        schemas
            .validate(&log, schema)
            .map_err(|error| format!("{error:#}"))
    };
    assert_eq!(valid(&all_pages("sarif")), Ok(()));
    let directory = tempfile::tempdir().unwrap();
    let nothing = cronlint(&["--format", "sarif", "-"], directory.path(), GOOD.as_bytes());
    assert_eq!(valid(&String::from_utf8(nothing.stdout).unwrap()), Ok(()));
    // The check can fail.
    let wrong = all_pages("sarif").replacen("\"ruleIndex\": ", "\"ruleIndex\": -", 1);
    assert!(valid(&wrong).is_err());
}

#[test]
fn sarif_names_rules_that_it_lists_and_places_that_are_there() {
    let log: serde_json::Value = serde_json::from_str(&all_pages("sarif")).unwrap();
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 300, "{}", results.len());
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.ends_with("%20100%25,%20%C3%A4.cron"), "{uri}");
        let at = |key: &str| place["region"][key].as_u64().unwrap();
        assert!(
            (at("startLine"), at("startColumn")) <= (at("endLine"), at("endColumn")),
            "{place}"
        );
    }
}

/// Code, line and fingerprint of every result of a crontab.
fn fingerprints(text: &str) -> Vec<(String, u64, String)> {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("crontab"), text).unwrap();
    let output = cronlint(&["--format", "sarif", "crontab"], directory.path(), b"");
    let log: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap().iter();
    results
        .map(|result| {
            let line = &result["locations"][0]["physicalLocation"]["region"]["startLine"];
            let fingerprint = &result["partialFingerprints"]["line/v1"];
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            (text(&result["ruleId"]), line.as_u64().unwrap(), text(fingerprint))
        })
        .collect()
}

#[test]
fn a_fingerprint_outlives_changes_above_its_line() {
    let before = fingerprints("0 25 * * * /usr/bin/true\n@daily date +%F\n");
    let after = fingerprints("# one\n@hourly /usr/bin/id\n\n0 25 * * * /usr/bin/true\n@daily date +%F\n");
    let moved: Vec<_> = before
        .iter()
        .map(|(code, line, print)| (code.clone(), line + 3, print.clone()))
        .collect();
    assert_eq!(moved, after);
    assert!(before.len() >= 2);
}

#[test]
fn the_fingerprint_of_today_is_that_of_tomorrow() {
    // Services keep what was dismissed under these: a change here brings all of it back.
    let known = [("S001".to_owned(), 1, "9784f257ec3a659e".to_owned())];
    assert_eq!(fingerprints(BAD), known);
}

#[test]
fn gitlab_gets_what_its_code_quality_report_asks_for() {
    let issues: serde_json::Value = serde_json::from_str(&all_pages("gitlab")).unwrap();
    let mut fingerprints = HashSet::new();
    for issue in issues.as_array().unwrap() {
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        assert!(!text(&issue["description"]).is_empty() && !text(&issue["check_name"]).is_empty());
        let severity = text(&issue["severity"]);
        assert!(
            ["info", "minor", "major", "critical", "blocker"].contains(&&*severity),
            "{issue}"
        );
        // A fingerprint that comes twice is shown once.
        assert!(fingerprints.insert(text(&issue["fingerprint"])), "{issue}");
        let path = text(&issue["location"]["path"]);
        assert!(
            !path.is_empty() && !path.starts_with("./") && !path.starts_with('/'),
            "{issue}"
        );
        assert!(
            issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1,
            "{issue}"
        );
    }
    let directory = tempfile::tempdir().unwrap();
    let nothing = cronlint(&["--format", "gitlab", "-"], directory.path(), GOOD.as_bytes());
    assert_eq!(nothing.stdout, b"[]\n");
}

/// A workflow command as the runner reads it: `::name key=value,key=value::message`.
fn workflow_command(line: &str) -> (String, Vec<(String, String)>, String) {
    let decode = |text: &str| {
        text.replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%3A", ":")
            .replace("%2C", ",")
            .replace("%25", "%")
    };
    let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (name, properties) = head.split_once(' ').unwrap();
    let pairs = properties.split(',').map(|pair| {
        let (key, value) = pair.split_once('=').unwrap();
        (key.to_owned(), decode(value))
    });
    (name.to_owned(), pairs.collect(), decode(message))
}

#[test]
fn github_gets_one_workflow_command_a_finding() {
    let printed = all_pages("github");
    assert!(printed.lines().count() > 300);
    for line in printed.lines() {
        let (name, properties, message) = workflow_command(line);
        assert!(["error", "warning", "notice"].contains(&&*name), "{line}");
        assert!(!message.is_empty() && !line.contains('\r'), "{line}");
        let keys: Vec<&str> = properties.iter().map(|(key, _)| &**key).collect();
        let allowed = ["file", "line", "col", "endColumn", "title"];
        assert!(keys.iter().all(|key| allowed.contains(key)), "{line}");
        let value = |wanted: &str| {
            properties
                .iter()
                .find(|(key, _)| key == wanted)
                .map(|(_, value)| value)
        };
        assert!(value("file").unwrap().ends_with(" 100%, ä.cron"), "{line}");
        assert!(value("line").unwrap().parse::<usize>().unwrap() >= 1, "{line}");
    }
}

#[test]
fn gcc_has_one_line_a_finding() {
    for line in all_pages("gcc").lines() {
        let (place, rest) = line.split_once(": ").unwrap();
        let numbers: Vec<&str> = place.rsplitn(3, ':').collect();
        assert!(
            numbers[..2].iter().all(|number| number.parse::<usize>().is_ok()),
            "{line}"
        );
        let severity = rest.split(':').next().unwrap();
        assert!(["error", "warning", "note"].contains(&severity), "{line}");
        assert!(line.ends_with(']') && !line.contains(char::is_control), "{line}");
    }
}

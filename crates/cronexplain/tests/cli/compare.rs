//! How dialects, schedules and clock changes differ.

use crate::{check, cronexplain, json, stdout};
use serde_json::Value;

#[test]
fn compare_groups_dialects_and_says_where_they_part() {
    let answer = json(&[
        "compare",
        "0 0 */2 * MON",
        "--between",
        "2027-01-01",
        "2028-01-01",
    ]);
    let group = |name: &str| {
        let groups = answer["groups"].as_array().expect("groups");
        let has = |group: &Value| {
            group["dialects"]
                .as_array()
                .expect("dialects")
                .iter()
                .any(|one| one["name"] == name)
        };
        groups.iter().position(has)
    };
    assert_eq!(group("debian"), Some(0));
    assert_eq!(group("cronie"), Some(0));
    assert_eq!(answer["groups"][0]["runs"], 27);
    let busybox = group("busybox").expect("busybox reads it");
    assert!(busybox > 0);
    let differs = &answer["groups"][busybox]["differs"];
    assert!(
        differs["what"]
            .as_str()
            .expect("words")
            .contains("busybox runs at"),
        "{differs}"
    );
    assert!(!differs["why"].as_array().expect("reasons").is_empty());
}

#[test]
fn compare_agrees_where_all_agree_and_names_who_refuses() {
    let output = cronexplain(&["compare", "0 0 * * MON", "--between", "2027-01-01", "2028-01-01"]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(text.contains("Refused by") && text.contains("dcron"), "{text}");
    let answer = json(&["compare", "5 4 * * *", "--between", "2027-01-01", "2028-01-01"]);
    let read: Vec<&Value> = answer["groups"].as_array().expect("groups").iter().collect();
    assert_eq!(read.len(), 1, "{answer}");
    assert_eq!(cronexplain(&["compare", "rubbish"]).status.code(), Some(2));
}

#[test]
fn diff_counts_and_lists_what_comes_and_goes() {
    let year = ["--between", "2027-01-01", "2028-01-01"];
    let diff = |a: &str, b: &str| {
        let args: Vec<&str> = ["diff", a, b].into_iter().chain(year).collect();
        json(&args)
    };
    let answer = diff("0 0 * * *", "0 0 * * 1-5");
    assert_eq!(
        (
            &answer["common"],
            &answer["removed_count"],
            &answer["added_count"]
        ),
        (&261.into(), &104.into(), &0.into())
    );
    assert_eq!(answer["removed"][0]["at"], "2027-01-02T00:00+00:00");
    let answer = diff("0 0 1 * MON", "0 0 1 * MON,TUE");
    assert_eq!(
        (&answer["removed_count"], &answer["added_count"]),
        (&0.into(), &Value::from(51))
    );
    check(
        &["diff", "*/15 * * * *", "0,15,30,45 * * * *"],
        0,
        &["0 removed\n0 added\n"],
    );
    check(
        &["diff", "0 0 * * *", "0 1 * * *", "-n", "2"],
        1,
        &["  - ... and 364 more\n", "  + ... and 364 more\n"],
    );
}

#[test]
fn compare_says_what_systemd_and_eventbridge_are_given() {
    let text = stdout(&cronexplain(&[
        "compare",
        "30 2 * * 1-5",
        "--tz",
        "Europe/Berlin",
    ]));
    for part in [
        "systemd (as `OnCalendar=Mon..Fri *-*-* 02:30:00`)",
        "eventbridge (as `cron(30 2 ? * Mon-Fri *)`)",
        "because github-actions takes the times for UTC, debian for those of Europe/Berlin",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn diff_aligns_what_the_two_mean() {
    check(
        &[
            "diff",
            "0 0 * * *",
            "0 0 1 * 1-5",
            "--between",
            "2027-01-01",
            "2027-01-02T12:00",
        ],
        1,
        &[
            "A  0 0 * * *    At 00:00 every day.\nB  0 0 1 * 1-5  At 00:00",
            "\nFrom 2027-01-01 00:00+00:00 to 2027-01-02 12:00+00:00 (UTC): 1 run in common\n1 removed\n  - Sat",
        ],
    );
    // A boot has no seconds to show.
    check(
        &[
            "diff",
            "@reboot",
            "0 0 * * *",
            "--between",
            "2027-01-01",
            "2027-01-02",
        ],
        1,
        &["1 added\n  + Fri 2027-01-01 00:00 +00:00\n"],
    );
}

#[test]
fn compare_names_what_the_crate_cron_stumbles_over() {
    let text = stdout(&cronexplain(&["compare", "@reboot"]));
    assert!(
        text.contains("rust-cron       the crate cron cannot read `@reboot`\n"),
        "{text}"
    );
}

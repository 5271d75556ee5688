//! What a change of the clock does.

use crate::{at, json};

#[test]
fn clocks_change_differently_for_each() {
    let (gap, overlap) = (
        ["2026-03-08T00:00", "2026-03-08T06:00"],
        ["2026-11-01T00:00", "2026-11-01T06:00"],
    );
    let zone = "America/New_York";
    for name in ["debian", "cronie", "vixie"] {
        at("30 2 * * *", name, zone, gap, &["2026-03-08T03:00"]);
        at("30 1 * * *", name, zone, overlap, &["2026-11-01T01:30"]);
        // An hour or a minute that starts with a star follows the clock.
        at("*/30 2 * * *", name, zone, gap, &[]);
        at(
            "*/30 1 * * *",
            name,
            zone,
            overlap,
            &[
                "2026-11-01T01:00",
                "2026-11-01T01:30",
                "2026-11-01T01:00",
                "2026-11-01T01:30",
            ],
        );
    }
    for name in ["busybox", "dcron"] {
        at("30 2 * * *", name, zone, gap, &[]);
        at(
            "30 1 * * *",
            name,
            zone,
            overlap,
            &["2026-11-01T01:30", "2026-11-01T01:30"],
        );
    }
    at("30 2 * * *", "bcron", zone, gap, &["2026-03-08T03:30"]);
    at("30 1 * * *", "bcron", zone, overlap, &["2026-11-01T01:30"]);
    let answer = json(&[
        "0 30 1 * * ?",
        "--dialect",
        "quartz",
        "--tz",
        zone,
        "--between",
        overlap[0],
        overlap[1],
    ]);
    assert_eq!(answer["occurrences"][0]["at"], "2026-11-01T01:30-05:00");
    at("*-*-* 02:30", "systemd", zone, gap, &[]);
    at(
        "hourly",
        "systemd",
        zone,
        overlap,
        &[
            "2026-11-01T00:00",
            "2026-11-01T01:00",
            "2026-11-01T02:00",
            "2026-11-01T03:00",
            "2026-11-01T04:00",
            "2026-11-01T05:00",
        ],
    );
    // Caracas put its clock forward by half an hour for good, and a cronie that was running stays with the old offset.
    let caracas = ["2016-04-30T12:00", "2016-05-03T00:00"];
    let late = ["2016-04-30T12:00", "2016-05-01T12:30", "2016-05-02T12:30"];
    at("0 12 * * *", "cronie", "America/Caracas", caracas, &late);
    at(
        "0 12 * * *",
        "debian",
        "America/Caracas",
        caracas,
        &late
            .map(|time| time.replace("12:30", "12:00"))
            .each_ref()
            .map(String::as_str),
    );
}

//! The five fields, as crontabs have them.

use crate::check;
use chrono::{Datelike, NaiveDateTime, Timelike, Weekday};

fn midnight(at: NaiveDateTime) -> bool {
    at.hour() == 0 && at.minute() == 0
}

fn monday(at: NaiveDateTime) -> bool {
    at.weekday() == Weekday::Mon
}

#[test]
fn the_first_character_of_a_day_field_decides_how_both_go_together() {
    check(
        "0 0 */2 * 1",
        &[
            ("debian cronie vixie", |at| {
                midnight(at) && at.day() % 2 == 1 && monday(at)
            }),
            ("busybox", |at| midnight(at) && (at.day() % 2 == 0 || monday(at))),
        ],
        "",
    );
    check(
        "0 0 */100,1-7 * 1",
        &[("debian cronie", |at| midnight(at) && at.day() <= 7 && monday(at))],
        "",
    );
    check(
        "0 0 1,* * 1",
        &[
            ("debian cronie vixie", midnight),
            ("kubernetes", |at| midnight(at) && monday(at)),
        ],
        "",
    );
    check(
        "0 0 *,1 * 1",
        &[("debian cronie vixie kubernetes", |at| midnight(at) && monday(at))],
        "",
    );
    check(
        "0 0 1-31 * 1",
        &[
            ("debian cronie vixie busybox", midnight),
            ("bcron", |at| midnight(at) && monday(at)),
        ],
        "",
    );
    check(
        "0 0 1 * 1",
        &[
            ("debian cronie vixie busybox kubernetes", |at| {
                midnight(at) && (at.day() == 1 || monday(at))
            }),
            ("bcron", |at| midnight(at) && at.day() == 1 && monday(at)),
            ("dcron", |at| midnight(at) && at.day() <= 7 && monday(at)),
        ],
        "",
    );
}

#[test]
fn busybox_and_dcron_count_days_from_0_and_dcron_asks_no_month() {
    check(
        "0 0 */2 * *",
        &[
            ("debian cronie vixie kubernetes", |at| {
                midnight(at) && at.day() % 2 == 1
            }),
            ("busybox dcron", |at| midnight(at) && at.day() % 2 == 0),
        ],
        "",
    );
    check(
        "0 0 1 */2 *",
        &[
            ("debian cronie vixie busybox", |at| {
                midnight(at) && at.day() == 1 && at.month() % 2 == 1
            }),
            ("dcron", |at| midnight(at) && at.day() == 1),
        ],
        "",
    );
    check(
        "0 0 * * MON",
        &[("debian cronie vixie", |at| midnight(at) && monday(at))],
        "dcron",
    );
}

#[test]
fn debian_skips_what_follows_a_number() {
    check(
        "0 0 * * MON#2",
        &[("debian", |at| midnight(at) && monday(at))],
        "cronie",
    );
    check(
        "5# 0 * * *",
        &[("debian", |at| at.hour() == 0 && at.minute() == 5)],
        "cronie",
    );
    check(
        "0 1-5-7 * * *",
        &[("debian", |at| (1..=5).contains(&at.hour()) && at.minute() == 0)],
        "cronie",
    );
    check("*5 0 * * *", &[("debian", |at| at.hour() == 0)], "cronie");
    check(
        "4294967297 0 * * *",
        &[("debian", |at| at.hour() == 0 && at.minute() == 1)],
        "",
    );
}

#[test]
fn a_range_that_runs_backwards_never_fires_wraps_or_is_refused() {
    check(
        "0 22-2 * * *",
        &[
            ("debian cronie", |_| false),
            ("busybox dcron quartz", |at| {
                (at.hour() >= 22 || at.hour() <= 2) && at.minute() == 0
            }),
        ],
        "vixie bcron",
    );
    check(
        "0 0 * * sat-sun",
        &[
            ("cronie", |at| {
                midnight(at) && matches!(at.weekday(), Weekday::Sat | Weekday::Sun)
            }),
            ("debian", |_| false),
        ],
        "",
    );
    check("0 0 1 6-1 *", &[("debian cronie", |_| false)], "vixie bcron");
}

#[test]
fn vixies_large_steps_count_as_1_and_a_dollar_is_the_last_day() {
    check(
        "*/60 0 * * *",
        &[("vixie", |at| at.hour() == 0), ("debian cronie", midnight)],
        "",
    );
    check(
        "0 */24 * * *",
        &[("vixie", |at| at.minute() == 0), ("debian cronie", midnight)],
        "",
    );
    check(
        "0 0 */31 * *",
        &[
            ("vixie", midnight),
            ("debian cronie", |at| midnight(at) && at.day() == 1),
        ],
        "",
    );
    check(
        "0 0 $ * *",
        &[("vixie", |at| {
            midnight(at) && u32::from(at.date().num_days_in_month()) == at.day()
        })],
        "debian",
    );
}

#[test]
fn busybox_keeps_a_line_that_it_complains_about() {
    check(
        "0 0 * * 7",
        &[
            ("busybox", midnight),
            ("debian", |at| midnight(at) && at.weekday() == Weekday::Sun),
        ],
        "",
    );
    check("0 0 * * 5-7", &[("busybox", midnight)], "");
    check(
        "@daily",
        &[("debian cronie vixie kubernetes", midnight)],
        "busybox dcron",
    );
}

#[test]
fn what_debian_and_cronie_refuse() {
    for text in ["5/15 * * * *", "0 0 ? * *", "@every 5m", "@Daily", "0 0 L * *"] {
        check(text, &[], "debian cronie");
    }
    check("*/60 * * * *", &[("debian cronie", |at| at.minute() == 0)], "");
    check("*/90 * * * *", &[("debian cronie", |at| at.minute() == 0)], "");
}

//! systemd's calendar expressions: what is refused and why, what is odd, and that all ways through time agree.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use chrono::{DateTime, TimeDelta, Utc};
use schedule::{Schedule, Zone, dialect};

/// The error, the text that it points at, and the cure.
#[track_caller]
fn refused(text: &str, message: &str, place: &str, help: &str) {
    let error = Schedule::parse(text, &dialect::SYSTEMD).map(|_| ()).unwrap_err();
    let found = (
        error.to_string(),
        &text[error.span.clone()],
        error.help().unwrap_or_default(),
    );
    assert_eq!(found, (message.to_owned(), place, help.to_owned()), "{text}");
}

/// The warning, the text that it points at, and the cure.
#[track_caller]
fn odd(text: &str, message: &str, place: &str, help: &str) {
    let schedule = Schedule::parse(text, &dialect::SYSTEMD).unwrap();
    let [warning] = schedule.warnings() else {
        panic!("{text}: {:?}", schedule.warnings());
    };
    let found = (
        warning.to_string(),
        &text[warning.span.clone()],
        warning.help().unwrap_or_default(),
    );
    assert_eq!(found, (message.to_owned(), place, help.to_owned()), "{text}");
}

#[test]
fn days_count_from_the_end_only_so_far_as_every_month_goes() {
    refused(
        "*-*~29",
        "day of month 29 is out of range: 1 to 28",
        "29",
        "days from the end of the month go from 1, the last day, to 28",
    );
    refused(
        "*-*~11,26",
        "day of month 26 is out of range: 1 to 25",
        "11,26",
        "the largest of a list of days from the end may be 28 less 3 for each smaller one",
    );
    refused(
        "*-*~3..1",
        "range `3..1` of the day of month runs backwards",
        "3..1",
        "write `1..3`, the later day first",
    );
}

#[test]
fn ranges_that_wrap_are_unrolled_in_the_help() {
    refused(
        "Fri..Mon",
        "range `Fri..Mon` of the day of week runs backwards",
        "Fri..Mon",
        "write `Mon,Fri..Sun`: the week begins on Monday",
    );
    refused(
        "22..2:00",
        "range `22..2` of the hour runs backwards",
        "22..2",
        "write `22..23,0..2`",
    );
}

#[test]
fn steps_need_a_start_and_room() {
    refused(
        "*/4:00",
        "`/4:00` cannot follow the hour",
        "/4:00",
        "a step follows a number: write `0/4` for `*/4`",
    );
    refused(
        "*:0/60",
        "the step 60 never comes to a second minute after 0",
        "0/60",
        "write `0` alone, or a smaller step",
    );
    refused(
        "Mon..Fri/2",
        "`/2` cannot follow `Fri` in the day of week",
        "/2",
        "weekdays take no step: list them, as in `Mon,Wed,Fri`",
    );
}

#[test]
fn other_schedulers_ways_are_put_into_its_own() {
    refused(
        "@daily",
        "`@daily` is not a known time",
        "@daily",
        "write `daily`",
    );
    refused(
        "0 3 * * 1-5",
        "`0` is neither a date nor a time",
        "0",
        "that is a crontab's way: write `Mon..Fri *-*-* 03:00:00`",
    );
    refused(
        "12:00 europe/berlin",
        "`europe/berlin` is not a known time zone",
        "europe/berlin",
        "write `Europe/Berlin`: letter case counts",
    );
    refused(
        "2027-01-01T00:00",
        "`T00` cannot follow `01` in the day of month",
        "T00",
        "a blank stands between date and time",
    );
}

#[test]
fn steps_that_lose_what_follows_their_units_end_are_warned_of() {
    let message = |item: &str, what: &str| {
        format!("the step in `{item}` runs past the end of its unit, and systemd then misses {what}")
    };
    odd(
        "*:0/7",
        &message("0/7", "00:00 where it ran in the hour before"),
        "0/7",
        "write `0..59/7`: a range ends with its unit",
    );
    odd(
        "0/5:00",
        &message(
            "0/5",
            "hour 00 on the 1st of a month where it ran on the day before",
        ),
        "0/5",
        "write `0..23/5`: a range ends with its unit",
    );
    odd(
        "*-*-1/4",
        &message("1/4", "1 January where the December before counts too"),
        "1/4",
        "write `1..31/4`: a range ends with its unit",
    );
    odd("*-02-30", "no month in question has such a day", "30", "");
    odd("27-01-01", "the year `27` is taken as 2027", "27", "write `2027`");
    for plain in [
        "*:0/15",
        "9..17:0/7",
        "0/6:00",
        "*-*-1..31/4",
        "*:0..59/7",
        "*-2/2-01",
    ] {
        let schedule = Schedule::parse(plain, &dialect::SYSTEMD).unwrap();
        assert!(
            schedule.warnings().is_empty(),
            "{plain}: {:?}",
            schedule.warnings()
        );
    }
}

/// Numbers that are the same in each run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn list(&mut self, first: u64, last: u64) -> String {
        let start = first + self.below(last - first + 1);
        let step = 1 + self.below((last - first) / 2);
        match self.below(6) {
            0 | 1 => "*".to_owned(),
            2 => format!("{start}"),
            3 => format!("{start}..{last}/{step}"),
            4 => format!("{first}/{step},{start}"),
            _ => format!("{first}/{step}"),
        }
    }

    fn expression(&mut self) -> String {
        let days = ["", "", "", "Mon ", "Sat,Sun ", "Mon..Fri "][self.below(6) as usize];
        let mark = ["-", "-", "~"][self.below(3) as usize];
        let seconds = ["", "", ":0/7", ":*", ":0/0.7", ":1.5"][self.below(6) as usize];
        let (month, day) = (self.list(1, 12), self.list(1, 28));
        format!(
            "{days}*-{month}{mark}{day} {}:{}{seconds}",
            self.list(0, 23),
            self.list(0, 59)
        )
    }
}

#[test]
fn going_forwards_and_backwards_and_counting_agree() {
    let mut draw = Draw(0x9e37_79b9_7f4a_7c15);
    let zones = ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago"];
    let zones = zones.map(|name| Zone::from_chrono_tz(name.parse().unwrap()));
    let start: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    for _ in 0..200 {
        let text = draw.expression();
        let Ok(schedule) = Schedule::parse(&text, &dialect::SYSTEMD) else {
            continue;
        };
        let zone = &zones[draw.below(4) as usize];
        let from = start + TimeDelta::seconds(draw.below(900 * 86_400) as i64);
        let ahead: Vec<_> = schedule.after(from, zone).take(20).map(|run| run.at).collect();
        assert!(ahead.is_sorted_by(|one, other| one < other), "{text}: {ahead:?}");
        let Some(last) = ahead.last().filter(|_| ahead.len() > 3) else {
            continue;
        };
        // The first may be one that only a search from there comes by.
        let mut back: Vec<_> = schedule
            .before(last.to_utc(), zone)
            .take(ahead.len() - 3)
            .map(|run| run.at)
            .collect();
        back.reverse();
        assert_eq!(
            back,
            ahead[2..ahead.len() - 1],
            "{text} in {} from {from}",
            zone.name()
        );
        let to = from + TimeDelta::days(1);
        let listed = schedule.between(from, to, zone).count() as u64;
        assert_eq!(
            schedule.count(from, to, zone),
            listed,
            "{text} in {} from {from}",
            zone.name()
        );
        let normalized = schedule.normalized().unwrap();
        let again = Schedule::parse(&normalized, &dialect::SYSTEMD).unwrap();
        assert_eq!(again.normalized().unwrap(), normalized, "{text}");
    }
}

#[test]
fn no_text_is_too_strange() {
    let mut draw = Draw(0x0123_4567_89ab_cdef);
    let pieces = [
        "Mon",
        "..",
        ",",
        "-",
        "~",
        "*",
        "/",
        ":",
        " ",
        "12",
        "0",
        "99999999999",
        "@",
        "é",
        ".",
        "UTC",
        "\0",
        "2027",
        "daily",
    ];
    for _ in 0..20_000 {
        let length = draw.below(10);
        let text: String = (0..length)
            .map(|_| pieces[draw.below(pieces.len() as u64) as usize])
            .collect();
        match Schedule::parse(&text, &dialect::SYSTEMD) {
            Ok(schedule) => assert!(schedule.normalized().is_some()),
            Err(error) => {
                assert!(text.get(error.span.clone()).is_some(), "{text:?}: {error:?}");
                assert!(error.help().is_some(), "{text:?}: {error}");
            }
        }
    }
}

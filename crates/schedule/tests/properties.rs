//! What must hold for every expression, zone and time.

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use proptest::prelude::*;
use schedule::{DayRule, Dialect, Field, Fields, Schedule, Zone, daylight, dialect};

/// An item of a field's list, most of them accepted.
fn item(first: u32, last: u32) -> impl Strategy<Value = String> {
    let value = first..=last;
    let step = 1..=(last + 2);
    prop_oneof![
        3 => Just("*".to_owned()),
        2 => step.clone().prop_map(|step| format!("*/{step}")),
        4 => value.clone().prop_map(|value| value.to_string()),
        2 => (value.clone(), value.clone()).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))),
        2 => (value.clone(), value, step).prop_map(|(a, b, step)| format!("{}-{}/{step}", a.min(b), a.max(b))),
    ]
}

fn field(first: u32, last: u32) -> impl Strategy<Value = String> {
    prop::collection::vec(item(first, last), 1..3).prop_map(|items| items.join(","))
}

fn expression() -> impl Strategy<Value = String> {
    (
        field(0, 59),
        field(0, 23),
        field(1, 31),
        field(1, 12),
        field(0, 6),
    )
        .prop_map(|(minute, hour, date, month, weekday)| format!("{minute} {hour} {date} {month} {weekday}"))
}

/// Zones with large, small, odd and rare changes.
fn zone() -> impl Strategy<Value = Zone> {
    use chrono_tz::{Africa, America, Antarctica, Asia, Australia, Europe, Pacific};
    prop_oneof![
        Just(Zone::utc()),
        Just(Zone::from_chrono_tz(Europe::Berlin)),
        Just(Zone::from_chrono_tz(America::New_York)),
        Just(Zone::from_chrono_tz(America::Sao_Paulo)),
        Just(Zone::from_chrono_tz(Australia::Lord_Howe)),
        Just(Zone::from_chrono_tz(Antarctica::Troll)),
        Just(Zone::from_chrono_tz(Africa::Casablanca)),
        Just(Zone::from_chrono_tz(Asia::Tehran)),
        Just(Zone::from_chrono_tz(America::Caracas)),
        Just(Zone::from_chrono_tz(Pacific::Apia)),
    ]
}

/// Dialects that share the five fields, each with its own way when the clock moves.
fn dialects() -> impl Strategy<Value = &'static Dialect> {
    let five: Vec<&'static Dialect> = dialect::ALL
        .iter()
        .copied()
        .filter(|dialect| daylight_is_ours(dialect))
        .collect();
    prop::sample::select(five)
}

fn daylight_is_ours(dialect: &'static Dialect) -> bool {
    let schedule = Schedule::parse("0 0 * * *", dialect);
    let at = DateTime::<Utc>::UNIX_EPOCH;
    schedule.is_ok_and(|schedule| daylight::run(&schedule, &Zone::utc(), at, at, &[]).is_some())
}

/// An instant: near a change of the zone's clock, or anywhere from 1950 to 2150.
fn instant(zone: &Zone, seed: i64, near: bool) -> DateTime<Utc> {
    let anywhere = DateTime::from_timestamp(-631_152_000 + seed.rem_euclid(6_311_520_000), 0);
    let anywhere = anywhere.expect("a year that chrono knows");
    match zone.transitions(anywhere).next() {
        Some(change) if near => change.at - TimeDelta::seconds(seed.rem_euclid(30 * 3600)),
        _ => anywhere,
    }
}

/// Whether the fields match a local time: the plain meaning, without the search's tables.
fn matches(fields: &Fields, rule: DayRule, local: chrono::NaiveDateTime) -> bool {
    let date = fields.day_of_month.contains(local.day());
    let weekday = fields
        .day_of_week
        .contains(local.weekday().num_days_from_sunday());
    let last = (local + TimeDelta::days(7)).month() != local.month()
        && (6..=31).any(|day| fields.day_of_month.contains(day));
    let nth = last || fields.day_of_month.contains((local.day() - 1) / 7 + 1);
    let day = match rule {
        DayRule::Either => date || weekday,
        DayRule::Both => date && weekday,
        DayRule::NthWeekday => weekday && nth,
    };
    day && fields.minute.contains(local.minute())
        && fields.hour.contains(local.hour())
        && fields.month.contains(local.month())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused_with_a_span_on_character_boundaries(text in ".{0,40}") {
        for dialect in dialect::ALL {
            if let Err(error) = Schedule::parse(&text, dialect) {
                prop_assert!(text.get(error.span.clone()).is_some(), "{error:?}");
                let _ = (error.to_string(), error.help());
            }
        }
    }

    #[test]
    fn any_near_miss_is_read_or_refused(text in "[-0-9*/,?LWH#@~a-z \t$%&|<>=é]{0,24}", tail in "[ 0-9*]{0,9}") {
        let text = format!("{text}{tail}");
        for dialect in dialect::ALL {
            match Schedule::parse(&text, dialect) {
                Err(error) => prop_assert!(text.get(error.span.clone()).is_some(), "{error:?}"),
                Ok(schedule) => {
                    for warning in schedule.warnings() {
                        prop_assert!(text.get(warning.span.clone()).is_some(), "{warning:?}");
                    }
                    let zone = Zone::utc();
                    let _ = schedule.after(DateTime::UNIX_EPOCH, &zone).next();
                }
            }
        }
    }

    #[test]
    fn what_is_read_in_one_go_means_what_is_read_character_by_character(text in expression()) {
        // Three digits are left to the thorough reader.
        let mut thorough = String::new();
        for part in text.split_inclusive(|c: char| !c.is_ascii_digit()) {
            let digits = part.trim_end_matches(|c: char| !c.is_ascii_digit());
            let zeros = if digits.is_empty() { "" } else { &"000"[digits.len()..] };
            thorough.push_str(zeros);
            thorough.push_str(part);
        }
        for dialect in [&dialect::DEBIAN, &dialect::CRONIE, &dialect::VIXIE] {
            let sets = |text: &str| Schedule::parse(text, dialect).ok().map(|schedule| {
                let fields = schedule.fields().unwrap();
                let sets = Field::FIVE.map(|field| fields.get(field).map(|set| (set.bits, set.starred)));
                (sets, schedule.day_rule(), schedule.warnings().len())
            });
            prop_assert_eq!(sets(&text), sets(&thorough), "{} and {}", text, thorough);
        }
    }

    #[test]
    fn the_next_occurrence_is_later_and_matches(text in expression(), seed: i64) {
        let Ok(schedule) = Schedule::parse(&text, &dialect::DEBIAN) else { return Ok(()) };
        let zone = Zone::utc();
        let from = instant(&zone, seed, false);
        let Some(next) = schedule.after(from, &zone).next() else {
            prop_assert!(schedule.never_fires());
            return Ok(());
        };
        prop_assert!(next.at > from);
        let fields = schedule.fields().unwrap();
        prop_assert!(matches(fields, schedule.day_rule(), next.at.naive_local()));
    }

    #[test]
    fn nothing_is_skipped_in_utc(text in expression(), seed: i64) {
        let Ok(schedule) = Schedule::parse(&text, &dialect::DEBIAN) else { return Ok(()) };
        let zone = Zone::utc();
        let from = instant(&zone, seed, false);
        let from = from - TimeDelta::seconds(from.timestamp().rem_euclid(60));
        let fields = schedule.fields().unwrap();
        let expected: Vec<_> = (0..40 * 1440)
            .map(|minute| from + TimeDelta::minutes(minute))
            .filter(|at| matches(fields, schedule.day_rule(), at.naive_utc()))
            .collect();
        let found: Vec<_> =
            schedule.between(from, from + TimeDelta::days(40), &zone).map(|found| found.at.to_utc()).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn nothing_is_skipped_where_the_clock_moves(
        text in expression(), zone in zone(), dialect in dialects(), seed: i64, near in prop::bool::weighted(0.8),
    ) {
        let Ok(schedule) = Schedule::parse(&text, dialect) else { return Ok(()) };
        let from = instant(&zone, seed, near);
        let from = from - TimeDelta::seconds(from.timestamp().rem_euclid(60));
        let to = from + TimeDelta::hours(50);
        // The daemon's own loop, minute by minute, is the reference.
        let expected: Vec<_> = daylight::run(&schedule, &zone, from, to, &[]).unwrap();
        let expected: Vec<_> = expected.into_iter().map(|found| found.at).filter(|at| *at >= from && *at < to).collect();
        let found: Vec<_> = schedule.between(from, to, &zone).map(|found| found.at).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn going_back_finds_the_same_occurrences(text in expression(), zone in zone(), seed: i64, near: bool) {
        let Ok(schedule) = Schedule::parse(&text, &dialect::DEBIAN) else { return Ok(()) };
        let from = instant(&zone, seed, near);
        let forward: Vec<_> = schedule.after(from, &zone).take(200).collect();
        let Some(last) = forward.last() else { return Ok(()) };
        // Several may share the last minute; take them all.
        let to = last.at.to_utc() + TimeDelta::seconds(1);
        let forward: Vec<_> = schedule.between(from + TimeDelta::seconds(1), to, &zone).collect();
        let mut back: Vec<_> = schedule.before(to, &zone).take(forward.len()).collect();
        back.reverse();
        prop_assert_eq!(back, forward);
    }

    #[test]
    fn counting_agrees_with_listing(text in expression(), zone in zone(), seed: i64, near: bool, days in prop_oneof![0..50i64, 0..900i64]) {
        let Ok(schedule) = Schedule::parse(&text, &dialect::DEBIAN) else { return Ok(()) };
        let from = instant(&zone, seed, near);
        let to = from + TimeDelta::days(days) + TimeDelta::seconds(seed.rem_euclid(86_400));
        let listed: Vec<_> = schedule.between(from, to, &zone).map(|found| found.at.timestamp()).collect();
        let mut quick = Vec::new();
        schedule.for_each_between(from, to, &zone, |second| quick.push(second));
        prop_assert_eq!(schedule.count(from, to, &zone), listed.len() as u64);
        prop_assert_eq!(quick, listed);
    }
}

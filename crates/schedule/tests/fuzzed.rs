//! What the fuzz targets found, each as the sentence that holds since.

use chrono::{DateTime, Utc};
use schedule::{Schedule, Zone, dialect};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

#[test]
fn a_sparse_fixed_job_is_not_repeated_when_the_clock_goes_back() {
    let zone = Zone::from_chrono_tz(chrono_tz::Europe::Berlin);
    let schedule = Schedule::parse("5 2 */2 * 0", &dialect::DEBIAN).unwrap();
    let after: Vec<String> = schedule
        .after(at("2004-10-30T00:00:00Z"), &zone)
        .take(2)
        .map(|run| run.at.to_string())
        .collect();
    assert_eq!(
        after,
        ["2004-10-31 02:05:00 +02:00", "2004-11-07 02:05:00 +01:00"]
    );
}

#[test]
fn a_sparse_job_is_found_going_back_into_the_hour_that_comes_twice() {
    let zone = Zone::from_chrono_tz(chrono_tz::Europe::Berlin);
    let schedule = Schedule::parse("5 2 */2 * 0", &dialect::DEBIAN).unwrap();
    // Between the two times that the clock shows 02:05.
    let last = schedule.before(at("2004-10-31T01:01:00Z"), &zone).next().unwrap();
    assert_eq!(last.at.to_string(), "2004-10-31 02:05:00 +02:00");
}

#[test]
fn the_crate_cron_refuses_with_words_and_a_place_even_when_it_draws_only_a_caret() {
    let error = Schedule::parse("0 0$12 ? * MON-FRI *", &dialect::RUST_CRON).unwrap_err();
    assert_eq!(error.to_string(), "the crate cron cannot read on from here");
    assert_eq!(error.span, 3..6);
}

#[test]
fn the_crate_cron_goes_back_through_the_hour_that_comes_twice() {
    let zone = Zone::from_posix_rule("EST5EDT,M3.2.0,M11.1.0").unwrap();
    let schedule = Schedule::parse("0 1 * 1 * 1", &dialect::RUST_CRON).unwrap();
    let from = at("1970-11-01T07:00:00Z");
    let start = at("1970-11-01T04:00:00Z");
    let mut forth: Vec<String> = schedule
        .between(start, from, &zone)
        .map(|run| run.at.to_string())
        .collect();
    forth.reverse();
    assert_eq!(
        forth,
        ["1970-11-01 01:01:00 -04:00", "1970-11-01 00:01:00 -04:00"]
    );
    let back = schedule.before(from, &zone).take_while(|run| run.at >= start);
    assert_eq!(back.map(|run| run.at.to_string()).collect::<Vec<_>>(), forth);
}

#[test]
fn the_end_of_a_line_is_no_field() {
    assert!(Schedule::parse("0 0 * * *\n", &dialect::DEBIAN).is_ok());
    assert!(Schedule::parse("@daily \n", &dialect::DEBIAN).is_ok());
}

/// bcron itself would hang there: it reckons leap years from the years since 1900.
#[test]
fn bcron_ends_on_the_leap_day_that_it_does_not_know() {
    let dialect = dialect::find("bcron").unwrap();
    let zone = Zone::from_chrono_tz(chrono_tz::America::Sao_Paulo);
    let schedule = Schedule::parse("0 0 1 1 *", dialect).unwrap();
    let leap_day = chrono::DateTime::from_timestamp(951_840_000 - 3 * 86_400, 0).unwrap();
    let days = chrono::TimeDelta::days(5);
    assert_eq!(schedule.between(leap_day, leap_day + days, &zone).count(), 0);
}

#[test]
fn a_step_beyond_all_numbers_is_read_or_refused() {
    for dialect in dialect::ALL {
        let _ = Schedule::parse("3 */5 */3 */54444444444 22", dialect);
        let _ = Schedule::parse("3 */5 */3 1-2/9223372036854775807 22", dialect);
    }
}

#[test]
fn going_back_does_not_stop_where_supercronic_stands_still_in_spring() {
    let zone = Zone::from_posix_rule("EST5EDT,M3.2.0,M11.1.0").unwrap();
    let schedule = Schedule::parse("15 2 */4 * 0", &dialect::SUPERCRONIC).unwrap();
    // 02:15 does not exist on the 9th.
    let last = schedule.before(at("2092-03-13T06:15:01Z"), &zone).next().unwrap();
    assert_eq!(last.at.to_string(), "2092-03-13 02:15:00 -04:00");
}

#[test]
fn the_crate_cron_never_goes_back_from_within_the_hour_that_comes_again() {
    let zone = Zone::from_chrono_tz(chrono_tz::Europe::Berlin);
    let schedule = Schedule::parse("4 */14 0-3 * * *", &dialect::RUST_CRON).unwrap();
    let from = at("2026-10-25T01:01:04Z");
    let next = schedule.after(from, &zone).next().unwrap();
    // Its first answer is the first 02:14, which is over; its second the one to come.
    assert_eq!(next.at.to_string(), "2026-10-25 02:14:04 +01:00");
}

#[test]
fn quartz_reads_years_that_it_never_reaches_and_never_fires_in_them() {
    let check = |text: &str, warnings: usize, years: usize| {
        let schedule = Schedule::parse(text, &dialect::QUARTZ).unwrap();
        let found = schedule.fields().unwrap().years.as_ref().map_or(0, Vec::len);
        assert_eq!((schedule.warnings().len(), found), (warnings, years), "{text}");
        assert_eq!(schedule.never_fires(), years == 0, "{text}");
    };
    check("0 0 0 ? 1 * 220222202", 1, 0);
    check("0 0 0 ? 1 * 2127", 1, 0);
    check("0 0 0 ? 1 * 2126", 0, 1);
    // Twenty million years would fill the memory.
    check("0 0 0 ? 1 * 2120-20220273", 1, 7);
}

#[test]
fn eventbridge_refuses_years_that_its_page_does_not_list() {
    let check = |year: &str, wanted: Option<&str>| {
        let read = Schedule::parse(&format!("cron(0 12 * * ? {year})"), &dialect::EVENTBRIDGE);
        let error = read.err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), wanted, "{year}");
    };
    check("2199", None);
    check("2200", Some("year 2200 is out of range: 1970 to 2199"));
    check("1969", Some("year 1969 is out of range: 1970 to 2199"));
    check("2190-2202", Some("year 2202 is out of range: 1970 to 2199"));
}

#[test]
fn going_back_does_not_stop_where_systemd_finds_nothing_before_summer_time_starts() {
    // Ireland's winter time is its summer time, with an hour less, and systemd gives up before it ends.
    let zone = Zone::from_posix_rule("IST-1GMT0,M10.5.0,M3.5.0/1").unwrap();
    let schedule = Schedule::parse("Sun *-03-30 00:00:00", &dialect::SYSTEMD).unwrap();
    let run = at("1997-03-30T00:00:00Z");
    let after = |from: &str| {
        schedule
            .after(at(from), &zone)
            .next()
            .map(|next| next.at.to_utc())
    };
    assert_eq!(after("1994-06-16T00:00:00Z"), Some(run));
    assert_eq!(after("1997-03-30T00:00:00Z"), None);
    let last = schedule
        .before(run + chrono::TimeDelta::seconds(1), &zone)
        .next()
        .unwrap();
    assert_eq!(last.at.to_utc(), run);
}

#[test]
fn going_back_finds_what_bcron_worked_out_before_the_zone_changed_its_offset() {
    let zone = Zone::from_chrono_tz(chrono_tz::America::Caracas);
    let schedule = Schedule::parse("* * * 3,7,11 *", &dialect::BCRON).unwrap();
    let next = schedule.after(at("2007-12-01T03:59:00Z"), &zone).next().unwrap();
    assert_eq!(next.at.to_string(), "2008-02-29 23:30:00 -04:30");
    let until = next.at.to_utc() + chrono::TimeDelta::seconds(1);
    assert_eq!(
        schedule.before(until, &zone).next().map(|run| run.at),
        Some(next.at)
    );
}

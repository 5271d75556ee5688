//! What the fuzz targets found, each as the sentence that holds since.

use chrono::{DateTime, Utc};
use schedule::{Schedule, Zone, dialect};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
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

//! The sentences of Quartz's and systemd's expressions say when they fire, seconds, years and days that depend on the
//! month included, and what systemd is said to forget is all that it does forget.

use std::collections::BTreeSet;

use crate::dice::Dice;
use crate::reader::whole::{Forgotten, Whole, read_whole};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Timelike, Utc, Weekday};
use schedule::{Dialect, Schedule, Zone, describe, dialect};

/// As many runs of a day are compared one by one.
const LISTED: usize = 400;

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// The days to compare: around the ends of months and years, and in the middle.
fn days() -> impl Iterator<Item = NaiveDate> {
    let first = NaiveDate::from_ymd_opt(2027, 1, 1).expect("a day");
    let wanted = |day: &NaiveDate| {
        let month = matches!(day.month(), 1 | 2 | 5 | 8 | 12);
        month && matches!(day.day(), 1..=3 | 14..=16 | 28..) && (day.year() == 2028 || day.month() != 2)
    };
    first.iter_days().take(365 + 366).filter(wanted)
}

/// Seconds of the day that the sentence names.
fn said(whole: &Whole, day: NaiveDate) -> BTreeSet<u32> {
    let year = day.year().unsigned_abs();
    if whole.years.as_ref().is_some_and(|years| !years.contains(&year)) || !whole.meaning.runs_on(day) {
        return BTreeSet::new();
    }
    let seconds = |minute: &u32| {
        whole
            .seconds
            .iter()
            .map(|second| minute * 60 + second)
            .collect::<Vec<_>>()
    };
    whole.meaning.times.iter().flat_map(seconds).collect()
}

/// Whether a time that the sentence names is one that it says is forgotten.
fn is_forgotten(whole: &Whole, day: NaiveDate, time: u32) -> bool {
    let eve = || said(whole, day - Days::new(1));
    let ran = |times: BTreeSet<u32>, minute: u32| times.iter().any(|time| time / 60 == minute);
    let (minute, hour) = (time / 60, time / 3600);
    whole.forgets.iter().any(|forgotten| match *forgotten {
        Forgotten::Second(second) => {
            time % 3600 == second
                && match minute.checked_sub(1) {
                    Some(before) => ran(said(whole, day), before),
                    None => ran(eve(), 24 * 60 - 1),
                }
        }
        Forgotten::Minute(lost) => minute == lost && eve().iter().any(|time| time / 3600 == 23),
        Forgotten::Hour(lost) => day.day() == 1 && hour == lost && !eve().is_empty(),
        Forgotten::Day(date) => {
            let before = whole.counts(day.year().unsigned_abs() - 1, 12);
            day.month() == 1 && day.day() == date && before
        }
    })
}

/// Compares what the sentence says with what the engine does; returns what was read, and how many times were seen to
/// be forgotten.
#[track_caller]
fn check(text: &str, dialect: &'static Dialect) -> (Whole, usize) {
    let schedule = Schedule::parse(text, dialect).unwrap_or_else(|error| panic!("{text}: {error}"));
    let sentence = describe::sentence(&schedule);
    let whole =
        read_whole(&sentence).unwrap_or_else(|rest| panic!("{text}\n  {sentence}\n  cannot read: {rest}"));
    let zone = Zone::utc();
    let mut compared = 0;
    let mut missing = 0;
    for day in days() {
        let (from, to) = (midnight(day), midnight(day + Days::new(1)));
        let said = said(&whole, day);
        let edge = day.day() <= 2 && !whole.forgets.is_empty();
        // Both search on from the last run, and what they find depends on it.
        let start = schedule
            .before(from, &zone)
            .next()
            .map_or(from, |run| run.at.to_utc());
        let mut runs = schedule.between(start, to, &zone).filter(|run| run.at >= from);
        if said.len() > LISTED || compared >= 3 && !edge {
            let fires = runs.next().is_some();
            let lost = !whole.forgets.is_empty() && said.iter().all(|time| is_forgotten(&whole, day, *time));
            assert_eq!(
                fires,
                !said.is_empty() && !lost,
                "{text}\n  {sentence}\n  on {day}"
            );
            continue;
        }
        let fired: BTreeSet<u32> = runs.map(|run| run.at.num_seconds_from_midnight()).collect();
        compared += usize::from(!fired.is_empty());
        if whole.once && day.weekday() == Weekday::Mon && fired.len() == 1 {
            assert_eq!(fired.first(), said.first(), "{text}\n  {sentence}\n  on {day}");
            continue;
        }
        let (lost, kept): (BTreeSet<u32>, BTreeSet<u32>) = match whole.forgets.is_empty() {
            true => (BTreeSet::new(), said),
            false => said.iter().partition(|time| is_forgotten(&whole, day, **time)),
        };
        missing += lost.len();
        assert_eq!(fired, kept, "{text}\n  {sentence}\n  on {day}");
    }
    (whole, missing)
}

impl Dice {
    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len() as u32) as usize]
    }

    /// A field of either dialect: `dots` is what stands in a range.
    fn field(&mut self, first: u32, last: u32, dots: &str) -> String {
        let start = first + self.below(last - first + 1);
        let stop = start + self.below(last - start + 1);
        let step = 2 + self.below((last - first) / 2);
        match self.below(8) {
            0 | 1 => "*".to_owned(),
            2 => start.to_string(),
            3 => format!("{first}/{step}"),
            4 if start + step <= last => format!("{start}/{step}"),
            5 if start < stop => format!("{start}{dots}{stop}"),
            6 if start + step <= stop => format!("{start}{dots}{stop}/{step}"),
            7 => format!("{first},{start}"),
            _ => first.to_string(),
        }
    }

    fn quartz(&mut self) -> String {
        let second = if self.below(2) == 0 {
            "0".to_owned()
        } else {
            self.field(0, 59, "-")
        };
        let (minute, hour) = (self.field(0, 59, "-"), self.field(0, 23, "-"));
        let month = self.field(1, 12, "-");
        let days = match self.below(4) {
            0 => ("?".to_owned(), self.field(1, 7, "-")),
            1 => (
                "?".to_owned(),
                self.pick(&["6L", "2#1", "6#3", "1#5", "MON-FRI", "SUN"])
                    .to_owned(),
            ),
            2 => {
                let days = [
                    "L", "LW", "L-1", "L-3", "15W", "1W", "28W", "31W", "L-2W", "L,15", "1W,15W", "10,LW",
                ];
                let day = self.pick(&days);
                return format!("0 {minute} {hour} {day} {month} ?");
            }
            _ => (self.field(1, 31, "-"), "?".to_owned()),
        };
        let year = self.pick(&["", "", " 2027", " 2027/2", " 2028,2030-2033", " *"]);
        format!("{second} {minute} {hour} {} {month} {}{year}", days.0, days.1)
    }

    fn systemd(&mut self) -> String {
        let step = 2 + self.below(22);
        match self.below(9) {
            0 => return format!("*:0/{step}"),
            1 => return format!("8..10:*:0/{step}"),
            2 => return format!("0/{step}:{}", self.field(0, 59, "..")),
            3 => return format!("*-{}-1/{step}", self.field(1, 12, "..")),
            _ => {}
        }
        let week = self.pick(&["", "", "Mon ", "Sat,Sun ", "Mon..Fri "]);
        let year = self.pick(&["*", "*", "*", "2027", "2027..2035/2"]);
        let month = self.field(1, 12, "..");
        let day = match self.below(4) {
            0 => format!("~{}", self.pick(&["01", "03", "1..3", "07/1", "2,5"])),
            _ => format!("-{}", self.field(1, 31, "..")),
        };
        let (hour, minute) = (self.field(0, 23, ".."), self.field(0, 59, ".."));
        let second = if self.below(2) == 0 {
            "00".to_owned()
        } else {
            self.field(0, 59, "..")
        };
        format!("{week}{year}-{month}{day} {hour}:{minute}:{second}")
    }
}

#[test]
fn the_sentence_of_a_random_quartz_expression_reads_back() {
    let mut dice = Dice(0x9a27);
    let (mut seconds, mut years) = (0, 0);
    for _ in 0..150 {
        let text = dice.quartz();
        if Schedule::parse(&text, &dialect::QUARTZ).is_ok() {
            let (whole, _) = check(&text, &dialect::QUARTZ);
            seconds += usize::from(whole.seconds.len() > 1);
            years += usize::from(whole.years.is_some());
        }
    }
    assert!(seconds > 15 && years > 15, "{seconds} {years}");
}

#[test]
fn the_sentence_of_a_random_calendar_event_reads_back() {
    let mut dice = Dice(0x5357);
    let (mut read, mut forgets) = (0, 0);
    for _ in 0..200 {
        let text = dice.systemd();
        if Schedule::parse(&text, &dialect::SYSTEMD).is_ok() {
            read += 1;
            forgets += usize::from(check(&text, &dialect::SYSTEMD).1 > 0);
        }
    }
    assert!(read > 100 && forgets > 20, "{read} {forgets}");
}

#[test]
fn the_sentences_of_the_file_read_back_too() {
    let mut name = "";
    for line in include_str!("../sentences.tsv").lines() {
        if let Some(other) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name = other;
        } else if let Some((text, sentence)) = line.split_once('\t').filter(|_| !line.starts_with('#'))
            && ["systemd", "quartz"].contains(&name)
            && !sentence.contains(" on the clock of ")
            && !sentence.contains("0.5 seconds")
            && !sentence.contains("second 1.5")
            && !sentence.contains("2.5 seconds")
        {
            check(text, dialect::find(name).unwrap());
        }
    }
}

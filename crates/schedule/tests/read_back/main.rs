//! A sentence says when the schedule fires: a small reader turns the sentence of a random expression back into
//! firing times, and the engine must agree.

mod dice;
mod reader;
mod seconds;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Timelike, Utc};
use dice::Dice;
use reader::Meaning;
use schedule::{Dialect, Schedule, Zone, describe, dialect};

/// The days to compare: a common year and a leap year.
fn days() -> impl Iterator<Item = NaiveDate> {
    let first = NaiveDate::from_ymd_opt(2027, 1, 1).expect("a day");
    first.iter_days().take(365 + 366)
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// Compares what the sentence says with what the engine does; returns the sentence.
#[track_caller]
fn check(text: &str, dialect: &'static Dialect) -> String {
    let schedule = Schedule::parse(text, dialect).unwrap_or_else(|error| panic!("{text}: {error}"));
    let sentence = describe::sentence(&schedule);
    let meaning =
        reader::read(&sentence).unwrap_or_else(|rest| panic!("{text}\n  {sentence}\n  cannot read: {rest}"));
    let zone = Zone::utc();
    let mut compared = 0;
    for day in days() {
        let (from, to) = (midnight(day), midnight(day + Days::new(1)));
        let said = meaning.runs_on(day);
        if compared < 3 {
            let fired: Vec<u32> = schedule
                .between(from, to, &zone)
                .map(|run| run.at.hour() * 60 + run.at.minute())
                .collect();
            let said: Vec<u32> = if said {
                meaning.times.iter().copied().collect()
            } else {
                Vec::new()
            };
            compared += usize::from(!fired.is_empty());
            assert_eq!(fired, said, "{text}\n  {sentence}\n  on {day}");
        } else {
            let fires = schedule.between(from, to, &zone).next().is_some();
            assert_eq!(fires, said, "{text}\n  {sentence}\n  on {day}");
        }
    }
    sentence
}

#[test]
fn the_sentence_of_a_random_expression_reads_back_into_its_firing_times() {
    let mut dice = Dice(0x5eed_2027);
    let mut kinds = std::collections::BTreeMap::new();
    for _ in 0..1500 {
        let sentence = check(&dice.expression(), &dialect::DEBIAN);
        *kinds.entry(kind(&sentence)).or_insert(0) += 1;
    }
    for wanted in ["or", "both", "never", "steps", "times", "plain"] {
        assert!(
            kinds.get(wanted).is_some_and(|count| *count >= 10),
            "too few of {wanted}: {kinds:?}"
        );
    }
}

#[test]
fn so_do_those_of_other_dialects() {
    // The reader knows no seconds, and no values that are drawn at random.
    for name in [
        "cronie",
        "vixie",
        "busybox",
        "dcron",
        "bcron",
        "kubernetes",
        "supercronic",
    ] {
        let dialect = dialect::find(name).expect(name);
        let mut dice = Dice(0xd1a1ec7);
        let mut read = 0;
        while read < 200 {
            let text = dice.expression();
            if Schedule::parse(&text, dialect).is_ok() {
                check(&text, dialect);
                read += 1;
            }
        }
    }
}

#[test]
fn the_sentences_of_the_file_read_back_too() {
    let mut name = "debian";
    for line in include_str!("../sentences.tsv").lines() {
        if let Some(other) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name = other;
        } else if let Some((text, _)) = line.split_once('\t').filter(|_| !line.starts_with('#'))
            && name == "debian"
            && text != "@reboot"
        {
            check(text, dialect::find(name).unwrap());
        }
    }
}

#[test]
fn the_reader_does_not_believe_everything() {
    for sentence in [
        "Every 7 minutes.",
        "Every 7 minutes, then 5 minutes at the top of the hour.",
        "At 25:00 every day.",
        "At 00:00 on the 2th of every month.",
        "At 00:00 on the 1st of every month, and on Monday.",
        "Every 1 minutes.",
    ] {
        assert!(reader::read(sentence).is_err(), "{sentence}");
    }
}

fn kind(sentence: &str) -> &'static str {
    match () {
        () if sentence.starts_with("Never") => "never",
        () if sentence.contains("but only if") => "both",
        () if sentence.contains(", or ") => "or",
        () if sentence.contains("every 2") || sentence.contains("Every 2") => "steps",
        () if sentence.contains(':') => "times",
        () => "plain",
    }
}

impl Dice {
    fn expression(&mut self) -> String {
        let fields = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];
        fields
            .map(|(first, last)| self.crontab_field(first, last))
            .join(" ")
    }

    fn crontab_field(&mut self, first: u32, last: u32) -> String {
        let items = match self.below(10) {
            0..=2 => return "*".to_owned(),
            3 => return format!("*/{}", 1 + self.below(last + 2)),
            4..=7 => 1,
            _ => 2 + self.below(4),
        };
        (0..items)
            .map(|_| self.item(first, last))
            .collect::<Vec<_>>()
            .join(",")
    }

    fn item(&mut self, first: u32, last: u32) -> String {
        let value = |dice: &mut Dice| first + dice.below(last - first + 1);
        let (one, other) = (value(self), value(self));
        // Some ranges run backwards: Debian's cron takes them, and they match nothing.
        let (low, high) = if self.below(12) == 0 {
            (one, other)
        } else {
            (one.min(other), one.max(other))
        };
        match self.below(8) {
            0..=3 => one.to_string(),
            4 | 5 => format!("{low}-{high}"),
            6 => format!("{low}-{high}/{}", 1 + self.below(9)),
            _ => format!("*/{}", 2 + self.below(20)),
        }
    }
}

#[test]
fn the_reader_reads_days() {
    let reads = |sentence: &str| -> Meaning { reader::read(sentence).unwrap() };
    let on = |sentence: &str, year: i32| {
        days()
            .filter(|day| day.year() == year && reads(sentence).runs_on(*day))
            .count()
    };
    assert_eq!(on("At 00:00 every day.", 2027), 365);
    assert_eq!(on("At 00:00 on the 1st of every month, or on Monday.", 2027), 61);
    assert_eq!(
        on(
            "At 00:00 on the 1st of every month, but only if it is also a Monday.",
            2027
        ),
        3
    );
    assert_eq!(
        on(
            "In January: at 00:00 on the 1st of the month, or on Monday.",
            2027
        ),
        5
    );
}

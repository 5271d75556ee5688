//! The times of day of a schedule in words: "every 15 minutes from 09:00 to 17:45".

use super::words::{Progression, and, count, every, ordinal, progression, range, segments, set, values};

/// The times of day in words, and what the words need around them.
pub(super) struct Clock {
    pub(super) text: String,
    /// "every day" belongs behind it where no day is named.
    pub(super) of_a_day: bool,
    /// It ends in an aside, so that a comma belongs behind it.
    pub(super) comma: bool,
    /// How the steps go over midnight; true only when the job runs on the next day too.
    pub(super) wrap: Option<String>,
}

impl Clock {
    fn new(text: String) -> Clock {
        Clock {
            text,
            of_a_day: true,
            comma: false,
            wrap: None,
        }
    }

    /// Whether it lists times of day and nothing else: `at 02:30 and 14:30`.
    pub(super) fn is_times(&self) -> bool {
        let is_time = |word: &str| word.len() == 5 && word.as_bytes()[2] == b':';
        let words = self.text.strip_prefix("at ").unwrap_or_default().split(' ');
        words
            .map(|word| word.trim_end_matches(','))
            .all(|word| is_time(word) || word == "and")
    }

    /// The same second in all of the times.
    pub(super) fn add_second(&mut self, second: u32) {
        let words = self.text.split(' ').map(|word| match word.strip_suffix(',') {
            Some(time) => format!("{time}:{second:02},"),
            None if word.contains(':') => format!("{word}:{second:02}"),
            None => word.to_owned(),
        });
        self.text = words.collect::<Vec<_>>().join(" ");
    }
}

const ALL_MINUTES: u64 = (1 << 60) - 1;
const ALL_HOURS: u64 = (1 << 24) - 1;
/// Up to so many times of day are listed one by one.
const LISTED: u32 = 6;

/// The times of day that two sets make.
pub(super) fn clock(minutes: u64, hours: u64) -> Clock {
    if hours == ALL_HOURS {
        return every_hour(minutes);
    }
    if minutes.count_ones() == 1 {
        return one_minute(minutes.trailing_zeros(), hours);
    }
    let text = in_one_stretch(minutes, hours)
        .or_else(|| listed(minutes, hours))
        .or_else(|| wrapping_every_hour(minutes, hours))
        .unwrap_or_else(|| format!("{} of {}", minutes_of(minutes), hours_named(hours)));
    let comma = false;
    Clock {
        comma,
        ..Clock::new(text)
    }
}

/// Every hour of the day.
fn every_hour(minutes: u64) -> Clock {
    let spoken = stepped_minutes(minutes);
    let text = match spoken {
        Some(steps) if steps.spans(0, 60) => wrapping(&steps),
        _ => format!("{} of every hour", minutes_of(minutes)),
    };
    let comma = text.contains(',') && spoken.is_some();
    Clock {
        text,
        of_a_day: false,
        comma,
        wrap: None,
    }
}

/// `every 7 minutes, then 4 minutes at the top of the hour`.
fn wrapping(steps: &Progression) -> String {
    let text = every(steps.step, "minute");
    match 60 - steps.last {
        rest if rest == steps.step => text,
        rest => format!("{text}, then {} at the top of the hour", count(rest, "minute")),
    }
}

/// The minutes of some hour: `every 7 minutes from minute 0 to 56`, `at minutes 1, 7 and 9`.
fn minutes_of(minutes: u64) -> String {
    match stepped_minutes(minutes) {
        Some(steps) if steps.first == 0 && is_even(&steps) => every(steps.step, "minute"),
        Some(steps) => {
            format!(
                "{} from minute {} to {}",
                every(steps.step, "minute"),
                steps.first,
                steps.last
            )
        }
        None => format!("at {}", set("minute", minutes, |minute| minute.to_string())),
    }
}

/// The minutes as one progression, where that is how one would say them.
fn stepped_minutes(minutes: u64) -> Option<Progression> {
    let steps = progression(minutes)?;
    let long =
        steps.len() >= 5 || steps.len() >= 3 && (steps.is_run() || steps.spans(0, 60) || is_even(&steps));
    (long || steps.len() == 2 && steps.spans(0, 60) && is_even(&steps)).then_some(steps)
}

/// The steps go on evenly into the next hour.
fn is_even(steps: &Progression) -> bool {
    steps.step * steps.len() == 60
}

/// One minute in some hours: `at 02:30 and 14:30`, `every 2 hours from 00:05 to 22:05`.
fn one_minute(minute: u32, hours: u64) -> Clock {
    let at = |hour: u32| format!("{hour:02}:{minute:02}");
    let stretch = |part: &Progression| format!("{} from {}", every(part.step, "hour"), range(part, at));
    if let Some(whole) = stepped_hours(hours) {
        let uneven = whole.spans(0, 24) && whole.last + whole.step > 24;
        let wrap = uneven.then(|| format!("then {} over midnight", count(24 - whole.last, "hour")));
        return Clock {
            wrap,
            ..Clock::new(stretch(&whole))
        };
    }
    let (single, long): (Vec<_>, Vec<_>) = segments(hours, 5).into_iter().partition(Progression::is_single);
    let items: Vec<String> = single
        .iter()
        .map(|part| at(part.first))
        .chain(long.iter().map(stretch))
        .collect();
    let at = if single.is_empty() { "" } else { "at " };
    Clock::new(format!("{at}{}", and(&items)))
}

fn stepped_hours(hours: u64) -> Option<Progression> {
    let steps = progression(hours)?;
    let long = steps.len() >= 5 || steps.len() >= 3 && (steps.is_run() || steps.spans(0, 24));
    long.then_some(steps)
}

/// `every 30 minutes from 09:00 to 17:30`: steps that go on without a jump through neighbouring hours.
fn in_one_stretch(minutes: u64, hours: u64) -> Option<String> {
    let block = progression(hours).filter(Progression::is_run)?;
    let steps = progression(minutes)?;
    let fits = if block.is_single() {
        stepped_minutes(minutes).is_some() && steps.len() >= 3
    } else {
        is_even(&steps)
    };
    let (from, to) = ends(&block, &steps);
    fits.then(|| format!("{} from {from} to {to}", every(steps.step, "minute")))
}

/// `every 7 minutes, then 4 minutes at the top of the hour, from 09:00 to 17:56`.
fn wrapping_every_hour(minutes: u64, hours: u64) -> Option<String> {
    let block = progression(hours).filter(Progression::is_run)?;
    let steps = stepped_minutes(minutes).filter(|steps| steps.spans(0, 60))?;
    let (from, to) = ends(&block, &steps);
    Some(format!("{}, from {from} to {to}", wrapping(&steps)))
}

fn ends(hours: &Progression, minutes: &Progression) -> (String, String) {
    (
        format!("{:02}:{:02}", hours.first, minutes.first),
        format!("{:02}:{:02}", hours.last, minutes.last),
    )
}

fn listed(minutes: u64, hours: u64) -> Option<String> {
    if minutes.count_ones() * hours.count_ones() > LISTED || minutes == ALL_MINUTES {
        return None;
    }
    let times: Vec<String> = values(hours)
        .flat_map(|hour| values(minutes).map(move |minute| format!("{hour:02}:{minute:02}")))
        .collect();
    Some(format!("at {}", and(&times)))
}

/// `hour 05`, `hours 01, 04 and 09 to 12`, `every hour from 09 to 17`, `every 2nd hour from 00 to 22`.
fn hours_named(hours: u64) -> String {
    let two_digits = |hour: u32| format!("{hour:02}");
    match stepped_hours(hours) {
        Some(steps) if steps.is_run() => format!("every hour from {}", range(&steps, two_digits)),
        Some(steps) => format!(
            "every {} hour from {}",
            ordinal(steps.step),
            range(&steps, two_digits)
        ),
        None => set("hour", hours, two_digits),
    }
}

/// `every 10 seconds`, `at seconds 5 and 20`: the seconds of some minute.
pub(super) fn seconds(seconds: u64) -> String {
    match stepped_minutes(seconds) {
        Some(steps) if steps.first == 0 && is_even(&steps) => every(steps.step, "second"),
        Some(steps) => {
            format!(
                "{} from second {} to {}",
                every(steps.step, "second"),
                steps.first,
                steps.last
            )
        }
        None => format!("at {}", set("second", seconds, |second| second.to_string())),
    }
}

/// The same for every minute of the day.
pub(super) fn of_every_minute(seconds: &str) -> String {
    if seconds.contains(" from ") || seconds.starts_with("at ") {
        format!("{seconds} of every minute")
    } else {
        seconds.to_owned()
    }
}

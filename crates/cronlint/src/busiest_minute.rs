//! Which minute most jobs begin in, over all crontabs that were given.

use std::collections::BTreeMap;

use crontab::Crontab;

/// An hour and a minute.
pub(crate) type Minute = (u32, u32);

/// A file's name and a line of it.
pub(crate) type Place = (String, usize);

/// The minute at which most jobs of several crontabs begin.
#[derive(Clone, Debug)]
pub struct BusiestMinute {
    /// The minute.
    pub minute: Minute,
    /// The path of the first file that has such a job, where it has one: that file is told.
    pub told: Option<String>,
    /// The jobs: file and line.
    pub jobs: Vec<Place>,
}

impl BusiestMinute {
    /// The busiest minute over crontabs, each with its path and the name to show.
    pub fn over<'c>(
        crontabs: impl Iterator<Item = (Option<String>, String, Crontab<'c>)>,
    ) -> Option<BusiestMinute> {
        let mut minutes: BTreeMap<Minute, (Option<String>, Vec<Place>)> = BTreeMap::new();
        for (path, name, crontab) in crontabs {
            for (minute, lines) in starts(&crontab) {
                let (_, jobs) = minutes
                    .entry(minute)
                    .or_insert_with(|| (path.clone(), Vec::new()));
                let numbers = lines.iter().map(|&line| crontab.lines[line].number);
                jobs.extend(numbers.map(|number| (name.clone(), number)));
            }
        }
        let busiest = minutes
            .into_iter()
            .max_by_key(|(minute, (_, jobs))| (jobs.len(), std::cmp::Reverse(*minute)));
        busiest.map(|(minute, (told, jobs))| BusiestMinute { minute, told, jobs })
    }
}

/// Which entries (by the index of their lines) begin at which minute of every day. Those that run in more than four
/// minutes of an hour crowd none of them.
pub(crate) fn starts(crontab: &Crontab<'_>) -> BTreeMap<Minute, Vec<usize>> {
    let mut minutes: BTreeMap<Minute, Vec<usize>> = BTreeMap::new();
    for (index, entry) in crontab.entries() {
        let schedule = entry.schedule.as_ref().ok();
        let Some(fields) = schedule.and_then(|schedule| schedule.fields()) else {
            continue;
        };
        let rare = fields.minute.values().count() <= 4;
        let daily = fields.day_of_month.is_full() && fields.month.is_full() && fields.day_of_week.is_full();
        if !rare || !daily {
            continue;
        }
        for hour in fields.hour.values() {
            for minute in fields.minute.values() {
                minutes.entry((hour, minute)).or_default().push(index);
            }
        }
    }
    minutes
}

//! systemd's calendar events, as in `OnCalendar=` of a timer.

use super::Dialect;
use crate::daylight::Daylight;
use crate::field::DayRule;
use crate::schedule::{Engine, Parsed};
use crate::systemd;

/// systemd's timers.
pub static SYSTEMD: Dialect = Dialect {
    name: "systemd",
    title: "systemd",
    source: "measured: systemd-analyze calendar 252",
    aliases: &["oncalendar"],
    fields: (1, 4),
    macros: &[],
    daylight: Daylight::Calendar,
    notes: &[
        "`weekday year-month-day hour:minute:second zone`, all but one of them optional; `daily` and the like",
        "weekday and date must both match",
        "`*-*~1` is the last day of the month; days from the end go back to `~28`",
        "a repetition without an end forgets to begin anew: `*:0/7` loses 00:00 after midnight, `0/5:00` the 1st of a month",
        "the gap is skipped; `hourly` loses the repeated hour",
        "it looks up to the year 2199",
    ],
    parse: |text, _| {
        Ok(Parsed {
            engine: Engine::Systemd(Box::new(systemd::parse(text)?)),
            fields: None,
            day_rule: DayRule::Both,
            wild: true,
            warnings: Vec::new(),
            random: Vec::new(),
        })
    },
};

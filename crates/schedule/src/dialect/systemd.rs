//! systemd: the calendar expressions of `OnCalendar=` in timer units.

use super::Dialect;
use crate::daylight::Daylight;
use crate::oncalendar;

/// systemd's timers.
pub static SYSTEMD: Dialect = Dialect {
    name: "systemd",
    title: "systemd",
    source: "measured: systemd-analyze calendar, systemd 252.39",
    aliases: &["oncalendar", "systemd-timer"],
    fields: (1, 4),
    macros: &[],
    daylight: Daylight::Calendar,
    notes: &[
        "`Mon..Fri *-*-* 09:00:00`: weekdays, a date and a time, each of them optional; weekday and date must both match",
        "no time given is midnight; a bare `10:00` is every day at 10:00",
        "`*-02~01` counts days from the end of the month, and only 28 of them",
        "a step runs from its start to the unit's end; where it overshoots the end, the search steps over what comes first: `*:0/7` loses 00:00 of every day, `0/5:00` midnight of every 1st, `*-*-1/4` the 1st of January",
        "a step that fits no second time is refused (`*:0/60`), and so is a range of weekdays that wraps (`Fri..Mon`)",
        "the gap of a clock change is skipped; of an hour that the clock shows twice, the second is lost to all but those who look during it",
        "nothing before 1970 or after 2199",
    ],
    parse: oncalendar::parse,
};

//! What `--help` says after the options: exit codes, JSON, examples.

/// Of `why`.
pub(crate) const WHY_HELP: &str = "\
Prints each field against the time, the runs before and after it, what the clock does to that time, and \
the smallest edit that makes the schedule run then and keeps its other runs.

Exit codes: 0 it runs then (also when the clock moves the run), 1 it does not, 2 unreadable.

JSON: version, expression, dialect, zone, at, fires, fields [{field, text, value, matches}], clock, \
before, after (runs as in occurrences), edit.

Examples:
  cronexplain why '0 9 * * 1-5' --at 2026-11-21T09:00
  cronexplain why '30 2 * * *' --at 2026-03-08T02:30 --tz America/New_York";

/// Of `compare`.
pub(crate) const COMPARE_HELP: &str = "\
Reads the schedule as every dialect does, and compares their runs: over a year where it runs often, over 4 \
or 28 years where it does not, or over --between A B. Dialects that begin with the second are given a 0 \
before it; systemd and EventBridge what convert makes of it, where that is proved.

Exit codes: 0 all do the same, 1 they differ or some refuse it, 2 unreadable.

JSON: version, expression, zone, from, to, groups [{dialects [{name, given, converted}], runs, sentence, differs {at, \
what, why []}}], refused [{dialect, reason}]. The first group holds --dialect.

Examples:
  cronexplain compare '0 0 */2 * MON'
  cronexplain compare '30 2 * * *' --tz Europe/Berlin";

/// Of `diff`.
pub(crate) const DIFF_HELP: &str = "\
Compares a year from now on, or --between A B; -n says how many runs to list on each side.

Exit codes: 0 the same runs, 1 they differ, 2 unreadable.

JSON: version, a, b, dialect, zone, from, to, common, removed_count, added_count, removed [], added [] \
(runs as in occurrences, the first ones only).

Examples:
  cronexplain diff '0 0 * * *' '0 0 * * 1-5'
  cronexplain diff '0 0 1 * MON' '0 0 */1 * MON' --between 2026-01-01 2027-01-01";

/// Of `convert`.
pub(crate) const CONVERT_HELP: &str = "\
The proof covers 28 years, in which weekdays and leap years come back, in the zone of --tz: there the clock \
may change, and schedulers have their own ways with that. Within 36 hours of each change every run is \
compared. On other days a schedule runs at the same times or not at all; those that begin and end alike are \
counted, and one of each kind is compared run by run. The crate cron is run itself. Where one expression cannot say \
it, several that together can are printed, one a line.

Exit codes: 0 proved, 1 a counterexample or impossible, 2 unreadable.

JSON: version, expression, from_dialect, to_dialect, zone, expressions [], proved, runs, from, to, \
counterexample {at, what, count, clock_changes_only}, impossible (why, where it is).

Examples:
  cronexplain convert '*/15 9-17 * * 1-5' --to systemd
  cronexplain convert '0 0 1 * MON' --to rust-cron --tz UTC";

/// Of `crontab`.
pub(crate) const CRONTAB_HELP: &str = "\
Reads crontabs as the daemon of --dialect does. The load map counts the starts of every minute, names the \
collisions, and suggests minutes in which nothing starts.

Exit codes: 0 read, 1 an entry never fires, 2 a file or a line cannot be read.

JSON: version, zone, dialect, entries [{file, line, expression, user, command, sentence, never_fires, \
error, next}], with --load also load {first, days, starts, collisions, busiest [{at, starts}], \
free_minutes []}.

Examples:
  cronexplain crontab /etc/crontab /etc/cron.d
  crontab -l | cronexplain crontab - --timeline tomorrow
  cronexplain crontab /etc/crontab --load week --svg load.svg";

/// Of `dst`.
pub(crate) const DST_HELP: &str = "\
Shows the next two changes of the clock; -n says how many, --after or --between where to begin. systemd and \
EventBridge are given what convert makes of the schedule, where that is proved.

Exit codes: 0 no run of --dialect is skipped, moved or doubled, 1 some are, 2 unreadable.

JSON: version, expression, zone, changes [{at, clock_from, clock_to, offset_before, offset_after, effects \
[{dialects [], skipped [], moved [{from, to}], doubled [], once [{time, pass}], utc}]}], \
read_as [{dialect, expression, converted}], refused [{dialect, reason}].

Examples:
  cronexplain dst '30 2 * * *' --tz America/New_York
  cronexplain dst '*/15 * * * *' --tz Europe/Berlin -n 4";

/// Of the program as a whole.
pub(crate) const AFTER_HELP: &str = "\
Times: 2026-03-08, 2026-03-08T02:30, '2026-03-08 02:30:15', each with an offset (+01:00, Z) or without; \
02:30 for today's; now, yesterday, today, tomorrow. Without an offset a time is local in --tz. A local time that occurs twice is the \
first of the two; one that the clock skips is the moment of the jump.

JSON (--json): One object a line for each expression: version (1), expression, dialect, zone, sentence, \
day_rule, days_of_year {year, days, runs, otherwise} (where there is a day rule), reboot, never_fires, \
warnings [{message, field, start, end, help}], occurrences [{at, in_seconds, moved_from | repeated}]; at \
is the local time with its UTC offset, such as 2026-03-08T03:00-04:00. notes [] name parts that do \
nothing. With --year: year {from, to, runs, shortest_gap and longest_gap {seconds, after}, shorter}; with \
--calendar or --heat: picture {first, days {date: runs}, hours [7 weekdays from Monday][24]}. What cannot \
be read: version, error {message, field, start, end, help}. start and end are bytes.

Exit codes:
  0  explained; the schedule fires, though perhaps not in the window
  1  a schedule never fires
  2  something cannot be read: an expression, a time, a zone, the options

Environment:
  TZ        the time zone, where --tz is not given
  NO_COLOR  set and not empty: no colours

Examples:
  cronexplain '0 0 1 * MON'
  cronexplain --tz Europe/Berlin --after 2026-03-28 -n 3 '30 2 * * *'
  cronexplain --between 2026-03-08 2026-03-09 --json '30 2 * * *'
  cronexplain --dialect rust-cron '0 0 0 1 * * *'";

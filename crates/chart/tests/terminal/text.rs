//! The pictures in a terminal, to the letter.

use crate::{ASCII, WIDE, date, hours, row};
use chart::{Calendar, HeatMap, LoadMap, Terminal, Timeline};
use chrono::{NaiveDate, Weekday};

fn check(picture: &str, expected: &str) {
    assert_eq!(
        picture,
        expected.strip_prefix('\n').unwrap_or(expected),
        "\n{picture}"
    );
}

fn calendar(
    from: &str,
    months: u32,
    week_start: Weekday,
    days: &[(&str, u64)],
    terminal: &Terminal,
) -> String {
    let counts = days.iter().map(|(day, count)| (date(day), *count)).collect();
    let calendar = Calendar {
        title: "",
        first: date(from),
        months,
        week_start,
        counts: &counts,
    };
    calendar.text(terminal)
}

#[test]
fn days_that_fire_equally_often_show_only_their_number() {
    check(
        &calendar(
            "2026-11-21",
            1,
            Weekday::Mon,
            &[("2026-11-02", 1), ("2026-11-30", 1)],
            &WIDE,
        ),
        "

   November 2026
Mo Tu We Th Fr Sa Su
                   ·
 2  ·  ·  ·  ·  ·  ·
 ·  ·  ·  ·  ·  ·  ·
 ·  ·  ·  ·  ·  ·  ·
 ·  ·  ·  ·  ·  ·  ·
30

2 of 30 days, 2 firings  (1 on each)
",
    );
}

#[test]
fn months_stand_side_by_side_and_weeks_may_begin_on_sunday() {
    let days = [("2027-01-31", 3), ("2027-02-01", 1440), ("2027-02-28", 720)];
    check(
        &calendar("2027-01-01", 2, Weekday::Sun, &days, &ASCII),
        "

    January 2027          February 2027
Su Mo Tu We Th Fr Sa   Su Mo Tu We Th Fr Sa
                .  .       1# .  .  .  .  .
 .  .  .  .  .  .  .    .  .  .  .  .  .  .
 .  .  .  .  .  .  .    .  .  .  .  .  .  .
 .  .  .  .  .  .  .    .  .  .  .  .  .  .
 .  .  .  .  .  .  .   28+
31-

3 of 59 days, 2163 firings  - 1-360  + 361-720  * 721-1080  # 1081-1440
",
    );
}

#[test]
fn a_calendar_of_nothing_says_so_and_other_months_are_left_out() {
    check(
        &calendar("2027-02-03", 1, Weekday::Mon, &[("2027-03-01", 9)], &ASCII),
        "

   February 2027
Mo Tu We Th Fr Sa Su
 .  .  .  .  .  .  .
 .  .  .  .  .  .  .
 .  .  .  .  .  .  .
 .  .  .  .  .  .  .

0 of 28 days, 0 firings
",
    );
}

#[test]
fn a_year_that_chrono_does_not_know_ends_the_calendar() {
    let counts = Default::default();
    let endless = Calendar {
        title: "",
        first: NaiveDate::MAX,
        months: u32::MAX,
        week_start: Weekday::Mon,
        counts: &counts,
    };
    assert!(endless.text(&ASCII).contains("0 of 31 days"));
    assert!(endless.svg().contains("0 of 31 days"));
}

#[test]
fn a_wide_terminal_shows_each_hour_of_the_week_apart() {
    let counts = hours(|day, hour| {
        if day < 5 && (9..17).contains(&hour) {
            52 + day as u64 % 2
        } else {
            0
        }
    });
    check(
        &HeatMap::hour_by_weekday("Office hours", &counts).text(&WIDE),
        "
Office hours
    00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23
Mon ·· ·· ·· ·· ·· ·· ·· ·· ·· ██ ██ ██ ██ ██ ██ ██ ██ ·· ·· ·· ·· ·· ·· ··
Tue ·· ·· ·· ·· ·· ·· ·· ·· ·· ██ ██ ██ ██ ██ ██ ██ ██ ·· ·· ·· ·· ·· ·· ··
Wed ·· ·· ·· ·· ·· ·· ·· ·· ·· ██ ██ ██ ██ ██ ██ ██ ██ ·· ·· ·· ·· ·· ·· ··
Thu ·· ·· ·· ·· ·· ·· ·· ·· ·· ██ ██ ██ ██ ██ ██ ██ ██ ·· ·· ·· ·· ·· ·· ··
Fri ·· ·· ·· ·· ·· ·· ·· ·· ·· ██ ██ ██ ██ ██ ██ ██ ██ ·· ·· ·· ·· ·· ·· ··
Sat ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ··
Sun ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· ··
2096 firings  ░ 1-13  ▒ 14-26  ▓ 27-39  █ 40-53
",
    );
}

#[test]
fn a_narrow_terminal_adds_up_neighbouring_hours() {
    let counts = hours(|day, hour| u64::from(day == 2 && hour < 3));
    let narrow = Terminal { width: 18, ..ASCII };
    check(
        &HeatMap::hour_by_weekday("", &counts).text(&narrow),
        "
    00 06 12 18
Mon ............
Tue ............
Wed #+..........
Thu ............
Fri ............
Sat ............
Sun ............
3 firings  + 1
# 2
",
    );
}

#[test]
fn minutes_by_hours_fit_eighty_columns() {
    let counts =
        std::array::from_fn(|hour| std::array::from_fn(|minute| u64::from(hour == 3 && minute == 30) * 365));
    let text = HeatMap::minute_by_hour("", &counts).text(&ASCII);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 26);
    check(
        lines[0],
        "   00   05   10   15   20   25   30   35   40   45   50   55",
    );
    check(
        lines[4],
        "03 ..............................#.............................",
    );
    check(lines[25], "365 firings  # 365");
}

#[test]
fn a_timeline_tells_one_firing_from_many_and_from_each_minute() {
    let often: Vec<u16> = (0..720).step_by(10).collect();
    let always: Vec<u16> = (720..1440).collect();
    let rows = [
        row("once", &[150]),
        row("often", &often),
        row("always", &always),
        row("never, and with a long name", &[1440, u16::MAX]),
    ];
    let day = Timeline {
        title: "A day",
        rows: &rows,
    };
    check(
        &day.text(&WIDE),
        "
A day
                     00    03    06    09    12    15    18    21
once                 ·····│··········································    1
often                ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒························   72
always               ························████████████████████████  720
never, and with a l… ················································    0
│ once  ▒ more than once  █ each minute; a column is 30 minutes
",
    );
}

#[test]
fn a_timeline_without_rows_is_its_axis() {
    let day = Timeline { title: "", rows: &[] };
    check(
        &day.text(&Terminal { width: 50, ..ASCII }),
        "
00    03    06    09    12    15    18    21
a column is 30 minutes
",
    );
}

#[test]
fn a_minute_that_the_clock_repeats_counts_twice() {
    let rows = [row("x", &[120, 120])];
    let day = Timeline {
        title: "",
        rows: &rows,
    };
    let text = day.text(&Terminal { width: 30, ..ASCII });
    assert!(text.contains("x ..+.....................  2"), "{text}");
}

fn load(days: usize, starts: &[(usize, u32)]) -> Vec<u32> {
    let mut counts = vec![0; days * 1440];
    starts.iter().for_each(|(minute, count)| counts[*minute] = *count);
    counts
}

#[test]
fn the_load_of_a_day_is_a_grid_of_digits_with_its_collisions_named() {
    let counts = load(1, &[(0, 3), (30, 1), (65, 12), (1439, 2)]);
    let day = LoadMap {
        title: "Load",
        first: date("2026-11-21"),
        counts: &counts,
        collision: 2,
    };
    let text = day.text(&WIDE);
    let lines: Vec<&str> = text.lines().collect();
    check(
        &lines[..4].join("\n"),
        "
Load
   00   05   10   15   20   25   30   35   40   45   50   55
00 3·····························1·····························
01 ·····+······················································",
    );
    check(
        &lines[25..].join("\n"),
        "
23 ···························································2
18 firings; a digit is the number of starts in its minute
3 minutes with 2 or more at once: 01:05 ×12, 00:00 ×3, 23:59 ×2",
    );
}

#[test]
fn a_narrow_load_map_shows_the_worst_minute_of_each_column() {
    let counts = load(1, &[(0, 1), (1, 1), (4, 3)]);
    let day = LoadMap {
        title: "",
        first: date("2026-11-21"),
        counts: &counts,
        collision: 3,
    };
    let text = day.text(&Terminal { width: 23, ..ASCII });
    let lines: Vec<&str> = text.lines().collect();
    check(
        &lines[..2].join("\n"),
        "
   00   15   30   45
00 13..................",
    );
    assert!(text.contains("5 firings;\na digit is the most in one minute of the 3 of its column\n"));
    assert!(
        text.contains("1 minute with 3 or more at once:\n00:04 x3\n"),
        "{text}"
    );
}

#[test]
fn no_collision_no_line_about_them() {
    let counts = load(7, &[(5, 1)]);
    let week = LoadMap {
        title: "",
        first: date("2026-11-23"),
        counts: &counts,
        collision: 2,
    };
    let text = week.text(&WIDE);
    assert!(
        text.ends_with("1 firing; a digit is the most in one minute of the 20 of its column\n"),
        "{text}"
    );
    assert_eq!(week.busiest(10), []);
}

#[test]
fn many_collisions_are_counted_and_the_worst_eight_named() {
    let counts = vec![2; 1440 * 2];
    let days = LoadMap {
        title: "",
        first: date("2026-11-23"),
        counts: &counts,
        collision: 0,
    };
    assert!(
        days.text(&WIDE)
            .ends_with("Mon 23 00:06 ×2, Mon 23 00:07 ×2, ...\n")
    );
    assert!(days.text(&WIDE).contains("2880 minutes with 1 or more at once:"));
    assert_eq!(days.busiest(1)[0].at.to_string(), "2026-11-23 00:00:00");
}

//! Draws one picture of each kind into a directory, to be looked at: `gallery DIRECTORY`.

use std::path::PathBuf;
use std::{env, fs};

use chart::{Calendar, Glyphs, HeatMap, LoadMap, Row, Terminal, Timeline};
use chrono::{Datelike as _, NaiveDate, Weekday};

#[expect(clippy::print_stdout, reason = "the pictures are the output")]
fn main() -> std::io::Result<()> {
    let directory = PathBuf::from(env::args_os().nth(1).unwrap_or_else(|| "gallery".into()));
    fs::create_dir_all(&directory)?;
    let color = env::args().any(|argument| argument == "--color");
    let terminal = Terminal {
        width: 80,
        glyphs: Glyphs::Unicode,
        color,
    };
    for (name, text, svg) in pictures(&terminal) {
        println!("{text}");
        fs::write(directory.join(format!("{name}.svg")), svg)?;
    }
    Ok(())
}

fn pictures(terminal: &Terminal) -> Vec<(&'static str, String, String)> {
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default();
    let days = first.iter_days().take(365);
    let workdays = days.filter(|day| day.weekday().num_days_from_monday() < 5);
    let counts = workdays
        .map(|day| {
            (
                day,
                if day.day() == 1 {
                    24
                } else {
                    u64::from(day.day() % 9)
                },
            )
        })
        .collect();
    let calendar = Calendar {
        title: "0 9-17 * * MON-FRI in 2026",
        first,
        months: 12,
        week_start: Weekday::Mon,
        counts: &counts,
    };
    let month = Calendar {
        title: "One month",
        months: 1,
        ..calendar
    };

    let mut week = [[0; 24]; 7];
    for (weekday, hours) in week.iter_mut().enumerate() {
        for (hour, count) in hours.iter_mut().enumerate() {
            *count = if weekday < 5 && (7..20).contains(&hour) {
                52 * (hour % 4) as u64
            } else {
                0
            };
        }
    }
    let hours = HeatMap::hour_by_weekday("*/20 7-19 * * MON-FRI: firings in 2026", &week);
    let mut minutes = [[0; 60]; 24];
    for (hour, row) in minutes.iter_mut().enumerate() {
        row.iter_mut().enumerate().for_each(|(minute, count)| {
            *count = if minute % 7 == 0 {
                365 + 100 * hour as u64
            } else {
                u64::from(minute == 30) * 52
            };
        });
    }
    let minutes = HeatMap::minute_by_hour("*/7 * * * *: firings in 2026", &minutes);

    let poll: Vec<u16> = (0..1440).step_by(5).collect();
    let office: Vec<u16> = (540..1020).collect();
    let rows = [
        Row {
            label: "/usr/local/bin/backup --all && echo a very long command line indeed",
            minutes: &[150],
        },
        Row {
            label: "poll <queue> & retry",
            minutes: &poll,
        },
        Row {
            label: "heartbeat",
            minutes: &office,
        },
        Row {
            label: "nächtlicher Bericht 日本語",
            minutes: &[0, 1, 2, 1439],
        },
        Row {
            label: "evil\u{202e}txt\x1b[31m",
            minutes: &[],
        },
    ];
    let timeline = Timeline {
        title: "Saturday, 21 November 2026",
        rows: &rows,
    };

    let mut load = vec![0_u32; 7 * chart::MINUTES_A_DAY];
    for (minute, count) in load.iter_mut().enumerate() {
        *count =
            u32::from(minute % 15 == 0) + u32::from(minute % 60 == 0) * 2 + u32::from(minute % 1440 == 0) * 5;
        *count += u32::from((5 * 1440..5 * 1440 + 300).contains(&minute));
    }
    let day = LoadMap {
        title: "Starts a minute",
        first,
        counts: &load[..1440],
        collision: 2,
    };
    let week = LoadMap {
        title: "Starts a minute over a week",
        first,
        counts: &load,
        collision: 2,
    };
    vec![
        ("calendar", calendar.text(terminal), calendar.svg()),
        ("month", month.text(terminal), month.svg()),
        ("hours", hours.text(terminal), hours.svg()),
        ("minutes", minutes.text(terminal), minutes.svg()),
        ("timeline", timeline.text(terminal), timeline.svg()),
        ("load-day", day.text(terminal), day.svg()),
        ("load-week", week.text(terminal), week.svg()),
    ]
}

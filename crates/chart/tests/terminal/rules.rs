//! What holds for every picture in a terminal: width, colour, hostile names.

use crate::{ASCII, WIDE, date, hours, row};
use chart::{Calendar, Glyphs, HeatMap, LoadMap, Terminal, Timeline};
use chrono::{Datelike as _, Weekday};

#[test]
fn names_cannot_move_the_cursor_or_turn_the_line() {
    let rows = [row("a\x1b[2J\r\n\u{202e}b\u{9b}31m", &[])];
    let day = Timeline {
        title: "\x07title",
        rows: &rows,
    };
    let text = day.text(&Terminal { width: 200, ..WIDE });
    assert!(text.starts_with("\\x07title\n"), "{text}");
    assert!(text.contains("\na\\x1b[2J\\r\\n\\u{202e}b\\u{9b}31m "), "{text}");
    let day = Timeline {
        title: "Jürgen",
        ..day
    };
    assert!(day.text(&ASCII).starts_with("J?rgen\n"));
}

#[test]
fn wide_letters_keep_the_columns() {
    let rows = [row("日本語", &[0]), row("abcdef", &[0])];
    let day = Timeline {
        title: "",
        rows: &rows,
    };
    let text = day.text(&Terminal { width: 34, ..WIDE });
    assert!(
        text.contains("\n日本語 │·") && text.contains("\nabcdef │·"),
        "{text}"
    );
}

/// Every kind of picture, full of everything.
fn pictures(terminal: &Terminal) -> Vec<String> {
    let counts = date("2026-01-01")
        .iter_days()
        .take(365)
        .map(|day| (day, u64::from(day.day() % 5)))
        .collect();
    let title = "A title that is quite long but not longer than it may be, is it not? \u{1f4c5}";
    let calendar = Calendar {
        title,
        first: date("2026-01-01"),
        months: 12,
        week_start: Weekday::Mon,
        counts: &counts,
    };
    let minutes: Vec<u16> = (0..1440).filter(|minute| minute % 97 < 40).collect();
    let rows = [
        row("a somewhat longer name of a job, wîth áccents 日本語", &minutes),
        row("short", &[0, 1439]),
    ];
    let load: Vec<u32> = (0..10080).map(|minute| (minute % 13) / 2).collect();
    let first = date("2026-01-01");
    let week = LoadMap {
        title,
        first,
        counts: &load,
        collision: 2,
    };
    vec![
        calendar.text(terminal),
        HeatMap::hour_by_weekday(title, &hours(|day, hour| (day * hour) as u64)).text(terminal),
        HeatMap::minute_by_hour(title, &[[7; 60]; 24]).text(terminal),
        Timeline { title, rows: &rows }.text(terminal),
        week.text(terminal),
        LoadMap {
            counts: &load[..1440],
            ..week
        }
        .text(terminal),
    ]
}

#[test]
fn no_line_is_wider_than_the_terminal_or_ends_in_a_space() {
    for glyphs in [Glyphs::Ascii, Glyphs::Unicode] {
        for width in (60..=260).step_by(3) {
            let terminal = Terminal {
                width,
                glyphs,
                color: false,
            };
            for text in pictures(&terminal) {
                for line in text.lines() {
                    let columns = unicode_width::UnicodeWidthStr::width(line);
                    assert!(columns <= width, "{columns} of {width}: {line}");
                    assert!(!line.ends_with(' '), "{line:?}");
                }
                assert!(glyphs == Glyphs::Unicode || text.is_ascii(), "{text}");
            }
        }
    }
}

#[test]
fn absurd_widths_do_not_panic() {
    for width in (0..60).chain([10_000]) {
        for text in pictures(&Terminal { width, ..WIDE }) {
            assert!(text.ends_with('\n'));
        }
    }
}

#[test]
fn colour_adds_nothing_but_colour() {
    let colored = Terminal { color: true, ..WIDE };
    for (plain, colored) in pictures(&WIDE).into_iter().zip(pictures(&colored)) {
        let mut bare = String::new();
        let mut rest = colored.as_str();
        while let Some((before, after)) = rest.split_once("\x1b[") {
            bare.push_str(before);
            rest = after.split_once('m').unwrap().1;
        }
        assert!(rest.len() < colored.len(), "no colour at all");
        assert_eq!(bare + rest, plain);
        assert!(!plain.contains('\x1b'));
    }
}

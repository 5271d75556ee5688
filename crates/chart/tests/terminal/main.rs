//! The pictures in a terminal.

mod rules;
mod text;

use chart::{Glyphs, Row, Terminal};
use chrono::NaiveDate;

const WIDE: Terminal = Terminal {
    width: 80,
    glyphs: Glyphs::Unicode,
    color: false,
};

const ASCII: Terminal = Terminal {
    glyphs: Glyphs::Ascii,
    ..WIDE
};

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn row<'a>(label: &'a str, minutes: &'a [u16]) -> Row<'a> {
    Row { label, minutes }
}

fn hours(fill: impl Fn(usize, usize) -> u64) -> [[u64; 24]; 7] {
    std::array::from_fn(|day| std::array::from_fn(|hour| fill(day, hour)))
}

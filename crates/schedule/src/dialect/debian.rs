//! Debian's cron: the line that `man 5 crontab` on Debian and Ubuntu is about.
//!
//! It reads an item as far as it understands it and skips the rest of the word: `MON#2` is `MON`. Names are three
//! letters in any case, and may stand in ranges. Ranges that run backwards are read and match nothing.

use super::Dialect;
use crate::daylight::Daylight;
use crate::vixie::{self, Grammar, Reversed};

/// The cron of Debian and Ubuntu.
pub static DEBIAN: Dialect = Dialect {
    name: "debian",
    title: "Debian's cron",
    source: "measured: cron 3.0pl1-162, the Debian package's binary",
    aliases: &["ubuntu", "cron"],
    fields: (5, 5),
    macros: vixie::MACROS,
    daylight: Daylight::CatchUp {
        inclusive: false,
        stale: false,
    },
    notes: &[
        "both day fields restricted: either one; one of them begins with a star, as `*/2` does: both",
        "text after a valid number is skipped: `MON#2` is `MON`, `0~59` is `0`",
        "a range that runs backwards is accepted and matches nothing",
        "numbers wrap at 32 bits: 4294967297 is 1",
    ],
    parse: |text, dialect| vixie::parse(text, dialect, &GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    junk_after_numbers: true,
    junk_after_stars: true,
    reversed: Reversed::Empty,
    checks_ends: true,
    large_step_is_one: false,
    random: false,
    dollar: false,
    leading_dash: false,
};

//! ISC cron 4.999, Paul Vixie's own: the line that the crons of FreeBSD and macOS come from.

use super::Dialect;
use crate::daylight::Daylight;
use crate::vixie::{self, Grammar, Reversed};

/// ISC cron, the one of Paul Vixie.
pub static VIXIE: Dialect = Dialect {
    name: "vixie",
    title: "ISC cron",
    source: "measured: ISC cron 4.999",
    aliases: &["isc"],
    fields: (5, 5),
    macros: vixie::MACROS,
    daylight: Daylight::CatchUp {
        inclusive: true,
        stale: true,
    },
    notes: &[
        "both day fields restricted: either one; one of them begins with a star, as `*/2` does: both",
        "a step too large for its range counts as 1: `*/60 0 * * *` is every minute of hour 0",
        "`$` is the last day of the month",
        "text after a star is skipped: `*5` is `*`",
        "a zone that changes its offset without summer time leaves jobs off by the change until summer time starts or ends",
    ],
    parse: |text, dialect| vixie::parse(text, dialect, &GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    junk_after_numbers: false,
    junk_after_stars: true,
    reversed: Reversed::Refused,
    checks_ends: false,
    large_step_is_one: true,
    random: false,
    dollar: true,
    leading_dash: false,
};

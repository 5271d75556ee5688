//! cronie: the cron of Fedora, Red Hat, SUSE and Arch.
//!
//! Read strictly, except for ranges that run backwards; `~` draws a random value each time the crontab is read.

use super::Dialect;
use crate::daylight::Daylight;
use crate::vixie::{self, Grammar, Reversed};

/// The cron of Fedora, Red Hat, SUSE and Arch.
pub static CRONIE: Dialect = Dialect {
    name: "cronie",
    title: "cronie",
    source: "measured: crond 1.7.2-15, built from its repository",
    aliases: &["fedora", "redhat", "rhel", "suse", "arch"],
    fields: (5, 5),
    macros: vixie::MACROS,
    daylight: Daylight::CatchUp {
        inclusive: true,
        stale: true,
    },
    notes: &[
        "both day fields restricted: either one; one of them begins with a star, as `*/2` does: both",
        "`a~b` is drawn at random when the crontab is read; without ends, those of the field",
        "a range that runs backwards is accepted and matches nothing, but an end of 0 becomes 7: `sat-sun` is a weekend",
        "a dash before the line only keeps it out of the log",
        "a zone that changes its offset without summer time leaves jobs off by the change until summer time starts or ends",
    ],
    parse: |text, dialect| vixie::parse(text, dialect, &GRAMMAR),
};

static GRAMMAR: Grammar = Grammar {
    junk_after_numbers: false,
    junk_after_stars: false,
    reversed: Reversed::EmptyUnlessZero,
    checks_ends: false,
    large_step_is_one: false,
    random: true,
    dollar: false,
    leading_dash: true,
};

//! What a sentence about one of systemd's calendar events says beside the sets: fractions of seconds, the zone, and
//! what steps lose.

use super::words::{and, every};
use crate::oncalendar::{Calendar, losses};

/// ` (systemd forgets 00:00 where it ran in the hour before), on the clock of Europe/Berlin`
pub(super) fn aside(calendar: &Calendar) -> String {
    let lost: Vec<String> = losses(calendar).into_iter().map(|(_, what)| what).collect();
    let lost = match lost.is_empty() {
        true => String::new(),
        false => format!(" (systemd forgets {})", and(&lost)),
    };
    match calendar.zone_name() {
        Some(name) => format!("{lost}, on the clock of {name}"),
        None => lost,
    }
}

/// `every 2.5 seconds from second 0 to 57.5`, `at seconds 1.5 and 7`, where seconds have fractions.
pub(super) fn fractions(calendar: &Calendar) -> Option<String> {
    let parts = calendar.fractions()?;
    let number = |micros: i64| {
        let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let (lone, stepped): (Vec<_>, Vec<_>) = parts.into_iter().partition(|(_, _, step)| *step == 0);
    let lone: Vec<String> = lone.into_iter().map(|(first, ..)| number(first)).collect();
    let mut words = Vec::new();
    if !lone.is_empty() {
        let many = if lone.len() > 1 { "s" } else { "" };
        words.push(format!("at second{many} {}", and(&lone)));
    }
    words.extend(stepped.into_iter().map(|(first, last, step)| {
        let every = match step {
            1_000_000 => every(1, "second"),
            _ => format!("every {} seconds", number(step)),
        };
        if first == 0 && last + step == 60_000_000 {
            return every;
        }
        format!("{every} from second {} to {}", number(first), number(last))
    }));
    Some(and(&words))
}

//! Lists, ordinals, names, and sets of numbers as people say them.

/// `first`, `first + step`, ... up to `last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Progression {
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) step: u32,
}

impl Progression {
    pub(super) fn len(&self) -> u32 {
        (self.last - self.first) / self.step + 1
    }

    pub(super) fn is_run(&self) -> bool {
        self.step == 1
    }

    pub(super) fn is_single(&self) -> bool {
        self.first == self.last
    }

    /// Begins at `start` and cannot go on before `end`, as `*/7` does.
    pub(super) fn spans(&self, start: u32, end: u32) -> bool {
        self.first == start && self.last + self.step >= end
    }

    fn bits(&self) -> u64 {
        (self.first..=self.last)
            .step_by(self.step as usize)
            .fold(0, |bits, value| bits | 1 << value)
    }
}

/// The whole set as one progression; a single value is one too.
pub(super) fn progression(bits: u64) -> Option<Progression> {
    let first = bits.checked_ilog2().map(|_| bits.trailing_zeros())?;
    let last = 63 - bits.leading_zeros();
    let rest = bits & (bits - 1);
    let step = if rest == 0 {
        1
    } else {
        rest.trailing_zeros() - first
    };
    let whole = Progression { first, last, step };
    ((last - first).is_multiple_of(step) && whole.bits() == bits).then_some(whole)
}

/// The set cut into runs of three or more, progressions of `long` or more, and single values.
pub(super) fn segments(mut bits: u64, long: u32) -> Vec<Progression> {
    let mut found = Vec::new();
    while bits != 0 {
        let best = longest_from(bits, long);
        bits &= !best.bits();
        found.push(best);
    }
    found
}

fn longest_from(bits: u64, long: u32) -> Progression {
    let first = bits.trailing_zeros();
    let mut best = Progression {
        first,
        last: first,
        step: 1,
    };
    for step in 1..=(63 - first) {
        let mut last = first;
        while last + step < 64 && bits >> (last + step) & 1 == 1 {
            last += step;
        }
        let candidate = Progression { first, last, step };
        let enough = if step == 1 { 3 } else { long };
        if candidate.len() >= enough && candidate.len() > best.len() {
            best = candidate;
        }
    }
    best
}

/// `minutes 1 to 3, 7 and every 5th from 10 to 50`: plain values first, then what goes in steps.
pub(super) fn set(unit: &str, bits: u64, value: impl Fn(u32) -> String) -> String {
    let (plain, stepped): (Vec<_>, Vec<_>) = segments(bits, 5).into_iter().partition(Progression::is_run);
    let mut items: Vec<String> = plain.iter().map(|part| range(part, &value)).collect();
    for (index, part) in stepped.iter().enumerate() {
        let unit = if index == 0 && plain.is_empty() {
            format!(" {unit}")
        } else {
            String::new()
        };
        let (first, last) = (value(part.first), value(part.last));
        items.push(format!(
            "every {}{unit} from {first} to {last}",
            ordinal(part.step)
        ));
    }
    match plain.as_slice() {
        [] => and(&items),
        [one] if one.is_single() => format!("{unit} {}", and(&items)),
        _ => format!("{unit}s {}", and(&items)),
    }
}

/// `5`, or `5 to 9`.
pub(super) fn range(part: &Progression, value: impl Fn(u32) -> String) -> String {
    if part.is_single() {
        value(part.first)
    } else {
        format!("{} to {}", value(part.first), value(part.last))
    }
}

/// `every minute`, `every 5 minutes`.
pub(super) fn every(step: u32, unit: &str) -> String {
    if step == 1 {
        format!("every {unit}")
    } else {
        format!("every {step} {unit}s")
    }
}

/// `1 hour`, `4 hours`.
pub(super) fn count(number: u32, unit: &str) -> String {
    if number == 1 {
        format!("1 {unit}")
    } else {
        format!("{number} {unit}s")
    }
}

/// `1 hour 30 minutes`, `90 days`.
pub(super) fn duration(seconds: i64) -> String {
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];
    let mut rest = u64::try_from(seconds).unwrap_or(0);
    let mut parts = Vec::new();
    for (size, unit) in units {
        let number = rest / size;
        rest %= size;
        if number > 0 {
            parts.push(format!("{number} {unit}{}", if number == 1 { "" } else { "s" }));
        }
    }
    if parts.is_empty() {
        "0 seconds".to_owned()
    } else {
        parts.join(" ")
    }
}

/// `1st`, `2nd`, `3rd`, `11th`.
pub(super) fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// `a, b and c`.
pub(super) fn and(items: &[String]) -> String {
    join(items, "and")
}

/// `a, b or c`.
pub(super) fn or(items: &[String]) -> String {
    join(items, "or")
}

fn join(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [front @ .., last] => format!("{} {word} {last}", front.join(", ")),
    }
}

/// The set's values, ascending.
pub(super) fn values(bits: u64) -> impl Iterator<Item = u32> {
    (0..64).filter(move |value| bits >> value & 1 == 1)
}

//! The same schedule in fewer characters.
//!
//! Each of the five fields is looked at for itself: the shortest list of numbers, ranges and steps that names the same
//! values. Names, `@words` and the fields beside the five stay as they are, and so does what the dialect makes of a
//! leading star: how the day fields go together, and whether the job follows the clock when it moves.

use crate::field::{Field, FieldSet};
use crate::schedule::Schedule;

/// So many steps of the search are made for a field; a set that needs more keeps the best list found.
const PATIENCE: u32 = 20_000;

/// The same schedule in fewer characters, in its own dialect; none where it is as short as it gets: no list of
/// numbers, ranges and steps in any of its five fields is shorter and means the same.
///
/// ```
/// use schedule::{Schedule, convert, dialect};
///
/// let schedule = Schedule::parse("0,15,30,45 9-17 * 1-12 1,2,3,4,5", &dialect::DEBIAN).unwrap();
/// // Not `*/15`: for Debian's cron that would be a job that follows the clock when it moves.
/// assert_eq!(convert::shorter(&schedule).unwrap(), "0-59/15 9-17 * * 1-5");
/// ```
pub fn shorter(schedule: &Schedule) -> Option<String> {
    let fields = schedule.fields()?;
    let text = schedule.text();
    let written: Vec<&FieldSet> = Field::FIVE
        .into_iter()
        .filter_map(|field| fields.get(field))
        .collect();
    if text.starts_with('@') || written.iter().any(|set| !set.special.is_empty()) {
        return None;
    }
    let mut best: Vec<String> = written
        .iter()
        .map(|set| text[set.span.clone()].to_owned())
        .collect();
    for (place, set) in written.iter().enumerate() {
        for star in [Star::First, Star::Later, Star::None] {
            let mut changed = best.clone();
            changed[place] = Cover::shortest(set.field, set.bits, star);
            let same = |words: &[String]| is_same(schedule, &rebuilt(schedule, &written, words));
            if changed[place].len() < best[place].len() && same(&changed) {
                best = changed;
            }
        }
    }
    let short = rebuilt(schedule, &written, &best);
    (short.len() < text.trim().len()).then_some(short)
}

/// Where a star may stand in a list: some dialects look at the first character only, for some any star counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Star {
    First,
    Later,
    None,
}

/// An item of a list: its text, and its values.
type Item = (String, u64);

/// The search for the shortest list: the least value that is not named yet is named by each item in turn that can.
struct Cover {
    /// For each value, the items that begin with it, or have a star.
    items: Vec<Vec<Item>>,
    best: String,
    patience: u32,
}

impl Cover {
    fn shortest(field: Field, bits: u64, star: Star) -> String {
        let mut cover = Cover {
            items: (0..64).map(|value| items_at(field, bits, value, star)).collect(),
            best: (0..64)
                .filter(|value| bits >> value & 1 == 1)
                .map(|value: u32| value.to_string())
                .collect::<Vec<_>>()
                .join(","),
            patience: PATIENCE,
        };
        cover.search(bits, &mut Vec::new(), 0, star);
        cover.best
    }

    fn search(&mut self, rest: u64, chosen: &mut Vec<Item>, length: usize, star: Star) {
        if length >= self.best.len() || self.patience == 0 {
            return;
        }
        if rest == 0 {
            self.best = in_order(chosen, star);
            return;
        }
        self.patience -= 1;
        let comma = usize::from(!chosen.is_empty());
        for item in self.items[rest.trailing_zeros() as usize].clone() {
            let (more, left) = (length + comma + item.0.len(), rest & !item.1);
            chosen.push(item);
            self.search(left, chosen, more, star);
            chosen.pop();
        }
    }
}

/// The list, with an item that has a star where it may stand.
fn in_order(chosen: &[Item], star: Star) -> String {
    let starred = |item: &&Item| item.0.starts_with('*');
    let (with, without): (Vec<&Item>, Vec<&Item>) = chosen.iter().partition(starred);
    let (first, last) = match star {
        Star::Later => (without, with),
        _ => (with, without),
    };
    let all: Vec<&str> = first
        .into_iter()
        .chain(last)
        .map(|item| item.0.as_str())
        .collect();
    all.join(",")
}

/// How far steps go from a value without leaving the set.
fn reach(bits: u64, value: u32, high: u32, step: u32) -> Vec<u32> {
    let steps = (value..=high).step_by(step as usize);
    steps.take_while(|one| bits >> one & 1 == 1).skip(1).collect()
}

/// The items that name a value and none outside the set: the long ones first, so that a short list is found soon.
fn items_at(field: Field, bits: u64, value: u32, star: Star) -> Vec<Item> {
    let (low, high) = (field.first(), field.last());
    if bits >> value & 1 == 0 {
        return Vec::new();
    }
    let stepped = |first: u32, last: u32, step: u32| {
        (first..=last)
            .step_by(step as usize)
            .fold(0, |all, one| all | 1 << one)
    };
    let inside = |item: &Item| item.1 & !bits == 0 && item.1 >> value & 1 == 1;
    let mut found = vec![(value.to_string(), 1 << value)];
    for step in 1..=high - low {
        let ends = reach(bits, value, high, step);
        // The longest, and the longest with a digit less; begun before the value, too, where that saves a digit.
        let before = (low..10.min(value))
            .rev()
            .find(|first| reach(bits, *first, value, step).last() == Some(&value));
        let short = ends.iter().rev().find(|end| **end < 10);
        for end in ends.last().into_iter().chain(short) {
            // Where the steps go on to the field's end, the end is what people write: `0-59/15`.
            let whole = end + step > high && high.to_string().len() == end.to_string().len() && step > 1;
            let written = if whole { &high } else { end };
            let starts = [Some(value), before.filter(|_| value >= 10)];
            for start in starts.into_iter().flatten() {
                let text = match step {
                    1 => format!("{start}-{written}"),
                    _ => format!("{start}-{written}/{step}"),
                };
                found.push((text, stepped(start, *end, step)));
            }
        }
        if star != Star::None {
            let text = if step == 1 {
                "*".to_owned()
            } else {
                format!("*/{step}")
            };
            found.extend(Some((text, stepped(low, high, step))).filter(inside));
        }
    }
    found.sort_by_key(|item| (std::cmp::Reverse((item.1).count_ones()), item.0.len()));
    found.dedup_by(|one, other| one.0 == other.0);
    found
}

/// The text with its five fields replaced, and one blank between words.
fn rebuilt(schedule: &Schedule, written: &[&FieldSet], words: &[String]) -> String {
    let text = schedule.text();
    let first = written.first().map_or(0, |set| set.span.start);
    let last = written.last().map_or(text.len(), |set| set.span.end);
    let before = text[..first].split_whitespace().map(str::to_owned);
    let after = text[last..].split_whitespace().map(str::to_owned);
    before
        .chain(words.iter().cloned())
        .chain(after)
        .collect::<Vec<_>>()
        .join(" ")
}

fn is_same(schedule: &Schedule, text: &str) -> bool {
    let Ok(other) = Schedule::parse(text, schedule.dialect()) else {
        return false;
    };
    let rule = |one: &Schedule| {
        let free = one
            .fields()
            .is_some_and(|fields| fields.day_of_month.is_full() && fields.day_of_week.is_full());
        (!free).then(|| one.day_rule())
    };
    // One full day field under "both" is the same as under no rule at all, but under "either" it is every day.
    means_the_same(schedule, &other, rule(schedule) == rule(&other))
}

fn means_the_same(one: &Schedule, other: &Schedule, same_rule: bool) -> bool {
    let (Some(first), Some(second)) = (one.fields(), other.fields()) else {
        return false;
    };
    let same = |field: Field| first.get(field).map(|set| set.bits) == second.get(field).map(|set| set.bits);
    same_rule
        && Field::FIVE.into_iter().all(same)
        && same(Field::Second)
        && first.years == second.years
        && one.follows_the_clock() == other.follows_the_clock()
}

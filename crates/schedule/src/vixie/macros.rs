//! `@daily` and the other words for a whole expression.

use super::{BLANKS, finish};
use crate::dialect::Dialect;
use crate::error::ParseError;
use crate::field::{DayRule, Field, FieldSet, Fields};
use crate::schedule::{Engine, Parsed};
use crate::suggest;

/// `@daily` and the like.
pub(crate) fn special(text: &str, start: usize, dialect: &'static Dialect) -> Result<Parsed, ParseError> {
    let end = text[start..]
        .find(BLANKS)
        .map_or(text.len(), |blank| start + blank);
    let rest = text[end..].trim_start_matches(BLANKS);
    if !rest.is_empty() {
        return Err(suggest::after_macro(text, start..end, dialect));
    }
    let word = &text[start..end];
    let span = start..end;
    let Some(sets) = Macro::of(word) else {
        return Err(suggest::unknown_macro(word, span, dialect));
    };
    let Some(sets) = sets else {
        return Ok(Parsed {
            engine: Engine::Reboot,
            fields: None,
            day_rule: DayRule::Both,
            wild: false,
            warnings: Vec::new(),
            random: Vec::new(),
        });
    };
    let set = |field: Field, bits: Option<u64>| {
        FieldSet::new(field, bits.unwrap_or(field.full()), span.clone(), bits.is_none())
    };
    let fields = Fields {
        second: None,
        minute: set(Field::Minute, Some(1)),
        hour: set(Field::Hour, sets.hour),
        day_of_month: set(Field::DayOfMonth, sets.day_of_month),
        month: set(Field::Month, sets.month),
        day_of_week: set(Field::DayOfWeek, sets.day_of_week),
        years: None,
    };
    Ok(finish(text, Box::new(fields), Vec::new(), Vec::new()))
}

/// The sets of a macro; none is every value. The minute is 0 in all of them.
#[derive(Default)]
struct Macro {
    hour: Option<u64>,
    day_of_month: Option<u64>,
    month: Option<u64>,
    day_of_week: Option<u64>,
}

impl Macro {
    /// None when there is no such macro; `Some(None)` for `@reboot`.
    fn of(word: &str) -> Option<Option<Macro>> {
        let midnight = Macro {
            hour: Some(1),
            ..Macro::default()
        };
        Some(Some(match word {
            "@reboot" => return Some(None),
            "@hourly" => Macro::default(),
            "@daily" | "@midnight" => midnight,
            "@weekly" => Macro {
                day_of_week: Some(1),
                ..midnight
            },
            "@monthly" => Macro {
                day_of_month: Some(2),
                ..midnight
            },
            "@yearly" | "@annually" => Macro {
                day_of_month: Some(2),
                month: Some(2),
                ..midnight
            },
            _ => return None,
        }))
    }
}

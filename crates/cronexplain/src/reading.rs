//! One expression as each dialect reads it: as it is, with what its grammar wants besides, or converted.

use chrono::{DateTime, TimeDelta, Utc};
use schedule::{Daylight, Dialect, ParseError, Schedule, Zone, convert, dialect};
use serde::Serialize;

use crate::answer::Place;
use crate::proof::Claim;
use crate::trouble::bearable;

/// A schedule, and what the dialect was given for it.
pub(crate) struct Reading {
    pub(crate) schedule: Schedule,
    /// Where that is not the expression itself.
    pub(crate) given: Option<String>,
    /// That is a conversion: its grammar is another one.
    pub(crate) converted: bool,
}

/// A dialect that has no way to read it.
#[derive(Serialize)]
pub(crate) struct Refusal {
    pub(crate) dialect: &'static str,
    pub(crate) reason: String,
}

/// All dialects, the one that was asked for first.
pub(crate) fn everywhere(text: &str, place: &Place) -> (Vec<Reading>, Vec<Refusal>) {
    let mut order: Vec<&'static Dialect> = dialect::ALL.to_vec();
    order.sort_by_key(|dialect| *dialect != place.dialect);
    let asked = Schedule::parse(text, place.dialect).ok();
    let (mut read, mut refused) = (Vec::new(), Vec::new());
    for dialect in order {
        let found = as_it_is(text, dialect)
            .or_else(|reason| translated(asked.as_ref(), dialect, place).unwrap_or(Err(reason)));
        match found {
            Ok(found) => read.push(found),
            Err(reason) => refused.push(Refusal {
                dialect: dialect.name,
                reason: bearable(reason),
            }),
        }
    }
    (read, refused)
}

impl Reading {
    /// The name, with what it was given.
    pub(crate) fn label(&self) -> String {
        let name = self.schedule.dialect().name;
        match &self.given {
            Some(_) if self.converted => format!("{name} (as `{}`)", self.line()),
            Some(_) => format!("{name} (given `{}`)", self.line()),
            None => name.to_owned(),
        }
    }

    /// What its user writes.
    pub(crate) fn line(&self) -> String {
        let text = self.schedule.text();
        match self.schedule.dialect().name {
            "systemd" => format!("OnCalendar={text}"),
            _ => text.to_owned(),
        }
    }
}

/// Whether it takes the times for UTC, whatever the zone.
pub(crate) fn goes_by_utc(schedule: &Schedule) -> bool {
    matches!(schedule.dialect().daylight, Daylight::Utc)
}

/// What the dialect that was asked for means, put into the words of one with another grammar; none where the grammar
/// is the same, so that what it does with the expression itself is the answer.
fn translated(
    asked: Option<&Schedule>,
    dialect: &'static Dialect,
    place: &Place,
) -> Option<Result<Reading, String>> {
    let asked = asked?;
    let own = |dialect: &Dialect| matches!(dialect.name, "systemd" | "eventbridge");
    let seconds = |dialect: &Dialect| own(dialect) || dialect.fields.1 > 5;
    if asked.dialect() == dialect || !own(dialect) && !seconds(asked.dialect()) {
        return None;
    }
    Some(match convert::expressions(asked, dialect).as_deref() {
        Ok([one]) => Schedule::parse(one, dialect)
            .map_err(|error| error.to_string())
            .and_then(|schedule| proved(asked, schedule, place))
            .map(|schedule| Reading {
                schedule,
                given: Some(one.clone()),
                converted: true,
            }),
        Ok(several) => Err(format!(
            "only {} expressions together say it: see cronexplain convert",
            several.len()
        )),
        Err(reason) => Err(reason.to_string()),
    })
}

/// The conversion, if it means the same as long as the clock does not change.
fn proved(asked: &Schedule, converted: Schedule, place: &Place) -> Result<Schedule, String> {
    let place = Place {
        zone: Zone::utc(),
        ..place.clone()
    };
    let claim = Claim {
        source: asked,
        targets: std::slice::from_ref(&converted),
        place: &place,
    };
    let from: DateTime<Utc> = place.now;
    let to = from
        .checked_add_signed(TimeDelta::days(28 * 1461 / 4))
        .unwrap_or(from);
    match claim.prove(from, to, &mut |_| ()).counterexample {
        None => Ok(converted),
        Some(one) => Err(format!(
            "as `{}` it does not run at the same times: {}",
            converted.text(),
            one.what
        )),
    }
}

/// The schedule as the dialect reads it. Dialects that begin with the second get a 0 before it, and a `?` where
/// they ask for one.
fn as_it_is(text: &str, dialect: &'static Dialect) -> Result<Reading, String> {
    let reading = |schedule, given| Reading {
        schedule,
        given,
        converted: false,
    };
    let error = match Schedule::parse(text, dialect) {
        Ok(schedule) => return Ok(reading(schedule, None)),
        Err(error) => error,
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let [minute, hour, dom, month, dow] = words.as_slice() else {
        return Err(said(text, &error));
    };
    if dialect.fields.1 < 6 {
        return Err(said(text, &error));
    }
    let given = |dom: &str, dow: &str| format!("0 {minute} {hour} {dom} {month} {dow}");
    let forms = [
        Some(given(dom, dow)),
        (*dow == "*").then(|| given(dom, "?")),
        (*dom == "*").then(|| given("?", dow)),
    ];
    let mut reason = None;
    for given in forms.into_iter().flatten() {
        match Schedule::parse(&given, dialect) {
            Ok(schedule) => return Ok(reading(schedule, Some(given))),
            Err(error) => reason = reason.or(Some(format!("{error} (given `{given}`)"))),
        }
    }
    Err(reason
        .filter(|_| dialect.fields.0 > 5)
        .unwrap_or_else(|| said(text, &error)))
}

/// An error without its carets: what they point at is named.
fn said(text: &str, error: &ParseError) -> String {
    let culprit = text.get(error.span.start..).unwrap_or(text);
    error.to_string().replace("on from here", &format!("`{culprit}`"))
}

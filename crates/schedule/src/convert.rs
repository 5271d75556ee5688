//! The same schedule in another dialect's words, or in fewer words of its own.
//!
//! What comes out is a *proposal*: dialects differ in more than their grammar (what they do when the clock moves, for
//! one), so a caller compares the occurrences of both before it promises anything.

mod shorter;
mod write;

pub use shorter::shorter;

use std::fmt;

use crate::describe;
use crate::dialect::Dialect;
use crate::field::{DayRule, Field, FieldSet, Fields, SpecialDay};
use crate::schedule::Schedule;
use write::Form;

/// Why a schedule cannot be said in a dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impossible {
    reason: String,
    help: Option<String>,
}

impl Impossible {
    fn new(reason: impl Into<String>) -> Impossible {
        Impossible {
            reason: reason.into(),
            help: None,
        }
    }

    /// What to do instead.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl fmt::Display for Impossible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Impossible {}

/// The expressions of another dialect that together say what the schedule says: one where one can, else several.
///
/// ```
/// use schedule::{Schedule, convert, dialect};
///
/// let schedule = Schedule::parse("30 2 * * 1-5", &dialect::DEBIAN).unwrap();
/// assert_eq!(convert::expressions(&schedule, &dialect::RUST_CRON).unwrap(), ["0 30 2 * * Mon-Fri"]);
/// ```
pub fn expressions(schedule: &Schedule, target: &'static Dialect) -> Result<Vec<String>, Impossible> {
    if schedule.dialect() == target {
        return Ok(vec![schedule.text().to_owned()]);
    }
    if schedule.is_reboot() {
        return match target.macros.contains(&"@reboot") {
            true => Ok(vec!["@reboot".to_owned()]),
            false => Err(Impossible::new(format!("{} has no @reboot", target.title))),
        };
    }
    let sets = describe::sets(schedule).ok_or_else(|| {
        Impossible::new(format!(
            "an expression of {} is not made of sets",
            schedule.dialect().title
        ))
    })?;
    let fields = &*sets;
    if schedule.never_fires() {
        return Err(Impossible::new("it never fires, so there is nothing to convert"));
    }
    let form = Form::of(target);
    refuse_what_is_lost(fields, form, target)?;
    let alike = Schedule::parse(schedule.text(), target)
        .ok()
        .filter(|other| same_sets(schedule, other));
    if let Some(same) = alike {
        return Ok(vec![same.text().to_owned()]);
    }
    let found = days(schedule, fields, form, target)?;
    match found.iter().find_map(|text| misread(text, fields, target)) {
        Some(field) => Err(Impossible {
            reason: format!("{} does not ask for the {field} that is meant", target.title),
            help: None,
        }),
        None => Ok(found),
    }
}

/// A field of the time or the month that the target reads as something else, as dcron does with every month.
fn misread(text: &str, fields: &Fields, target: &'static Dialect) -> Option<Field> {
    let read = Schedule::parse(text, target).ok()?;
    let found = describe::sets(&read)?;
    let bits = |fields: &Fields, field: Field| fields.get(field).map(|set| set.bits);
    [Field::Minute, Field::Hour, Field::Month]
        .into_iter()
        .find(|field| bits(&found, *field) != bits(fields, *field))
}

/// Seconds, years and days that the target cannot name.
fn refuse_what_is_lost(fields: &Fields, form: Form, target: &Dialect) -> Result<(), Impossible> {
    let title = target.title;
    if !form.has_seconds() && fields.second.as_ref().is_some_and(|second| second.bits != 1) {
        return Err(Impossible::new(format!("{title} has no seconds")));
    }
    if fields.years.is_some() && !form.has_seconds() {
        return Err(Impossible::new(format!("{title} has no years")));
    }
    Ok(())
}

/// Days that depend on the month: in the target's own words, or as days of the month that must be certain weekdays.
fn special_days(fields: &Fields, form: Form, target: &'static Dialect) -> Result<Vec<String>, Impossible> {
    let (dom, dow) = (&fields.day_of_month, &fields.day_of_week);
    for days in form.special_days(dom, dow) {
        let text = form.expression(fields, &days);
        if keeps(&text, target, fields, DayRule::Both) {
            return Ok(vec![text]);
        }
    }
    let no_words = || {
        Impossible::new(format!(
            "{} has no words for days that depend on the month",
            target.title
        ))
    };
    if let Some(counted) = form.counted_from_the_end(dom, dow) {
        return Ok(counted.iter().map(|days| form.expression(fields, days)).collect());
    }
    let mut found = Vec::new();
    for (dates, weekdays) in plain_days(dom, dow).ok_or_else(no_words)? {
        let one = both(&with_days(fields, dates, weekdays), form, target);
        found.extend(one.map_err(|_| no_words())?);
    }
    Ok(found)
}

const WORKDAYS: u64 = 0b011_1110;
const MONDAY: u64 = 1 << 1;
const FRIDAY: u64 = 1 << 5;

/// A day that depends on the month, as days of the month that must be certain weekdays. The nearest weekday of a day
/// near the month's end depends on its length.
fn plain_days(dom: &FieldSet, dow: &FieldSet) -> Option<Vec<(u64, u64)>> {
    let alone = |set: &FieldSet, other: &FieldSet| set.bits == 0 && other.special.is_empty();
    match (dom.special.as_slice(), dow.special.as_slice()) {
        ([], &[SpecialDay::Nth { weekday, nth }]) if dom.is_full() && alone(dow, dom) => {
            Some(vec![(days_of_weeks(1 << nth)?, 1 << weekday)])
        }
        (&[SpecialDay::NearestWeekday { day: 1 }], []) if alone(dom, dow) => {
            Some(vec![(1 << 1, WORKDAYS), (0b11 << 2, MONDAY)])
        }
        (&[SpecialDay::NearestWeekday { day: day @ 2..=27 }], []) if alone(dom, dow) => Some(vec![
            (1 << day, WORKDAYS),
            (1 << (day - 1), FRIDAY),
            (1 << (day + 1), MONDAY),
        ]),
        _ => None,
    }
}

/// The days decide how many expressions it takes.
fn days(
    schedule: &Schedule,
    fields: &Fields,
    form: Form,
    target: &'static Dialect,
) -> Result<Vec<String>, Impossible> {
    let (dom, dow) = (&fields.day_of_month, &fields.day_of_week);
    let free = |set: &FieldSet| set.is_full();
    let one = |days: (String, String)| Ok(vec![form.expression(fields, &days)]);
    if !dom.special.is_empty() || !dow.special.is_empty() {
        return special_days(fields, form, target);
    }
    match schedule.day_rule() {
        _ if free(dom) && free(dow) => one(form.every_day()),
        DayRule::Either if free(dom) || free(dow) => one(form.every_day()),
        _ if free(dow) => one(form.month_days(dom.bits)),
        _ if free(dom) => one(form.week_days(dow.bits)),
        DayRule::Either if dom.is_empty() => one(form.week_days(dow.bits)),
        DayRule::Either if dow.is_empty() => one(form.month_days(dom.bits)),
        DayRule::Either => Ok(either(fields, form, target)),
        DayRule::Both => both(fields, form, target),
        DayRule::NthWeekday => match days_of_weeks(dom.bits) {
            Some(dates) => both(&with_days(fields, dates, dow.bits), form, target),
            None => Err(Impossible::new(format!(
                "{} has no words for the last of several weekdays of the month",
                target.title
            ))),
        },
    }
}

/// The days on which the first, second ... fifth of a weekday can fall; none where the last one is asked for.
fn days_of_weeks(which: u64) -> Option<u64> {
    let weeks = (1..=5).filter(|week| which >> week & 1 == 1);
    let days = weeks.fold(0, |days, week| days | 0x7f << (7 * week - 6)) & Field::DayOfMonth.full();
    (which >> 6 == 0).then_some(days)
}

/// The weeks of a month that are wholly among its days, where no other day is.
fn weeks_of_days(days: u64) -> Option<u64> {
    let which = (1..=5).fold(0, |which, week| {
        let all = days_of_weeks(1 << week).is_some_and(|week| week & !days == 0);
        which | u64::from(all) << week
    });
    (days_of_weeks(which) == Some(days)).then_some(which)
}

/// Either day field is enough.
fn either(fields: &Fields, form: Form, target: &'static Dialect) -> Vec<String> {
    let (dom, dow) = (fields.day_of_month.bits, fields.day_of_week.bits);
    let together = form.expression(fields, &form.both_days(dom, dow, None));
    if keeps(&together, target, fields, DayRule::Either) {
        return vec![together];
    }
    // Two expressions; where both day fields can be asked for at once, the second leaves out the days of the first,
    // so that nothing runs twice.
    let rest = Field::DayOfMonth.full() & !dom;
    let second = form.expression(fields, &form.both_days(rest, dow, None));
    // A timer of systemd with several lines elapses once where they meet.
    let apart =
        form != Form::Calendar && keeps(&second, target, &with_days(fields, rest, dow), DayRule::Both);
    let second = if apart {
        second
    } else {
        form.expression(fields, &form.week_days(dow))
    };
    vec![form.expression(fields, &form.month_days(dom)), second]
}

/// Both day fields must match.
fn both(fields: &Fields, form: Form, target: &'static Dialect) -> Result<Vec<String>, Impossible> {
    let (dom, dow) = (fields.day_of_month.bits, fields.day_of_week.bits);
    let plain = form.both_days(dom, dow, None);
    if form == Form::Calendar {
        return Ok(vec![form.expression(fields, &plain)]);
    }
    // A step beyond the field's end adds nothing but its first value and makes a leading star.
    let starred = ["*/31", "*/32", "*/100"]
        .into_iter()
        .map(|star| form.both_days(dom, dow, Some((Field::DayOfMonth, star))));
    let weekly = ["*/7", "*/8", "*/100"]
        .into_iter()
        .map(|star| form.both_days(dom, dow, Some((Field::DayOfWeek, star))));
    let stepped = form.stepped_days(dom, dow);
    for days in [plain].into_iter().chain(stepped).chain(starred).chain(weekly) {
        let text = form.expression(fields, &days);
        if keeps(&text, target, fields, DayRule::Both) {
            return Ok(vec![text]);
        }
    }
    if let Some(days) = form.nth_weekday(dom, dow) {
        return Ok(vec![form.expression(fields, &days)]);
    }
    if let Some(which) = weeks_of_days(dom) {
        let text = form.expression(fields, &form.both_days(which, dow, None));
        if keeps(&text, target, &with_days(fields, which, dow), DayRule::NthWeekday) {
            return Ok(vec![text]);
        }
    }
    Err(Impossible {
        reason: format!(
            "{} cannot ask for a day of the month and a day of the week at once",
            target.title
        ),
        help: Some(guard(fields, form, target)),
    })
}

/// The line that tests the weekday itself. No list of lines can do it: in each, a leading star brings in the 1st or
/// Sunday, and without one either day is enough.
fn guard(fields: &Fields, form: Form, target: &Dialect) -> String {
    let days = form.expression(fields, &form.month_days(fields.day_of_month.bits));
    let week: Vec<String> = fields.day_of_week.values().map(|day| day.to_string()).collect();
    let week = week.join("|");
    match target.name {
        "kubernetes" | "supercronic" | "github-actions" | "eventbridge" => {
            format!(
                "write `{days}` and let the command test the weekday: case $(date +%w) in {week}) COMMAND ;; esac"
            )
        }
        _ => format!("write the crontab line\n  {days}  case $(date +\\%w) in {week}) COMMAND ;; esac"),
    }
}

fn with_days(fields: &Fields, dom: u64, dow: u64) -> Fields {
    let mut changed = fields.clone();
    changed.day_of_month.bits = dom;
    changed.day_of_week.bits = dow;
    changed.day_of_month.special.clear();
    changed.day_of_week.special.clear();
    changed
}

/// Whether the target reads the text as just these sets with just this rule.
fn keeps(text: &str, target: &'static Dialect, fields: &Fields, rule: DayRule) -> bool {
    let Ok(read) = Schedule::parse(text, target) else {
        return false;
    };
    let Some(found) = describe::sets(&read) else {
        return false;
    };
    let same = |field: Field| match (found.get(field), fields.get(field)) {
        (Some(one), Some(other)) => one.bits == other.bits && one.special == other.special,
        _ => true,
    };
    Field::FIVE.into_iter().all(same) && read.day_rule() == rule
}

/// Both are read as the same sets, going together in the same way, and treat the clock alike.
fn same_sets(one: &Schedule, other: &Schedule) -> bool {
    let (Some(first), Some(second)) = (one.fields(), other.fields()) else {
        return false;
    };
    let seconds = |fields: &Fields| fields.second.as_ref().map_or(1, |second| second.bits);
    keeps(other.text(), other.dialect(), first, one.day_rule())
        && seconds(first) == seconds(second)
        && first.years == second.years
}

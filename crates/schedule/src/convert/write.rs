//! Sets of values written as the fields of a dialect.

use crate::dialect::Dialect;
use crate::field::{Field, FieldSet, Fields, SpecialDay};
use crate::names::WRITTEN_WEEKDAYS as NAMES;

/// How a dialect writes an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Five fields.
    Crontab,
    /// Six fields, seconds first; days of the week by name.
    Seconds,
    /// The same with a `?` in one of the day fields.
    Quartz,
    /// `cron(...)`: five fields with a `?` in one of the day fields, and the year.
    EventBridge,
    /// `Mon..Fri *-*-* 09:00:00`
    Calendar,
}

impl Form {
    pub(super) fn of(dialect: &Dialect) -> Form {
        match dialect.name {
            "rust-cron" => Form::Seconds,
            "quartz" => Form::Quartz,
            "eventbridge" => Form::EventBridge,
            "systemd" => Form::Calendar,
            _ => Form::Crontab,
        }
    }

    pub(super) fn has_seconds(self) -> bool {
        matches!(self, Form::Seconds | Form::Quartz | Form::Calendar)
    }

    /// The two day fields when no day is left out.
    pub(super) fn every_day(self) -> (String, String) {
        ("*".to_owned(), self.no_week_days())
    }

    fn no_week_days(self) -> String {
        match self {
            Form::Quartz | Form::EventBridge => "?".to_owned(),
            Form::Calendar => String::new(),
            Form::Crontab | Form::Seconds => "*".to_owned(),
        }
    }

    /// Only the day of the month counts.
    pub(super) fn month_days(self, dom: u64) -> (String, String) {
        (self.month_field(dom), self.no_week_days())
    }

    /// Only the day of the week counts.
    pub(super) fn week_days(self, dow: u64) -> (String, String) {
        let none = if matches!(self, Form::Quartz | Form::EventBridge) {
            "?"
        } else {
            "*"
        };
        (none.to_owned(), self.week_field(dow))
    }

    /// Both are written, without a leading star but where one is asked for.
    pub(super) fn both_days(self, dom: u64, dow: u64, star: Option<(Field, &str)>) -> (String, String) {
        let with = |field: Field, text: String| match star {
            Some((starred, star)) if starred == field => format!("{star},{text}"),
            _ => text,
        };
        let dom = match self {
            Form::Calendar => calendar_text(dom, Field::DayOfMonth),
            _ => field_text(Field::DayOfMonth, dom, false),
        };
        (
            with(Field::DayOfMonth, dom),
            with(Field::DayOfWeek, self.week_field(dow)),
        )
    }

    /// The same with steps from the field's start, which begin with a star.
    pub(super) fn stepped_days(self, dom: u64, dow: u64) -> Vec<(String, String)> {
        let (plain_dom, plain_dow) = self.both_days(dom, dow, None);
        let starred = [field_text(Field::DayOfMonth, dom, true)];
        let weekly = (1..=8).map(|step| (step, (0..7).step_by(step).fold(0u64, |bits, day| bits | 1 << day)));
        let weekly = weekly
            .filter(|(_, bits)| *bits == dow)
            .map(|(step, _)| format!("*/{step}"));
        let months = starred
            .into_iter()
            .filter(|text| text.starts_with('*'))
            .map(|text| (text, plain_dow.clone()));
        months
            .chain(weekly.map(|text| (plain_dom.clone(), text)))
            .collect()
    }

    /// Quartz: a whole week of the month and one weekday, as the nth such weekday.
    pub(super) fn nth_weekday(self, dom: u64, dow: u64) -> Option<(String, String)> {
        let week = (0..4).find(|week| dom == 0xfe << (7 * week))?;
        let fits = matches!(self, Form::Quartz | Form::EventBridge) && dow.count_ones() == 1;
        fits.then(|| {
            (
                "?".to_owned(),
                format!("{}#{}", dow.trailing_zeros() + 1, week + 1),
            )
        })
    }

    /// The ways to write days that depend on the month, where the day fields hold nothing else.
    pub(super) fn special_days(self, dom: &FieldSet, dow: &FieldSet) -> Vec<(String, String)> {
        let mark = |place: u32| {
            if matches!(self, Form::Quartz | Form::EventBridge) {
                place + 1
            } else {
                place
            }
        };
        let day = match (dom.special.as_slice(), dom.bits, dow.special.as_slice(), dow.bits) {
            (&[SpecialDay::Last { before }], 0, [], _) if self == Form::Calendar => {
                return vec![(format!("~{:02}", before + 1), String::new())];
            }
            (&[SpecialDay::Last { before: 0 }], 0, [], _) => {
                return vec![
                    ("$".to_owned(), self.no_week_days()),
                    ("L".to_owned(), self.no_week_days()),
                ];
            }
            (&[SpecialDay::Last { before }], 0, [], _) => (format!("L-{before}"), self.no_week_days()),
            _ if self == Form::Calendar => return Vec::new(),
            (&[SpecialDay::LastWeekday { before: 0 }], 0, [], _) => ("LW".to_owned(), self.no_week_days()),
            (&[SpecialDay::NearestWeekday { day }], 0, [], _) => (format!("{day}W"), self.no_week_days()),
            ([], _, &[SpecialDay::Nth { weekday, nth }], 0) => {
                (self.week_days(1).0, format!("{}#{nth}", mark(weekday)))
            }
            ([], _, &[SpecialDay::LastOf { weekday }], 0) => {
                (self.week_days(1).0, format!("{}L", mark(weekday)))
            }
            _ => return Vec::new(),
        };
        vec![day]
    }

    /// systemd: the last weekday of the month and the last of some weekday, counted from the month's end.
    pub(super) fn counted_from_the_end(
        self,
        dom: &FieldSet,
        dow: &FieldSet,
    ) -> Option<Vec<(String, String)>> {
        let days = |dom: &str, dow: &str| (dom.to_owned(), dow.to_owned());
        match (dom.special.as_slice(), dow.special.as_slice()) {
            _ if self != Form::Calendar
                || !dom.is_full() && dom.bits != 0
                || dow.bits != 0 && !dow.is_full() =>
            {
                None
            }
            (&[SpecialDay::LastWeekday { before: 0 }], []) => {
                Some(vec![days("~01", "Mon..Fri"), days("~02,03", "Fri")])
            }
            ([], &[SpecialDay::LastOf { weekday }]) => Some(vec![days("~01..07", NAMES[weekday as usize])]),
            _ => None,
        }
    }

    fn month_field(self, dom: u64) -> String {
        match self {
            Form::Calendar => calendar_text(dom, Field::DayOfMonth),
            _ => field_text(Field::DayOfMonth, dom, true),
        }
    }

    fn week_field(self, dow: u64) -> String {
        match self {
            Form::Crontab => field_text(Field::DayOfWeek, dow, false),
            Form::Calendar => from_monday(dow),
            _ => from_sunday(dow),
        }
    }

    /// The whole expression.
    pub(super) fn expression(self, fields: &Fields, (dom, dow): &(String, String)) -> String {
        let field = |field: Field| {
            let set = fields.get(field);
            let bits = set.map_or(1, |set| set.bits);
            let star = set.is_some_and(|set| set.starred) || !matches!(self, Form::Crontab);
            field_text(field, bits, star)
        };
        let [minute, hour, month, second] =
            [Field::Minute, Field::Hour, Field::Month, Field::Second].map(field);
        let years = fields
            .years
            .as_ref()
            .map(|years| years.iter().map(i32::to_string).collect::<Vec<_>>().join(","));
        match self {
            Form::Crontab => format!("{minute} {hour} {dom} {month} {dow}"),
            Form::Seconds | Form::Quartz => {
                let years = years.map(|years| format!(" {years}")).unwrap_or_default();
                format!("{second} {minute} {hour} {dom} {month} {dow}{years}")
            }
            Form::EventBridge => {
                format!(
                    "cron({minute} {hour} {dom} {month} {dow} {})",
                    years.unwrap_or_else(|| "*".to_owned())
                )
            }
            Form::Calendar => calendar(fields, dom, dow, years),
        }
    }
}

/// `Mon,Fri *-01,07-* 09..17:00,30:00`
fn calendar(fields: &Fields, dom: &str, dow: &str, years: Option<String>) -> String {
    let text = |field: Field| calendar_text(fields.get(field).map_or(1, |set| set.bits), field);
    let [month, hour, minute, second] = [Field::Month, Field::Hour, Field::Minute, Field::Second].map(text);
    let dow = if dow.is_empty() {
        String::new()
    } else {
        format!("{dow} ")
    };
    let years = years.unwrap_or_else(|| "*".to_owned());
    let date = if dom.starts_with('~') {
        format!("{month}{dom}")
    } else {
        format!("{month}-{dom}")
    };
    format!("{dow}{years}-{date} {hour}:{minute}:{second}")
}

/// systemd: ranges with two dots and lists of two digits. No steps: `*:0/7` loses the first run after midnight.
fn calendar_text(bits: u64, field: Field) -> String {
    if bits == field.full() {
        return "*".to_owned();
    }
    let part = |(first, last): (u32, u32)| match last - first {
        0 => format!("{first:02}"),
        1 => format!("{first:02},{last:02}"),
        _ => format!("{first:02}..{last:02}"),
    };
    runs(bits).into_iter().map(part).collect::<Vec<_>>().join(",")
}

/// systemd's `Mon..Fri`, `Sat,Sun`: its week begins on Monday.
fn from_monday(dow: u64) -> String {
    named_days((dow >> 1 | dow << 6) & 0x7f, "..", |day| {
        NAMES[(day as usize + 1) % 7]
    })
}

/// `Mon-Fri`, `Sun,Sat`: the crate cron's week begins on Sunday, and a range that runs over its end is an error there.
fn from_sunday(dow: u64) -> String {
    named_days(dow, "-", |day| NAMES[day as usize])
}

fn named_days(days: u64, to: &str, name: impl Fn(u32) -> &'static str) -> String {
    let part = |(first, last): (u32, u32)| match last - first {
        0 => name(first).to_owned(),
        1 => format!("{},{}", name(first), name(last)),
        _ => format!("{}{to}{}", name(first), name(last)),
    };
    runs(days).into_iter().map(part).collect::<Vec<_>>().join(",")
}

/// The shortest list, range or step that gives the set; a leading star only where it may stand.
pub(super) fn field_text(field: Field, bits: u64, star: bool) -> String {
    if bits == field.full() {
        return if star {
            "*".to_owned()
        } else {
            format!("{}-{}", field.first(), field.last())
        };
    }
    let runs: Vec<String> = runs(bits)
        .into_iter()
        .map(|(first, last)| match last - first {
            0 => first.to_string(),
            1 => format!("{first},{last}"),
            _ => format!("{first}-{last}"),
        })
        .collect();
    let list = runs.join(",");
    match steps(field, bits, star) {
        Some(steps) if steps.len() < list.len() => steps,
        _ => list,
    }
}

/// `*/5`, `10-50/10`: three or more values with the same step.
fn steps(field: Field, bits: u64, star: bool) -> Option<String> {
    let first = bits.trailing_zeros();
    let rest = bits & bits.wrapping_sub(1);
    let step = rest.trailing_zeros().checked_sub(first).filter(|_| rest != 0)?;
    let last = 63 - bits.leading_zeros();
    let whole = (first..=last)
        .step_by(step as usize)
        .fold(0u64, |all, value| all | 1 << value);
    if whole != bits || bits.count_ones() < 2 {
        return None;
    }
    let from_start = first == field.first() && last + step > field.last();
    // The day of the week is 0 to 7 for some, so its steps are written out.
    match field {
        Field::DayOfWeek => None,
        _ if from_start && star => Some(format!("*/{step}")),
        _ if from_start => Some(format!("{first}-{}/{step}", field.last())),
        _ => Some(format!("{first}-{last}/{step}")),
    }
}

/// The runs of neighbouring values.
fn runs(mut bits: u64) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    while bits != 0 {
        let first = bits.trailing_zeros();
        let length = (!(bits >> first)).trailing_zeros();
        found.push((first, first + length - 1));
        bits &= u64::MAX.checked_shl(first + length).unwrap_or(0);
    }
    found
}

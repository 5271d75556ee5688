//! What a schedule means: when it fires, under the rules of one scheduler.

use std::ops::Range;

use chrono::{DateTime, Utc};

use crate::daylight::Daylight;
use crate::dialect::Dialect;
use crate::error::{ParseError, Warning};
use crate::field::{DayRule, Field, Fields};
use crate::occurrences::{self, Between, Earlier, Occurrences};
use crate::oncalendar::Calendar;
use crate::plan::Plan;
use crate::zone::Zone;

/// An expression, read under the rules of one dialect.
///
/// ```
/// use schedule::{Schedule, Zone, dialect};
///
/// let schedule = Schedule::parse("0 0 1 * MON", &dialect::DEBIAN).unwrap();
/// let from = "2027-01-01T00:00:00Z".parse().unwrap();
/// let next: Vec<String> = schedule.after(from, &Zone::utc()).take(2).map(|run| run.at.to_string()).collect();
/// assert_eq!(next, ["2027-01-04 00:00:00 +00:00", "2027-01-11 00:00:00 +00:00"]);
/// ```
#[derive(Debug, Clone)]
pub struct Schedule {
    dialect: &'static Dialect,
    text: Box<str>,
    fields: Option<Box<Fields>>,
    day_rule: DayRule,
    warnings: Vec<Warning>,
    random: Vec<RandomValue>,
    pub(crate) engine: Engine,
    pub(crate) wild: bool,
    never: bool,
    /// Whether the plain search finds the occurrences where no change of the clock is near.
    quick: bool,
    /// Whether the daemon takes a new offset only when summer time starts or ends.
    pub(crate) stale: bool,
}

/// What evaluates a schedule.
#[derive(Debug, Clone)]
pub(crate) enum Engine {
    /// Bit sets and day tables.
    Plan(Plan),
    /// `@every 1h30m`: so many seconds after the last time.
    Every(i64),
    /// `@reboot`: once at the daemon's start, never at a time.
    Reboot,
    /// systemd's calendar expressions.
    Calendar(Box<Calendar>),
    /// The crate `cron`.
    RustCron(Box<cron::Schedule>),
}

impl Engine {
    /// Whether no time matches.
    fn never(&self) -> bool {
        match self {
            Engine::Plan(plan) => plan.never(),
            Engine::Reboot => true,
            Engine::Calendar(calendar) => calendar.never(),
            Engine::RustCron(inner) => inner.after(&DateTime::<Utc>::UNIX_EPOCH).next().is_none(),
            Engine::Every(_) => false,
        }
    }

    /// Whether the plain search finds the occurrences where no change of the clock is near, if there are any.
    fn is_quick(&self, dialect: &Dialect) -> bool {
        let plain = matches!(
            dialect.daylight,
            Daylight::CatchUp { .. } | Daylight::FollowClock(_)
        );
        plain && matches!(self, Engine::Plan(plan) if plan.is_quick())
    }
}

/// What a dialect makes of an expression.
pub(crate) struct Parsed {
    pub(crate) engine: Engine,
    pub(crate) fields: Option<Box<Fields>>,
    pub(crate) day_rule: DayRule,
    /// A job that follows the clock when it moves, as Debian's cron sees it: minute or hour begin with a star.
    pub(crate) wild: bool,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) random: Vec<RandomValue>,
}

impl Parsed {
    /// Gives every part the same place in the text.
    pub(crate) fn cover(&mut self, span: Range<usize>) {
        self.place(|_| span.clone());
    }

    /// Moves the parts to their places in the text that was given.
    pub(crate) fn place(&mut self, place: impl Fn(Range<usize>) -> Range<usize>) {
        let fields = self.fields.as_deref_mut();
        let sets = fields.into_iter().flat_map(|fields| {
            let rest = [
                &mut fields.minute,
                &mut fields.hour,
                &mut fields.day_of_month,
                &mut fields.month,
                &mut fields.day_of_week,
            ];
            fields.second.iter_mut().chain(rest)
        });
        sets.for_each(|set| set.span = place(set.span.clone()));
        self.warnings
            .iter_mut()
            .for_each(|warning| warning.span = place(warning.span.clone()));
    }
}

/// A value that the daemon draws at random each time it reads the crontab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RandomValue {
    /// The field it is drawn for.
    pub field: Field,
    /// The values that can come of it, in the order of the draw; 0 is Sunday.
    pub values: Vec<u32>,
    /// Whether some draws lie outside the field, which makes the daemon refuse the line that time.
    pub may_fail: bool,
    /// The item's bytes in the text.
    pub span: Range<usize>,
}

impl Schedule {
    /// Reads an expression.
    ///
    /// ```
    /// use schedule::{Schedule, dialect};
    ///
    /// assert!(Schedule::parse("@daily", &dialect::DEBIAN).is_ok());
    /// let error = Schedule::parse("5/15 * * * *", &dialect::DEBIAN).unwrap_err();
    /// assert_eq!(error.to_string(), "`5/15` has a step but no range");
    /// assert_eq!(error.help().unwrap(), "write `5-59/15`");
    /// ```
    pub fn parse(text: &str, dialect: &'static Dialect) -> Result<Schedule, ParseError> {
        let parsed = (dialect.parse)(text, dialect)?;
        let never = parsed.engine.never();
        // Each part goes straight to its place: what is moved as a whole is copied as a whole.
        Ok(Schedule {
            dialect,
            text: text.into(),
            fields: parsed.fields,
            day_rule: parsed.day_rule,
            warnings: parsed.warnings,
            random: parsed.random,
            wild: parsed.wild,
            never,
            quick: !never && parsed.engine.is_quick(dialect),
            stale: matches!(dialect.daylight, Daylight::CatchUp { stale: true, .. }),
            engine: parsed.engine,
        })
    }

    /// The plan, where the plain search can be taken.
    #[inline]
    pub(crate) fn quick_plan(&self) -> Option<&Plan> {
        match &self.engine {
            Engine::Plan(plan) if self.quick => Some(plan),
            _ => None,
        }
    }

    /// The dialect it was read in.
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// The expression as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The normal form of the expression, in dialects that have one: systemd's, as `systemd-analyze calendar` prints it.
    ///
    /// ```
    /// use schedule::{Schedule, dialect};
    ///
    /// let schedule = Schedule::parse("mon,tue,wed 9:0/30", &dialect::SYSTEMD).unwrap();
    /// assert_eq!(schedule.normalized().unwrap(), "Mon..Wed *-*-* 09:00/30:00");
    /// ```
    pub fn normalized(&self) -> Option<String> {
        match &self.engine {
            Engine::Calendar(calendar) => Some(calendar.normalized()),
            _ => None,
        }
    }

    /// What the dialect accepts and the author can hardly have meant.
    ///
    /// ```
    /// use schedule::{Schedule, dialect};
    ///
    /// let schedule = Schedule::parse("0 0 * * MON#2", &dialect::DEBIAN).unwrap();
    /// assert_eq!(&schedule.text()[schedule.warnings()[0].span.clone()], "#2");
    /// ```
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Whether this is `@reboot`, which runs when the daemon starts and at no time.
    pub fn is_reboot(&self) -> bool {
        matches!(self.engine, Engine::Reboot)
    }

    /// The sets of the fields; none for `@reboot` and for dialects without such fields.
    pub fn fields(&self) -> Option<&Fields> {
        self.fields.as_deref()
    }

    /// How the two day fields go together.
    pub fn day_rule(&self) -> DayRule {
        self.day_rule
    }

    /// Whether no time matches, in any of the 400 years after which the calendar repeats itself.
    /// `@reboot` never fires at a time.
    ///
    /// ```
    /// use schedule::{Schedule, dialect};
    ///
    /// assert!(Schedule::parse("0 0 31 2 *", &dialect::DEBIAN).unwrap().never_fires());
    /// assert!(!Schedule::parse("0 0 29 2 *", &dialect::DEBIAN).unwrap().never_fires());
    /// ```
    pub fn never_fires(&self) -> bool {
        self.never
    }

    /// Whether the daemon treats this as a job that follows the clock: minute or hour begin with a star. Of meaning
    /// only for daemons that tell such jobs from fixed ones when the clock moves.
    pub fn follows_the_clock(&self) -> bool {
        self.wild
    }

    /// The values that the daemon draws at random; empty for nearly every schedule. Until it has drawn, the lowest
    /// ones stand for all.
    pub fn random(&self) -> &[RandomValue] {
        &self.random
    }

    /// The schedules that this may turn out to be, where values are drawn at random when the crontab is read; else
    /// just this one.
    ///
    /// ```
    /// use schedule::{Schedule, dialect};
    ///
    /// let schedule = Schedule::parse("0~59 3 * * *", &dialect::CRONIE).unwrap();
    /// assert_eq!(schedule.draws().count(), 60);
    /// ```
    pub fn draws(&self) -> impl Iterator<Item = Schedule> + use<'_> {
        let total: usize = self.random.iter().map(|random| random.values.len()).product();
        (0..total).map(|draw| self.drawn(draw))
    }

    /// One of the draws, counted through.
    fn drawn(&self, mut draw: usize) -> Schedule {
        let mut schedule = self.clone();
        let Some(fields) = schedule.fields.as_mut().filter(|_| draw > 0) else {
            return schedule;
        };
        for random in &self.random {
            let value = random.values[draw % random.values.len()];
            draw /= random.values.len();
            if let Some(set) = fields.get_mut(random.field) {
                // A lowest value that the list names as well stays; a record of such a list has yet to be seen.
                set.bits = set.bits & !(1 << random.values[0]) | 1 << value;
            }
        }
        schedule.engine = Engine::Plan(Plan::new(fields, schedule.day_rule));
        schedule.never = schedule.engine.never();
        schedule.quick = !schedule.never && schedule.engine.is_quick(schedule.dialect);
        schedule
    }

    /// The occurrences strictly after an instant, ascending.
    ///
    /// ```
    /// use schedule::{Schedule, Zone, dialect};
    ///
    /// let schedule = Schedule::parse("*/20 9 * * *", &dialect::DEBIAN).unwrap();
    /// let zone = Zone::utc();
    /// let mut next = schedule.after("2027-01-01T09:20:00Z".parse().unwrap(), &zone);
    /// assert_eq!(next.next().unwrap().at.to_string(), "2027-01-01 09:40:00 +00:00");
    /// assert_eq!(next.next().unwrap().at.to_string(), "2027-01-02 09:00:00 +00:00");
    /// ```
    pub fn after<'a>(&'a self, from: DateTime<Utc>, zone: &'a Zone) -> Occurrences<'a> {
        Occurrences::new(self, zone, from)
    }

    /// The occurrences strictly before an instant, descending.
    ///
    /// ```
    /// use schedule::{Schedule, Zone, dialect};
    ///
    /// let schedule = Schedule::parse("0 0 29 2 *", &dialect::DEBIAN).unwrap();
    /// let zone = Zone::utc();
    /// let last = schedule.before("2027-01-01T00:00:00Z".parse().unwrap(), &zone).next().unwrap();
    /// assert_eq!(last.at.to_string(), "2024-02-29 00:00:00 +00:00");
    /// ```
    pub fn before<'a>(&'a self, from: DateTime<Utc>, zone: &'a Zone) -> Earlier<'a> {
        Earlier::new(self, zone, from)
    }

    /// The occurrences from an instant (included) to another (excluded), ascending.
    ///
    /// ```
    /// use schedule::{Schedule, Shift, Zone, dialect};
    ///
    /// let schedule = Schedule::parse("30 2 * * *", &dialect::KUBERNETES).unwrap();
    /// let zone = Zone::named("Europe/Berlin").unwrap();
    /// let day = |day: &str| format!("{day}T00:00:00Z").parse().unwrap();
    /// let runs: Vec<_> = schedule.between(day("2026-10-24"), day("2026-10-26"), &zone).collect();
    /// // That Sunday 02:30 comes twice.
    /// assert_eq!(runs.len(), 3);
    /// assert_eq!(runs[2].shift, Some(Shift::Repeated));
    /// ```
    pub fn between<'a>(&'a self, from: DateTime<Utc>, to: DateTime<Utc>, zone: &'a Zone) -> Between<'a> {
        Between::new(self, zone, from, to)
    }

    /// How often it fires from an instant (included) to another (excluded), without listing the occurrences.
    ///
    /// ```
    /// use schedule::{Schedule, Zone, dialect};
    ///
    /// let schedule = Schedule::parse("*/5 9-16 * * mon-fri", &dialect::DEBIAN).unwrap();
    /// let year = |year: i32| format!("{year}-01-01T00:00:00Z").parse().unwrap();
    /// assert_eq!(schedule.count(year(2027), year(2028), &Zone::utc()), 12 * 8 * 261);
    /// ```
    pub fn count(&self, from: DateTime<Utc>, to: DateTime<Utc>, zone: &Zone) -> u64 {
        occurrences::count(self, from, to, zone)
    }

    /// Calls `each` with the second (since 1970, UTC) of every occurrence from an instant (included) to another
    /// (excluded), ascending. Far quicker than iterating where only the instants matter.
    ///
    /// ```
    /// use schedule::{Schedule, Zone, dialect};
    ///
    /// let schedule = Schedule::parse("0 */6 * * *", &dialect::DEBIAN).unwrap();
    /// let day = |day: u32| format!("2027-01-0{day}T00:00:00Z").parse().unwrap();
    /// let mut hours = Vec::new();
    /// schedule.for_each_between(day(1), day(2), &Zone::utc(), |second| hours.push(second / 3600 % 24));
    /// assert_eq!(hours, [0, 6, 12, 18]);
    /// ```
    pub fn for_each_between(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        zone: &Zone,
        each: impl FnMut(i64),
    ) {
        occurrences::list(self, from, to, zone, each);
    }
}

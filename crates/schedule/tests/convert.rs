//! The same schedule in another dialect's words.

use schedule::{Schedule, convert, dialect};

/// What expressions become, one a line: `dialect: expression => dialect: expressions`; several with ` + ` between, or
/// the reason why not.
#[track_caller]
fn check(table: &'static str) {
    let side = |side: &'static str| {
        let (name, text) = side.trim().split_once(": ").expect("a dialect and a text");
        (
            dialect::find(name).unwrap_or_else(|| panic!("no dialect {name}")),
            text,
        )
    };
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (from, to) = line.split_once(" => ").expect("what it becomes");
        let ((source, text), (target, expected)) = (side(from), side(to));
        let schedule = Schedule::parse(text, source).unwrap_or_else(|error| panic!("{line}: {error}"));
        let found = match convert::expressions(&schedule, target) {
            Ok(expressions) => expressions.join(" + "),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{line}");
    }
}

#[test]
fn what_both_read_alike_stays_as_it_is() {
    check(
        "
        debian: */15 9-17 * * 1-5 => cronie: */15 9-17 * * 1-5
        debian: 0 0 1 * MON => kubernetes: 0 0 1 * MON
        debian: @reboot => cronie: @reboot
        ",
    );
}

#[test]
fn seconds_come_first_where_there_are_any() {
    check(
        "
        debian: 30 2 * * * => rust-cron: 0 30 2 * * *
        debian: 30 2 * * 1-5 => quartz: 0 30 2 ? * Mon-Fri
        debian: 30 2 1 * * => quartz: 0 30 2 1 * ?
        quartz: 0 30 2 ? * MON-FRI => debian: 30 2 * * 1-5
        quartz: 30 30 2 ? * MON-FRI => debian: Debian's cron has no seconds
        ",
    );
}

#[test]
fn either_day_field_takes_two_expressions_where_both_must_match() {
    check(
        "
        debian: 0 0 1 * MON => bcron: 0 0 1 * * + 0 0 2-31 * 1
        debian: 0 0 1 * MON => rust-cron: 0 0 0 1 * * + 0 0 0 2-31 * Mon
        debian: 0 0 1,15 * 5 => bcron: 0 0 1,15 * * + 0 0 2-14,16-31 * 5
        ",
    );
}

#[test]
fn both_day_fields_take_a_leading_star_where_either_is_enough() {
    check(
        "
        bcron: 0 0 1-7 * 1 => debian: 0 0 */31,1-7 * 1
        bcron: 0 0 */2 * 1 => debian: 0 0 */2 * 1
        bcron: 0 0 13 * 0,5 => debian: 0 0 13 * */5
        bcron: 0 0 8-14 * 1 => debian: Debian's cron cannot ask for a day of the month and a day of the week at once
        ",
    );
}

#[test]
fn what_a_dialect_means_is_spelled_out_for_the_others() {
    check(
        "
        busybox: 0 22-2 * * * => debian: 0 0-2,22,23 * * *
        busybox: 0 0 */2 * * => debian: 0 0 2-30/2 * *
        kubernetes: 5/15 * * * * => debian: 5-50/15 * * * *
        vixie: */60 0 * * * => debian: * 0 * * *
        cronie: 0 0 * * sat-sun => debian: 0 0 * * 0,6
        ",
    );
}

#[test]
fn days_that_depend_on_the_month_are_said_where_there_are_words() {
    check(
        "
        vixie: 0 0 $ * * => quartz: 0 0 0 L * ?
        quartz: 0 0 12 ? * 6#3 => supercronic: 0 12 * * 5#3
        quartz: 0 0 12 ? * 6#1 => debian: 0 12 */31,1-7 * 5
        quartz: 0 0 12 ? * 6#3 => bcron: 0 12 15-21 * 5
        quartz: 0 0 12 L * ? => debian: Debian's cron has no words for days that depend on the month
        ",
    );
}

#[test]
fn days_that_depend_on_the_month_are_several_plain_ones_where_there_are_no_words() {
    check(
        "
        quartz: 0 0 12 LW * ? => systemd: Mon..Fri *-*~01 12:00:00 + Fri *-*~02,03 12:00:00
        quartz: 0 0 12 ? * 6L => systemd: Fri *-*~01..07 12:00:00
        quartz: 0 0 12 ? * 6#5 => rust-cron: 0 0 12 29-31 * Fri
        quartz: 0 0 12 15W * ? => bcron: 0 12 15 * 1-5 + 0 12 14 * 5 + 0 12 16 * 1
        quartz: 0 0 12 1W * ? => systemd: Mon..Fri *-*-01 12:00:00 + Mon *-*-02,03 12:00:00
        quartz: 0 0 12 31W * ? => bcron: bcron has no words for days that depend on the month
        ",
    );
}

#[test]
fn dcrons_count_of_weekdays_is_put_into_days_and_back() {
    check(
        "
        dcron: 0 12 2 * 5 => rust-cron: 0 0 12 8-14 * Fri
        dcron: 0 12 5 * 5 => systemd: Fri *-*-29..31 12:00:00
        rust-cron: 0 0 12 8-14,29-31 * Fri => dcron: 0 12 2,5 * 5
        debian: 0 12 * 2 * => dcron: dcron does not ask for the month that is meant
        dcron: 0 12 * 2 * => debian: 0 12 * * *
        ",
    );
}

#[test]
fn a_week_that_ends_on_sunday_is_no_range_for_the_crate_cron() {
    check(
        "
        debian: 0 0 * * 5-7 => rust-cron: 0 0 0 * * Sun,Fri,Sat
        debian: 0 0 * * 5-7 => systemd: Fri..Sun *-*-* 00:00:00
        ",
    );
}

#[test]
fn what_never_fires_is_not_converted() {
    check(
        "
        debian: 0 0 30 2 * => rust-cron: it never fires, so there is nothing to convert
        debian: @reboot => rust-cron: the Rust crate cron has no @reboot
        ",
    );
}

#[test]
fn a_shorter_way_to_say_the_same_is_found() {
    let check = |text: &str, expected: Option<&str>| {
        let schedule = Schedule::parse(text, &dialect::DEBIAN).unwrap();
        assert_eq!(convert::shorter(&schedule).as_deref(), expected, "{text}");
    };
    check("0,10,20,30,40,50 * * * *", Some("*/10 * * * *"));
    check("*/1 * * * *", Some("* * * * *"));
    check("0 0 * jan,feb,mar,apr *", Some("0 0 * 1-4 *"));
    check("0   0 *  * *", Some("0 0 * * *"));
    check("*/90 0 * * *", None);
    check("0 0 1-31 * *", Some("0 0 * * *"));
    // Every day of the month and Mondays is every day; a star would make it Mondays.
    check("0 0 1-31 * 1", None);
    check("0 0 * * *", None);
    check("@daily", None);
}

#[test]
fn systemd_is_written_without_open_repetitions_and_read_as_sets() {
    check(
        "
        debian: */15 9-17 * * 1-5 => systemd: Mon..Fri *-*-* 09..17:00,15,30,45:00
        debian: */7 * * * * => systemd: *-*-* *:00,07,14,21,28,35,42,49,56:00
        debian: 0 0 1 * MON => systemd: *-*-01 00:00:00 + Mon *-*-* 00:00:00
        debian: 0 0 13 * */8,5 => systemd: Fri,Sun *-*-13 00:00:00
        vixie: 0 0 $ * * => systemd: *-*~01 00:00:00
        quartz: 0 0 12 ? * 6#3 => systemd: Fri *-*-15..21 12:00:00
        systemd: Mon..Fri *-*-* 09:00 => debian: 0 9 * * 1-5
        systemd: *-*-01,15 12:30 => kubernetes: 30 12 1,15 * *
        systemd: *-*-* 09:00:30 => debian: Debian's cron has no seconds
        ",
    );
}

/// The fewest characters of a list of numbers, ranges and steps for each set of months, found by trying all lists.
fn fewest_for_months() -> Vec<usize> {
    let mut items: Vec<(usize, usize)> = Vec::new();
    for first in 1..=12usize {
        for last in first..=12 {
            for step in 1..=12 {
                let text = match (first == last, step) {
                    (true, _) => first.to_string(),
                    (false, 1) => format!("{first}-{last}"),
                    (false, _) => format!("{first}-{last}/{step}"),
                };
                let values = (first..=last)
                    .step_by(step)
                    .fold(0, |all, month| all | 1 << (month - 1));
                items.push((text.len(), values));
                if (first, last) == (1, 12) {
                    let text = if step == 1 {
                        "*".to_owned()
                    } else {
                        format!("*/{step}")
                    };
                    items.push((text.len(), values));
                }
            }
        }
    }
    // The commas are counted with the items, and one is too many.
    let mut fewest = vec![usize::MAX; 1 << 12];
    fewest[0] = 0;
    for set in 0..fewest.len() {
        for (length, values) in &items {
            let (both, sum) = (set | values, fewest[set].saturating_add(length + 1));
            fewest[both] = fewest[both].min(sum);
        }
    }
    fewest
        .into_iter()
        .map(|length| length.saturating_sub(1))
        .collect()
}

#[test]
fn no_shorter_list_of_months_exists_than_the_one_that_is_found() {
    for (set, fewest) in fewest_for_months().into_iter().enumerate().skip(1) {
        let months: Vec<String> = (1..=12)
            .filter(|month| set >> (month - 1) & 1 == 1)
            .map(|month| month.to_string())
            .collect();
        let text = format!("0 0 1 {} *", months.join(","));
        let schedule = Schedule::parse(&text, &dialect::DEBIAN).unwrap();
        let found = convert::shorter(&schedule).unwrap_or_else(|| text.clone());
        let read = Schedule::parse(&found, &dialect::DEBIAN).unwrap();
        assert_eq!(
            read.fields().unwrap().month.bits,
            schedule.fields().unwrap().month.bits,
            "{text}: {found}"
        );
        let length = found.split(' ').nth(3).unwrap().len();
        assert_eq!(length, fewest, "{text}: {found}");
    }
}

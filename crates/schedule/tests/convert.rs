//! The same schedule in another dialect's words.

use schedule::{Schedule, convert, dialect};

/// What an expression becomes; several with ` + ` between, or the reason why not.
#[track_caller]
fn check(text: &str, from: &str, to: &str, expected: &str) {
    let (Some(source), Some(target)) = (dialect::find(from), dialect::find(to)) else {
        panic!("no dialect {from} or {to}");
    };
    let schedule = Schedule::parse(text, source).unwrap_or_else(|error| panic!("{text}: {error}"));
    let found = match convert::expressions(&schedule, target) {
        Ok(expressions) => expressions.join(" + "),
        Err(error) => error.to_string(),
    };
    assert_eq!(found, expected, "{text} from {from} to {to}");
}

#[test]
fn what_both_read_alike_stays_as_it_is() {
    check("*/15 9-17 * * 1-5", "debian", "cronie", "*/15 9-17 * * 1-5");
    check("0 0 1 * MON", "debian", "kubernetes", "0 0 1 * MON");
    check("@reboot", "debian", "cronie", "@reboot");
}

#[test]
fn seconds_come_first_where_there_are_any() {
    check("30 2 * * *", "debian", "rust-cron", "0 30 2 * * *");
    check("30 2 * * 1-5", "debian", "quartz", "0 30 2 ? * Mon-Fri");
    check("30 2 1 * *", "debian", "quartz", "0 30 2 1 * ?");
    check("0 30 2 ? * MON-FRI", "quartz", "debian", "30 2 * * 1-5");
    check(
        "30 30 2 ? * MON-FRI",
        "quartz",
        "debian",
        "Debian's cron has no seconds",
    );
}

#[test]
fn either_day_field_takes_two_expressions_where_both_must_match() {
    check("0 0 1 * MON", "debian", "bcron", "0 0 1 * * + 0 0 2-31 * 1");
    check(
        "0 0 1 * MON",
        "debian",
        "rust-cron",
        "0 0 0 1 * * + 0 0 0 2-31 * Mon",
    );
    check(
        "0 0 1,15 * 5",
        "debian",
        "bcron",
        "0 0 1,15 * * + 0 0 2-14,16-31 * 5",
    );
}

#[test]
fn both_day_fields_take_a_leading_star_where_either_is_enough() {
    check("0 0 1-7 * 1", "bcron", "debian", "0 0 */31,1-7 * 1");
    check("0 0 */2 * 1", "bcron", "debian", "0 0 */2 * 1");
    check("0 0 13 * 0,5", "bcron", "debian", "0 0 13 * */5");
    check(
        "0 0 8-14 * 1",
        "bcron",
        "debian",
        "Debian's cron cannot ask for a day of the month and a day of the week at once",
    );
}

#[test]
fn what_a_dialect_means_is_spelled_out_for_the_others() {
    check("0 22-2 * * *", "busybox", "debian", "0 0-2,22,23 * * *");
    check("0 0 */2 * *", "busybox", "debian", "0 0 2-30/2 * *");
    check("5/15 * * * *", "kubernetes", "debian", "5-50/15 * * * *");
    check("*/60 0 * * *", "vixie", "debian", "* 0 * * *");
    check("0 0 * * sat-sun", "cronie", "debian", "0 0 * * 0,6");
}

#[test]
fn days_that_depend_on_the_month_are_said_where_there_are_words() {
    check("0 0 $ * *", "vixie", "quartz", "0 0 0 L * ?");
    check("0 0 12 ? * 6#3", "quartz", "supercronic", "0 12 * * 5#3");
    check("0 0 12 ? * 6#1", "quartz", "debian", "0 12 */31,1-7 * 5");
    check("0 0 12 ? * 6#3", "quartz", "bcron", "0 12 15-21 * 5");
    check(
        "0 0 12 L * ?",
        "quartz",
        "debian",
        "Debian's cron has no words for days that depend on the month",
    );
}

#[test]
fn days_that_depend_on_the_month_are_several_plain_ones_where_there_are_no_words() {
    check(
        "0 0 12 LW * ?",
        "quartz",
        "systemd",
        "Mon..Fri *-*~01 12:00:00 + Fri *-*~02,03 12:00:00",
    );
    check("0 0 12 ? * 6L", "quartz", "systemd", "Fri *-*~01..07 12:00:00");
    check("0 0 12 ? * 6#5", "quartz", "rust-cron", "0 0 12 29-31 * Fri");
    check(
        "0 0 12 15W * ?",
        "quartz",
        "bcron",
        "0 12 15 * 1-5 + 0 12 14 * 5 + 0 12 16 * 1",
    );
    check(
        "0 0 12 1W * ?",
        "quartz",
        "systemd",
        "Mon..Fri *-*-01 12:00:00 + Mon *-*-02,03 12:00:00",
    );
    check(
        "0 0 12 31W * ?",
        "quartz",
        "bcron",
        "bcron has no words for days that depend on the month",
    );
}

#[test]
fn dcrons_count_of_weekdays_is_put_into_days_and_back() {
    check("0 12 2 * 5", "dcron", "rust-cron", "0 0 12 8-14 * Fri");
    check("0 12 5 * 5", "dcron", "systemd", "Fri *-*-29..31 12:00:00");
    check("0 0 12 8-14,29-31 * Fri", "rust-cron", "dcron", "0 12 2,5 * 5");
    check(
        "0 12 * 2 *",
        "debian",
        "dcron",
        "dcron does not ask for the month that is meant",
    );
    check("0 12 * 2 *", "dcron", "debian", "0 12 * * *");
}

#[test]
fn a_week_that_ends_on_sunday_is_no_range_for_the_crate_cron() {
    check("0 0 * * 5-7", "debian", "rust-cron", "0 0 0 * * Sun,Fri,Sat");
    check("0 0 * * 5-7", "debian", "systemd", "Fri..Sun *-*-* 00:00:00");
}

#[test]
fn what_never_fires_is_not_converted() {
    check(
        "0 0 30 2 *",
        "debian",
        "rust-cron",
        "it never fires, so there is nothing to convert",
    );
    check(
        "@reboot",
        "debian",
        "rust-cron",
        "the Rust crate cron has no @reboot",
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
        "*/15 9-17 * * 1-5",
        "debian",
        "systemd",
        "Mon..Fri *-*-* 09..17:00,15,30,45:00",
    );
    check(
        "*/7 * * * *",
        "debian",
        "systemd",
        "*-*-* *:00,07,14,21,28,35,42,49,56:00",
    );
    check(
        "0 0 1 * MON",
        "debian",
        "systemd",
        "*-*-01 00:00:00 + Mon *-*-* 00:00:00",
    );
    check("0 0 13 * */8,5", "debian", "systemd", "Fri,Sun *-*-13 00:00:00");
    check("0 0 $ * *", "vixie", "systemd", "*-*~01 00:00:00");
    check("0 0 12 ? * 6#3", "quartz", "systemd", "Fri *-*-15..21 12:00:00");
    check("Mon..Fri *-*-* 09:00", "systemd", "debian", "0 9 * * 1-5");
    check("*-*-01,15 12:30", "systemd", "kubernetes", "30 12 1,15 * *");
    check(
        "*-*-* 09:00:30",
        "systemd",
        "debian",
        "Debian's cron has no seconds",
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

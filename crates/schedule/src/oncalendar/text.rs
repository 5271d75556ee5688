//! systemd's normal form of an expression, as `systemd-analyze calendar` prints it.

use std::fmt::Write as _;

use super::component::{Chain, Component, SECOND};
use super::{Spec, ZoneWord};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

pub(super) fn normalized(spec: &Spec) -> String {
    let mut out = weekdays(spec.weekdays);
    list(&mut out, &spec.year, 4);
    out.push('-');
    list(&mut out, &spec.month, 2);
    out.push(if spec.end_of_month { '~' } else { '-' });
    list(&mut out, &spec.day, 2);
    out.push(' ');
    list(&mut out, &spec.hour, 2);
    out.push(':');
    list(&mut out, &spec.minute, 2);
    out.push(':');
    seconds(&mut out, &spec.second);
    if let ZoneWord::Named(name, _) = &spec.zone {
        out.push(' ');
        out.push_str(name);
    }
    out
}

/// `Mon..Wed,Sat `: two neighbours with a comma, three and more as a range.
fn weekdays(bits: u8) -> String {
    let mut parts = Vec::new();
    let mut day = 0;
    while day < 7 {
        let run = (day..7).take_while(|day| bits >> day & 1 == 1).count();
        match run {
            0 => day += 1,
            1 => parts.push(DAYS[day].to_owned()),
            2 => parts.push(format!("{},{}", DAYS[day], DAYS[day + 1])),
            _ => parts.push(format!("{}..{}", DAYS[day], DAYS[day + run - 1])),
        }
        day += run;
    }
    match parts.is_empty() {
        true => String::new(),
        false => format!("{} ", parts.join(",")),
    }
}

fn list(out: &mut String, chain: &Chain, width: usize) {
    if chain.is_empty() {
        out.push('*');
    }
    for (place, one) in chain.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        item(out, one, width, 1);
    }
}

fn seconds(out: &mut String, chain: &Chain) {
    let every = Component {
        start: 0,
        stop: None,
        repeat: SECOND,
    };
    if chain.contains(&every) {
        out.push('*');
        return;
    }
    for (place, one) in chain.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        item(out, one, 2, SECOND);
    }
}

/// An end of 0 is not written, not even in a range of less than a second; nor is a step of 1 in a range.
fn item(out: &mut String, one: &Component, width: usize, unit: i64) {
    let fraction = |out: &mut String, number: i64| {
        if number % unit > 0 {
            let _ = write!(out, ".{:06}", number % unit);
        }
    };
    let _ = write!(out, "{:0width$}", one.start / unit);
    fraction(out, one.start);
    if let Some(stop) = one.stop {
        if stop > 0 {
            let _ = write!(out, "..{:0width$}", stop / unit);
        }
        fraction(out, stop);
    }
    let ranged = one.stop.is_some_and(|stop| stop > 0);
    if one.repeat > 0 && !(ranged && one.repeat == unit) {
        let _ = write!(out, "/{}", one.repeat / unit);
    }
    fraction(out, one.repeat);
}

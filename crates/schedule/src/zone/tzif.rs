//! Reads zone files (TZif, RFC 9636): version 1's short numbers, or the long ones and the closing rule of later ones.

use super::{Period, Zone, ZoneError, posix};

const HEADER: usize = 44;

/// The counts of a header, in the file's order.
struct Counts {
    ut: usize,
    standard: usize,
    leap: usize,
    times: usize,
    types: usize,
    chars: usize,
}

pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Zone, ZoneError> {
    let error = |reason| ZoneError::new(name, reason);
    let first = counts(bytes).ok_or_else(|| error("not a zone file"))?;
    if bytes[4] < b'2' {
        let periods =
            periods(&bytes[HEADER..], &first, 4).ok_or_else(|| error("the zone file is cut short"))?;
        return Ok(Zone::from_periods(name, periods, i64::MAX));
    }
    let rest = bytes
        .get(HEADER + first.size(4)..)
        .ok_or_else(|| error("the zone file is cut short"))?;
    let counts = counts(rest).ok_or_else(|| error("the zone file has no second header"))?;
    let body = &rest[HEADER..];
    let periods = periods(body, &counts, 8).ok_or_else(|| error("the zone file is cut short"))?;
    let footer = body
        .get(counts.size(8)..)
        .ok_or_else(|| error("the zone file is cut short"))?;
    let rule = footer
        .strip_prefix(b"\n")
        .and_then(|rest| rest.split(|byte| *byte == b'\n').next());
    let rule = rule
        .and_then(|rule| std::str::from_utf8(rule).ok())
        .ok_or_else(|| error("bad closing rule"))?;
    if rule.is_empty() {
        return Ok(Zone::from_periods(name, periods, i64::MAX));
    }
    let rule = posix::Rule::parse(rule).ok_or_else(|| error("bad closing rule"))?;
    let (periods, horizon) = posix::extend(periods, &rule);
    Ok(Zone::from_periods(name, periods, horizon))
}

fn counts(bytes: &[u8]) -> Option<Counts> {
    let header = bytes.get(..HEADER)?;
    if !header.starts_with(b"TZif") {
        return None;
    }
    let count = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?) as usize);
    let counts = Counts {
        ut: count(20)?,
        standard: count(24)?,
        leap: count(28)?,
        times: count(32)?,
        types: count(36)?,
        chars: count(40)?,
    };
    // Far above any zone, far below what would hurt.
    (counts.types > 0 && counts.types <= 256 && counts.times <= 20_000).then_some(counts)
}

impl Counts {
    fn size(&self, width: usize) -> usize {
        self.times
            .saturating_mul(width + 1)
            .saturating_add(self.types * 6)
            .saturating_add(self.chars)
            .saturating_add(self.leap.saturating_mul(width + 4))
            .saturating_add(self.standard)
            .saturating_add(self.ut)
    }
}

fn periods(body: &[u8], counts: &Counts, width: usize) -> Option<Vec<Period>> {
    let times = body.get(..counts.times * width)?;
    let indices = body.get(counts.times * width..)?.get(..counts.times)?;
    let types = body.get(counts.times * (width + 1)..)?.get(..counts.types * 6)?;
    let kind = |index: usize| -> Option<(i32, bool)> {
        let entry = types.get(index * 6..index * 6 + 6)?;
        let offset = i32::from_be_bytes(entry[..4].try_into().ok()?);
        (-93_600..=93_600)
            .contains(&offset)
            .then_some((offset, entry[4] != 0))
    };
    let (offset, daylight) = kind(0)?;
    let mut periods = vec![Period {
        start: i64::MIN,
        offset,
        daylight,
    }];
    for (time, index) in times.chunks_exact(width).zip(indices) {
        let start = match width {
            4 => i64::from(i32::from_be_bytes(time.try_into().ok()?)),
            _ => i64::from_be_bytes(time.try_into().ok()?),
        };
        let (offset, daylight) = kind(usize::from(*index))?;
        // "The beginning of time" entries of old compilers lie before the big bang and say nothing.
        if start < -(1 << 40) {
            periods[0] = Period {
                start: i64::MIN,
                offset,
                daylight,
            };
            continue;
        }
        if periods.last().is_some_and(|last| start <= last.start) || start > 1 << 40 {
            return None;
        }
        periods.push(Period {
            start,
            offset,
            daylight,
        });
    }
    Some(periods)
}

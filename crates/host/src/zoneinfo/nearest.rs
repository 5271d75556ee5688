//! The zone that somebody meant.

/// The longest name in the database has 32 bytes.
pub(super) const LONGEST_NAME: usize = 64;

/// The zone whose name looks most like it: another case, the city alone, or a slip of the fingers.
pub(super) fn nearest(name: &str) -> Option<String> {
    let plain = |text: &str| text.to_ascii_lowercase().replace([' ', '-'], "_");
    let wanted = plain(name.rsplit_once("zoneinfo/").map_or(name, |(_, rest)| rest));
    if wanted.is_empty() || wanted.len() > LONGEST_NAME {
        return None;
    }
    let names = || chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    let exact = names().find(|zone| plain(zone) == wanted);
    let city = || names().find(|zone| plain(zone).rsplit('/').next() == Some(wanted.as_str()));
    let close = || {
        let (zone, slips) = names()
            .map(|zone| (zone, distance(&plain(zone), &wanted)))
            .min_by_key(|(_, slips)| *slips)?;
        (slips <= 1 + wanted.len() / 6).then_some(zone)
    };
    exact.or_else(city).or_else(close).map(str::to_owned)
}

/// How many letters to add, drop or change.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, left) in one.chars().enumerate() {
        let mut corner = row[0];
        row[0] = above + 1;
        for (column, right) in other.iter().enumerate() {
            let change = corner + usize::from(left != *right);
            corner = row[column + 1];
            row[column + 1] = change.min(corner + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

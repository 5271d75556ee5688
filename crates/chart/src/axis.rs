//! Labels along the top, as many as fit.

use crate::MINUTES_A_DAY;
use crate::terminal::{Ink, Page};

/// Steps between two labels that a reader of clocks expects, for minutes of an hour and hours of a day.
const MINUTE_STEPS: &[usize] = &[1, 5, 10, 15, 30];
const HOUR_STEPS: &[usize] = &[1, 3, 6, 12];

/// Minutes that a column may stand for, so that hours fall on whole columns or columns on whole hours.
const GRAIN: &[usize] = &[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 360, 720];

/// Two-digit labels above the 60 minutes or 24 hours that begin at column `left` of the terminal. A column
/// stands for `merged` of them, or each of them takes `wide` columns.
pub(crate) fn header(page: &mut Page<'_>, left: usize, count: usize, merged: usize, wide: usize) {
    let place = |index: usize| index * wide / merged;
    let fits = |step: &&usize| place(**step) >= 3 && step.is_multiple_of(merged);
    let steps = if count == 60 { MINUTE_STEPS } else { HOUR_STEPS };
    let step = steps.iter().find(fits).copied().unwrap_or(count);
    for index in (0..count).step_by(step) {
        page.to(left + place(index));
        page.ink(Ink::Dim, &format!("{index:02}"));
    }
    page.end();
}

/// The hours of a day above columns that begin at `left`; how many minutes each must stand for to fit `room`.
pub(crate) fn hours(page: &mut Page<'_>, left: usize, room: usize) -> usize {
    let grain = GRAIN
        .iter()
        .copied()
        .find(|grain| MINUTES_A_DAY / grain <= room)
        .unwrap_or(MINUTES_A_DAY);
    // Columns of two hours and more merge hours; finer ones spread them.
    header(page, left, 24, (grain / 60).max(1), (60 / grain).max(1));
    grain
}

/// How many of `count` columns must share one to fit into `width`: the smallest number that divides them.
pub(crate) fn merged(count: usize, width: usize) -> usize {
    (1..count)
        .find(|step| count.is_multiple_of(*step) && count / step <= width)
        .unwrap_or(count.max(1))
}

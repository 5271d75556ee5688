//! Grids of counts, shaded: hours by weekdays, or minutes by hours.

use crate::axis;
use crate::plural;
use crate::scale::Scale;
use crate::svg::{MARGIN, Svg, TOP};
use crate::terminal::{Ink, Page, Terminal, legend};

/// How often something fires in each cell of a grid.
///
/// ```
/// use chart::{Glyphs, HeatMap, Terminal};
///
/// let mut counts = [[0; 24]; 7];
/// counts[0][9] = 52; // Mondays, 9 o'clock
/// counts[5][6..9].fill(13);
/// let heat = HeatMap::hour_by_weekday("Firings in a year", &counts);
/// assert_eq!(
///     heat.text(&Terminal { width: 80, glyphs: Glyphs::Ascii, color: false }),
///     "Firings in a year\n\
///      \x20   00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n\
///      Mon .. .. .. .. .. .. .. .. .. ## .. .. .. .. .. .. .. .. .. .. .. .. .. ..\n\
///      Tue .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..\n\
///      Wed .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..\n\
///      Thu .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..\n\
///      Fri .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..\n\
///      Sat .. .. .. .. .. .. -- -- -- .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..\n\
///      Sun .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..\n\
///      91 firings  - 1-13  + 14-26  * 27-39  # 40-52\n"
/// );
/// ```
#[derive(Clone, Debug)]
pub struct HeatMap<'a> {
    title: &'a str,
    kind: &'static Kind,
    // Row by row.
    cells: Vec<u64>,
}

/// What the rows and columns are.
#[derive(Debug)]
struct Kind {
    name: &'static str,
    rows: &'static [&'static str],
    columns: usize,
    /// A cell in SVG.
    cell: f64,
    /// Columns between two labels in SVG.
    step: usize,
    /// The name of one cell, by row and column.
    place: fn(usize, usize) -> String,
}

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const HOURS: [&str; 24] = [
    "00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16",
    "17", "18", "19", "20", "21", "22", "23",
];

static HOUR_BY_WEEKDAY: Kind = Kind {
    name: "hours of the day by weekdays",
    rows: &WEEKDAYS,
    columns: 24,
    cell: 28.0,
    step: 1,
    place: |row, column| format!("{} {column:02}:00-{column:02}:59", WEEKDAYS[row]),
};

static MINUTE_BY_HOUR: Kind = Kind {
    name: "minutes of the hour by hours of the day",
    rows: &HOURS,
    columns: 60,
    cell: 14.0,
    step: 5,
    place: |row, column| format!("{row:02}:{column:02}"),
};

impl<'a> HeatMap<'a> {
    /// Counts for each hour of each weekday; `counts[0]` is Monday.
    pub fn hour_by_weekday(title: &'a str, counts: &[[u64; 24]; 7]) -> HeatMap<'a> {
        HeatMap {
            title,
            kind: &HOUR_BY_WEEKDAY,
            cells: counts.concat(),
        }
    }

    /// Counts for each minute of each hour of the day; `counts[0]` is the hour after midnight.
    pub fn minute_by_hour(title: &'a str, counts: &[[u64; 60]; 24]) -> HeatMap<'a> {
        HeatMap {
            title,
            kind: &MINUTE_BY_HOUR,
            cells: counts.concat(),
        }
    }

    /// One line a weekday or hour; where the terminal is narrow, neighbouring columns are added up.
    pub fn text(&self, terminal: &Terminal) -> String {
        let mut page = Page::new(terminal, self.title);
        let left = self.kind.rows.iter().map(|row| row.len() + 1).max().unwrap_or(0);
        let room = page.room(left);
        let merged = axis::merged(self.kind.columns, room);
        // Three wide, a cell ends in a space, which the last one does without.
        let wide = match room / self.kind.columns {
            _ if room + 1 >= 3 * self.kind.columns => 3,
            fits => fits.clamp(1, 2),
        };
        let sums: Vec<u64> = self.cells.chunks(merged).map(sum).collect();
        let scale = Scale::of(sums.iter().copied());
        axis::header(&mut page, left, self.kind.columns, merged, wide);
        for (name, row) in self.kind.rows.iter().zip(sums.chunks(self.kind.columns / merged)) {
            page.ink(Ink::Dim, name);
            page.to(left);
            for count in row {
                let level = scale.level(*count);
                let cell: String = std::iter::repeat_n(terminal.glyphs.shade(level), wide.min(2)).collect();
                page.ink(Ink::Shade(level), &format!("{cell:wide$}"));
            }
            page.end();
        }
        let mut words = vec![(Ink::Plain, plural(sum(&self.cells), "firing"))];
        words.extend(legend(terminal.glyphs, &scale));
        page.flow(&words, "  ");
        page.finish()
    }

    /// The grid with its legend; each cell that fires says how often.
    pub fn svg(&self) -> String {
        let Kind {
            rows,
            columns,
            cell,
            step,
            ..
        } = *self.kind;
        let left = MARGIN + 34.0;
        let top = TOP + 22.0;
        let width = left + columns as f64 * cell + MARGIN;
        let below = top + rows.len() as f64 * cell + 24.0;
        let mut svg = Svg::new(width, below + 14.0, self.title);
        let scale = Scale::of(self.cells.iter().copied());
        for column in (0..columns).step_by(step) {
            let middle = left + (column as f64 + 0.5) * cell - 1.0;
            svg.text("soft mid", middle, top - 7.0, &format!("{column:02}"));
        }
        for (row, name) in rows.iter().enumerate() {
            let y = top + row as f64 * cell;
            svg.text("soft end", left - 7.0, y + cell / 2.0 + 3.0, name);
            for column in 0..columns {
                let count = self.cells[row * columns + column];
                let tip = match count {
                    0 => String::new(),
                    _ => format!("{}: {}", (self.kind.place)(row, column), plural(count, "firing")),
                };
                let place = [left + column as f64 * cell, y, cell - 2.0, cell - 2.0];
                svg.rect(&format!("s{}", scale.level(count)), place, &tip);
            }
        }
        let total = plural(sum(&self.cells), "firing");
        svg.text("soft", left, below, &total);
        svg.legend(
            &scale,
            left + 6.2 * total.len() as f64 + 20.0,
            below,
            " in a field",
        );
        svg.finish(&self.description())
    }

    fn description(&self) -> String {
        let total = plural(sum(&self.cells), "firing");
        let most = self.cells.iter().copied().max().unwrap_or(0);
        let mut text = format!("Heat map, {}: {total}.", self.kind.name);
        if let Some(index) = self
            .cells
            .iter()
            .position(|count| *count == most)
            .filter(|_| most > 0)
        {
            let place = (self.kind.place)(index / self.kind.columns, index % self.kind.columns);
            text.push_str(&format!(" At most {most} in a cell, first at {place}."));
        }
        text
    }
}

fn sum(counts: &[u64]) -> u64 {
    counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
}

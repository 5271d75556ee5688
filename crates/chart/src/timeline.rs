//! One day with a row for each job.

use crate::axis;
use crate::label;
use crate::svg::{LETTER, MARGIN, Svg, TOP, n};
use crate::terminal::{Glyphs, Ink, Page, Terminal};
use crate::{MINUTES_A_DAY, clock, plural};

/// A day on the wall clock, and when each job fires on it.
///
/// ```
/// use chart::{Glyphs, Row, Terminal, Timeline};
///
/// let every_minute: Vec<u16> = (0..1440).collect();
/// let rows = [Row { label: "heartbeat", minutes: &every_minute }, Row { label: "report", minutes: &[545] }];
/// let day = Timeline { title: "", rows: &rows };
/// assert_eq!(
///     day.text(&Terminal { width: 66, glyphs: Glyphs::Unicode, color: false }),
///     "          00    03    06    09    12    15    18    21\n\
///      heartbeat ████████████████████████████████████████████████  1440\n\
///      report    ··················│·····························     1\n\
///      │ once  █ each minute; a column is 30 minutes\n"
/// );
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Timeline<'a> {
    /// What is written on top; empty for nothing.
    pub title: &'a str,
    /// The jobs, from top to bottom.
    pub rows: &'a [Row<'a>],
}

/// A job of a [`Timeline`].
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Its name.
    pub label: &'a str,
    /// The minutes since midnight at which it fires, in any order; one may come twice, as in the hour that
    /// the clock repeats. Those of 1440 and above are left out.
    pub minutes: &'a [u16],
}

/// How often a column of the terminal fires.
#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Never,
    Once,
    Often,
    Always,
}

impl Mark {
    const SHOWN: [(Mark, &'static str); 3] = [
        (Mark::Once, "once"),
        (Mark::Often, "more than once"),
        (Mark::Always, "each minute"),
    ];

    fn of(minutes: &[u32]) -> Mark {
        match minutes.iter().sum() {
            0 => Mark::Never,
            1 => Mark::Once,
            _ if minutes.iter().all(|count| *count > 0) => Mark::Always,
            _ => Mark::Often,
        }
    }

    fn draw(self, glyphs: Glyphs) -> (Ink, char) {
        let ascii = glyphs == Glyphs::Ascii;
        match self {
            Mark::Never => (Ink::Shade(0), glyphs.shade(0)),
            Mark::Once => (Ink::Shade(1), if ascii { '|' } else { '│' }),
            Mark::Often => (Ink::Shade(2), if ascii { '+' } else { '▒' }),
            Mark::Always => (Ink::Shade(4), if ascii { '#' } else { '█' }),
        }
    }
}

/// A minute and a row in SVG.
const MINUTE: f64 = 0.6;
const LINE: f64 = 22.0;

impl Timeline<'_> {
    /// One line a job: its name, the day, and how often it fires.
    pub fn text(&self, terminal: &Terminal) -> String {
        let glyphs = terminal.glyphs;
        let mut page = Page::new(terminal, self.title);
        let most = (terminal.width / 4).max(4);
        let labels: Vec<String> = self
            .rows
            .iter()
            .map(|row| glyphs.label(row.label, most))
            .collect();
        let left = labels
            .iter()
            .map(|name| label::columns(name) + 1)
            .max()
            .unwrap_or(0);
        let firings = self.rows.iter().map(|row| row.firings().to_string().len());
        let count = firings.max().unwrap_or(0) + 2;
        let room = page.room(left + count);
        let grain = axis::hours(&mut page, left, room);
        let mut used = Vec::new();
        for (name, row) in labels.iter().zip(self.rows) {
            let minutes = row.a_minute();
            page.put(name);
            page.to(left);
            for column in minutes.chunks(grain) {
                let mark = Mark::of(column);
                used.push(mark);
                let (ink, glyph) = mark.draw(glyphs);
                page.ink(ink, &glyph.to_string());
            }
            page.put(&format!("{:count$}", row.firings()));
            page.end();
        }
        let shown = Mark::SHOWN.iter().filter(|(mark, _)| used.contains(mark));
        let mut words: Vec<(Ink, String)> = shown
            .map(|(mark, words)| {
                let (ink, glyph) = mark.draw(glyphs);
                (ink, format!("{glyph} {words}"))
            })
            .collect();
        let column = format!("a column is {}", plural(grain as u64, "minute"));
        match words.last_mut() {
            Some((_, last)) => last.push_str(&format!("; {column}")),
            None => words.push((Ink::Plain, column)),
        }
        page.flow(&words, "  ");
        page.finish()
    }

    /// One band a job with a stroke for each firing, and the hours above.
    pub fn svg(&self) -> String {
        let labels: Vec<String> = self
            .rows
            .iter()
            .map(|row| label::cut(&label::visible(row.label), 36, '…'))
            .collect();
        let longest = labels.iter().map(|name| label::columns(name)).max().unwrap_or(0);
        let left = MARGIN + LETTER * longest as f64 + 10.0;
        let right = left + MINUTES_A_DAY as f64 * MINUTE;
        let top = TOP + 22.0;
        let bottom = top + self.rows.len() as f64 * LINE;
        let mut svg = Svg::new(right + 52.0 + MARGIN, bottom + 18.0, self.title);
        let mut lines = String::new();
        for hour in (0..=24).step_by(3) {
            let x = left + hour as f64 * 60.0 * MINUTE;
            svg.text("soft mid", x, top - 8.0, &format!("{hour:02}:00"));
            lines.push_str(&format!("M{} {}V{}", n(x), n(top - 3.0), n(bottom + 3.0)));
        }
        for (index, (row, name)) in self.rows.iter().zip(&labels).enumerate() {
            let y = top + index as f64 * LINE;
            svg.text_tip("code", MARGIN, y + 15.0, name, row.label);
            svg.rect("s0", [left, y + 3.0, right - left, LINE - 6.0], "");
            svg.text("soft end", right + 48.0, y + 15.0, &row.firings().to_string());
        }
        svg.path("line", &lines);
        for (index, row) in self.rows.iter().enumerate() {
            svg.path("bar", &strokes(row, left, top + index as f64 * LINE + 3.0));
        }
        svg.finish(&self.description())
    }

    fn description(&self) -> String {
        let rows = self.rows.iter().map(|row| {
            let mut minutes: Vec<u16> = row
                .minutes
                .iter()
                .copied()
                .filter(|minute| inside(*minute))
                .collect();
            minutes.sort_unstable();
            let times: Vec<String> = minutes
                .iter()
                .take(6)
                .map(|minute| clock(usize::from(*minute)))
                .collect();
            let at = match times.len() {
                0 => String::new(),
                shown if shown < minutes.len() => format!(" at {}, ...", times.join(", ")),
                _ => format!(" at {}", times.join(", ")),
            };
            format!("{}: {}{at}.", row.label, plural(row.firings(), "firing"))
        });
        let rows: Vec<String> = rows.collect();
        format!(
            "Timeline of one day, {}. {}",
            plural(self.rows.len() as u64, "job"),
            rows.join(" ")
        )
    }
}

impl Row<'_> {
    /// Firings in each minute of the day.
    fn a_minute(&self) -> Vec<u32> {
        let mut counts = vec![0; MINUTES_A_DAY];
        for minute in self.minutes.iter().filter(|minute| inside(**minute)) {
            counts[usize::from(*minute)] += 1;
        }
        counts
    }

    fn firings(&self) -> u64 {
        self.minutes.iter().filter(|minute| inside(**minute)).count() as u64
    }
}

fn inside(minute: u16) -> bool {
    usize::from(minute) < MINUTES_A_DAY
}

/// A stroke for each firing; those that would touch are one bar.
fn strokes(row: &Row<'_>, left: f64, y: f64) -> String {
    // Wide enough to be seen, however short a minute is.
    let (width, height) = (2.0, LINE - 6.0);
    let mut path = String::new();
    let mut run: Option<(f64, f64)> = None;
    let mut close = |run: Option<(f64, f64)>| {
        if let Some((from, to)) = run {
            path.push_str(&format!(
                "M{} {}H{}v{}H{}z",
                n(from),
                n(y),
                n(to),
                n(height),
                n(from)
            ));
        }
    };
    for (minute, _) in row.a_minute().iter().enumerate().filter(|(_, count)| **count > 0) {
        let x = left + minute as f64 * MINUTE;
        run = match run {
            Some((from, to)) if x <= to => Some((from, x + width)),
            _ => {
                close(run);
                Some((x, x + width))
            }
        };
    }
    close(run);
    path
}

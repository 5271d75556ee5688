//! What the terminal can show, and lines built for it.

use crate::label;
use crate::scale::Scale;

/// What the text is made for.
///
/// ```
/// let terminal = chart::Terminal { width: 80, glyphs: chart::Glyphs::Unicode, color: false };
/// # let _ = terminal;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Columns that a line may take.
    pub width: usize,
    /// Which characters may be used.
    pub glyphs: Glyphs,
    /// Whether to colour by ANSI sequences; without them the text is the same and says as much.
    pub color: bool,
}

/// The characters to draw with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyphs {
    /// ASCII alone; other characters in titles and labels become `?`.
    Ascii,
    /// Blocks and dots.
    Unicode,
}

impl Glyphs {
    /// A shade: 0 for nothing, 1 to 4.
    pub(crate) fn shade(self, level: usize) -> char {
        let ramp = match self {
            Glyphs::Ascii => ['.', '-', '+', '*', '#'],
            Glyphs::Unicode => ['·', '░', '▒', '▓', '█'],
        };
        ramp[level.min(ramp.len() - 1)]
    }

    /// `×` or `x`, before how often.
    pub(crate) fn times(self) -> char {
        match self {
            Glyphs::Ascii => 'x',
            Glyphs::Unicode => '×',
        }
    }

    /// A title or label, safe to print, in at most `width` columns.
    pub(crate) fn label(self, text: &str, width: usize) -> String {
        let shown = label::visible(text);
        match self {
            Glyphs::Unicode => label::cut(&shown, width, '…'),
            Glyphs::Ascii => {
                let plain: String = shown
                    .chars()
                    .map(|c| if c.is_ascii() { c } else { '?' })
                    .collect();
                label::cut(&plain, width, '~')
            }
        }
    }
}

/// The colours, as SGR codes of the 16 that the user's own theme keeps readable.
#[derive(Clone, Copy)]
pub(crate) enum Ink {
    Plain,
    Bold,
    Dim,
    Shade(usize),
    Alarm,
}

impl Ink {
    fn code(self) -> Option<&'static str> {
        match self {
            Ink::Plain => None,
            Ink::Bold => Some("1"),
            Ink::Dim => Some("2"),
            Ink::Shade(0) => Some("2"),
            Ink::Shade(1) => Some("36"),
            Ink::Shade(2) => Some("32"),
            Ink::Shade(3) => Some("33"),
            Ink::Shade(_) => Some("35"),
            Ink::Alarm => Some("1;31"),
        }
    }
}

/// Lines under construction: knows the column it is at, and colours when the terminal does.
pub(crate) struct Page<'a> {
    terminal: &'a Terminal,
    text: String,
    column: usize,
    // Spaces are owed until something follows them: no line ends in one.
    owed: usize,
}

impl<'a> Page<'a> {
    /// A page with its title on top, unless that is empty.
    pub(crate) fn new(terminal: &'a Terminal, title: &str) -> Page<'a> {
        let mut page = Page {
            terminal,
            text: String::new(),
            column: 0,
            owed: 0,
        };
        if !title.is_empty() {
            page.ink(Ink::Bold, &terminal.glyphs.label(title, terminal.width));
            page.end();
        }
        page
    }

    /// Columns that are left for a picture beside its labels; never none.
    pub(crate) fn room(&self, labels: usize) -> usize {
        self.terminal.width.saturating_sub(labels).max(1)
    }

    pub(crate) fn glyphs(&self) -> Glyphs {
        self.terminal.glyphs
    }

    pub(crate) fn put(&mut self, text: &str) {
        self.ink(Ink::Plain, text);
    }

    pub(crate) fn ink(&mut self, ink: Ink, text: &str) {
        let shown = text.trim_end_matches(' ');
        if !shown.is_empty() {
            self.text.extend(std::iter::repeat_n(' ', self.owed));
            self.owed = 0;
            match ink.code().filter(|_| self.terminal.color) {
                Some(code) => self.text.push_str(&format!("\x1b[{code}m{shown}\x1b[0m")),
                None => self.text.push_str(shown),
            }
        }
        self.owed += text.len() - shown.len();
        self.column += label::columns(text);
    }

    /// Spaces up to a column; at least none.
    pub(crate) fn to(&mut self, column: usize) {
        let missing = column.saturating_sub(self.column);
        self.owed += missing;
        self.column += missing;
    }

    pub(crate) fn end(&mut self) {
        self.text.push('\n');
        (self.column, self.owed) = (0, 0);
    }

    /// Words one after the other, on as many lines as they need.
    pub(crate) fn flow(&mut self, words: &[(Ink, String)], between: &str) {
        let last = words.len().saturating_sub(1);
        for (index, (ink, word)) in words.iter().enumerate() {
            let after = if index == last { "" } else { between };
            let needed = label::columns(word) + label::columns(after.trim_end());
            if self.column > 0 && self.column + needed > self.terminal.width {
                self.end();
            }
            self.ink(*ink, word);
            self.put(after);
        }
        self.end();
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// The words of a legend: each shade that occurs and the counts it stands for.
pub(crate) fn legend(glyphs: Glyphs, scale: &Scale) -> Vec<(Ink, String)> {
    let entry = |(level, range)| (Ink::Shade(level), format!("{} {range}", glyphs.shade(level)));
    scale.legend().into_iter().map(entry).collect()
}

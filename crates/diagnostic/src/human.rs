//! For people: the line, carets under the culprit, the reason and the cure.

mod plain;

use annotate_snippets::{AnnotationKind, Group, Level, Message, Renderer, Snippet};

use crate::{Diagnostic, Format, Report, Severity, Source, Span, Style, Tool};

/// The format's entry in the list.
pub(crate) static FORMAT: Format = Format {
    name: "human",
    about: "for reading, with the line and carets",
    render,
};

/// The longest piece of a line that is shown around a culprit.
const WIDTH: usize = 200;

fn render(reports: &[Report<'_>], _tool: &Tool, style: Style) -> String {
    let mut out = String::new();
    for report in reports {
        for diagnostic in &report.diagnostics {
            if style.quiet {
                out.push_str(&one_line(&report.source, diagnostic));
            } else {
                if style.color || !plain::push(&mut out, &report.source, diagnostic) {
                    out.push_str(&human(&report.source, diagnostic, style.color));
                }
                out.push('\n');
            }
        }
    }
    if !style.quiet {
        out.push_str(&summary(reports));
    }
    out
}

/// One diagnostic with its line, carets, notes and help. Ends with a newline.
pub fn human(source: &Source<'_>, diagnostic: &Diagnostic, color: bool) -> String {
    let excerpt = Excerpt::around(source, &diagnostic.span);
    let label = diagnostic.label.as_deref();
    let primary = AnnotationKind::Primary
        .span(excerpt.place(&diagnostic.span))
        .label(label);
    let mut snippet = Snippet::source(excerpt.text.as_str())
        .line_start(excerpt.line)
        .path(Some(source.name()))
        .fold(false)
        .annotation(primary);
    let (near, far): (Vec<_>, Vec<_>) = diagnostic
        .related
        .iter()
        .partition(|related| excerpt.covers(&related.span));
    for related in near {
        let place = excerpt.place(&related.span);
        snippet = snippet.annotation(
            AnnotationKind::Context
                .span(place)
                .label(Some(related.message.as_str()).filter(|message| !message.is_empty())),
        );
    }
    let mut title = level(diagnostic.severity).primary_title(diagnostic.message.as_str());
    if !diagnostic.code.is_empty() {
        title = title.id(diagnostic.code);
    }
    let far: Vec<String> = far
        .iter()
        .map(|related| {
            format!(
                "line {}: {}",
                source.position(related.span.start).line,
                related.message
            )
        })
        .collect();
    let notes = far
        .iter()
        .chain(&diagnostic.notes)
        .map(|note| Level::NOTE.message(note.as_str()));
    let help = diagnostic
        .help
        .iter()
        .map(|help| Level::HELP.message(help.as_str()));
    let messages: Vec<Message<'_>> = notes.chain(help).collect();
    let group: Group<'_> = title.element(snippet).elements(messages);
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut out = renderer.term_width(WIDTH).render(&[group]);
    out.push('\n');
    out
}

fn one_line(source: &Source<'_>, diagnostic: &Diagnostic) -> String {
    let at = source.position(diagnostic.span.start);
    let (name, severity, message) = (source.name(), diagnostic.severity, &diagnostic.message);
    let code = if diagnostic.code.is_empty() {
        String::new()
    } else {
        format!("[{}]", diagnostic.code)
    };
    format!("{name}:{}:{}: {severity}{code}: {message}\n", at.line, at.column)
}

fn summary(reports: &[Report<'_>]) -> String {
    let count = |severity| {
        reports
            .iter()
            .flat_map(|r| &r.diagnostics)
            .filter(|d| d.severity == severity)
            .count()
    };
    let parts: Vec<String> = Severity::ALL
        .into_iter()
        .map(|severity| (severity, count(severity)))
        .filter(|&(_, count)| count > 0)
        .map(|(severity, count)| match severity {
            Severity::Info => format!("{count} info"),
            _ => format!("{count} {severity}{}", if count == 1 { "" } else { "s" }),
        })
        .collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!("{}\n", parts.join(", "))
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
        Severity::Hint => Level::NOTE.with_name(Some("hint")),
    }
}

/// The lines around a culprit as printable text, with a way from source bytes to that text.
struct Excerpt {
    line: usize,
    start: usize,
    text: String,
    /// For each byte of the excerpt's source, where it begins in `text`; one more for the end.
    places: Vec<usize>,
}

impl Excerpt {
    fn around(source: &Source<'_>, span: &Span) -> Excerpt {
        let first = source.line_index(span.start.min(source.text().len()));
        let last = source.line_index(span.end.saturating_sub(1).clamp(span.start, source.text().len()));
        // A culprit of many lines is shown by its first.
        let last = if last - first > 4 { first } else { last };
        let mut range = source.line_range(first).start..source.line_range(last).end;
        if range.len() > 4 * WIDTH {
            let start = range.start.max(span.start.saturating_sub(WIDTH));
            let end = range
                .end
                .min((span.start + 2 * WIDTH).max(span.end.min(span.start + 3 * WIDTH)));
            range = start..end.max(start);
        }
        let (text, places) = printable(&source.text()[range.clone()]);
        Excerpt {
            line: source.number(first),
            start: range.start,
            text,
            places,
        }
    }

    fn covers(&self, span: &Span) -> bool {
        self.start <= span.start && span.end < self.start + self.places.len()
    }

    fn place(&self, span: &Span) -> Span {
        let at = |byte: usize| self.places[byte.saturating_sub(self.start).min(self.places.len() - 1)];
        let (start, end) = (at(span.start), at(span.end));
        start..end.max(start)
    }
}

/// The text with what is not UTF-8 or not printable replaced by a visible sign.
fn printable(bytes: &[u8]) -> (String, Vec<usize>) {
    let mut text = String::with_capacity(bytes.len());
    let mut places = Vec::with_capacity(bytes.len() + 1);
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            places.extend(std::iter::repeat_n(text.len(), character.len_utf8()));
            match visible(character) {
                Some(sign) => text.push(sign),
                None => text.push(character),
            }
        }
        for _ in chunk.invalid() {
            places.push(text.len());
            text.push('\u{fffd}');
        }
    }
    places.push(text.len());
    // The last line end is no part of what is shown.
    (text, places)
}

/// A sign for a control character, or for one that cannot be told from a blank.
fn visible(character: char) -> Option<char> {
    match character {
        '\n' | '\t' => None,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)),
        '\u{7f}' => Some('\u{2421}'),
        '\u{80}'..='\u{9f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some('\u{fffd}')
        }
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}' => {
            Some('\u{2423}')
        }
        _ => None,
    }
}

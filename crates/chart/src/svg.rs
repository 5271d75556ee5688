//! One SVG document: text and shapes by class, a style for light and dark, title and description.

use std::fmt::Write as _;

use crate::label::{self, escaped};
use crate::scale::Scale;

/// Space around everything.
pub(crate) const MARGIN: f64 = 16.0;
/// Where the picture begins below the title.
pub(crate) const TOP: f64 = 48.0;
/// A column of the fixed-width labels.
pub(crate) const LETTER: f64 = 7.25;

// Explicit colours in two themes rather than CSS variables, which few viewers outside of browsers know.
// `%` is the document's own id: a style inside inlined SVG is the whole page's.
const STYLE: &str = "\
% text{font:12px system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;fill:#1f2328}\
% .head{font-size:16px;font-weight:600}\
% .soft{fill:#59636e;font-size:11px}\
% .day{font-size:10px;text-anchor:middle}\
% .mid{text-anchor:middle}\
% .end{text-anchor:end}\
% .code{font-family:ui-monospace,'SFMono-Regular','DejaVu Sans Mono',Menlo,Consolas,monospace}\
% .page{fill:#fff}\
% .line{stroke:#d1d9e0;stroke-width:1;fill:none}\
% .s0{fill:#eef1f4}% .s1{fill:#bddcf7}% .s2{fill:#74b4ec}% .s3{fill:#2b78c8}% .s4{fill:#0a4486}\
% .n0{fill:#656d76}% .n3,% .n4{fill:#fff}\
% .bar{fill:#2b78c8}% .alarm{fill:#c8321f}\
@media(prefers-color-scheme:dark){\
% text{fill:#e6edf3}% .soft{fill:#9da7b1}% .page{fill:#0d1117}% .line{stroke:#30363d}\
% .s0{fill:#1b2129}% .s1{fill:#143c66}% .s2{fill:#2367ac}% .s3{fill:#5aa5ec}% .s4{fill:#b3daff}\
% .n0{fill:#8b949e}% .n3,% .n4{fill:#0d1117}\
% .bar{fill:#5aa5ec}% .alarm{fill:#ff7b66}}";

/// A document under construction.
pub(crate) struct Svg {
    width: f64,
    height: f64,
    title: String,
    body: String,
}

impl Svg {
    /// A page of this size with its title on top.
    pub(crate) fn new(width: f64, height: f64, title: &str) -> Svg {
        let mut svg = Svg {
            width,
            height,
            title: title.to_owned(),
            body: String::new(),
        };
        // A letter of the title is 9 units on average; one that is cut is whole in <title>.
        let fits = ((width - 2.0 * MARGIN) / 9.0).max(1.0) as usize;
        svg.text(
            "head",
            MARGIN,
            30.0,
            &label::cut(&label::visible(title), fits, '…'),
        );
        svg
    }

    pub(crate) fn text(&mut self, class: &str, x: f64, y: f64, text: &str) {
        self.add(format_args!(
            "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>",
            n(x),
            n(y),
            escaped(text)
        ));
    }

    /// Text with a tip of its own, such as the whole of a label that was cut.
    pub(crate) fn text_tip(&mut self, class: &str, x: f64, y: f64, text: &str, tip: &str) {
        let (text, tip) = (escaped(text), escaped(tip));
        let (x, y) = (n(x), n(y));
        self.add(format_args!(
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\"><title>{tip}</title>{text}</text>"
        ));
    }

    /// A rectangle with slightly round corners; the tip is shown by browsers under the mouse.
    pub(crate) fn rect(&mut self, class: &str, place: [f64; 4], tip: &str) {
        let [x, y, width, height] = place.map(n);
        let shape = format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"2\""
        );
        if tip.is_empty() {
            self.add(format_args!("{shape}/>"));
        } else {
            self.add(format_args!("{shape}><title>{}</title></rect>", escaped(tip)));
        }
    }

    /// A path, unless it is empty.
    pub(crate) fn path(&mut self, class: &str, data: &str) {
        if !data.is_empty() {
            self.add(format_args!("<path class=\"{class}\" d=\"{data}\"/>"));
        }
    }

    /// The shades and what they stand for, on one line that ends with the unit.
    pub(crate) fn legend(&mut self, scale: &Scale, mut x: f64, y: f64, unit: &str) {
        let mut shades: Vec<_> = scale.legend().into_iter().collect();
        if let Some((_, range)) = shades.last_mut() {
            range.push_str(unit);
        }
        for (level, range) in shades {
            self.rect(&format!("s{level}"), [x, y - 10.0, 12.0, 12.0], "");
            self.text("soft", x + 17.0, y, &range);
            x += 17.0 + 7.0 * range.len() as f64 + 14.0;
        }
    }

    /// The whole document, with what a screen reader says of it.
    pub(crate) fn finish(self, description: &str) -> String {
        let Svg {
            width,
            height,
            title,
            mut body,
        } = self;
        let (width, height, title, description) =
            (n(width), n(height), escaped(&title), escaped(description));
        let id = format!("chart-{:016x}", fingerprint(&[&title, &description, &body]));
        let style = STYLE.replace('%', &format!("#{id}"));
        let head = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"{id}\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n\
             <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{description}</desc>\n\
             <style>{style}</style>\n<rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n"
        );
        // A large picture is not copied.
        body.push_str("</svg>\n");
        body.reserve_exact(head.len());
        body.insert_str(0, &head);
        body
    }

    fn add(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.body, "{element}");
    }
}

/// A number without needless digits.
pub(crate) fn n(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// FNV-1a: ids that differ between pictures on one page, and are the same at each drawing of the same.
fn fingerprint(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

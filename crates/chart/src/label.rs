//! Names as they may be shown: control characters visible, markup escaped, cut to a width.

use unicode_width::UnicodeWidthChar as _;

/// The text with everything visible that would otherwise move the cursor, turn the direction of writing or
/// hide: `\n`, `\x1b`, `\u{202e}`.
///
/// ```
/// assert_eq!(chart::visible("café\t\x1b[31mred\u{202e}"), "café\\t\\x1b[31mred\\u{202e}");
/// ```
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => shown.push_str("\\t"),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\0'..='\x1f' | '\x7f' => shown.push_str(&format!("\\x{:02x}", u32::from(character))),
            _ if hidden(character) => shown.push_str(&format!("\\u{{{:x}}}", u32::from(character))),
            _ => shown.push(character),
        }
    }
    shown
}

/// Whether a character beyond ASCII has no look of its own, changes that of others, or may not be in XML.
fn hidden(character: char) -> bool {
    matches!(character,
        '\u{80}'..='\u{9f}'            // C1: some terminals obey them
        | '\u{ad}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}'      // zero width, direction marks
        | '\u{2028}'..='\u{202e}'      // line separators, direction overrides
        | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')   // tags and more variation selectors
        || u32::from(character) & 0xfffe == 0xfffe
}

/// How many columns of a terminal a text takes.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(|character| character.width().unwrap_or(0)).sum()
}

/// The text cut to `width` columns, ending in `mark` where something was cut off.
pub(crate) fn cut(text: &str, width: usize, mark: char) -> String {
    // Marks that stand on the letter before take no column, and may come by the thousand.
    let most = width * 4;
    if columns(text) <= width && text.chars().count() <= most {
        return text.to_owned();
    }
    let (mut kept, mut used) = (String::new(), 0);
    for character in text.chars().take(most) {
        used += character.width().unwrap_or(0);
        if used + 1 > width {
            break;
        }
        kept.push(character);
    }
    if width > 0 {
        kept.push(mark);
    }
    kept
}

/// Text made fit to stand in XML, as content or in a quoted attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(character),
        }
    }
    safe
}

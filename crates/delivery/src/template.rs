//! Text with gaps in braces: `{job}`, `{text}`. What is no known gap stays as it is, so that JSON needs no
//! doubled braces.

/// How a value must be written where it is put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escape {
    /// As it is.
    Plain,
    /// Inside a JSON string.
    Json,
    /// Inside a URL.
    Url,
}

/// Fills the gaps.
pub(crate) fn fill(template: &str, values: &[(&str, &str)], escape: Escape) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        let behind = &rest[open + 1..];
        let gap = behind.find('}').and_then(|end| {
            let (name, value) = values.iter().find(|(name, _)| *name == &behind[..end])?;
            Some((name.len() + 1, *value))
        });
        match gap {
            Some((length, value)) => {
                filled.push_str(&escaped(value, escape));
                rest = &behind[length..];
            }
            None => {
                filled.push('{');
                rest = behind;
            }
        }
    }
    filled.push_str(rest);
    filled
}

fn escaped(value: &str, escape: Escape) -> String {
    match escape {
        Escape::Plain => value.to_owned(),
        Escape::Json => {
            let quoted = serde_json::Value::from(value).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        }
        Escape::Url => value
            .bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    char::from(byte).to_string()
                }
                _ => format!("%{byte:02X}"),
            })
            .collect(),
    }
}

/// As much of both ends as fits into `limit` bytes, with a mark where something is missing: how it went stands at the
/// beginning, the last lines and what to do next at the end. Cut between lines, or at a character in a long one.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    const MARK: &str = "\n[...]\n";
    if text.len() <= limit {
        return text.to_owned();
    }
    let room = limit.saturating_sub(MARK.len());
    let (head, tail) = (room - room / 3, room / 3);
    let at_character = |at: &usize| text.is_char_boundary(*at);
    let end = (0..=head).rev().find(at_character).unwrap_or(0);
    let end = text[..end].rfind('\n').filter(|at| at * 2 > end).unwrap_or(end);
    let begin = (text.len() - tail..=text.len())
        .find(at_character)
        .unwrap_or(text.len());
    let line = text[begin..].find('\n').filter(|at| at * 2 < tail);
    let begin = line.map_or(begin, |at| begin + at + 1);
    format!("{}{MARK}{}", &text[..end], &text[begin..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, escape: Escape, expected: &str) {
        let values = [("job", "a \"b\""), ("text", "x\ny/é"), ("code", "3")];
        assert_eq!(fill(template, &values, escape), expected, "{template}");
    }

    #[test]
    fn gaps_are_filled_and_written_as_the_place_wants() {
        check("{job}: {code}!", Escape::Plain, "a \"b\": 3!");
        check(
            r#"{"t": "{text}", "j": {"n": "{job}"}}"#,
            Escape::Json,
            r#"{"t": "x\ny/é", "j": {"n": "a \"b\""}}"#,
        );
        check(
            "https://x/{code}?m={text}",
            Escape::Url,
            "https://x/3?m=x%0Ay%2F%C3%A9",
        );
        check("{unknown} {", Escape::Plain, "{unknown} {");
        check("{{code}}", Escape::Plain, "{3}");
    }

    #[test]
    fn of_a_long_text_both_ends_are_kept_with_a_mark_between() {
        assert_eq!(cut("short", 10), "short");
        assert_eq!(cut(&"é".repeat(20), 21), "ééééé\n[...]\néé");
        let lines: Vec<String> = (1..=100).map(|number| format!("line {number}")).collect();
        let cut = |limit| super::cut(&lines.join("\n"), limit);
        assert_eq!(
            cut(60),
            "line 1\nline 2\nline 3\nline 4\nline 5\n[...]\nline 99\nline 100"
        );
        for limit in 0..900 {
            assert!(cut(limit).len() <= limit.max(7), "{limit}");
        }
    }
}

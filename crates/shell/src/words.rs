//! What a word is worth: its value when no shell has to work it out, and what it depends on.

use std::borrow::Cow;

use crate::tree::{Change, Part, PartKind, Variable, Word};

impl Word {
    /// Its value, when that does not depend on variables, files, users or programs.
    ///
    /// ```
    /// let script = shell::parse(r#"echo 'a b'"c" $HOME [ \% "#);
    /// let words = &script.simple_commands()[0].words;
    /// let values: Vec<_> = words.iter().map(|word| word.literal()).collect();
    /// assert_eq!(values[1].as_deref(), Some("a bc"));
    /// assert_eq!(values[2], None);
    /// assert_eq!(values[3].as_deref(), Some("["));
    /// assert_eq!(values[4].as_deref(), Some("%"));
    /// ```
    pub fn literal(&self) -> Option<Cow<'_, str>> {
        match &self.parts[..] {
            [
                Part {
                    kind: PartKind::Literal(text) | PartKind::SingleQuoted(text),
                    ..
                },
            ] => Some(Cow::Borrowed(text)),
            parts => {
                let mut text = String::new();
                append_literal(parts, &mut text).then_some(Cow::Owned(text))
            }
        }
    }

    /// Whether its value is exactly `text`.
    pub fn is(&self, text: &str) -> bool {
        self.literal().is_some_and(|literal| literal == text)
    }

    /// The part of its value in front of the first piece that has to be worked out.
    pub fn leading(&self) -> Cow<'_, str> {
        if let Some(literal) = self.literal() {
            return literal;
        }
        let mut text = String::new();
        append_literal(&self.parts, &mut text);
        Cow::Owned(text)
    }

    /// The part of its value behind the last piece that has to be worked out.
    pub fn trailing(&self) -> String {
        let mut text = String::new();
        for part in self.parts.iter().rev() {
            let mut piece = String::new();
            let whole = match &part.kind {
                PartKind::DoubleQuoted { parts, .. } => {
                    let inner = Word {
                        parts: parts.clone(),
                        span: part.span.clone(),
                    };
                    piece = inner.trailing();
                    inner.literal().is_some()
                }
                _ => append_literal(std::slice::from_ref(part), &mut piece),
            };
            text.insert_str(0, &piece);
            if !whole {
                break;
            }
        }
        text
    }

    /// Whether any of it is in quotes or behind a backslash.
    pub fn is_quoted(&self) -> bool {
        self.parts.iter().any(|part| {
            matches!(
                part.kind,
                PartKind::Escaped(_)
                    | PartKind::SingleQuoted(_)
                    | PartKind::AnsiQuoted(_)
                    | PartKind::DoubleQuoted { .. }
            )
        })
    }

    /// Whether it is one unquoted piece of plain text.
    pub fn is_plain(&self) -> bool {
        matches!(
            &self.parts[..],
            [Part {
                kind: PartKind::Literal(_),
                ..
            }]
        )
    }

    /// Whether the shell looks for files by it.
    pub fn has_glob(&self) -> bool {
        self.parts
            .iter()
            .any(|part| matches!(part.kind, PartKind::Glob(_)))
    }

    /// All its pieces, those inside quotes and inside `${...}` included, commands inside it not.
    pub fn pieces(&self) -> Vec<&Part> {
        let mut pieces = Vec::new();
        flatten(&self.parts, &mut pieces);
        pieces
    }

    /// The variables whose values it holds.
    pub fn variables(&self) -> impl Iterator<Item = (&Variable, &Part)> {
        self.pieces().into_iter().filter_map(|part| match &part.kind {
            PartKind::Variable(variable) => Some((variable, part)),
            _ => None,
        })
    }
}

impl Change {
    /// The text inside the braces.
    pub fn parts(&self) -> &[Part] {
        match self {
            Change::Default(parts)
            | Change::Assign(parts)
            | Change::Require(parts)
            | Change::Alternative(parts)
            | Change::Trim(parts) => parts,
            _ => &[],
        }
    }
}

/// Appends the value of `parts` up to the first that has none, and tells whether it came to the end.
fn append_literal(parts: &[Part], text: &mut String) -> bool {
    parts.iter().all(|part| match &part.kind {
        PartKind::Literal(piece) | PartKind::SingleQuoted(piece) => {
            text.push_str(piece);
            true
        }
        PartKind::Escaped(character) => {
            text.push(*character);
            true
        }
        PartKind::DoubleQuoted { parts, .. } => append_literal(parts, text),
        _ => false,
    })
}

fn flatten<'a>(parts: &'a [Part], pieces: &mut Vec<&'a Part>) {
    for part in parts {
        pieces.push(part);
        match &part.kind {
            PartKind::DoubleQuoted { parts, .. } | PartKind::Arithmetic { parts, .. } => {
                flatten(parts, pieces);
            }
            PartKind::Variable(variable) => flatten(variable.change.parts(), pieces),
            _ => {}
        }
    }
}

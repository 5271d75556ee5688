//! Applies fixes: each removes its finding and adds none, and every other byte stays.

use std::collections::BTreeMap;

use diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};

use crate::lint::{Settings, lint};

/// A text after its fixes.
#[derive(Debug)]
pub struct Fixed {
    /// The text.
    pub text: Vec<u8>,
    /// How many findings are gone.
    pub applied: usize,
    /// What is left.
    pub left: Vec<Diagnostic>,
}

/// How often the fixes of a fixed text are looked for: one fix may make room for another.
const PASSES: usize = 8;

/// Applies the safe fixes, and the others where `with_unsafe` says so. A fix that would bring up a new finding is
/// left out.
pub fn fix(text: &[u8], settings: &Settings<'_>, with_unsafe: bool) -> Fixed {
    let mut text = text.to_vec();
    let mut found = lint(&text, settings);
    let before = found.len();
    for _ in 0..PASSES {
        let Some((better, left)) = pass(&text, &found, settings, with_unsafe) else {
            break;
        };
        (text, found) = (better, left);
    }
    Fixed {
        text,
        applied: before.saturating_sub(found.len()),
        left: found,
    }
}

/// One round: all fixes at once, or, if that brings up something new, without those that do.
fn pass(
    text: &[u8],
    found: &[Diagnostic],
    settings: &Settings<'_>,
    with_unsafe: bool,
) -> Option<(Vec<u8>, Vec<Diagnostic>)> {
    let usable = |fix: &&Fix| with_unsafe || fix.safety == Safety::Safe;
    let mut fixes: Vec<&Fix> = found
        .iter()
        .filter_map(|diagnostic| diagnostic.fix.as_ref())
        .filter(usable)
        .collect();
    fixes.sort_by_key(|fix| fix.edits.first().map_or(0, |edit| edit.span.start));
    let mut round = Round {
        text,
        settings,
        chosen: Vec::new(),
        best: None,
        found: found.to_vec(),
    };
    round.take(&fixes);
    Some((round.best?, round.found))
}

/// The fixes of one round that go together.
struct Round<'f, 's> {
    text: &'f [u8],
    settings: &'s Settings<'s>,
    chosen: Vec<&'f Fix>,
    /// The text with the chosen ones made.
    best: Option<Vec<u8>>,
    /// What is found in it.
    found: Vec<Diagnostic>,
}

impl<'f> Round<'f, '_> {
    /// Takes these fixes to those chosen before; where that is no gain, each half of them that is one.
    fn take(&mut self, fixes: &[&'f Fix]) {
        let both: Vec<&Fix> = self.chosen.iter().chain(fixes).copied().collect();
        let both = compatible(&both);
        if both.len() > self.chosen.len() {
            let text = edited(self.text, both.iter().flat_map(|fix| &fix.edits));
            let left = lint(&text, self.settings);
            if left.len() < self.found.len() && !adds(&self.found, &left) {
                (self.chosen, self.best, self.found) = (both, Some(text), left);
                return;
            }
        }
        if let (half @ 1.., [_, _, ..]) = (fixes.len() / 2, fixes) {
            self.take(&fixes[..half]);
            self.take(&fixes[half..]);
        }
    }
}

/// The fixes that touch no byte twice, the earlier first.
fn compatible<'f>(fixes: &[&'f Fix]) -> Vec<&'f Fix> {
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let mut kept = Vec::new();
    for &fix in fixes {
        let free = |edit: &Edit| {
            let before = taken.range(..=edit.span.end).next_back();
            before.is_none_or(|(&start, &end)| {
                end <= edit.span.start && (start, end) != (edit.span.start, edit.span.end)
            })
        };
        if fix.edits.iter().all(free) {
            taken.extend(fix.edits.iter().map(|edit| (edit.span.start, edit.span.end)));
            kept.push(fix);
        }
    }
    kept
}

/// The text with the edits made.
fn edited<'e>(text: &[u8], edits: impl Iterator<Item = &'e Edit>) -> Vec<u8> {
    let mut edits: Vec<&Edit> = edits.collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out = Vec::with_capacity(text.len() + 16);
    let mut at = 0;
    for edit in edits {
        out.extend_from_slice(&text[at..edit.span.start]);
        out.extend_from_slice(edit.text.as_bytes());
        at = edit.span.end;
    }
    out.extend_from_slice(&text[at..]);
    out
}

/// Whether some rule finds more than before, at the same severity.
fn adds(before: &[Diagnostic], after: &[Diagnostic]) -> bool {
    let count = |diagnostics: &[Diagnostic]| {
        let mut counts: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
        for diagnostic in diagnostics {
            *counts.entry((diagnostic.code, diagnostic.severity)).or_default() += 1;
        }
        counts
    };
    let before = count(before);
    count(after)
        .iter()
        .any(|(key, count)| before.get(key).is_none_or(|before| count > before))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let fixed = fix(text.as_bytes(), &Settings::default(), false);
        assert_eq!(String::from_utf8_lossy(&fixed.text), expected, "{text:?}");
    }

    #[test]
    fn safe_fixes_are_applied_and_nothing_else_changes() {
        check(
            "\u{feff}# x\r\n\r\n@daily date +%F\r\n",
            "# x\n\n@daily date +\\%F\n",
        );
        check(
            "MAILTO=\n\n\n\t@daily  date  +%F  # é \n",
            "MAILTO=\"\"\n\n\n\t@daily  date  +\\%F  # é \n",
        );
        check("@daily date +%F-%T", "@daily date +\\%F-\\%T\n");
    }

    #[test]
    fn unsafe_fixes_wait_for_a_word() {
        check("* 3 * * * /usr/bin/true\n", "* 3 * * * /usr/bin/true\n");
        let fixed = fix(b"* 3 * * * /usr/bin/true\n", &Settings::default(), true);
        assert_eq!(fixed.text, b"0 3 * * * /usr/bin/true\n");
    }

    #[test]
    fn a_fix_that_brings_up_something_new_holds_up_no_other() {
        let many = "@daily date +%F\n".repeat(40);
        let fixed = fix(many.as_bytes(), &Settings::default(), true);
        assert!(!String::from_utf8_lossy(&fixed.text).contains(" +%"), "{fixed:?}");
    }

    #[test]
    fn what_is_right_stays() {
        check("@daily /usr/bin/true\n", "@daily /usr/bin/true\n");
        check("", "");
    }
}

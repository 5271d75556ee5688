//! A name for a finding that stays the same when lines above it come and go.

use std::collections::HashMap;

use crate::{Diagnostic, Report};

/// The fingerprints of a report's diagnostics, in order: made of the rule, the file and the text of the line; where
/// a rule finds the same line several times, they are told apart by number. 16 hex digits.
///
/// ```
/// use diagnostic::{Diagnostic, Report, Severity, Source, fingerprints};
///
/// let report = |text: &'static str| {
///     let start = text.find("61").unwrap();
///     let wrong = Diagnostic::new(Severity::Error, "minute 61 is out of range", start..start + 2);
///     Report::new(Source::new("crontab", text.as_bytes()), vec![wrong])
/// };
/// let before = fingerprints(&report("61 * * * * true\n"));
/// assert_eq!(before, fingerprints(&report("# a line above\n61 * * * * true\n")));
/// ```
pub fn fingerprints(report: &Report<'_>) -> Vec<String> {
    let mut seen: HashMap<u64, u32> = HashMap::new();
    let mut fingerprint = |diagnostic: &Diagnostic| {
        let line = report
            .source
            .line(report.source.position(diagnostic.span.start).line);
        let parts = [
            diagnostic.code.as_bytes(),
            // `./crontab` and `crontab` are one file.
            report.source.name().trim_start_matches("./").as_bytes(),
            line.trim_ascii(),
        ];
        let hash = hash(&parts);
        let number = seen.entry(hash).or_insert(0);
        *number += 1;
        let last = if *number == 1 {
            hash
        } else {
            self::hash(&[&hash.to_le_bytes(), &number.to_le_bytes()])
        };
        format!("{last:016x}")
    };
    report.diagnostics.iter().map(&mut fingerprint).collect()
}

/// FNV-1a: the same on every machine and in every version.
fn hash(parts: &[&[u8]]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for byte in parts.iter().flat_map(|part| part.iter().chain(&[0xff])) {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Severity, Source};

    fn check(text: &[u8], starts: &[usize]) -> Vec<String> {
        let diagnostics = starts
            .iter()
            .map(|&start| Diagnostic::new(Severity::Error, "x", start..start + 1))
            .collect();
        fingerprints(&Report::new(Source::new("crontab", text), diagnostics))
    }

    #[test]
    fn lines_above_do_not_matter() {
        assert_eq!(check(b"bad\n", &[0]), check(b"# new\n\nbad\n", &[7]));
    }

    #[test]
    fn a_dot_in_front_of_the_name_does_not_matter() {
        let found = |name: &str| {
            let diagnostic = Diagnostic::new(Severity::Error, "x", 0..1);
            fingerprints(&Report::new(Source::new(name, b"bad\n"), vec![diagnostic]))
        };
        assert_eq!(found("./crontab"), found("crontab"));
        assert_ne!(found("other"), found("crontab"));
    }

    #[test]
    fn equal_lines_have_fingerprints_of_their_own() {
        let found = check(b"bad\nbad\n", &[0, 4]);
        assert_ne!(found[0], found[1]);
        assert_eq!(found[0], check(b"bad\n", &[0])[0]);
    }
}

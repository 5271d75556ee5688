//! Secrets out of everything that is stored or leaves the host.

use regex::bytes::{NoExpand, Regex, RegexBuilder};
use std::borrow::Cow;
use std::sync::OnceLock;

/// What stands in a secret's place.
const MARK: &[u8] = b"[redacted]";
/// A line is held back up to this long, so that no secret is cut in two.
const LONGEST: usize = 64 * 1024;
/// What is held back of a longer line: no secret is longer.
const HELD_BACK: usize = 4 * 1024;

/// The shapes of tokens that services are known to give out.
const TOKENS: &[&str] = &[
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    r"\bgh[pousr]_[A-Za-z0-9]{36,}",
    r"\bgithub_pat_[A-Za-z0-9_]{22,}",
    r"\bglpat-[A-Za-z0-9_-]{20,}",
    r"\bxox[abeprs]-[A-Za-z0-9-]{10,}",
    r"\b[rs]k_live_[A-Za-z0-9]{16,}",
    r"\bAIza[A-Za-z0-9_-]{35}",
    r"\bnpm_[A-Za-z0-9]{36}",
    r"\bpypi-AgEIcHlwaS[A-Za-z0-9_-]{50,}",
    r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}",
    r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    r"\bhooks\.slack\.com/services/[A-Za-z0-9/]+",
    r"\bhc-ping\.com/[A-Za-z0-9/_-]+",
    r"://[^/\s:@]+:[^/\s:@]+@",
    r"\b[Bb]earer [A-Za-z0-9._~+/-]{16,}=*",
];

/// Each of `TOKENS` holds one of these.
const HINTS: &[&str] = &[
    "AKIA",
    "ASIA",
    "gh",
    "glpat-",
    "xox",
    "k_live_",
    "AIza",
    "npm_",
    "pypi-",
    "SG.",
    "eyJ",
    "hooks.slack.com",
    "hc-ping.com",
    "://",
    "earer ",
];

/// What to take out.
#[derive(Debug, Default)]
pub(crate) struct Redactor {
    /// Regular expressions and values, each as a regular expression.
    own: Vec<String>,
    tokens: bool,
    compiled: OnceLock<Option<Regex>>,
}

impl Redactor {
    /// Takes out what matches these expressions, these values, and tokens where their shape says so.
    pub(crate) fn new(expressions: &[Regex], values: &[Vec<u8>], tokens: bool) -> Redactor {
        let expressions = expressions
            .iter()
            .map(|expression| expression.as_str().to_owned());
        // A value of several lines is looked for line by line.
        let lines = values.iter().flat_map(|value| value.split(|&byte| byte == b'\n'));
        let values = lines.filter(|line| line.len() > 1).map(literal);
        Redactor {
            own: expressions.chain(values).collect(),
            tokens,
            compiled: OnceLock::new(),
        }
    }

    fn compiled(&self) -> Option<&Regex> {
        // Late: most runs send nothing, and compiling takes longer than starting a job.
        let compile = || {
            let tokens = if self.tokens { TOKENS } else { &[] };
            let all: Vec<String> = self
                .own
                .iter()
                .map(String::as_str)
                .chain(tokens.iter().copied())
                .map(|one| format!("(?:{one})"))
                .collect();
            if all.is_empty() {
                return None;
            }
            RegexBuilder::new(&all.join("|"))
                .multi_line(true)
                .unicode(false)
                .build()
                .ok()
        };
        self.compiled.get_or_init(compile).as_ref()
    }

    /// A line without its secrets.
    pub(crate) fn redact<'a>(&self, line: &'a [u8]) -> Cow<'a, [u8]> {
        // To compile takes longer than to run a short job, whose lines hold nothing of the kind.
        let is_plain = || {
            !HINTS
                .iter()
                .any(|hint| memchr::memmem::find(line, hint.as_bytes()).is_some())
        };
        if self.own.is_empty() && self.compiled.get().is_none() && is_plain() {
            return Cow::Borrowed(line);
        }
        match self.compiled() {
            Some(expression) => expression.replace_all(line, NoExpand(MARK)),
            None => Cow::Borrowed(line),
        }
    }

    /// Words of ours, which may quote the job, without its secrets.
    pub(crate) fn redact_text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.redact(text.as_bytes())).into_owned()
    }

    /// The last place at or before `at` that is not inside a secret.
    fn cut(&self, bytes: &[u8], at: usize) -> usize {
        let within = self.compiled().and_then(|expression| {
            expression
                .find_iter(bytes)
                .find(|found| found.start() < at && found.end() > at)
        });
        // A secret longer than what is held back is cut all the same.
        within.map_or(at, |found| if found.start() == 0 { at } else { found.start() })
    }
}

/// A value as an expression that matches it alone.
fn literal(value: &[u8]) -> String {
    value
        .iter()
        .map(|byte| format!("\\x{byte:02x}"))
        .map(|one| format!("(?-u:{one})"))
        .collect()
}

/// The output of a job on its way to what is stored: in whole lines, without secrets.
#[derive(Default)]
pub(crate) struct Scrub {
    open: [Vec<u8>; 2],
    out: Vec<u8>,
}

impl Scrub {
    /// What can be stored now: all whole lines, and of a long unfinished one what cannot be part of a secret.
    pub(crate) fn take(&mut self, redactor: &Redactor, stream: usize, bytes: &[u8]) -> &[u8] {
        let open = &mut self.open[stream];
        self.out.clear();
        let feed = memchr::memrchr(b'\n', bytes);
        let mut whole = feed.map_or(0, |feed| open.len() + feed + 1);
        open.extend_from_slice(bytes);
        if open.len() - whole > LONGEST {
            whole += redactor.cut(&open[whole..], open.len() - whole - HELD_BACK);
        }
        if whole > 0 {
            self.out.extend_from_slice(&redactor.redact(&open[..whole]));
            open.drain(..whole);
        }
        &self.out
    }

    /// What is left of an unfinished line: the job has ended.
    pub(crate) fn end(&mut self, redactor: &Redactor, stream: usize) -> Option<&[u8]> {
        let rest = std::mem::take(&mut self.open[stream]);
        if rest.is_empty() {
            return None;
        }
        self.out.clear();
        self.out.extend_from_slice(&redactor.redact(&rest));
        Some(&self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(redactor: &Redactor, text: &str, expected: &str) {
        assert_eq!(
            String::from_utf8_lossy(&redactor.redact(text.as_bytes())),
            expected
        );
    }

    #[test]
    fn expressions_and_values_are_taken_out() {
        let expressions = [Regex::new("pin=[0-9]+").unwrap()];
        let redactor = Redactor::new(&expressions, &[b"h.unter\n2\xffx".to_vec(), Vec::new()], false);
        check(
            &redactor,
            "pin=1234 and hounter and h.unter",
            "[redacted] and hounter and [redacted]",
        );
        assert_eq!(&*redactor.redact(b"a2\xffxb"), b"a[redacted]b");
    }

    #[test]
    fn tokens_are_known_by_their_shape() {
        let redactor = Redactor::new(&[], &[], true);
        for secret in [
            &format!("AKIA{}", "Z".repeat(16)),
            &format!("ghp_{}", "a".repeat(36)),
            "xoxb-1234567890-abcdef",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijklmnop",
            "postgres://app:hunter2@db/x",
            "hc-ping.com/5a2b9c1e-2222-4333-8444-555566667777",
            "Authorization: Bearer abcdefghijklmnop0123",
        ] {
            let shown = String::from_utf8_lossy(&redactor.redact(secret.as_bytes())).into_owned();
            assert!(shown.contains("[redacted]"), "{secret}");
        }
        check(
            &redactor,
            "an AKIA and a ghp_ and http://host:80/",
            "an AKIA and a ghp_ and http://host:80/",
        );
        check(
            &Redactor::new(&[], &[], false),
            "xoxb-1234567890-abcdef",
            "xoxb-1234567890-abcdef",
        );
    }

    #[test]
    fn no_secret_hides_at_a_cut() {
        let redactor = Redactor::new(&[], &[b"0123456789secret".to_vec()], false);
        for read in [1, 7, 1_000, 70_000] {
            for place in [10, LONGEST - 8, LONGEST + 5, 3 * LONGEST - HELD_BACK, 200_000] {
                let mut text = vec![b'x'; 210_000];
                text[place..place + 16].copy_from_slice(b"0123456789secret");
                let (mut scrub, mut seen) = (Scrub::default(), Vec::new());
                if read == 1 && place != LONGEST + 5 {
                    continue;
                }
                text.chunks(read)
                    .for_each(|piece| seen.extend_from_slice(scrub.take(&redactor, 0, piece)));
                seen.extend_from_slice(scrub.end(&redactor, 0).unwrap_or_default());
                let seen = String::from_utf8(seen).unwrap();
                assert!(
                    !seen.contains("secret") && seen.contains("[redacted]"),
                    "{read} {place}"
                );
                assert_eq!(seen.len(), 210_000 - 16 + MARK.len());
            }
        }
    }
}

//! What counts as success: the exit code, and what the job printed.

use crate::capture::{Capture, Stream};
use crate::lines::Lines;
use crate::options::Codes;
use crate::outcome::Outcome;
use regex::bytes::Regex;

/// The rules of a job. Without any: exit code 0.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) success_codes: Option<Codes>,
    pub(crate) fail_codes: Option<Codes>,
    pub(crate) fail_on_stderr: bool,
    pub(crate) fail_on_match: Option<Regex>,
    pub(crate) expect_match: Option<Regex>,
    pub(crate) expect_output: bool,
}

/// Whether a run did what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) success: bool,
    /// The code to exit with.
    pub(crate) code: u8,
    /// Which rule decided, where it was not the exit code alone.
    pub(crate) because: Option<String>,
}

impl Rules {
    /// Something that looks for matches in the output, where there is a rule about them.
    pub(crate) fn watch(&self) -> Option<Watch> {
        let wanted = self.fail_on_match.is_some() || self.expect_match.is_some();
        wanted.then(|| Watch {
            fail: self.fail_on_match.clone(),
            expect: self.expect_match.clone(),
            failed: None,
            met: false,
            lines: Default::default(),
        })
    }

    /// Judges an attempt.
    pub(crate) fn judge(&self, outcome: &Outcome, watch: Option<&Watch>, printed: &Printed) -> Verdict {
        let code = outcome.exit_code();
        let Outcome::Exited(own) = *outcome else {
            return Verdict {
                success: false,
                code,
                because: None,
            };
        };
        let fails = self.fail_codes.as_ref().is_some_and(|codes| codes.contains(own));
        let passes = self
            .success_codes
            .as_ref()
            .map_or(own == 0, |codes| codes.contains(own));
        if fails || !passes {
            let because = (own == 0).then(|| "exit code 0 counts as a failure".to_owned());
            return Verdict {
                success: false,
                code: own.max(1),
                because,
            };
        }
        match self.broken(watch, printed) {
            Some(because) => Verdict {
                success: false,
                code: own.max(1),
                because: Some(because),
            },
            None => {
                let because = (own != 0).then(|| format!("exit code {own} counts as a success"));
                Verdict {
                    success: true,
                    code: 0,
                    because,
                }
            }
        }
    }

    fn broken(&self, watch: Option<&Watch>, printed: &Printed) -> Option<String> {
        if self.fail_on_stderr && printed.err > 0 {
            return Some("it wrote to standard error".to_owned());
        }
        if let Some(line) = watch.and_then(|watch| watch.failed.as_ref()) {
            return Some(format!("its output matches --fail-on-match: {line}"));
        }
        if self.expect_match.is_some() && !watch.is_some_and(|watch| watch.met) {
            return Some("no line of its output matches --expect-match".to_owned());
        }
        (self.expect_output && printed.out + printed.err == 0).then(|| "it printed nothing".to_owned())
    }
}

/// How many bytes came through each stream.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Printed {
    out: u64,
    err: u64,
}

impl Printed {
    pub(crate) fn of(capture: &Capture) -> Printed {
        Printed {
            out: capture.amount(Stream::Out).bytes,
            err: capture.amount(Stream::Err).bytes,
        }
    }

    /// What came since an earlier count.
    pub(crate) fn since(self, earlier: Printed) -> Printed {
        Printed {
            out: self.out - earlier.out,
            err: self.err - earlier.err,
        }
    }
}

/// Looks for matches in the output while it comes.
pub(crate) struct Watch {
    fail: Option<Regex>,
    expect: Option<Regex>,
    failed: Option<String>,
    met: bool,
    lines: [Lines; 2],
}

impl Watch {
    pub(crate) fn take(&mut self, stream: Stream, bytes: &[u8]) {
        let Watch {
            fail,
            expect,
            failed,
            met,
            lines,
        } = self;
        lines[stream.index()].take(bytes, |line| look(line, fail, expect, failed, met));
    }

    /// The job has ended: an unfinished line counts as well.
    pub(crate) fn end(&mut self) {
        let Watch {
            fail,
            expect,
            failed,
            met,
            lines,
        } = self;
        for lines in lines {
            lines.end(|line| look(line, fail, expect, failed, met));
        }
    }
}

fn look(
    line: &[u8],
    fail: &Option<Regex>,
    expect: &Option<Regex>,
    failed: &mut Option<String>,
    met: &mut bool,
) {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    if failed.is_none() && fail.as_ref().is_some_and(|fail| fail.is_match(line)) {
        let shown: String = String::from_utf8_lossy(line).chars().take(200).collect();
        *failed = Some(shown.escape_debug().to_string());
    }
    *met = *met || expect.as_ref().is_some_and(|expect| expect.is_match(line));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rules: Rules, exit: u8, out: &str, err: &str, success: bool, code: u8) {
        let mut watch = rules.watch();
        if let Some(watch) = &mut watch {
            out.as_bytes()
                .chunks(3)
                .for_each(|part| watch.take(Stream::Out, part));
            watch.take(Stream::Err, err.as_bytes());
            watch.end();
        }
        let printed = Printed {
            out: out.len() as u64,
            err: err.len() as u64,
        };
        let verdict = rules.judge(&Outcome::Exited(exit), watch.as_ref(), &printed);
        assert_eq!(
            (verdict.success, verdict.code),
            (success, code),
            "{rules:?} {exit} {out} {err}: {verdict:?}"
        );
    }

    fn codes(text: &str) -> Option<Codes> {
        Some(Codes::parse(text).unwrap())
    }

    fn expression(text: &str) -> Option<Regex> {
        Some(Regex::new(text).unwrap())
    }

    #[test]
    fn without_rules_the_exit_code_decides() {
        check(Rules::default(), 0, "", "oops", true, 0);
        check(Rules::default(), 3, "", "", false, 3);
    }

    #[test]
    fn codes_can_pass_and_fail() {
        let rules = Rules {
            success_codes: codes("0,2"),
            ..Rules::default()
        };
        check(rules.clone(), 2, "", "", true, 0);
        check(rules, 3, "", "", false, 3);
        check(
            Rules {
                success_codes: codes("2"),
                ..Rules::default()
            },
            0,
            "",
            "",
            false,
            1,
        );
        check(
            Rules {
                fail_codes: codes("0"),
                ..Rules::default()
            },
            0,
            "",
            "",
            false,
            1,
        );
    }

    #[test]
    fn what_is_printed_can_fail_a_job() {
        check(
            Rules {
                fail_on_stderr: true,
                ..Rules::default()
            },
            0,
            "x",
            "",
            true,
            0,
        );
        check(
            Rules {
                fail_on_stderr: true,
                ..Rules::default()
            },
            0,
            "",
            "x",
            false,
            1,
        );
        let fail = Rules {
            fail_on_match: expression("^ERROR"),
            ..Rules::default()
        };
        check(fail.clone(), 0, "no ERROR\nfine\n", "", true, 0);
        check(fail.clone(), 0, "fine\nERROR: disk\n", "", false, 1);
        check(fail.clone(), 0, "", "ERROR", false, 1);
        check(fail, 3, "ERROR", "", false, 3);
        let expect = Rules {
            expect_match: expression("done$"),
            ..Rules::default()
        };
        check(expect.clone(), 0, "a\nall done\n", "", true, 0);
        check(expect, 0, "a\n", "", false, 1);
        check(
            Rules {
                expect_output: true,
                ..Rules::default()
            },
            0,
            "",
            "",
            false,
            1,
        );
    }
}

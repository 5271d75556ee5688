//! Comments that silence rules.
//!
//! - `# cronlint: disable=C003 reason` on a line of its own: for the next entry or assignment
//! - the same at the end of a command, where the shell takes it for a comment: for that line
//! - `# cronlint: disable-file=C003,S012 reason`: for the whole file
//!
//! Codes or names, separated by commas. A directive that silences nothing is itself reported.

use crontab::{Content, Crontab, Span};
use diagnostic::Diagnostic;

use crate::rule::Finding;
use crate::rules::{self, reasonless_suppression, unused_suppression};

/// A rule that a comment silences.
#[derive(Debug)]
struct Directive {
    /// The code or name as written.
    word: String,
    /// Its place.
    span: Span,
    /// The code, if there is such a rule.
    code: Option<&'static str>,
    /// For which bytes; none: for the whole file.
    range: Option<Span>,
    used: bool,
}

/// Leaves out what comments silence, and adds what is wrong with those comments.
pub(crate) fn apply(crontab: &Crontab<'_>, found: Vec<Diagnostic>, require_reason: bool) -> Vec<Diagnostic> {
    let Comments {
        mut directives,
        reasonless,
        unknown,
    } = directives(crontab);
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(found.len());
    for diagnostic in found {
        let fits = |directive: &&mut Directive| {
            let inside = directive.range.as_ref().is_none_or(|range| {
                range.start <= diagnostic.span.start && diagnostic.span.start <= range.end
            });
            directive.code == Some(diagnostic.code) && inside
        };
        match directives.iter_mut().find(fits) {
            Some(directive) => directive.used = true,
            None => kept.push(diagnostic),
        }
    }
    let unused = directives.into_iter().filter(|directive| !directive.used);
    kept.extend(unused.map(|directive| unused_finding(directive).into_diagnostic(&unused_suppression::RULE)));
    let misspelt = |span: Span| {
        Finding::new(span, "this comment silences nothing")
            .help("write `# cronlint: disable=CODE reason` or `# cronlint: disable-file=CODE reason`")
            .into_diagnostic(&unused_suppression::RULE)
    };
    kept.extend(unknown.into_iter().map(misspelt));
    if require_reason {
        let finding = |span: Span| Finding::new(span, "no reason is given").help("write why behind the code");
        let reasonless = reasonless.into_iter().map(finding);
        kept.extend(reasonless.map(|finding| finding.into_diagnostic(&reasonless_suppression::RULE)));
    }
    kept
}

fn unused_finding(directive: Directive) -> Finding {
    let word = &directive.word;
    match directive.code {
        Some(_) => Finding::new(directive.span, format!("`{word}` finds nothing here")).help("remove it"),
        None => Finding::new(directive.span, format!("there is no rule `{word}`")).help(rules::near(word)),
    }
}

/// The comments that are addressed to us.
#[derive(Debug, Default)]
struct Comments {
    directives: Vec<Directive>,
    /// The places of those without a reason.
    reasonless: Vec<Span>,
    /// The places of those that cannot be read.
    unknown: Vec<Span>,
}

/// Every directive of the file.
fn directives(crontab: &Crontab<'_>) -> Comments {
    let mut comments = Comments::default();
    for (index, line) in crontab.lines.iter().enumerate() {
        let own_line = matches!(line.content, Content::Comment);
        let text = &crontab.text[line.span.clone()];
        if matches!(line.content, Content::Blank) || !contains(text, b"cronlint:") {
            continue;
        }
        let Some(comment) = comment(text, own_line) else {
            continue;
        };
        let start = line.span.start + comment.start;
        let Some(parsed) = parse(&text[comment.clone()]).filter(|parsed| !parsed.words.is_empty()) else {
            // In the middle of a comment's prose the word is no directive.
            let whole = text[..comment.start].trim_ascii_start().len() <= "# cronlint:".len();
            if own_line && whole {
                let blanks = text.len() - comment.start - text[comment].trim_ascii_start().len();
                comments.unknown.push(start + blanks..line.span.end);
            }
            continue;
        };
        let range = match (parsed.whole_file, own_line) {
            (true, _) => None,
            (false, true) => Some(next(crontab, index)),
            (false, false) => Some(line.span.clone()),
        };
        if !parsed.has_reason {
            comments.reasonless.push(start + parsed.start..line.span.end);
        }
        comments
            .directives
            .extend(parsed.words.into_iter().map(|(at, word)| Directive {
                span: start + at..start + at + word.len(),
                code: rules::find(&word).map(|rule| rule.code),
                word,
                range: range.clone(),
                used: false,
            }));
    }
    comments
}

/// The line that a comment stands above.
fn next(crontab: &Crontab<'_>, index: usize) -> Span {
    let counts = |line: &&crontab::Line<'_>| !matches!(line.content, Content::Comment | Content::Blank);
    let next = crontab.lines[index + 1..].iter().find(counts);
    next.map_or(crontab.text.len()..crontab.text.len(), |line| line.span.clone())
}

/// The comment that holds the directive: the whole line, or from the last `#` that a blank precedes.
fn comment(text: &[u8], own_line: bool) -> Option<Span> {
    let mark = text.windows(9).rposition(|window| window == b"cronlint:")?;
    let hash = text[..mark].iter().rposition(|&byte| byte == b'#')?;
    let between = text[hash + 1..mark]
        .iter()
        .all(|&byte| byte == b' ' || byte == b'\t');
    let begins = own_line || hash > 0 && matches!(text[hash - 1], b' ' | b'\t');
    (between && begins).then(|| mark + 9..text.len())
}

#[derive(Debug, Default)]
struct Parsed {
    start: usize,
    whole_file: bool,
    words: Vec<(usize, String)>,
    has_reason: bool,
}

/// What stands behind `cronlint:`.
fn parse(text: &[u8]) -> Option<Parsed> {
    let text = std::str::from_utf8(text).ok()?;
    let start = text.find(|c: char| !c.is_whitespace())?;
    let rest = &text[start..];
    let (whole_file, list) = match rest.strip_prefix("disable-file=") {
        Some(list) => (true, list),
        None => (false, rest.strip_prefix("disable=")?),
    };
    let end = list.find(char::is_whitespace).unwrap_or(list.len());
    let mut at = text.len() - list.len();
    let mut words = Vec::new();
    for word in list[..end].split(',') {
        if !word.is_empty() {
            words.push((at, word.to_owned()));
        }
        at += word.len() + 1;
    }
    Some(Parsed {
        start,
        whole_file,
        words,
        has_reason: !list[end..].trim().is_empty(),
    })
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

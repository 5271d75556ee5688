//! The examples on each rule's page are its tests: `page.rs` says what a page can say.

mod page;

use cronlint::rule::Rule;
use cronlint::rules::RULES;
use diagnostic::{Diagnostic, Source};

use page::{Example, Section, examples};

#[test]
fn every_rule_does_what_its_page_says() {
    let mut failures = Vec::new();
    for rule in RULES {
        for example in examples(rule) {
            if let Err(reason) = check(rule, &example) {
                failures.push(format!(
                    "{} ({}), page line {}: {reason}",
                    rule.code, rule.name, example.page_line
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_page_has_a_title_and_bad_and_good_examples() {
    for rule in RULES {
        let title = format!("# {} {}", rule.code, rule.name);
        assert_eq!(rule.explanation.lines().next(), Some(title.as_str()));
        assert!(
            rule.explanation.contains("## Why is this bad?"),
            "{}: no reason on its page",
            rule.code
        );
        let sections: Vec<Section> = examples(rule).iter().map(|example| example.section).collect();
        let shows_files = rule.explanation.contains("## Bad\n\n```text\n");
        assert!(
            sections.contains(&Section::Bad) || shows_files,
            "{}: no bad example",
            rule.code
        );
        assert!(
            sections.contains(&Section::Good),
            "{}: no good example",
            rule.code
        );
    }
}

#[test]
fn codes_and_names_are_unique_and_in_order() {
    let groups = "FSCXH";
    let key = |rule: &Rule| (groups.find(&rule.code[..1]).expect("a known group"), rule.code);
    assert!(
        RULES.windows(2).all(|pair| key(pair[0]) < key(pair[1])),
        "sort RULES by group and code"
    );
    for (index, rule) in RULES.iter().enumerate() {
        assert!(
            rule.code.len() == 4 && rule.code[1..].bytes().all(|b| b.is_ascii_digit()),
            "{}",
            rule.code
        );
        assert!(
            RULES[..index].iter().all(|other| other.name != rule.name),
            "{} twice",
            rule.name
        );
    }
}

#[test]
fn every_page_has_its_rule() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules");
    let files = std::fs::read_dir(directory).unwrap();
    let pages = files
        .filter(|file| {
            file.as_ref()
                .unwrap()
                .path()
                .extension()
                .is_some_and(|e| e == "md")
        })
        .count();
    assert_eq!(
        pages,
        RULES.len(),
        "a page without its rule in the list, or a rule without a page"
    );
}

fn check(rule: &Rule, example: &Example) -> Result<(), String> {
    let found = example.findings(&example.text, rule);
    let places = places(&example.text, &found);
    match example.section {
        Section::Bad if found.is_empty() => return Err("found nothing in a bad example".to_owned()),
        Section::Bad if !example.expected.is_empty() && places != example.expected => {
            return Err(format!(
                "found {places:?}, the page points at {:?}",
                example.expected
            ));
        }
        Section::Good | Section::NearMisses if !found.is_empty() => {
            return Err(format!("found {:?} in a good example", found[0].message));
        }
        _ => {}
    }
    match &example.fixed {
        Some(fixed) => check_fix(rule, example, &found, fixed),
        None => Ok(()),
    }
}

fn check_fix(rule: &Rule, example: &Example, found: &[Diagnostic], expected: &[u8]) -> Result<(), String> {
    let mut edits: Vec<_> = found
        .iter()
        .filter_map(|diagnostic| diagnostic.fix.as_ref())
        .collect();
    edits.sort_by_key(|fix| fix.edits.first().map_or(0, |edit| edit.span.start));
    let mut text = example.text.clone();
    for edit in edits.iter().flat_map(|fix| &fix.edits).rev() {
        text.splice(edit.span.clone(), edit.text.bytes());
    }
    if text != expected {
        return Err(format!("the fixes make {:?}", String::from_utf8_lossy(&text)));
    }
    let left = example.findings(&text, rule);
    if left.is_empty() {
        Ok(())
    } else {
        Err(format!("still finds {:?} after the fix", left[0].message))
    }
}

fn places(text: &[u8], found: &[Diagnostic]) -> Vec<(usize, usize, usize)> {
    let source = Source::new("example", text);
    let place = |diagnostic: &Diagnostic| {
        let (start, end) = source.positions(&diagnostic.span);
        let end = if end.line == start.line {
            end.column
        } else {
            start.column + 1
        };
        (start.line, start.column, end.max(start.column + 1))
    };
    found.iter().map(place).collect()
}

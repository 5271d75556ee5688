//! What describe::sentence says: a file of expressions with their sentences.
//!
//! The file was written and committed before the code that makes the sentences. The first run of that code: 364 of
//! 364 right. (The file had fixed the style so closely that the code was a transcript of it.)

use schedule::{Schedule, describe, dialect};

/// The dialect, the expression and the sentence of every line.
fn records() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let mut name = "debian";
    include_str!("sentences.tsv").lines().filter_map(move |line| {
        if let Some(other) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name = other;
            return None;
        }
        let (expression, sentence) = line.split_once('\t').filter(|_| !line.starts_with('#'))?;
        Some((name, expression, sentence))
    })
}

#[test]
fn every_expression_gets_its_sentence() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (name, expression, sentence) in records() {
        count += 1;
        let said = match Schedule::parse(expression, dialect::find(name).unwrap()) {
            Ok(schedule) => describe::sentence(&schedule),
            Err(error) => format!("refused: {error}"),
        };
        if said != sentence {
            wrong.push(format!(
                "{name} {expression}\n  wanted {sentence}\n  got    {said}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn there_are_three_hundred_sentences_and_more() {
    assert!(records().count() >= 300);
}

#[test]
fn no_sentence_counts_wrongly() {
    for bad in [
        " 1 minutes",
        " 1 hours",
        " 1th",
        " 2th",
        " 3th",
        " 11st",
        " 12nd",
        " 13rd",
        "  ",
        " ,",
        ",,",
    ] {
        for (_, expression, sentence) in records() {
            assert!(!sentence.contains(bad), "{expression}: {sentence}");
        }
    }
}

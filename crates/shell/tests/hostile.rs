//! Any text gets a tree, in time and without an end of the stack.

use std::time::{Duration, Instant};

use proptest::prelude::*;

/// Reads `text` and looks at every place in the result.
fn read(text: &str) {
    let script = shell::parse(text);
    let mut spans: Vec<_> = script.errors.iter().map(|error| error.span.clone()).collect();
    spans.extend(script.comments.iter().cloned());
    for step in script.steps(shell::Interpreter::Sh) {
        spans.push(step.command.span.clone());
        spans.extend(step.command.words.iter().map(|word| word.span.clone()));
        spans.extend(
            step.command
                .redirections
                .iter()
                .map(|redirection| redirection.span.clone()),
        );
        for word in &step.command.words {
            spans.extend(word.pieces().iter().map(|part| part.span.clone()));
            word.trailing();
        }
        step.command.programs();
    }
    spans.extend(
        shell::dash::lacking(&script)
            .into_iter()
            .map(|bashism| bashism.span),
    );
    for span in spans {
        assert!(
            span.start <= span.end && span.end <= text.len(),
            "{span:?} in {text:?}"
        );
        assert!(
            text.is_char_boundary(span.start) && text.is_char_boundary(span.end),
            "{span:?} in {text:?}"
        );
    }
}

#[test]
fn long_and_deep_lines_are_read_in_linear_time() {
    let pieces = [
        "(",
        "((",
        "$(",
        "$((",
        "${a:-",
        "`",
        "\\`",
        "\"",
        "\"$(",
        "'",
        "{",
        "{ ",
        "{a,",
        "[",
        "[[ ",
        "a[",
        "<(",
        "if ",
        "if a; then ",
        "for x in ",
        "case x in ",
        "while ",
        "function ",
        "f() ",
        "a() { ",
        "a ",
        "a;",
        "a|",
        "a&&",
        "! ",
        "time ",
        ">",
        "<<E\n",
        "x=(",
        "$'",
        "${",
        "bash -c '",
        "bash -c \"",
        "eval ",
        "~",
        "\\",
        "é",
        "env ",
        "sudo -u ",
        ")",
        "}",
        "done ",
        "$((1)",
        "{,}",
        "[a]",
    ];
    for piece in pieces {
        let text = piece.repeat(1_000_000 / piece.len());
        let start = Instant::now();
        read(&text);
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{piece:?} takes {:?}",
            start.elapsed()
        );
    }
}

proptest! {
    #[test]
    fn any_text_gets_a_tree(text in any::<String>()) {
        read(&text);
    }

    #[test]
    fn any_mixture_of_signs_gets_a_tree(
        pieces in proptest::collection::vec(prop::sample::select(vec![
            "a", " ", "é", "$", "(", ")", "((", "))", "{", "}", "[", "]", "\"", "'", "`", "\\", ";", "&", "|",
            "<", ">", "#", "\n", "~", "*", ",", "..", "=", "if", "then", "fi", "do", "done", "case", "in",
            "esac", "!", "bash -c ", "2>&1", "<<E", "${", ":-", "x=", "sudo ", "cd /", "%",
        ]), 0..40)
    ) {
        read(&pieces.concat());
    }
}

#[test]
fn text_for_another_shell_that_is_not_closed_keeps_its_places() {
    read("sh -c 'c☃");
    read("sh -c $'a\\n☃");
    read("sh -c $'\\t☃' $'☃☃'");
    read("sh -c \"c☃");
}

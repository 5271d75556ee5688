//! Every command that a document shows is run, and prints what the document says.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// A command that starts with one of these is not run here, for the reason given.
const NOT_RUN: &[(&str, &str)] = &[
    ("cargo test", "it is what runs this test; .ci/run begins with it"),
    (
        "cargo run --release -p crontools-benches",
        "it takes minutes; .ci/run builds it",
    ),
    (
        "cargo install --locked --path crates/",
        "it builds for minutes; the directory is looked for",
    ),
];

/// A command line, and what is shown below it.
#[derive(Debug, PartialEq)]
struct Shown {
    command: String,
    output: String,
}

#[test]
fn the_commands_of_the_documents_print_what_is_shown() {
    let mut commands = 0;
    let mut excused: Vec<&str> = NOT_RUN.iter().map(|(start, _)| *start).collect();
    for document in documents() {
        let name = document.strip_prefix(e2e::root()).unwrap().to_str().unwrap();
        for example in shown(&fs::read_to_string(&document).unwrap()) {
            commands += 1;
            excused.retain(|start| !example.command.starts_with(start));
            check(name, &example);
        }
    }
    assert!(commands > 10, "only {commands} commands found");
    assert!(excused.is_empty(), "no document shows {excused:?}");
}

/// The README, what stands beside it, and docs/.
pub(crate) fn documents() -> Vec<PathBuf> {
    let markdown = |directory: PathBuf| {
        let entries = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "md"))
    };
    let top = markdown(e2e::root().to_owned());
    let mut all: Vec<PathBuf> = top.chain(markdown(e2e::root().join("docs"))).collect();
    all.sort();
    all
}

fn check(document: &str, example: &Shown) {
    let not_run = NOT_RUN
        .iter()
        .find(|(start, _)| example.command.starts_with(start));
    if let Some((start, _)) = not_run {
        let directory = example.command.strip_prefix(start).unwrap().trim();
        assert!(
            !start.ends_with('/') || e2e::root().join("crates").join(directory).is_dir(),
            "{document}: {example:?}"
        );
        return;
    }
    let printed = printed(&example.command);
    assert!(
        alike(&example.output, &printed),
        "{document}\n$ {}\nprinted:\n{printed}",
        example.command
    );
}

/// The commands in ```console blocks: `$ command`, its continuations after a backslash, then what it prints.
fn shown(text: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let (true, Some(command)) = (inside, line.strip_prefix("$ ")) {
            found.push(Shown {
                command: command.to_owned(),
                output: String::new(),
            });
        } else if let (true, Some(last)) = (inside, found.last_mut()) {
            let part = if last.command.ends_with('\\') {
                &mut last.command
            } else {
                &mut last.output
            };
            part.push('\n');
            part.push_str(line);
        }
    }
    found
}

/// What a shell prints for `command` in the top of the repository, our programs being installed.
fn printed(command: &str) -> String {
    let runs = ["cronexplain", "cronlint", "cronwrap"];
    // What `cargo run` would build is built already.
    let command = runs.iter().fold(command.to_owned(), |command, name| {
        command.replace(&format!("cargo run -q -p {name} --"), name)
    });
    let programs = e2e::program("cronwrap");
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1; {command}")])
        .current_dir(e2e::root())
        .env("PATH", format!("{}:{path}", programs.parent().unwrap().display()))
        .env("LC_ALL", "C.UTF-8")
        .env_remove("CRONWRAP_PING_URL")
        .env("CRONWRAP_STATE_DIR", e2e::state())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Whether `printed` is as `shown`, where `...` in a document stands for anything.
fn alike(shown: &str, printed: &str) -> bool {
    let trimmed = |text: &str| {
        text.lines()
            .map(str::trim_end)
            .collect::<Vec<_>>()
            .join("\n")
            .trim()
            .to_owned()
    };
    let (shown, printed) = (trimmed(shown), trimmed(printed));
    let mut parts = shown.split("...");
    let Some(mut rest) = printed.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn dots_stand_for_anything() {
    assert!(alike("a ... c", "a b c\n"));
    assert!(alike("a", "a"));
    assert!(alike("[...] x\n[...] y", "[1] x\n[2] y"));
    assert!(!alike("a", "a b"));
    assert!(!alike("a ... d", "a b c"));
}

#[test]
fn a_command_goes_on_after_a_backslash() {
    let text = "```console\n$ echo a \\\n    b\na b\n```\n";
    let expected = Shown {
        command: "echo a \\\n    b".to_owned(),
        output: "\na b".to_owned(),
    };
    assert_eq!(shown(text), [expected]);
}

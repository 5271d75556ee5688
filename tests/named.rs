//! What the documents name in passing is there: options, packages, tests, fuzz targets, files, pages.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::shown::documents;

/// A command in a document, by its words.
struct Named {
    document: String,
    words: Vec<String>,
}

/// The commands of `program` that stand anywhere in the documents, up to what is not theirs.
fn commands(program: &str) -> Vec<Named> {
    let mut found = Vec::new();
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        for part in text.lines().flat_map(|line| line.split('`')) {
            // There it is the name of a package.
            if program != "cargo" && part.contains("cargo ") {
                continue;
            }
            let mut words = part
                .split_whitespace()
                .skip_while(|word| word.rsplit('/').next() != Some(program));
            if words.next().is_none() {
                continue;
            }
            let own = words.take_while(|word| !["--", "|", "#", "&&", ";", ">"].contains(word));
            found.push(Named {
                document: path.file_name().unwrap().to_string_lossy().into_owned(),
                words: own.map(str::to_owned).collect(),
            });
        }
    }
    found
}

/// `--timeout` of `--timeout=8h`, `[--json]` and `--timeout,`.
fn option(word: &str) -> Option<&str> {
    let word = word.trim_start_matches(['(', '[']);
    let end = word.strip_prefix("--")?;
    let end = end
        .find(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '-')
        .unwrap_or(end.len());
    Some(&word[..2 + end]).filter(|option| !option.ends_with('-'))
}

/// The long options of a program and of its commands.
fn options(mut command: clap::Command) -> BTreeSet<String> {
    command.build();
    let mut all: BTreeSet<String> = command
        .get_arguments()
        .flat_map(|argument| {
            let others = argument.get_all_aliases().unwrap_or_default();
            argument.get_long().into_iter().chain(others)
        })
        .map(|name| format!("--{name}"))
        .collect();
    all.extend(command.get_subcommands().cloned().flat_map(options));
    all
}

#[test]
fn a_program_has_the_options_that_documents_give_it() {
    let mut count = 0;
    for program in e2e::commands() {
        let name = program.get_name().to_owned();
        let known = options(program);
        for Named { document, words } in commands(&name) {
            for option in words.iter().filter_map(|word| option(word)) {
                count += 1;
                assert!(
                    known.contains(option),
                    "{document}: {name} has no {option}: {words:?}"
                );
            }
        }
    }
    assert!(count > 60, "only {count} options found");
}

#[test]
fn an_option_that_a_page_names_alone_is_one_of_its_program() {
    for program in e2e::commands() {
        let page = format!("docs/{}.md", program.get_name());
        let text = fs::read_to_string(e2e::root().join(&page)).unwrap();
        let known = options(program);
        let alone = text
            .lines()
            .flat_map(|line| line.split('`').skip(1).step_by(2))
            .filter_map(option);
        let unknown: Vec<&str> = alone.filter(|option| !known.contains(*option)).collect();
        assert!(unknown.is_empty(), "{page}: {unknown:?}");
    }
}

#[test]
fn cargo_finds_what_documents_have_it_run() {
    let sources = sources();
    let mut count = 0;
    for Named { document, words } in commands("cargo") {
        let after = |flag: &str| {
            let at = words.iter().position(|word| word == flag)?;
            words.get(at + 1).map(String::as_str)
        };
        let is_there = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["+nightly", "fuzz", "run", target] => {
                let targets = e2e::root().join("fuzz/fuzz_targets");
                targets.join(format!("{target}.rs")).exists()
            }
            ["test", filter] if !filter.starts_with('-') => {
                sources.iter().any(|(_, text)| is_a_test(text, filter))
            }
            _ => {
                let is_package = after("-p").is_none_or(|name| package(name).is_some());
                let path = after("--path").is_none_or(|path| e2e::root().join(path).is_dir());
                let holds = |flag: &str, folders: &[&str]| {
                    after(flag).is_none_or(|name| {
                        let name = name.replace('-', "_");
                        let of_package = after("-p").and_then(package).unwrap_or_default();
                        folders.iter().any(|folder| {
                            let folder = of_package.join(folder);
                            folder.join(format!("{name}.rs")).exists()
                                || folder.join(&name).join("main.rs").exists()
                        })
                    })
                };
                is_package && path && holds("--test", &["tests"]) && holds("--bin", &["src/bin", "bin"])
            }
        };
        count += 1;
        assert!(is_there, "{document}: cargo {words:?}");
    }
    assert!(count > 10, "only {count} commands found");
}

/// Whether the source has a test whose name holds `filter`.
fn is_a_test(text: &str, filter: &str) -> bool {
    let names = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("fn "));
    text.contains("#[test]")
        && names
            .map(|rest| rest.split('(').next().unwrap_or_default())
            .any(|name| name.contains(filter))
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in ["crates", "tests"] {
        each_file(&e2e::root().join(folder), &mut |path| {
            if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.to_owned(), fs::read_to_string(path).unwrap()));
            }
        });
    }
    found
}

/// The directory of the package of that name.
fn package(name: &str) -> Option<PathBuf> {
    let mut found = None;
    for folder in ["crates", "tests", "benches"] {
        each_file(&e2e::root().join(folder), &mut |path| {
            if path.ends_with("Cargo.toml") {
                let manifest: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
                if manifest["package"]["name"].as_str() == Some(name) {
                    found = path.parent().map(Path::to_owned);
                }
            }
        });
    }
    found
}

fn each_file(directory: &Path, take: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => each_file(&path, take),
            false => take(&path),
        }
    }
}

#[test]
fn every_fuzz_target_is_named_where_fuzzing_is_explained() {
    let text = fs::read_to_string(e2e::root().join("CONTRIBUTING.md")).unwrap();
    each_file(&e2e::root().join("fuzz/fuzz_targets"), &mut |path| {
        let name = path.file_stem().unwrap().to_string_lossy();
        assert!(text.contains(&*name), "CONTRIBUTING.md says nothing of {name}");
    });
}

#[test]
fn links_lead_to_files_and_every_page_is_led_to() {
    let root = fs::canonicalize(e2e::root()).unwrap();
    let mut reached = BTreeSet::from([root.join("README.md")]);
    let mut todo: Vec<PathBuf> = reached.iter().cloned().collect();
    while let Some(page) = todo.pop() {
        for link in links(&fs::read_to_string(&page).unwrap()) {
            let target = page.parent().unwrap().join(&link);
            let target = fs::canonicalize(&target)
                .unwrap_or_else(|error| panic!("{}: {link}: {error}", page.display()));
            let is_page = target.extension().is_some_and(|extension| extension == "md");
            if reached.insert(target.clone()) && is_page {
                todo.push(target);
            }
        }
    }
    for page in documents() {
        let page = fs::canonicalize(page).unwrap();
        assert!(reached.contains(&page), "no link leads to {}", page.display());
    }
    each_file(&root.join("docs/rules"), &mut |page| {
        assert!(reached.contains(page), "no link leads to {}", page.display());
    });
}

/// The links to files, without the place in them.
fn links(text: &str) -> Vec<String> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    targets
        .map(|(target, _)| target.split('#').next().unwrap_or_default().to_owned())
        .filter(|target| !target.is_empty() && !target.contains("://"))
        .collect()
}

#[test]
fn a_path_in_code_is_there() {
    let tops = [
        "benches/", "contrib/", "crates/", "docs/", "fuzz/", "man/", "tests/",
    ];
    let programs = ["cronexplain/", "cronlint/", "cronwrap/"];
    let mut count = 0;
    for page in documents() {
        let text = fs::read_to_string(&page).unwrap();
        let code = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
        for path in code.filter(|path| !path.contains(['<', '*', ' ', '{'])) {
            let place = match path {
                _ if tops.iter().any(|top| path.starts_with(top)) => e2e::root().join(path),
                _ if programs.iter().any(|top| path.starts_with(top)) => {
                    e2e::root().join("crates").join(path)
                }
                _ => continue,
            };
            count += 1;
            let page = page.display();
            assert!(place.exists(), "{page}: {path}");
        }
    }
    assert!(count > 10, "only {count} paths found");
}

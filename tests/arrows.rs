//! The arrows of ARCHITECTURE.md are the ones in the manifests, the pure crates are pure, and no crate is made of what
//! stands beside them for tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What the pure crates may not name: files, the network, processes, the environment, a clock, a stream.
const WORLD: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::io::std",
    "std::os",
    "Utc::now",
    "Local::now",
    "chrono::Local",
    "SystemTime",
    "Instant::now",
    "env::var",
    "print!",
    "println!",
    "unsafe {",
];

/// The names by which the crates call each other, and whether they are pure, from ARCHITECTURE.md's table:
/// `| pure | schedule | what | arrows |`.
struct Drawn {
    kind: String,
    arrows: BTreeSet<String>,
}

fn drawn() -> BTreeMap<String, Drawn> {
    let text = fs::read_to_string(e2e::root().join("ARCHITECTURE.md")).unwrap();
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix('|')?.split('|').map(str::trim).collect();
        let &[kind, name, _what, arrows, ""] = cells.as_slice() else {
            return None;
        };
        if !["pure", "the world", "program"].contains(&kind) {
            return None;
        }
        let arrows = arrows
            .split(',')
            .map(str::trim)
            .filter(|arrow| !arrow.is_empty())
            .map(str::to_owned);
        Some((
            name.to_owned(),
            Drawn {
                kind: kind.to_owned(),
                arrows: arrows.collect(),
            },
        ))
    });
    rows.collect()
}

/// What a package's own manifest takes, on whatever system; what only its tests take is no arrow.
fn declared(directory: &Path) -> BTreeSet<String> {
    let manifest = manifest(directory);
    let systems = manifest.get("target").and_then(toml::Value::as_table);
    let systems = systems.into_iter().flat_map(toml::Table::values);
    let parts = systems.filter_map(toml::Value::as_table).chain([&manifest]);
    let tables = parts
        .flat_map(|part| ["dependencies", "build-dependencies"].map(|table| part.get(table)?.as_table()));
    tables.flatten().flat_map(toml::Table::keys).cloned().collect()
}

fn manifest(directory: &Path) -> toml::Table {
    let text = fs::read_to_string(directory.join("Cargo.toml")).unwrap();
    text.parse().unwrap()
}

#[test]
fn each_crate_depends_on_what_the_architecture_says() {
    let crates = drawn();
    let directories = fs::read_dir(e2e::root().join("crates")).unwrap();
    let found: BTreeSet<String> = directories
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        crates.keys().cloned().collect::<BTreeSet<_>>(),
        found,
        "ARCHITECTURE.md's table and crates/"
    );
    for (name, row) in &crates {
        let all = declared(&e2e::root().join("crates").join(name));
        let ours: BTreeSet<String> = all
            .into_iter()
            .filter(|taken| crates.contains_key(taken))
            .collect();
        assert_eq!(row.arrows, ours, "{name}: ARCHITECTURE.md and its Cargo.toml");
    }
}

/// The packages beside crates/, and whether they may take from there: what ours are held against is not made of them.
const BESIDE: &[(&str, bool)] = &[
    ("benches", true),
    ("fuzz", true),
    ("tests", true),
    ("tests/monitor", false),
    ("tests/needs", false),
];

#[test]
fn what_stands_beside_the_crates_is_part_of_none() {
    let (root, crates) = (e2e::root(), drawn());
    let mut found = Vec::new();
    packages(root, &mut found);
    let expected = BESIDE.iter().map(|(directory, _)| (*directory).to_owned());
    let expected = expected.chain(crates.keys().map(|name| format!("crates/{name}")));
    assert_eq!(
        found.into_iter().collect::<BTreeSet<_>>(),
        expected.collect::<BTreeSet<_>>()
    );
    let workspace = manifest(root);
    let names = workspace["workspace"]["dependencies"].as_table().unwrap().iter();
    let beside = names.filter(|(_, said)| {
        let path = said.get("path").and_then(toml::Value::as_str);
        path.is_some_and(|path| !path.starts_with("crates/"))
    });
    let beside: BTreeSet<String> = beside.map(|(name, _)| name.clone()).collect();
    assert!(!beside.is_empty());
    for name in crates.keys() {
        let taken = declared(&root.join("crates").join(name));
        assert!(taken.is_disjoint(&beside), "{name} takes {taken:?}");
    }
    for (directory, _) in BESIDE.iter().filter(|(_, may)| !may) {
        let taken = declared(&root.join(directory));
        let ours: Vec<_> = taken.iter().filter(|name| crates.contains_key(*name)).collect();
        assert!(ours.is_empty(), "{directory} takes {ours:?}");
    }
}

/// The directories below `directory` that hold a package, from the top of the repository.
fn packages(directory: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        if !path.is_dir() || name == "target" || name.starts_with('.') {
            continue;
        }
        if path.join("Cargo.toml").exists() {
            found.push(path.strip_prefix(e2e::root()).unwrap().display().to_string());
        }
        packages(&path, found);
    }
}

#[test]
fn pure_crates_lean_on_pure_crates_only_and_no_program_on_a_program() {
    let crates = drawn();
    for (name, row) in &crates {
        for arrow in &row.arrows {
            let target = crates[arrow].kind.as_str();
            let allowed = match row.kind.as_str() {
                "pure" => target == "pure",
                _ => target != "program",
            };
            assert!(allowed, "{name} ({}) -> {arrow} ({target})", row.kind);
        }
    }
}

#[test]
fn pure_crates_never_name_the_world() {
    for (name, row) in drawn() {
        if row.kind == "pure" {
            each_source(
                &e2e::root().join("crates").join(name).join("src"),
                &mut |path, text| {
                    // A file's tests come last.
                    let code = text.split("#[cfg(test)]").next().unwrap_or(text);
                    for (number, line) in code.lines().enumerate() {
                        let code = line.split("//").next().unwrap_or(line);
                        let named = WORLD.iter().find(|word| code.contains(**word));
                        assert!(named.is_none(), "{}:{}: {line}", path.display(), number + 1);
                    }
                },
            );
        }
    }
}

fn each_source(directory: &Path, check: &mut impl FnMut(&Path, &str)) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            each_source(&path, check);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            check(&path, &fs::read_to_string(&path).unwrap());
        }
    }
}

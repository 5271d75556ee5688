//! The arrows of ARCHITECTURE.md are the ones in the manifests, and the pure crates are pure.

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

/// What a crate's own manifest takes from this workspace; what only its tests take is no arrow.
fn declared(directory: &Path, crates: &BTreeMap<String, Drawn>) -> BTreeSet<String> {
    let text = fs::read_to_string(directory.join("Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let tables = ["dependencies", "build-dependencies"]
        .into_iter()
        .filter_map(|table| manifest.get(table)?.as_table());
    tables
        .flat_map(toml::Table::keys)
        .filter(|name| crates.contains_key(*name))
        .cloned()
        .collect()
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
        let declared = declared(&e2e::root().join("crates").join(name), &crates);
        assert_eq!(row.arrows, declared, "{name}: ARCHITECTURE.md and its Cargo.toml");
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
                _ => target != "program" || (name == "crondoctor" && arrow == "cronlint"),
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

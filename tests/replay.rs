//! The fuzz targets over their committed corpus, on the stable toolchain.

use std::fs;

// The same source that cargo-fuzz builds, which is no member of this workspace.
#[expect(unreachable_pub, reason = "to cargo-fuzz it is a library")]
#[path = "../fuzz/src/lib.rs"]
mod targets;

#[test]
fn the_corpus_of_parse_schedule_holds() {
    check("parse_schedule", targets::parse_schedule);
}

#[test]
fn the_corpus_of_next_occurrence_holds() {
    check("next_occurrence", targets::next_occurrence);
}

#[test]
fn the_corpus_of_parse_crontab_holds() {
    check("parse_crontab", targets::parse_crontab);
}

#[test]
fn the_corpus_of_parse_shell_holds() {
    check("parse_shell", targets::parse_shell);
}

#[test]
fn the_corpus_of_tzif_holds() {
    check("tzif", targets::tzif);
}

#[test]
fn the_corpus_of_fix_holds() {
    check("fix", targets::fix);
}

#[test]
fn the_corpus_of_settings_holds() {
    check("settings", targets::settings);
}

fn check(name: &str, target: fn(&[u8])) {
    let directory = e2e::root().join("fuzz/corpus").join(name);
    let files: Vec<_> = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(
        files.len() >= 10,
        "{} holds {} files",
        directory.display(),
        files.len()
    );
    for file in files {
        let data = fs::read(&file).unwrap();
        let outcome = std::panic::catch_unwind(|| target(&data));
        assert!(outcome.is_ok(), "{}", file.display());
    }
}

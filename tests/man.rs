//! The man pages are what the command lines say, and the completions are scripts that their shells read.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[test]
fn man_pages_are_fresh() {
    let fresh = tempfile::tempdir().unwrap();
    for command in e2e::commands() {
        clap_mangen::generate_to(command, fresh.path()).unwrap();
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        pages(&committed())
            .iter()
            .for_each(|(name, _)| fs::remove_file(committed().join(name)).unwrap());
        pages(fresh.path())
            .iter()
            .for_each(|(name, page)| fs::write(committed().join(name), page).unwrap());
    }
    let (fresh, committed) = (pages(fresh.path()), pages(&committed()));
    let differing = |name: &&String| fresh.get(*name) != committed.get(*name);
    let stale: Vec<_> = fresh.keys().chain(committed.keys()).filter(differing).collect();
    assert!(
        stale.is_empty(),
        "stale in man/: {stale:?}: UPDATE_EXPECT=1 cargo test fresh"
    );
}

#[test]
fn man_pages_are_read_without_a_warning() {
    let Some(groff) = found("groff") else {
        return e2e::skip("no groff to read the man pages with");
    };
    for name in pages(&committed()).keys() {
        let mut read = Command::new(&groff);
        read.args(["-man", "-ww", "-z", "-Kutf8"])
            .arg(committed().join(name));
        let output = read.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{name}: {said}");
    }
}

fn committed() -> PathBuf {
    e2e::root().join("man")
}

/// The pages of a directory by their file names.
fn pages(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap());
    let page = |entry: fs::DirEntry| {
        (
            entry.file_name().into_string().unwrap(),
            fs::read(entry.path()).unwrap(),
        )
    };
    entries.map(page).collect()
}

#[test]
fn bash_reads_the_completions() {
    check_completions("bash", || Command::new("bash"), "-n");
}

#[test]
fn zsh_reads_the_completions() {
    check_with_debians("zsh", &["zsh"], "bin/zsh", "-n");
}

#[test]
fn fish_reads_the_completions() {
    check_with_debians("fish", &["fish", "libpcre2-32-0"], "usr/bin/fish", "--no-execute");
}

fn check_with_debians(name: &str, packages: &[&str], path: &str, dry: &str) {
    if let Some(installed) = found(name) {
        return check_completions(name, || Command::new(&installed), dry);
    }
    match e2e::debian::unpacked(packages) {
        Ok(tree) => check_completions(name, || tree.program(path), dry),
        Err(reason) => e2e::skip(&format!("no {name}: {reason}")),
    }
}

/// Each program's completion for the shell `name` is read by that shell, started by `shell` with `dry`.
fn check_completions(name: &str, shell: impl Fn() -> Command, dry: &str) {
    for command in e2e::commands() {
        let program = command.get_name();
        let script = e2e::run(program).args(["--completions", name]).output().unwrap();
        assert!(
            script.status.success(),
            "{program} --completions {name}: {script:?}"
        );
        assert!(
            !script.stdout.is_empty(),
            "{program} --completions {name} printed nothing"
        );
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&script.stdout).unwrap();
        let read = shell()
            .arg(dry)
            .arg(file.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(
            read.status.success(),
            "{program}: {}",
            String::from_utf8_lossy(&read.stderr)
        );
    }
}

fn found(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|directory| directory.join(program))
        .find(|p| p.exists())
}

//! The man pages are what the command lines say, and the completions are scripts that their shells read.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

#[test]
fn man_pages_are_fresh() {
    for command in e2e::commands() {
        let path = e2e::root().join("man").join(format!("{}.1", command.get_name()));
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page).unwrap();
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&path, &page).unwrap();
        }
        let committed = fs::read(&path).unwrap_or_default();
        assert!(
            committed == page,
            "{} is stale: UPDATE_EXPECT=1 cargo test -p e2e man",
            path.display()
        );
    }
}

#[test]
fn man_pages_are_read_without_a_warning() {
    let Some(groff) = found("groff") else {
        return e2e::skip("no groff to read the man pages with");
    };
    for command in e2e::commands() {
        let path = e2e::root().join("man").join(format!("{}.1", command.get_name()));
        let output = Command::new(&groff)
            .args(["-man", "-ww", "-z", "-Kutf8"])
            .arg(&path)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && said.is_empty(),
            "{}: {said}",
            path.display()
        );
    }
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

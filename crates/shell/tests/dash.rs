//! What dash lacks: found where it stands, and true of the dash of this machine.

use std::process::{Command, Stdio};

use shell::dash::{self, Effect};

/// Compares the names of what dash lacks in `input` with `expected`.
#[track_caller]
fn check(input: &str, expected: &[&str]) {
    let found = dash::lacking(&shell::parse(input));
    let names: Vec<_> = found.iter().map(|bashism| bashism.lack.name).collect();
    assert_eq!(names, expected, "{input}");
}

/// What a shell makes of a command: its status, output and complaints.
fn run(shell: &str, command: &str) -> (Option<i32>, String, String) {
    // BusyBox is its shell when it is told so.
    let applet = shell.ends_with("busybox").then_some("sh");
    let output = Command::new(shell)
        .args(applet)
        .args(["-c", command])
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .expect("the shell starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn is_dash_here() -> bool {
    let known = |path: &str| std::path::Path::new(path).exists();
    known("/bin/dash") && known("/bin/bash")
}

#[test]
fn every_entry_of_the_table_is_found_in_its_example() {
    for lack in dash::TABLE {
        let found = dash::lacking(&shell::parse(lack.example));
        assert!(
            found.iter().any(|bashism| bashism.lack == lack),
            "{}: {:?} in {}",
            lack.name,
            found.iter().map(|bashism| bashism.lack.name).collect::<Vec<_>>(),
            lack.example
        );
    }
}

#[test]
fn every_entry_of_the_table_is_true_of_dash() {
    if !is_dash_here() {
        eprintln!("skipped: /bin/dash or /bin/bash is not here");
        return;
    }
    for lack in dash::TABLE {
        let (status, output, errors) = run("/bin/dash", lack.example);
        let bash = run("/bin/bash", lack.example);
        let shown = format!(
            "{}: dash {status:?} {output:?} {errors:?}, bash {bash:?}",
            lack.name
        );
        // The last entry is about options given to `sh`, whoever starts it.
        let differs = (status, &output) != (bash.0, &bash.1) || lack.name == "sh option";
        assert!(differs, "no difference: {shown}");
        match lack.effect {
            Effect::Refused => assert!(errors.contains("Syntax error"), "{shown}"),
            Effect::NotFound => assert!(errors.contains("not found"), "{shown}"),
            Effect::Fails => assert!(!errors.is_empty(), "{shown}"),
            Effect::Otherwise(_) => assert!(!errors.contains("Syntax error"), "{shown}"),
        }
    }
}

#[test]
fn what_busybox_is_said_to_have_it_has() {
    let busybox = ["/bin/busybox", "/usr/bin/busybox"]
        .into_iter()
        .find(|path| std::path::Path::new(path).exists());
    let Some(busybox) = busybox.filter(|_| is_dash_here()) else {
        eprintln!("skipped: busybox is not here");
        return;
    };
    // These print what differs from run to run, or look at the shell's own name and form of output.
    let told_apart = ["$((RANDOM", "time", "type option", "sh option"];
    for lack in dash::TABLE
        .iter()
        .filter(|lack| lack.is_in_busybox() && !told_apart.contains(&lack.name))
    {
        let (ash, bash) = (run(busybox, lack.example), run("/bin/bash", lack.example));
        assert_eq!((ash.0, &ash.1), (bash.0, &bash.1), "{}: {}", lack.name, ash.2);
    }
}

#[test]
fn what_dash_has_is_left_alone() {
    let fine = [
        "echo -n a",
        "read -r x; echo $?",
        "export -p >/dev/null; echo $?",
        "f() { local x=1; echo $x; }; f",
        "type sh",
        "alias a=b; unalias -a; echo $?",
        "command -v sh",
        "command -p true; echo $?",
        "hash -r; echo $?",
        "ulimit -n >/dev/null; echo $?",
        "jobs; echo $?",
        "set -E; echo $?",
        "set -eu; echo $?",
        "umask -S >/dev/null; echo $?",
        "trap 'echo bye' EXIT; true",
        "trap 'echo bye' 0 TERM; true",
        "[ a = a ] && [ -e /tmp -a -d /tmp ] && echo y",
        "echo a >| /dev/null; echo $?",
        "x=abc; echo ${x#a} ${x%c} ${#x} ${x:-d} ${x:+e}",
        "echo $((1 + 2 * 3)) $((0xff))",
        "echo '{a,b}' \"{a,b}\" {a} {}",
        "echo '$RANDOM' \\$RANDOM",
        "echo [!e]tc",
        "case a in a|b) echo 1;; esac",
        "bash -c '[[ a = a ]] && echo {a,b}'",
        ". /dev/null; echo $?",
        "echo ${HOSTNAME:-none} >/dev/null; echo $?",
        "printf 'a%s\\n' b",
        "kill -l >/dev/null; echo $?",
        "sleep 0 & wait; echo $?",
        "awk 'BEGIN { x[1]++; print 2**3 }'",
        "for i in 1 2; do echo $i; done",
    ];
    for command in fine {
        check(command, &[]);
        if is_dash_here() && !command.contains("type") {
            let (dash, bash) = (run("/bin/dash", command), run("/bin/bash", command));
            assert_eq!((dash.0, &dash.1), (bash.0, &bash.1), "{command}");
        }
    }
}

#[test]
fn bashisms_are_found_wherever_they_stand() {
    check("a | while read -r x; do [[ $x ]] && echo $x; done", &["[["]);
    check("x=$(source y/z)", &["source"]);
    check("echo \"`echo $RANDOM`\"", &["$RANDOM"]);
    check("sleep $((RANDOM % 60)) && a", &["$((RANDOM"]);
    check("if [ \"$a\" == b ]; then c &>> d; fi", &["[ == ]", "&>"]);
    check("sh -c 'source x'", &[]);
    check("a >& b", &[">&file"]);
    check("a >&2 2>&- >&$fd", &[]);
    check("[ -n == ]", &[]);
    check("[ x -o -n y ]", &[]);
    check("echo {1..3} x{a,b}", &["{1..9}", "{a,b}"]);
    check("set -euo pipefail; a", &["set -o pipefail"]);
    check("echo -e x; echo -nx; echo -", &["echo -e"]);
    check("while read -r a b; do c; done", &[]);
    check("read -p 'Sure? ' x", &[]);
    check("read -p 'Sure? '", &["read without a variable"]);
}

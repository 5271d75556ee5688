//! Which programs a command runs, and where each stands.

use shell::{Directory, Interpreter};

/// Compares the programs of the first simple command with `expected`.
#[track_caller]
fn check(input: &str, expected: &[&str]) {
    let script = shell::parse(input);
    let commands = script.simple_commands();
    let programs = commands
        .first()
        .map(|command| command.programs())
        .unwrap_or_default();
    let names: Vec<_> = programs
        .iter()
        .map(|program| program.name.as_deref().unwrap_or("?"))
        .collect();
    assert_eq!(names, expected, "{input}");
}

/// Compares each command's first word and the directory it starts in with `expected`.
#[track_caller]
fn check_directory(input: &str, expected: &[(&str, &str)]) {
    let script = shell::parse(input);
    let steps = script.steps(Interpreter::Sh);
    let found: Vec<_> = steps
        .iter()
        .map(|step| {
            let directory = match step.directory {
                Directory::Start => "start".to_owned(),
                Directory::Chosen(word) => input[word.span.clone()].to_owned(),
                Directory::Below(word) => format!("below {}", &input[word.span.clone()]),
            };
            (step.command.words[0].leading().into_owned(), directory)
        })
        .collect();
    let found: Vec<_> = found
        .iter()
        .map(|(name, directory)| (name.as_str(), directory.as_str()))
        .collect();
    assert_eq!(found, expected, "{input}");
}

#[test]
fn runners_pass_on_to_what_they_run() {
    check("env A=b C=d php x", &["env", "php"]);
    check("env -i -u X php", &["env", "php"]);
    check("nice -n 10 ionice -c3 php", &["nice", "ionice", "php"]);
    check("nice -10 php", &["nice", "php"]);
    check("ionice -c 2 -n 7 php", &["ionice", "php"]);
    check("timeout -k 5 1h php", &["timeout", "php"]);
    check("timeout --signal=KILL 1h php", &["timeout", "php"]);
    check("/usr/bin/flock -n -w 5 /l php x", &["/usr/bin/flock", "php"]);
    check("flock -n /l -c 'php x'", &["flock"]);
    check("sudo -u www-data -- php", &["sudo", "php"]);
    check("sudo -l", &["sudo"]);
    check("command -v php", &["command"]);
    check("command php", &["command", "php"]);
    check("cronwrap --job x -- php", &["cronwrap", "php"]);
    check("xargs -0 -n 1 rm", &["xargs", "rm"]);
    check("chronic \"$x\" y", &["chronic", "?"]);
    check("A=b", &[]);
}

#[test]
fn the_directory_follows_cd() {
    check_directory("cd /a && b", &[("cd", "start"), ("b", "/a")]);
    check_directory("cd /a; b; c", &[("cd", "start"), ("b", "/a"), ("c", "/a")]);
    check_directory("(cd /a && b); c", &[("cd", "start"), ("b", "/a"), ("c", "start")]);
    check_directory("{ cd ~/a; }; b", &[("cd", "start"), ("b", "~/a")]);
    check_directory("cd \"$X\" && b", &[("cd", "start"), ("b", "\"$X\"")]);
    check_directory("cd a && b", &[("cd", "start"), ("b", "below a")]);
    check_directory("cd /a | b", &[("cd", "start"), ("b", "start")]);
    check_directory("cd /a & b", &[("cd", "start"), ("b", "start")]);
    check_directory(
        "cd /a && bash -c 'b'",
        &[("cd", "start"), ("bash", "/a"), ("b", "/a")],
    );
    check_directory(
        "bash -c 'cd /a && b' && c",
        &[("bash", "start"), ("cd", "start"), ("b", "/a"), ("c", "start")],
    );
    check_directory("cd /a && x $(b)", &[("cd", "start"), ("b", "/a"), ("x", "/a")]);
    check_directory("cd && b", &[("cd", "start"), ("b", "start")]);
    check_directory(
        "cd -P /a || exit; b",
        &[("cd", "start"), ("exit", "/a"), ("b", "/a")],
    );
}

#[test]
fn what_find_and_parallel_run_is_seen() {
    check("find . -name x -exec rm {} \\;", &["find", "rm"]);
    check(
        "find . -exec gzip {} + -o -exec nice ls {} \\;",
        &["find", "gzip", "nice", "ls"],
    );
    check("find . -exec {} \\;", &["find", "?"]);
    check("find . -delete", &["find"]);
    check("parallel -j4 --jobs 2 gzip ::: a b", &["parallel", "gzip"]);
    check("parallel ::: a b", &["parallel"]);
    check("parallel 'gzip {} && x'", &["parallel"]);
    check("timelimit -t 5 php", &["timelimit", "php"]);
}

#[test]
fn texts_are_read_by_the_shell_that_gets_them() {
    let readers = |line: &str| -> Vec<Interpreter> {
        let script = shell::parse(line);
        let steps = script.steps(Interpreter::Bash);
        steps
            .iter()
            .filter(|step| step.command.words[0].is("job"))
            .map(|step| step.interpreter)
            .collect()
    };
    assert_eq!(readers("cronwrap -c 'job'"), [Interpreter::Sh]);
    assert_eq!(readers("cronwrap --job x -c 'job'"), [Interpreter::Sh]);
    assert_eq!(readers("flock /l -c 'job'"), [Interpreter::Bash]);
    assert_eq!(readers("parallel -j 4 'job {} || x' ::: a"), [Interpreter::Bash]);
    assert_eq!(
        readers("find . -exec sh -c 'job \"$1\"' _ {} \\;"),
        [Interpreter::Sh]
    );
    assert_eq!(readers("xargs -n1 bash -c 'job'"), [Interpreter::Bash]);
    assert_eq!(readers("sh -c 'eval \"job\"'"), [Interpreter::Sh]);
}

#[test]
fn the_words_of_eval_are_one_text() {
    let places = |line: &str| -> Vec<String> {
        let script = shell::parse(line);
        let steps = script.steps(Interpreter::Sh);
        let words = steps.iter().skip(1).flat_map(|step| &step.command.words);
        words.map(|word| line[word.span.clone()].to_owned()).collect()
    };
    assert_eq!(places("eval php x"), ["php", "x"]);
    assert_eq!(places("eval 'cd /a; ls' /b"), ["cd", "/a", "ls", "/b"]);
    assert_eq!(places("eval cd /a \\; \"ls  /b\""), ["cd", "/a", "ls", "/b"]);
    assert_eq!(places("eval"), [""; 0]);
    check_directory(
        "eval 'cd /a' && b",
        &[("eval", "start"), ("cd", "start"), ("b", "/a")],
    );
    check_directory(
        "eval cd /a \\; b; c",
        &[("eval", "start"), ("cd", "start"), ("b", "/a"), ("c", "/a")],
    );
}

#[test]
fn each_step_knows_what_is_around_it() {
    let script = shell::parse("a | b & bash -c 'c' && x=$(d); if e; then f; fi; { g; } >h");
    let steps = script.steps(Interpreter::Sh);
    let step = |name: &str| {
        steps
            .iter()
            .find(|step| step.command.words.first().is_some_and(|w| w.is(name)))
    };
    let (a, c, d) = (
        step("a").expect("a"),
        step("c").expect("c"),
        step("d").expect("d"),
    );
    let (e, f, g) = (
        step("e").expect("e"),
        step("f").expect("f"),
        step("g").expect("g"),
    );
    assert!(a.background && a.position == 0 && a.pipeline.commands.len() == 2);
    assert_eq!(c.interpreter, Interpreter::Bash);
    assert_eq!(c.inside.len(), 1);
    assert!(d.substituted && !d.background);
    assert!(e.condition && !f.condition);
    assert_eq!(g.around.len(), 1);
}

//! Wrong command lines and settings: the cause on the first line, the cure below.

use std::fs;

use crate::{BAD, cronlint};

/// Runs cronlint on a directory with a crontab and a settings file of this text; all that it says, with exit code 2.
#[track_caller]
fn said(args: &[&str], settings: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("crontab"), BAD).unwrap();
    fs::write(directory.path().join("s.toml"), settings).unwrap();
    fs::create_dir(directory.path().join("empty")).unwrap();
    let output = cronlint(args, directory.path(), b"");
    assert_eq!(output.status.code(), Some(2), "{args:?}: {output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[track_caller]
fn check(args: &[&str], cause: &str, help: &str) {
    assert_eq!(said(args, ""), format!("cronlint: {cause}\n  help: {help}\n"));
}

#[test]
fn a_wrong_command_line_is_told_with_its_cure() {
    let list = "`cronlint --list-rules` lists the codes and names";
    check(&["--explain", "C999"], "there is no rule `C999`", list);
    check(
        &["--explain", "C0o1"],
        "there is no rule `C0o1`",
        "did you mean `C001`?",
    );
    check(
        &["--explain", "unescaped"],
        "there is no rule `unescaped`",
        "did you mean `unescaped-percent`?",
    );
    check(
        &["--tz", "Europe/Berln", "crontab"],
        "there is no time zone `Europe/Berln`",
        "zones have the names of /usr/share/zoneinfo, as `Europe/Berlin` or `UTC`",
    );
    check(
        &["nosuch"],
        "cannot read nosuch: no such file or directory",
        "name files or directories, or `-` for the standard input",
    );
    check(
        &["empty"],
        "no crontab in empty",
        "name the files: what is looked for is in `cronlint --help`",
    );
    check(
        &["--unsafe-fixes", "crontab"],
        "--unsafe-fixes without --fix or --diff",
        "`--diff --unsafe-fixes` shows what they would change",
    );
    check(
        &["--root", "empty", "crontab"],
        "--root empty without --live or --host",
        "`--live FILE` asks that machine about one crontab, `--host` about its own",
    );
    check(
        &["--live", "--root", "nosuch", "crontab"],
        "--root nosuch: no such directory",
        "name the directory in which its `etc` lies",
    );
}

#[test]
fn files_that_options_name_are_told_with_what_they_are_for() {
    check(
        &["--config", "nosuch.toml", "crontab"],
        "cannot read the settings in nosuch.toml: no such file or directory",
        "without --config the nearest .cronlint.toml is taken, with --no-config none",
    );
    check(
        &["--baseline", "nosuch.json", "crontab"],
        "cannot read the baseline in nosuch.json: no such file or directory",
        "`--write-baseline nosuch.json` writes one",
    );
    check(
        &["--baseline", "crontab", "crontab"],
        "cannot read the baseline in crontab: it is none from line 1 on",
        "`--write-baseline crontab` writes one",
    );
}

#[test]
fn options_and_values_that_do_not_exist_are_told_with_those_that_do() {
    for (args, tip) in [
        (["--fomat", "json"], "a similar argument exists: '--format'"),
        (["--format", "jsn"], "a similar value exists: 'json'"),
        (["--daemon", "debain"], "a similar value exists: 'debian'"),
        (["--kind", "sytem"], "a similar value exists: 'system'"),
        (["--fail-on", "eror"], "a similar value exists: 'error'"),
        (["--color", "sometimes"], "[possible values: auto, always, never]"),
        (["--host", "crontab"], "'--host' cannot be used with '[PATH]...'"),
        (["--diff", "--fix"], "'--diff' cannot be used with '--fix'"),
    ] {
        let text = said(&args, "");
        assert!(
            text.starts_with("error: ") && text.contains(tip),
            "{args:?}: {text}"
        );
    }
}

#[test]
fn wrong_settings_are_shown_with_their_place_and_a_cure() {
    for (settings, cause, place, help) in [
        (
            "daemn = 3\n",
            "unknown field `daemn`",
            "1:1",
            "did you mean `daemon`?",
        ),
        (
            "\ndaemon = 3\n",
            "invalid type: integer `3`",
            "2:10",
            "write a text in quotes",
        ),
        (
            "daemon = \"cronie\n",
            "invalid basic string",
            "1:17",
            "`\"` is missing here",
        ),
        (
            "disable = [\"C001\"\n",
            "unclosed array",
            "1:18",
            "`]` is missing here",
        ),
        (
            "fail-on = \"eror\"\n",
            "there is no level `eror`",
            "1:12",
            "did you mean `error`?",
        ),
        (
            "require-reason = 1\n",
            "invalid type: integer `1`",
            "1:18",
            "write true or false",
        ),
        (
            "[[files]]\nkind = \"user\"\n",
            "missing field `paths`",
            "1:1",
            "as in paths = [\"*.cron\"]",
        ),
        (
            "[paths]\n\"srv\" = \".\"\n",
            "`srv` is no full path on",
            "2:2",
            "write it from `/` on",
        ),
        (
            "[paths]\n\"/srv/app\" = \".\"\n\"/srv/old\" = \"app/old\"\n",
            "there is no directory `app/old`",
            "3:15",
            "name one from the directory of this file on",
        ),
        (
            "[paths]\n\"/srv/app\" = \"crontab\"\n",
            "there is no directory `crontab`",
            "2:15",
            "name one from the directory of this file on",
        ),
        (
            "tz = \"Mars\"\n",
            "there is no time zone `Mars`",
            "1:7",
            "zones have the names of",
        ),
        (
            "[severity]\nC01 = \"info\"\n",
            "there is no rule `C01`",
            "2:1",
            "--list-rules",
        ),
    ] {
        let text = said(&["--config", "s.toml", "crontab"], settings);
        assert!(
            text.starts_with(&format!("cronlint: {cause}")),
            "{settings}: {text}"
        );
        assert!(
            text.contains(&format!("\n --> s.toml:{place}\n")),
            "{settings}: {text}"
        );
        let last = text.lines().last().unwrap_or_default();
        assert!(
            last.starts_with("  = help: ") && last.contains(help),
            "{settings}: {text}"
        );
    }
}

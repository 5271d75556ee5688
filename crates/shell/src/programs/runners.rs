//! The programs that run other programs: what stands between their names and the command.

/// A program that runs the command in its arguments.
#[derive(Debug, PartialEq, Eq)]
pub struct Runner {
    /// Its name.
    pub name: &'static str,
    /// The options that take the next argument as their value: letters, and long names with `--`.
    pub valued: &'static [&'static str],
    /// How many arguments stand between the options and the command.
    pub operands: usize,
    /// Whether `NAME=value` may stand in front of the command.
    pub assigns: bool,
    /// Whether the command begins only after `--`.
    pub after_dashes: bool,
    /// Where the command runs.
    pub place: Place,
}

/// Where a [`Runner`]'s command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the same process tree, with the same PATH.
    Here,
    /// As another user, as a rule with a PATH of its own.
    OtherUser,
    /// In another root, container or machine, or in a tool's own environment.
    Elsewhere,
}

const fn runner(name: &'static str, valued: &'static [&'static str], operands: usize) -> Runner {
    Runner {
        name,
        valued,
        operands,
        assigns: false,
        after_dashes: false,
        place: Place::Here,
    }
}

const fn other_user(name: &'static str, valued: &'static [&'static str], operands: usize) -> Runner {
    Runner {
        place: Place::OtherUser,
        ..runner(name, valued, operands)
    }
}

const fn elsewhere(name: &'static str, valued: &'static [&'static str], operands: usize) -> Runner {
    Runner {
        place: Place::Elsewhere,
        ..runner(name, valued, operands)
    }
}

const fn dashes(name: &'static str) -> Runner {
    Runner {
        after_dashes: true,
        ..runner(name, &[], 0)
    }
}

/// `find -exec`, whose commands stand between its own arguments.
pub(super) static FIND: Runner = runner("find", &[], 0);

/// The known runners, in alphabetical order.
pub static RUNNERS: &[Runner] = &[
    runner("builtin", &[], 0),
    elsewhere("bundle", &[], 1),
    elsewhere("busybox", &[], 0),
    runner("catchsegv", &[], 0),
    runner("cgexec", &["g"], 0),
    runner(
        "chpst",
        &[
            "u", "U", "b", "e", "/", "n", "l", "L", "m", "d", "o", "p", "f", "c", "r", "t",
        ],
        0,
    ),
    runner("chronic", &[], 0),
    elsewhere("chroot", &[], 1),
    runner("chrt", &["T", "P", "D"], 1),
    runner("command", &[], 0),
    dashes("cpulimit"),
    runner("cronic", &[], 0),
    dashes("cronwrap"),
    runner("daemonize", &["a", "c", "e", "o", "p", "l", "u", "E"], 0),
    runner("dbus-launch", &[], 0),
    runner("dbus-run-session", &["--config-file", "--dbus-daemon"], 0),
    Runner {
        place: Place::OtherUser,
        ..runner("doas", &["u", "C"], 0)
    },
    runner("eatmydata", &[], 0),
    Runner {
        assigns: true,
        ..runner(
            "env",
            &[
                "u",
                "C",
                "S",
                "--unset",
                "--chdir",
                "--split-string",
                "a",
                "--argv0",
            ],
            0,
        )
    },
    runner("envdir", &[], 1),
    runner("exec", &["a"], 0),
    runner("fakeroot", &["l", "f", "i", "s", "b"], 0),
    runner("faketime", &["p"], 1),
    runner("firejail", &[], 0),
    runner(
        "flock",
        &["w", "E", "--timeout", "--wait", "--conflict-exit-code"],
        1,
    ),
    other_user("gosu", &[], 1),
    runner("ionice", &["c", "n", "p", "P", "u", "--class", "--classdata"], 0),
    runner("keep-one-running", &[], 0),
    runner("linux32", &[], 0),
    runner("linux64", &[], 0),
    runner("lockf", &["t"], 1),
    dashes("lockrun"),
    runner("ltrace", &["e", "o", "s", "n", "p", "u", "a", "l", "x"], 0),
    runner("nice", &["n", "--adjustment"], 0),
    runner("nohup", &[], 0),
    elsewhere("nsenter", &["t", "S", "G", "--target", "--setuid", "--setgid"], 0),
    runner("numactl", &["i", "N", "C", "m", "p"], 0),
    runner(
        "parallel",
        &[
            "a",
            "C",
            "d",
            "I",
            "j",
            "L",
            "l",
            "N",
            "n",
            "P",
            "S",
            "s",
            "--arg-file",
            "--colsep",
            "--delay",
            "--jobs",
            "--joblog",
            "--max-args",
            "--max-procs",
            "--results",
            "--retries",
            "--sshlogin",
            "--tmpdir",
            "--timeout",
        ],
        0,
    ),
    dashes("prlimit"),
    runner("proxychains", &["f"], 0),
    runner("proxychains4", &["f"], 0),
    runner("run-one", &[], 0),
    runner("run-one-constantly", &[], 0),
    runner("run-this-one", &[], 0),
    runner("runcon", &["t", "u", "r", "l"], 0),
    dashes("runitor"),
    Runner {
        after_dashes: true,
        ..other_user(
            "runuser",
            &["u", "g", "G", "c", "s", "--user", "--command", "--shell"],
            0,
        )
    },
    dashes("sentry-cli"),
    runner("setarch", &[], 0),
    runner("setlock", &[], 1),
    dashes("setpriv"),
    runner("setsid", &[], 0),
    other_user("setuidgid", &[], 1),
    runner(
        "softlimit",
        &["a", "c", "d", "f", "l", "m", "o", "p", "r", "s", "t"],
        0,
    ),
    runner("solo", &[], 0),
    runner("stdbuf", &["i", "o", "e"], 0),
    runner("strace", &["e", "o", "s", "p", "u", "a", "E", "P", "S", "I"], 0),
    other_user("su-exec", &[], 1),
    Runner {
        assigns: true,
        ..other_user(
            "sudo",
            &[
                "u", "g", "h", "p", "C", "D", "R", "T", "r", "t", "U", "--user", "--group",
            ],
            0,
        )
    },
    runner("systemd-cat", &["t", "p", "--identifier", "--priority"], 0),
    runner("systemd-inhibit", &[], 0),
    runner(
        "systemd-run",
        &[
            "p",
            "u",
            "E",
            "M",
            "H",
            "--unit",
            "--property",
            "--slice",
            "--setenv",
            "--uid",
            "--gid",
            "--description",
        ],
        0,
    ),
    runner("taskset", &[], 1),
    runner("time", &["f", "o"], 0),
    runner("timelimit", &["t", "T", "s", "S"], 0),
    runner("timeout", &["k", "s", "--kill-after", "--signal"], 1),
    runner("torify", &[], 0),
    runner("torsocks", &[], 0),
    runner("trickle", &["u", "d", "w", "t", "l", "n"], 0),
    runner("unbuffer", &[], 0),
    elsewhere("unshare", &["R", "w", "S", "G"], 0),
    runner("watch", &["n", "--interval"], 0),
    runner("with-contenv", &[], 0),
    runner("with-lock-ex", &[], 1),
    runner("xargs", &["I", "n", "P", "L", "d", "s", "a", "E"], 0),
    runner(
        "xvfb-run",
        &[
            "e",
            "f",
            "n",
            "p",
            "s",
            "w",
            "--server-args",
            "--server-num",
            "--error-file",
        ],
        0,
    ),
];

/// The runner of this name, or of this path's last part.
pub fn runner_named(name: &str) -> Option<&'static Runner> {
    runner_called(name.rsplit('/').next().unwrap_or(name))
}

/// The runner of this name.
pub(super) fn runner_called(base: &str) -> Option<&'static Runner> {
    let at = RUNNERS.binary_search_by_key(&base, |runner| runner.name).ok()?;
    RUNNERS.get(at)
}

#[cfg(test)]
mod tests {
    use super::RUNNERS;

    #[test]
    fn the_runners_are_in_alphabetical_order() {
        assert!(RUNNERS.is_sorted_by_key(|runner| runner.name));
    }
}

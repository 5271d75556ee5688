//! The table: what bash has, what dash does with it, and what does the same in both.

/// Something of bash that dash lacks.
#[derive(Debug, PartialEq, Eq)]
pub struct Lack {
    /// A short name for it.
    pub name: &'static str,
    /// What dash does.
    pub effect: Effect,
    /// What to write instead.
    pub instead: &'static str,
    /// A command that shows the difference.
    pub example: &'static str,
}

impl Lack {
    /// Whether BusyBox's ash, the `/bin/sh` of Alpine, has it: measured with BusyBox 1.35.
    pub fn is_in_busybox(&self) -> bool {
        BUSYBOX.contains(&self.name)
    }
}

/// The entries that BusyBox's ash knows as bash does, in both of Debian's builds: `exec -a` works in the static one
/// alone.
const BUSYBOX: &[&str] = &[
    "[[",
    "function",
    "time",
    "&>",
    ">&file",
    "10>",
    "<(",
    "$'",
    "${x:0:1}",
    "${x/a/b}",
    "[^a]",
    "$RANDOM",
    "$((RANDOM",
    "$HOSTNAME",
    "$EPOCHSECONDS",
    "$FUNCNAME",
    "$SHLVL",
    "n++",
    "++n",
    "**",
    "16#ff",
    "source",
    "let",
    "help",
    "history",
    "echo -e",
    "read option",
    "read without a variable",
    "export option",
    "set -o pipefail",
    "trap ERR",
    "trap SIGTERM",
    "[ == ]",
    "kill -SIG",
    "wait -n",
    "ulimit option",
    "type option",
    "sh option",
];

/// What becomes of the command under dash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// dash refuses the whole line, and nothing on it runs.
    Refused,
    /// dash looks for a program of that name, finds none, and goes on.
    NotFound,
    /// dash complains about that command, which fails.
    Fails,
    /// dash does something else, in these words.
    Otherwise(&'static str),
}

impl std::fmt::Display for Effect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Effect::Refused => "dash refuses the whole line, nothing on it runs",
            Effect::NotFound => "dash finds no such command",
            Effect::Fails => "dash does not accept it, the command fails",
            Effect::Otherwise(what) => what,
        })
    }
}

const fn refused(name: &'static str, instead: &'static str, example: &'static str) -> Lack {
    Lack {
        name,
        effect: Effect::Refused,
        instead,
        example,
    }
}

const fn not_found(name: &'static str, instead: &'static str, example: &'static str) -> Lack {
    Lack {
        name,
        effect: Effect::NotFound,
        instead,
        example,
    }
}

const fn fails(name: &'static str, instead: &'static str, example: &'static str) -> Lack {
    Lack {
        name,
        effect: Effect::Fails,
        instead,
        example,
    }
}

const fn otherwise(
    name: &'static str,
    what: &'static str,
    instead: &'static str,
    example: &'static str,
) -> Lack {
    Lack {
        name,
        effect: Effect::Otherwise(what),
        instead,
        example,
    }
}

const UNSET: &str = "dash does not set it, so it is empty";
const AS_TEXT: &str = "dash takes it as plain text";

/// All entries.
pub static TABLE: &[Lack] = &[
    // Grammar.
    not_found("[[", "`[ ... ]`", "[[ a = a ]] && echo y"),
    not_found("((", "`[ ... ]`, or `: $((...))`", "((1+1)) && echo y"),
    refused(
        "select",
        "a loop over `read`",
        "select x in a; do break; done; echo z",
    ),
    refused(
        "for ((",
        "`while`, or `for x in $(seq ...)`",
        "for ((i=0;i<2;i++)); do echo $i; done",
    ),
    refused("function", "`name() { ...; }`", "function f { echo y; }; f"),
    refused(
        "function name",
        "only letters, digits and `_` in the name",
        "my-fn() { echo y; }; my-fn",
    ),
    refused(
        ";&",
        "`;;`, and the body written out",
        "case a in a) echo 1;& b) echo 2;; esac",
    ),
    otherwise(
        "time",
        "dash runs the program `time`, if that is installed",
        "`/usr/bin/time`",
        "echo $(time -p true 2>&1)",
    ),
    refused("|&", "`2>&1 |`", "ls /nonexistent |& cat"),
    otherwise(
        "&>",
        "dash runs the command in the background and empties the file",
        "`>file 2>&1`",
        "{ sleep 0.1; echo a; } &> /dev/null; echo b",
    ),
    refused("<<<", "`echo text | command`", "cat <<< hi"),
    refused(">&file", "`>file 2>&1`", "echo a >& /dev/null"),
    fails(
        "/dev/tcp",
        "`nc` or `curl`",
        "echo > /dev/tcp/127.0.0.1/1; echo $?",
    ),
    otherwise(
        "10>",
        "dash takes a number of two digits as an argument",
        "a single digit",
        "echo a 12>/dev/null",
    ),
    fails("{name}>", "a number", "exec {fd}>/dev/null; echo ok"),
    not_found("+=", "`name=\"${name}more\"`", "a=x; a+=y; echo $a"),
    refused("array", "separate variables, or `set -- a b`", "a=(1 2); echo $a"),
    not_found("array element", "separate variables", "a[0]=x; echo $a"),
    refused("<(", "a pipe, or a temporary file", "cat <(echo a)"),
    // Words.
    otherwise(
        "$'",
        "dash keeps the `$` and decodes nothing",
        "`$(printf '...')`",
        r"printf %s $'a\tb'",
    ),
    otherwise("$\"", "dash keeps the `$`", "`\"...\"`", "echo $\"hi\""),
    otherwise("{a,b}", AS_TEXT, "the words written out", "echo {a,b}"),
    otherwise("{1..9}", AS_TEXT, "`$(seq 1 9)`", "echo {1..3}"),
    otherwise("$[", AS_TEXT, "`$((...))`", "echo $[1+1]"),
    fails("${x:0:1}", "`cut`, or `${x%...}`", "x=abcdef; echo ${x:1:2}"),
    fails("${x/a/b}", "`sed`", "x=abc; echo ${x/b/c}"),
    fails("${x^^}", "`tr a-z A-Z`", "x=abc; echo ${x^^}"),
    fails("${x@Q}", "quotes around the value", "x=abc; echo ${x@Q}"),
    fails("${!x}", "`eval`", "y=x; x=1; echo ${!y}"),
    fails("${x[0]}", "separate variables", "x=1; echo ${x[0]}"),
    otherwise(
        "${#@}",
        "dash gives a wrong number",
        "`$#`",
        "set -- a b; echo ${#@}",
    ),
    otherwise(
        "${@%x}",
        "dash changes only the last one",
        "a loop",
        "set -- ab cb; echo ${@%b}",
    ),
    otherwise(
        "$(<",
        "dash gives nothing",
        "`$(cat file)`",
        "echo $(< /etc/hostname)",
    ),
    otherwise(
        "[^a]",
        "dash takes the `^` as one of the characters",
        "`[!a]`",
        "cd /; echo [^e]tc",
    ),
    otherwise("~+", AS_TEXT, "`$PWD` or `$OLDPWD`", "echo ~+"),
    otherwise(
        "$RANDOM",
        UNSET,
        "`$(shuf -i 0-59 -n 1)`",
        "[ -n \"$RANDOM\" ]; echo $?",
    ),
    otherwise(
        "$((RANDOM",
        "dash takes it as 0",
        "`$(shuf -i 0-59 -n 1)`",
        "echo $((RANDOM + 1))",
    ),
    otherwise(
        "$HOSTNAME",
        UNSET,
        "`$(hostname)`",
        "[ -n \"$HOSTNAME\" ]; echo $?",
    ),
    otherwise("$OSTYPE", UNSET, "`$(uname -s)`", "[ -n \"$OSTYPE\" ]; echo $?"),
    otherwise(
        "$MACHTYPE",
        UNSET,
        "`$(uname -m)`",
        "[ -n \"$MACHTYPE\" ]; echo $?",
    ),
    otherwise(
        "$HOSTTYPE",
        UNSET,
        "`$(uname -m)`",
        "[ -n \"$HOSTTYPE\" ]; echo $?",
    ),
    otherwise("$EUID", UNSET, "`$(id -u)`", "[ -n \"$EUID\" ]; echo $?"),
    otherwise("$UID", UNSET, "`$(id -ru)`", "[ -n \"$UID\" ]; echo $?"),
    otherwise(
        "$SECONDS",
        UNSET,
        "`$(date +%s)`, its `%` escaped in a crontab",
        "[ -n \"$SECONDS\" ]; echo $?",
    ),
    otherwise(
        "$EPOCHSECONDS",
        UNSET,
        "`$(date +%s)`, its `%` escaped in a crontab",
        "[ -n \"$EPOCHSECONDS\" ]; echo $?",
    ),
    otherwise(
        "$BASH_",
        UNSET,
        "`SHELL=/bin/bash` in the crontab",
        "[ -n \"$BASH_VERSION\" ]; echo $?",
    ),
    otherwise("$SHELLOPTS", UNSET, "`$-`", "[ -n \"$SHELLOPTS\" ]; echo $?"),
    otherwise(
        "$PIPESTATUS",
        UNSET,
        "a file for the status",
        "true | false; [ -n \"$PIPESTATUS\" ]; echo $?",
    ),
    otherwise(
        "$FUNCNAME",
        UNSET,
        "the name written out",
        "f() { [ -n \"$FUNCNAME\" ]; echo $?; }; f",
    ),
    otherwise("$DIRSTACK", UNSET, "`$PWD`", "[ -n \"$DIRSTACK\" ]; echo $?"),
    otherwise("$GROUPS", UNSET, "`$(id -G)`", "[ -n \"$GROUPS\" ]; echo $?"),
    otherwise(
        "$SHLVL",
        "dash does not count it up",
        "nothing",
        "[ -n \"$SHLVL\" ]; echo $?",
    ),
    otherwise(
        "$_",
        "dash does not set it to the last argument",
        "a variable",
        "true abc; echo $_",
    ),
    fails("n++", "`n=$((n+1))`", "n=1; echo $((n++)) $n"),
    otherwise(
        "++n",
        "dash reads two signs and changes nothing",
        "`n=$((n+1))`",
        "n=1; echo $((++n))",
    ),
    fails("**", "the product written out, or `bc`", "echo $((2**3))"),
    fails("16#ff", "`0xff`", "echo $((16#ff))"),
    // Built-in commands.
    not_found(
        "source",
        "`.` and a path with a slash",
        "source /dev/null; echo $?",
    ),
    fails(
        ". file",
        "a path with a slash: `. ./file`",
        "cd /etc && . shells; echo $?",
    ),
    not_found("let", "`x=$((...))`", "let x=1+1; echo $x"),
    not_found("declare", "a plain assignment", "declare -a x; echo $?"),
    not_found("typeset", "a plain assignment", "typeset x=1; echo $x"),
    not_found(
        "shopt",
        "`SHELL=/bin/bash` in the crontab",
        "shopt -s nullglob; echo $?",
    ),
    not_found(
        "pushd",
        "`cd` in a subshell: `(cd DIR && ...)`",
        "pushd / >/dev/null; echo $?",
    ),
    not_found("popd", "`cd` in a subshell: `(cd DIR && ...)`", "popd; echo $?"),
    not_found("dirs", "`pwd`", "dirs >/dev/null; echo $?"),
    not_found(
        "disown",
        "nothing: cron sends no hangup",
        "sleep 0 & disown; echo $?",
    ),
    not_found("enable", "nothing", "enable echo; echo $?"),
    not_found(
        "mapfile",
        "`while read -r line`",
        "mapfile -t x < /dev/null; echo $?",
    ),
    not_found(
        "readarray",
        "`while read -r line`",
        "readarray -t x < /dev/null; echo $?",
    ),
    not_found("suspend", "`kill -STOP $$`", "suspend; echo $?"),
    not_found("caller", "nothing", "caller; echo $?"),
    not_found("compgen", "nothing", "compgen -v HOME; echo $?"),
    not_found("complete", "nothing", "complete; echo $?"),
    not_found("builtin", "`command`", "builtin echo hi"),
    not_found("coproc", "a named pipe", "coproc true; echo $?"),
    not_found("bind", "nothing", "bind -p >/dev/null; echo $?"),
    not_found("help", "nothing", "help >/dev/null; echo $?"),
    not_found("history", "nothing", "history; echo $?"),
    not_found("logout", "`exit`", "logout; echo $?"),
    not_found("fc", "nothing", "fc -l >/dev/null; echo $?"),
    fails("alias -p", "`alias`", "alias -p; echo $?"),
    otherwise(
        "echo -e",
        "dash prints the option too",
        "`printf`",
        r"echo -e 'a\tb'",
    ),
    fails("exec -a", "the program by its own name", "exec -a foo true"),
    fails("read option", "`read -r`", "read -t 1 x; echo $?"),
    fails("read without a variable", "`read -r line`", "read; echo $?"),
    fails("export option", "`export NAME`", "export -n HOME; echo $?"),
    fails(
        "set -o pipefail",
        "`SHELL=/bin/bash` in the crontab",
        "set -o pipefail; echo $?",
    ),
    fails("set -BHT", "`SHELL=/bin/bash` in the crontab", "set -B; echo $?"),
    fails("trap ERR", "`cmd || ...`", "trap 'echo e' ERR; false; echo x"),
    fails(
        "trap SIGTERM",
        "the name without `SIG`",
        "trap 'echo d' SIGTERM; echo $?",
    ),
    fails("[ == ]", "`=`", "[ a == a ] && echo y"),
    fails("[ -v ]", "`[ -n \"${x+set}\" ]`", "[ -v HOME ] && echo y"),
    fails("[ -a ]", "`[ -e file ]`", "[ -a /tmp ] && echo y"),
    fails("[ -o ]", "`case $- in ...`", "[ -o errexit ] || echo y$?"),
    fails("[ -N ]", "`find -newer`", "[ -N /tmp ]; echo $?"),
    fails("printf -v", "`x=$(printf ...)`", "printf -v x a; echo $x"),
    fails("printf %q", "quotes written out", "printf '%q\\n' 'a b'"),
    fails("kill -SIG", "`kill -TERM`", "kill -SIGCONT $$; echo $?"),
    fails("wait -n", "`wait PID`", "sleep 0 & wait -n; echo $?"),
    fails("exit -1", "a number from 0 to 255", "exit -1"),
    fails("exit --", "`exit` without dashes", "exit --"),
    fails("local option", "`local x`", "f() { local -r x=1; echo $x; }; f"),
    fails(
        "readonly option",
        "`readonly NAME=value`",
        "readonly -a x; echo $?",
    ),
    otherwise(
        "type option",
        "dash takes the option for a name",
        "`command -v`",
        "type -p sh; echo $?",
    ),
    fails("jobs option", "`jobs -l` or `jobs -p`", "jobs -r; echo $?"),
    fails(
        "ulimit option",
        "an option of dash: -c -d -f -l -m -n -p -r -s -t -v -w",
        "ulimit -u >/dev/null; echo $?",
    ),
    fails("unset -n", "`unset -v`", "unset -n x; echo $?"),
    fails("sh option", "`bash`", "sh --login -c 'echo hi'"),
];

//! How command lines are read, shown as one line of text.

use shell::{
    AndOr, Change, Command, Compound, CompoundKind, List, Part, PartKind, Pipeline, SimpleCommand,
    TerminatorKind, Value, Word,
};

/// Compares the tree of `input`, in brackets, with `expected`; errors follow after `!`.
#[track_caller]
fn check(input: &str, expected: &str) {
    let script = shell::parse(input);
    let mut shown = list(&script.body);
    for error in &script.errors {
        shown.push_str(&format!(" ! {error} {}..{}", error.span.start, error.span.end));
    }
    assert_eq!(shown.trim(), expected, "{input}");
}

/// Compares the text under each word's span with `expected`.
#[track_caller]
fn check_places(input: &str, expected: &[&str]) {
    let script = shell::parse(input);
    let commands = script.simple_commands();
    let words = commands.iter().flat_map(|command| &command.words);
    let texts: Vec<_> = words.map(|word| &input[word.span.clone()]).collect();
    assert_eq!(texts, expected, "{input}");
}

fn list(list: &List) -> String {
    let items = list.items.iter().map(|item| {
        let end = match item.end.as_ref().map(|end| end.kind) {
            Some(TerminatorKind::Background) => " &",
            Some(TerminatorKind::Sequence) => ";",
            None => "",
        };
        and_or(&item.and_or) + end
    });
    items.collect::<Vec<_>>().join(" ")
}

fn and_or(chain: &AndOr) -> String {
    let mut text = pipeline(&chain.first);
    for (connector, next) in &chain.rest {
        text += if connector.and { " && " } else { " || " };
        text += &pipeline(next);
    }
    text
}

fn pipeline(pipeline: &Pipeline) -> String {
    let mut text = String::new();
    text += if pipeline.negated.is_some() { "! " } else { "" };
    text += if pipeline.timed.is_some() { "time " } else { "" };
    text + &pipeline
        .commands
        .iter()
        .map(command)
        .collect::<Vec<_>>()
        .join(" | ")
}

fn command(command: &Command) -> String {
    match command {
        Command::Simple(command) => simple(command),
        Command::Compound(command) => compound(command),
    }
}

fn simple(command: &SimpleCommand) -> String {
    let assignments = command
        .assignments
        .iter()
        .map(|assignment| match &assignment.value {
            Value::Word(value) => format!("{}={}", assignment.name, word(value)),
            Value::Array(values) => format!("{}=({})", assignment.name, words(values)),
        });
    let redirections = command.redirections.iter().map(redirection);
    let parts: Vec<_> = assignments
        .chain(command.words.iter().map(word))
        .chain(redirections)
        .collect();
    format!("[{}]", parts.join(" "))
}

fn redirection(redirection: &shell::Redirection) -> String {
    format!(
        "{:?}:{}({})",
        redirection.operator,
        redirection.stream(),
        word(&redirection.target)
    )
}

fn words(words: &[Word]) -> String {
    words.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn compound(command: &Compound) -> String {
    let text = match &command.kind {
        CompoundKind::Subshell(body) => format!("({})", list(body)),
        CompoundKind::Group(body) => format!("{{{}}}", list(body)),
        CompoundKind::If { branches, otherwise } => {
            let mut text = String::from("if");
            for (condition, body) in branches {
                text += &format!(" <{}> <{}>", list(condition), list(body));
            }
            text + &otherwise
                .as_ref()
                .map(|body| format!(" else <{}>", list(body)))
                .unwrap_or_default()
        }
        CompoundKind::Loop {
            until,
            condition,
            body,
        } => {
            let name = if *until { "until" } else { "while" };
            format!("{name} <{}> <{}>", list(condition), list(body))
        }
        CompoundKind::For {
            variable,
            words: values,
            body,
            ..
        } => {
            let values = values.as_ref().map(|values| words(values)).unwrap_or_default();
            format!("for {variable} ({values}) <{}>", list(body))
        }
        CompoundKind::ArithmeticFor { body } => format!("for(()) <{}>", list(body)),
        CompoundKind::Case { word: value, arms } => {
            let arms: Vec<_> = arms
                .iter()
                .map(|arm| format!("{}) <{}>", words(&arm.patterns), list(&arm.body)))
                .collect();
            format!("case {} {}", word(value), arms.join(" "))
        }
        CompoundKind::Function { name, body, .. } => {
            format!(
                "{name}() {}",
                body.as_deref().map(crate::command).unwrap_or_default()
            )
        }
        CompoundKind::Test(values) => format!("[[{}]]", words(values)),
        CompoundKind::Arithmetic(parts) => format!("(({}))", parts.iter().map(part).collect::<String>()),
    };
    command
        .redirections
        .iter()
        .fold(text, |text, next| text + " " + &redirection(next))
}

fn word(word: &Word) -> String {
    word.parts.iter().map(part).collect()
}

fn part(part: &Part) -> String {
    match &part.kind {
        PartKind::Literal(text) => text.clone(),
        PartKind::Escaped(character) => format!("\\{character}"),
        PartKind::SingleQuoted(text) => format!("'{text}'"),
        PartKind::AnsiQuoted(text) => format!("$'{text}'"),
        PartKind::DoubleQuoted { parts, .. } => {
            format!("\"{}\"", parts.iter().map(crate::part).collect::<String>())
        }
        PartKind::Variable(variable) => match &variable.change {
            Change::None => format!("${{{}}}", variable.name),
            change => {
                let inner: String = change.parts().iter().map(crate::part).collect();
                let name = format!("{change:?}");
                let name = name.split(['(', ' ']).next().unwrap_or_default();
                format!("${{{} {name} {inner}}}", variable.name)
            }
        },
        PartKind::Substitution { body, .. } => format!("$({})", list(body)),
        PartKind::Process { body } => format!("<({})", list(body)),
        PartKind::Arithmetic { parts, .. } => {
            format!("$(({}))", parts.iter().map(crate::part).collect::<String>())
        }
        PartKind::Glob(text) => format!("glob:{text}"),
        PartKind::Tilde(user) => format!("tilde:{user}"),
        PartKind::Brace(text) => format!("brace:{text}"),
    }
}

#[test]
fn commands_are_joined_by_separators_operators_and_pipes() {
    check("a b; c", "[a b]; [c]");
    check("a & b &", "[a] & [b] &");
    check("a && b || c", "[a] && [b] || [c]");
    check("a | b | c", "[a] | [b] | [c]");
    check("! a | b", "! [a] | [b]");
    check("a &&\n b\nc # d", "[a] && [b]; [c]");
    check("a|b&&c;d&", "[a] | [b] && [c]; [d] &");
    check("a |& b", "[a] | [b]");
    check("time -p a b", "time [a b]");
    check("", "");
    check("   # only a comment", "");
}

#[test]
fn words_have_parts() {
    check("echo 'a b'\"c $d\"e", "[echo 'a b'\"c ${d}\"e]");
    check(r#"echo \% "\$x \n""#, r#"[echo \% "\$x \n"]"#);
    check(
        "ls *.log [a-z]? ~ ~bob/x a~",
        "[ls glob:*.log glob:[a-z]glob:? tilde: tilde:bob/x a~]",
    );
    check(
        "cp {a,b} {1..3} {x} a{,.bak}",
        "[cp brace:{a,b} brace:{1..3} {x} abrace:{,.bak}]",
    );
    check("echo a#b #c", "[echo a#b]");
    check("echo $ $1 $@ $? a$", "[echo $ ${1} ${@} ${?} a$]");
    check("echo $'a\\'b' $\"c\"", "[echo $'a\\'b' \"c\"]");
    check("[ -e x ] && [ a = b ]", "[[ -e x ]] && [[ a = b ]]");
    check("awk '{print $1}'", "[awk '{print $1}']");
    check("echo é \\é", "[echo é \\é]");
    check("echo \"\" ''", "[echo \"\" '']");
}

#[test]
fn variables_can_be_changed_in_braces() {
    check(
        "echo ${a} ${a:-b c} ${a-x}",
        "[echo ${a} ${a Default b c} ${a Default x}]",
    );
    check(
        "echo ${a:=b} ${a:?b} ${a:+$b}",
        "[echo ${a Assign b} ${a Require b} ${a Alternative ${b}}]",
    );
    check(
        "echo ${a%.x} ${a##*/} ${#a}",
        "[echo ${a Trim .x} ${a Trim #*/} ${a Length }]",
    );
    check(
        "echo ${a:1:2} ${a/b/c} ${a^^}",
        "[echo ${a Substring } ${a Replace } ${a Case }]",
    );
    check("echo ${!a} ${a[0]} ${#}", "[echo ${a Indirect } ${a} ${#}]");
    check(r#"echo "${a:-"b c"}""#, r#"[echo "${a Default "b c"}"]"#);
}

#[test]
fn commands_stand_inside_words() {
    check("echo $(date +%F) `date`", "[echo $([date +%F]) $([date])]");
    check("echo \"$(a \"b c\")\"", "[echo \"$([a \"b c\"])\"]");
    check(r"echo `a \`b\` \$c`", "[echo $([a $([b]) ${c}])]");
    check("diff <(a) >(b)", "[diff <([a]) <([b])]");
    check("echo $((1 + $x * (2))) $[3]", "[echo $((1 + ${x} * (2))) $((3))]");
    check("echo $((a); (b))", "[echo $(([a]); ([b]))]");
}

#[test]
fn redirections_have_streams_and_targets() {
    check("a >b 2>&1", "[a Write:1(b) WriteDuplicate:2(1)]");
    check("a < b >> c", "[a Read:0(b) Append:1(c)]");
    check("a &> b", "[a WriteBoth:1(b)]");
    check("a &2> b", "[a] & [Write:2(b)]");
    check("a 2>1 2 >x", "[a 2 Write:2(1) Write:1(x)]");
    check("a >&- <<< b", "[a WriteDuplicate:1(-) HereString:0(b)]");
    check("a >/dev/null2>&1", "[a Write:1(/dev/null2) WriteDuplicate:1(1)]");
    check(">x a", "[a Write:1(x)]");
    check("cat <<EOF\n$x\nEOF\nb", "[cat HereDocument:0(EOF)]; [b]");
    check("cat <<-'E F'\n\tx\n\tE F\nb", "[cat HereDocument:0('E F')]; [b]");
    check("cat <<EOF\n\tEOF\nx\nEOF\nb", "[cat HereDocument:0(EOF)]; [b]");
    check(
        "cat <<A <<B\nA\nx\nB\nc",
        "[cat HereDocument:0(A) HereDocument:0(B)]; [c]",
    );
    check(
        "if cat <<A; then\nfi\nA\nb; fi",
        "if <[cat HereDocument:0(A)];> <[b];>",
    );
    check("{ a; } 2>b", "{[a];} Write:2(b)");
}

#[test]
fn assignments_come_before_the_program() {
    check("A=b C= d E=f", "[A=b C= d E=f]");
    check("A=(b c) d", "[A=(b c) d]");
    check("A+=b A[1]=c", "[A=b A=c]");
    check("P=~/a:~/b x", "[P=tilde:/a:tilde:/b x]");
    check("1A=b", "[1A=b]");
}

#[test]
fn compound_commands_nest() {
    check("(cd /a && b) || { c; d; }", "([cd /a] && [b]) || {[c]; [d];}");
    check(
        "if a; then b; elif c; then d; else e; fi",
        "if <[a];> <[b];> <[c];> <[d];> else <[e];>",
    );
    check("while a; do b; done < c", "while <[a];> <[b];> Read:0(c)");
    check("until a; do b; done", "until <[a];> <[b];>");
    check("for x in a $b; do c; done", "for x (a ${b}) <[c];>");
    check("for x; do c; done", "for x () <[c];>");
    check("for ((i=0; i<3; i++)); do c; done", "for(()) <[c];>");
    check(
        "case $a in b|c) d;; *) e; esac",
        "case ${a} b c) <[d]> glob:*) <[e];>",
    );
    check("f() { a; }; function g { b; }", "f() {[a];}; g() {[b];}");
    check("[[ -e a && b =~ ^c ]] && d", "[[-e a b =~ ^c]] && [d]");
    check("((a+1)) && ((b) | c)", "((a+1)) && (([b]) | [c])");
    check("echo if then { }", "[echo if then { }]");
}

#[test]
fn broken_commands_keep_what_can_be_read() {
    check(
        "echo \"hi; rm x",
        "[echo \"hi; rm x\"] ! `\"` is never closed 5..6",
    );
    check("echo 'hi", "[echo 'hi'] ! `'` is never closed 5..6");
    check("a && && b", "[a] && [b] ! there is no command after `&&` 2..4");
    check("a &&", "[a] ! there is no command after `&&` 2..4");
    check("a | ; b", "[a]; [b] ! there is no command after `|` 2..3");
    check("a ) b", "[a] [b] ! `)` cannot stand here 2..3");
    check("(a; b", "([a]; [b]) ! `(` is never closed 0..1");
    check(
        "a > ; b",
        "[a Write:1()]; [b] ! the redirection has no target 2..3",
    );
    check("if a; b; fi", "if <[a]; [b];> <> ! `if` has no `then` 0..2");
    check(
        "for x in a; b",
        "for x (a) <> [b] ! `for` has no `do` 0..3 ! `b` cannot stand here 12..13",
    );
    check("a $(b", "[a $([b])] ! `$(` is never closed 2..4");
    check("a `b", "[a $([b])] ! ``` is never closed 2..3");
    check("a ${b", "[a ${b}] ! `${` is never closed 2..4");
    check(
        "done; a",
        "[a] ! `done` cannot stand here 0..4 ! `;` cannot stand here 4..5",
    );
    check("a & ; b", "[a] & [b] ! `;` cannot stand here 4..5");
    check(
        "sleep $((RANDOM ",
        "[sleep $(([RANDOM]))] ! `(` is never closed 8..9 ! `$(` is never closed 6..8",
    );
    check("echo a (b)", "[echo a] ([b]) ! `(` cannot stand here 7..8");
    check("a; }", "[a]; ! `}` cannot stand here 3..4");
}

#[test]
fn words_know_their_places() {
    check_places("  a 'b c' \"$d\"", &["a", "'b c'", "\"$d\""]);
    check_places("é ü", &["é", "ü"]);
    check_places(
        "x `y \\`z\\` w`",
        &["z", "y", "\\`z\\`", "w", "x", "`y \\`z\\` w`"],
    );
}

#[test]
fn text_for_another_shell_is_read_at_its_place() {
    check_places("bash -c 'a b'", &["bash", "-c", "'a b'", "a", "b"]);
    check_places(
        "sudo -u x bash -lc \"a 'b'\"",
        &["sudo", "-u", "x", "bash", "-lc", "\"a 'b'\"", "a", "'b'"],
    );
    check_places(r#"sh -c "a \$b""#, &["sh", "-c", r#""a \$b""#, "a", r"\$b"]);
    check_places("flock -n /l -c 'a'", &["flock", "-n", "/l", "-c", "'a'", "a"]);
    check_places("su - bob -c 'a'", &["su", "-", "bob", "-c", "'a'", "a"]);
    check_places(
        "ssh -p 22 host 'a b'",
        &["ssh", "-p", "22", "host", "'a b'", "a", "b"],
    );
    check_places("bash x.sh -c 'a'", &["bash", "x.sh", "-c", "'a'"]);
}

#[test]
fn a_function_without_a_body_is_told_at_its_parenthesis() {
    check("f() #é", "f()  ! there is no command after `()` 2..3");
}

//! Grammar and words that dash reads in another way.

use super::{Bashism, TABLE, push};
use crate::nodes::Node;
use crate::tree::{Assignment, Change, CompoundKind, Operator, Part, PartKind, Redirection, Value, Variable};

/// The variables that only bash sets, without those that begin with `BASH_`.
const VARIABLES: [&str; 15] = [
    "$RANDOM",
    "$HOSTNAME",
    "$OSTYPE",
    "$MACHTYPE",
    "$HOSTTYPE",
    "$EUID",
    "$UID",
    "$SECONDS",
    "$EPOCHSECONDS",
    "$SHELLOPTS",
    "$PIPESTATUS",
    "$FUNCNAME",
    "$DIRSTACK",
    "$GROUPS",
    "$SHLVL",
];

pub(super) fn check(node: Node<'_>, found: &mut Vec<Bashism>) {
    match node {
        Node::Pipeline(pipeline) => {
            pipeline.timed.iter().for_each(|span| push(found, "time", span));
            let pipes = pipeline.pipes.iter().filter(|pipe| pipe.with_errors);
            pipes.for_each(|pipe| push(found, "|&", &pipe.span));
        }
        Node::Compound(compound) => compound_command(compound, found),
        Node::Arm(arm) if arm.falls_through => arm.end.iter().for_each(|span| push(found, ";&", span)),
        Node::Assignment(assignment) => assigned(assignment, found),
        Node::Redirection(redirection) => redirected(redirection, found),
        Node::Part(part) => piece(part, found),
        Node::Word(word) => {
            // `~+` and `~-`: the sign is not part of a user's name.
            if let [
                Part {
                    kind: PartKind::Tilde(user),
                    ..
                },
                ..,
            ] = &word.parts[..]
                && matches!(user.as_str(), "+" | "-")
            {
                push(found, "~+", &word.span);
            }
        }
        Node::List(_) | Node::AndOr(_) | Node::Arm(_) | Node::Simple(_) => {}
    }
}

fn compound_command(compound: &crate::tree::Compound, found: &mut Vec<Bashism>) {
    let start = compound.span.start;
    match &compound.kind {
        CompoundKind::Test(_) => push(found, "[[", &(start..start + 2)),
        CompoundKind::Arithmetic(parts) => {
            push(found, "((", &(start..start + 2));
            arithmetic(parts, found);
        }
        CompoundKind::ArithmeticFor { .. } => push(found, "for ((", &(start..start + 3)),
        CompoundKind::For { select: true, .. } => push(found, "select", &(start..start + 6)),
        CompoundKind::Function {
            keyword: Some(span), ..
        } => push(found, "function", span),
        CompoundKind::Function { name, .. } if !is_name(name) => {
            push(found, "function name", &(start..start + name.len()));
        }
        _ => {}
    }
}

fn is_name(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn assigned(assignment: &Assignment, found: &mut Vec<Bashism>) {
    if assignment.append {
        push(found, "+=", &assignment.span);
    } else if assignment.index.is_some() {
        push(found, "array element", &assignment.span);
    }
    if matches!(assignment.value, Value::Array(_)) {
        push(found, "array", &assignment.span);
    }
}

fn redirected(redirection: &Redirection, found: &mut Vec<Bashism>) {
    match redirection.operator {
        Operator::WriteBoth | Operator::AppendBoth => push(found, "&>", &redirection.operator_span),
        Operator::HereString => push(found, "<<<", &redirection.operator_span),
        Operator::WriteDuplicate
            if redirection.output_file().is_some()
            // `>&$fd` may well be a number.
            && redirection.target.literal().is_some() =>
        {
            push(found, ">&file", &redirection.span);
        }
        _ => {}
    }
    if redirection.descriptor.is_some_and(|descriptor| descriptor > 9) {
        push(found, "10>", &redirection.span);
    }
    let target = redirection.target.leading();
    if target.starts_with("/dev/tcp/") || target.starts_with("/dev/udp/") {
        push(found, "/dev/tcp", &redirection.target.span);
    }
}

fn piece(part: &Part, found: &mut Vec<Bashism>) {
    match &part.kind {
        PartKind::AnsiQuoted(_) => push(found, "$'", &part.span),
        PartKind::DoubleQuoted { translated: true, .. } => push(found, "$\"", &part.span),
        PartKind::Process { .. } => push(found, "<(", &part.span),
        PartKind::Brace(text) => {
            let range = text.contains("..") && !text.contains(',');
            push(found, if range { "{1..9}" } else { "{a,b}" }, &part.span);
        }
        PartKind::Glob(text) if text.starts_with("[^") => push(found, "[^a]", &part.span),
        PartKind::Arithmetic { bracketed: true, .. } => push(found, "$[", &part.span),
        PartKind::Arithmetic { parts, .. } => arithmetic(parts, found),
        PartKind::Substitution { body, .. } => {
            if let [item] = &body.items[..]
                && item.and_or.rest.is_empty()
                && let [crate::tree::Command::Simple(simple)] = &item.and_or.first.commands[..]
                && simple.words.is_empty()
                && simple.assignments.is_empty()
                && matches!(&simple.redirections[..], [only] if only.operator == Operator::Read)
            {
                push(found, "$(<", &part.span);
            }
        }
        PartKind::Variable(variable) => expansion(variable, part, found),
        _ => {}
    }
}

fn expansion(variable: &Variable, part: &Part, found: &mut Vec<Bashism>) {
    let list = matches!(variable.name.as_str(), "@" | "*");
    match &variable.change {
        _ if variable.subscript.is_some() => push(found, "${x[0]}", &part.span),
        Change::Substring => push(found, "${x:0:1}", &part.span),
        Change::Replace => push(found, "${x/a/b}", &part.span),
        Change::Case => push(found, "${x^^}", &part.span),
        Change::Transform => push(found, "${x@Q}", &part.span),
        Change::Indirect => push(found, "${!x}", &part.span),
        Change::Length if list => push(found, "${#@}", &part.span),
        Change::Trim(_) if list => push(found, "${@%x}", &part.span),
        // A default is there for shells that do not set it.
        Change::Default(_) | Change::Assign(_) | Change::Alternative(_) => {}
        _ => special_variable(&variable.name, part, found),
    }
}

fn special_variable(name: &str, part: &Part, found: &mut Vec<Bashism>) {
    let entry = match name {
        "_" => "$_",
        _ if name == "BASH" || name.starts_with("BASH_") => "$BASH_",
        _ => VARIABLES
            .iter()
            .find(|entry| entry.strip_prefix('$') == Some(name))
            .copied()
            .unwrap_or_default(),
    };
    if let Some(lack) = TABLE.iter().find(|lack| lack.name == entry) {
        found.push(Bashism {
            lack,
            span: part.span.clone(),
            variable: Some(name.to_owned()),
        });
    }
}

/// The signs and names inside arithmetic, where a variable needs no `$`.
fn arithmetic(parts: &[Part], found: &mut Vec<Bashism>) {
    for part in parts {
        let PartKind::Literal(text) = &part.kind else {
            continue;
        };
        for (entry, sign) in [("**", "**"), ("16#ff", "#")] {
            if text.contains(sign) {
                push(found, entry, &part.span);
            }
        }
        for sign in ["++", "--"] {
            if let Some(at) = text.find(sign) {
                let after_name = text
                    .get(..at)
                    .is_some_and(|left| left.trim_end().ends_with(is_name_char));
                push(found, if after_name { "n++" } else { "++n" }, &part.span);
            }
        }
        if let Some(at) = text.find("RANDOM")
            && let Some(lack) = TABLE.iter().find(|lack| lack.name == "$((RANDOM")
        {
            let start = part.span.start + at;
            let span = start..start + "RANDOM".len();
            found.push(Bashism {
                lack,
                span,
                variable: Some("RANDOM".to_owned()),
            });
        }
    }
}

fn is_name_char(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

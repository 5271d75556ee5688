//! Every part of a script, one after the other.

use crate::tree::{
    AndOr, Arm, Assignment, Command, Compound, CompoundKind, List, Part, PartKind, Pipeline, Redirection,
    Script, SimpleCommand, Word,
};
use crate::walk::assigned_words;

impl Script {
    /// All parts of the tree, each in front of what it holds; what is handed to other shells is left out.
    pub fn nodes(&self) -> Vec<Node<'_>> {
        let mut nodes = Vec::new();
        list_nodes(&self.body, &mut nodes);
        nodes
    }
}

/// One part of a tree.
#[derive(Debug, Clone, Copy)]
pub enum Node<'a> {
    /// Commands one after the other.
    List(&'a List),
    /// Pipelines joined by `&&` and `||`.
    AndOr(&'a AndOr),
    /// A pipeline, of one command or several.
    Pipeline(&'a Pipeline),
    /// A compound command.
    Compound(&'a Compound),
    /// An arm of a `case`.
    Arm(&'a Arm),
    /// A simple command.
    Simple(&'a SimpleCommand),
    /// An assignment.
    Assignment(&'a Assignment),
    /// A redirection.
    Redirection(&'a Redirection),
    /// A word, wherever it stands.
    Word(&'a Word),
    /// A part of a word, those inside quotes too.
    Part(&'a Part),
}

fn list_nodes<'a>(list: &'a List, nodes: &mut Vec<Node<'a>>) {
    nodes.push(Node::List(list));
    for item in &list.items {
        nodes.push(Node::AndOr(&item.and_or));
        let rest = item.and_or.rest.iter().map(|(_, pipeline)| pipeline);
        for pipeline in std::iter::once(&item.and_or.first).chain(rest) {
            nodes.push(Node::Pipeline(pipeline));
            pipeline
                .commands
                .iter()
                .for_each(|command| command_nodes(command, nodes));
        }
    }
}

fn command_nodes<'a>(command: &'a Command, nodes: &mut Vec<Node<'a>>) {
    match command {
        Command::Simple(simple) => {
            nodes.push(Node::Simple(simple));
            for assignment in &simple.assignments {
                nodes.push(Node::Assignment(assignment));
                assigned_words(assignment).for_each(|word| word_nodes(word, nodes));
            }
            simple.words.iter().for_each(|word| word_nodes(word, nodes));
            redirection_nodes(&simple.redirections, nodes);
        }
        Command::Compound(compound) => {
            nodes.push(Node::Compound(compound));
            compound_nodes(&compound.kind, nodes);
            redirection_nodes(&compound.redirections, nodes);
        }
    }
}

fn compound_nodes<'a>(kind: &'a CompoundKind, nodes: &mut Vec<Node<'a>>) {
    match kind {
        CompoundKind::Subshell(list) | CompoundKind::Group(list) => list_nodes(list, nodes),
        CompoundKind::ArithmeticFor { body } => list_nodes(body, nodes),
        CompoundKind::If { branches, otherwise } => {
            for (condition, body) in branches {
                list_nodes(condition, nodes);
                list_nodes(body, nodes);
            }
            otherwise.iter().for_each(|list| list_nodes(list, nodes));
        }
        CompoundKind::Loop { condition, body, .. } => {
            list_nodes(condition, nodes);
            list_nodes(body, nodes);
        }
        CompoundKind::For { words, body, .. } => {
            words.iter().flatten().for_each(|word| word_nodes(word, nodes));
            list_nodes(body, nodes);
        }
        CompoundKind::Case { word, arms } => {
            word_nodes(word, nodes);
            for arm in arms {
                nodes.push(Node::Arm(arm));
                arm.patterns.iter().for_each(|pattern| word_nodes(pattern, nodes));
                list_nodes(&arm.body, nodes);
            }
        }
        CompoundKind::Function { body, .. } => {
            body.iter().for_each(|command| command_nodes(command, nodes));
        }
        // Inside `[[ ]]` the signs of patterns mean something else; the construct itself is what counts.
        CompoundKind::Test(_) => {}
        CompoundKind::Arithmetic(parts) => part_nodes(parts, nodes),
    }
}

fn redirection_nodes<'a>(redirections: &'a [Redirection], nodes: &mut Vec<Node<'a>>) {
    for redirection in redirections {
        nodes.push(Node::Redirection(redirection));
        word_nodes(&redirection.target, nodes);
    }
}

fn word_nodes<'a>(word: &'a Word, nodes: &mut Vec<Node<'a>>) {
    nodes.push(Node::Word(word));
    part_nodes(&word.parts, nodes);
}

fn part_nodes<'a>(parts: &'a [Part], nodes: &mut Vec<Node<'a>>) {
    for part in parts {
        nodes.push(Node::Part(part));
        match &part.kind {
            PartKind::DoubleQuoted { parts, .. } | PartKind::Arithmetic { parts, .. } => {
                part_nodes(parts, nodes);
            }
            PartKind::Variable(variable) => part_nodes(variable.change.parts(), nodes),
            PartKind::Substitution { body, .. } | PartKind::Process { body } => list_nodes(body, nodes),
            _ => {}
        }
    }
}

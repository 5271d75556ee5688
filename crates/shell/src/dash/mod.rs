//! What dash, the `/bin/sh` of Debian, lacks of bash.
//!
//! The [table](TABLE) says what dash does instead, measured with dash 0.5.12; a test runs each example under
//! the machine's dash and bash and shows that they differ. checkbashisms 2.23's table is the floor. Entries of
//! that table are left out where dash does the same as bash, though POSIX does not ask for it: `type`,
//! `hash`, `ulimit -n`, `jobs`, `local x=1`, `unalias -a`, `command -p`, `read -p`, `export -p`, `~user`.

mod builtins;
mod lack;
mod syntax;
mod table;

pub use lack::{Effect, Lack};
pub use table::TABLE;

use crate::nodes::Node;
use crate::tree::{Script, Span};

/// One thing in a script that dash lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bashism {
    /// Which.
    pub lack: &'static Lack,
    /// Where.
    pub span: Span,
    /// The variable, when it is one that only bash sets.
    pub variable: Option<String>,
}

/// All that dash lacks in `script`, in the order in which it stands; what other shells are handed is left out.
///
/// ```
/// let script = shell::parse("source ~/.profile && [[ -e x ]] &> /dev/null");
/// let found: Vec<_> = shell::dash::lacking(&script).iter().map(|found| found.lack.name).collect();
/// assert_eq!(found, ["source", "[[", "&>"]);
/// ```
pub fn lacking(script: &Script) -> Vec<Bashism> {
    lacking_in(&script.nodes())
}

/// [`lacking`], for those who have the script's [nodes](Script::nodes) already.
pub fn lacking_in(nodes: &[Node<'_>]) -> Vec<Bashism> {
    let mut found = Vec::new();
    for node in nodes {
        match node {
            Node::Simple(command) => builtins::check(command, &mut found),
            node => syntax::check(*node, &mut found),
        }
    }
    found.sort_by_key(|bashism| (bashism.span.start, bashism.span.end));
    found.dedup();
    found
}

fn push(found: &mut Vec<Bashism>, name: &str, span: &Span) {
    if let Some(lack) = TABLE.iter().find(|lack| lack.name == name) {
        found.push(Bashism {
            lack,
            span: span.clone(),
            variable: None,
        });
    }
}

//! What the table says of each thing that bash has and dash lacks.

use super::table::BUSYBOX;

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

pub(super) const fn refused(name: &'static str, instead: &'static str, example: &'static str) -> Lack {
    Lack {
        name,
        effect: Effect::Refused,
        instead,
        example,
    }
}

pub(super) const fn not_found(name: &'static str, instead: &'static str, example: &'static str) -> Lack {
    Lack {
        name,
        effect: Effect::NotFound,
        instead,
        example,
    }
}

pub(super) const fn fails(name: &'static str, instead: &'static str, example: &'static str) -> Lack {
    Lack {
        name,
        effect: Effect::Fails,
        instead,
        example,
    }
}

pub(super) const fn otherwise(
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

//! Programs and the directories that hold them on a Debian system, so that a lookup gives the same answer on every
//! machine.
//!
//! `programs/base.txt` is what a minimal system has: every file in /bin, /usr/bin, /sbin and /usr/sbin of the 65
//! packages of Debian 12 that are essential or of priority required or important, read out of the packages
//! themselves (`apt-cache dumpavail` names them, `apt-get download` and `dpkg-deb -c` show what is in them), plus
//! the names that their `update-alternatives` calls add (awk, editor, pager, vi, which ...). /bin and /sbin are
//! links to /usr/bin and /usr/sbin there, so each program stands under /usr.
//!
//! `programs/packaged.txt` is a choice of programs that crontabs call and that a Debian package puts into /usr/bin
//! or /usr/sbin once it is installed. It is written by hand; a program that Debian does not package is not in it,
//! because then it is wherever its installer put it.

/// A program of Debian's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    /// Its name.
    pub name: &'static str,
    /// `/usr/bin` or `/usr/sbin`.
    pub directory: &'static str,
    /// The package that holds it.
    pub package: &'static str,
    /// Whether every system has it.
    pub base: bool,
}

impl Program {
    /// Whether a search through these directories finds it; `/bin` and `/sbin` are `/usr/bin` and `/usr/sbin`.
    pub(crate) fn is_in(&self, directories: &[&str]) -> bool {
        let short = self.directory.strip_prefix("/usr").unwrap_or(self.directory);
        directories
            .iter()
            .map(|directory| directory.trim_end_matches('/'))
            .any(|d| d == self.directory || d == short)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> String {
        format!("{}/{}", self.directory, self.name)
    }
}

const BASE: &str = include_str!("programs/base.txt");
const PACKAGED: &str = include_str!("programs/packaged.txt");

/// A table with its names in order of their bytes, and where its lines begin: worked out by the compiler, because
/// most runs ask for a few names only.
struct Table {
    text: &'static str,
    starts: &'static [u16],
    base: bool,
}

static TABLES: [Table; 2] = [
    Table {
        text: BASE,
        starts: &starts::<{ lines(BASE) }>(BASE),
        base: true,
    },
    Table {
        text: PACKAGED,
        starts: &starts::<{ lines(PACKAGED) }>(PACKAGED),
        base: false,
    },
];

const fn lines(text: &str) -> usize {
    let (mut at, mut lines) = (0, 0);
    while at < text.len() {
        lines += (text.as_bytes()[at] == b'\n') as usize;
        at += 1;
    }
    lines
}

const fn starts<const LINES: usize>(text: &str) -> [u16; LINES] {
    assert!(text.len() <= u16::MAX as usize);
    let mut starts = [0; LINES];
    let (mut at, mut line) = (0, 1);
    while line < LINES {
        if text.as_bytes()[at] == b'\n' {
            starts[line] = at as u16 + 1;
            line += 1;
        }
        at += 1;
    }
    starts
}

/// The program of that name, if a Debian package holds it.
pub(crate) fn find(name: &str) -> Option<Program> {
    TABLES.iter().find_map(|table| table.find(name))
}

impl Table {
    fn find(&self, name: &str) -> Option<Program> {
        let from = |start: u16| &self.text[usize::from(start)..];
        let ahead = |start: &u16| from(*start).split(' ').next().is_some_and(|word| word < name);
        let at = self.starts.partition_point(ahead);
        let mut words = from(*self.starts.get(at)?).lines().next()?.split(' ');
        let found = Program {
            name: words.next()?,
            directory: words.next()?,
            package: words.next()?,
            base: self.base,
        };
        (found.name == name).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Option<(&str, bool)>) {
        assert_eq!(
            find(name).map(|program| (program.directory, program.base)),
            expected,
            "{name}"
        );
    }

    #[test]
    fn every_system_has_these() {
        check("awk", Some(("/usr/bin", true)));
        check("ls", Some(("/usr/bin", true)));
        check("reboot", Some(("/usr/sbin", true)));
        check("logrotate", Some(("/usr/sbin", true)));
    }

    #[test]
    fn a_package_brings_these() {
        check("curl", Some(("/usr/bin", false)));
        check("iptables", Some(("/usr/sbin", false)));
    }

    #[test]
    fn nobody_knows_these() {
        check("my-backup", None);
        check("", None);
    }

    #[test]
    fn each_name_stands_once_and_is_found() {
        for table in &TABLES {
            let names: Vec<&str> = table
                .text
                .lines()
                .filter_map(|line| line.split(' ').next())
                .collect();
            assert!(names.windows(2).all(|pair| pair[0] < pair[1]));
            for name in names {
                let program = find(name).unwrap();
                assert!(program.name == name && program.base == table.base, "{program:?}");
                assert!(program.directory.starts_with("/usr/") && !program.package.is_empty());
            }
        }
    }
}

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

use std::sync::LazyLock;

/// A program of Debian's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Program {
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
    pub fn is_in(&self, directories: &[&str]) -> bool {
        let short = self.directory.strip_prefix("/usr").unwrap_or(self.directory);
        directories
            .iter()
            .map(|directory| directory.trim_end_matches('/'))
            .any(|d| d == self.directory || d == short)
    }

    /// Where it is.
    pub fn path(&self) -> String {
        format!("{}/{}", self.directory, self.name)
    }
}

static PROGRAMS: LazyLock<Vec<Program>> = LazyLock::new(|| {
    let base = read(include_str!("programs/base.txt"), true);
    let mut programs: Vec<Program> = base
        .chain(read(include_str!("programs/packaged.txt"), false))
        .collect();
    programs.sort_unstable_by_key(|program| program.name);
    programs
});

fn read(table: &'static str, base: bool) -> impl Iterator<Item = Program> {
    table.lines().filter_map(move |line| {
        let mut words = line.split(' ');
        Some(Program {
            name: words.next()?,
            directory: words.next()?,
            package: words.next()?,
            base,
        })
    })
}

/// The program of that name, if a Debian package holds it.
pub fn find(name: &str) -> Option<&'static Program> {
    let at = PROGRAMS
        .binary_search_by_key(&name, |program| program.name)
        .ok()?;
    Some(&PROGRAMS[at])
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
    fn each_name_stands_once() {
        assert!(PROGRAMS.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(PROGRAMS.iter().all(|program| !program.package.is_empty()));
    }
}

//! What a machine has to run crontabs with: the daemon, the program that mails, the zone files, and the crontabs.

use std::path::{Path, PathBuf};

use crontab::{Daemon, daemon};
use schedule::Zone;

use crate::Machine;

/// The cron daemon of a machine.
#[derive(Clone, Copy, Debug)]
pub struct Installed {
    /// Which one.
    pub daemon: &'static Daemon,
    /// Its program.
    pub program: &'static str,
    /// Whether it runs; none where that cannot be told.
    pub runs: Option<bool>,
}

/// Where daemons are, with a word that only that daemon's program holds; the first that fits is taken.
const PROGRAMS: &[(&str, &str, &str)] = &[
    ("/usr/sbin/crond", "cronie", "cronie"),
    ("/usr/sbin/cron", "cronie", "cronie"),
    ("/usr/sbin/crond", "dillon", "dcron"),
    ("/usr/sbin/crond", "BusyBox", "busybox"),
    ("/usr/sbin/cron", "INSECURE MODE (mode 0600 expected)", "debian"),
    ("/usr/sbin/cron", "FreeBSD", "freebsd"),
    ("/usr/sbin/bcron-start", "", "bcron"),
    (
        "/usr/lib/systemd/system-generators/systemd-crontab-generator",
        "",
        "systemd-cron",
    ),
    (
        "/lib/systemd/system-generators/systemd-crontab-generator",
        "",
        "systemd-cron",
    ),
    ("/usr/local/bin/supercronic", "", "supercronic"),
    ("/usr/bin/supercronic", "", "supercronic"),
    ("/usr/sbin/cron", "", "vixie"),
    ("/usr/sbin/crond", "", "vixie"),
];

/// A cron daemon has some ten kilobytes, busybox a megabyte, supercronic ten.
const LARGEST_PROGRAM: u64 = 4 << 20;

/// Where users' crontabs are kept, one file an account.
const SPOOLS: &[&str] = &[
    "/var/spool/cron/crontabs",
    "/var/spool/cron/tabs",
    "/var/cron/tabs",
    "/var/spool/cron",
    "/etc/crontabs",
];

impl Machine {
    /// The cron daemon that is installed; of several, one that runs.
    pub fn cron_daemon(&self) -> Option<Installed> {
        let mut contents: Vec<(&str, Vec<u8>)> = Vec::new();
        let mut found: Option<Installed> = None;
        for &(program, word, name) in PROGRAMS {
            // One program is one daemon.
            if !self.has(program) || found.is_some_and(|found| found.program == program) {
                continue;
            }
            if !word.is_empty() && !contents.iter().any(|(known, _)| *known == program) {
                let bytes = self.read(Path::new(program), LARGEST_PROGRAM).unwrap_or_default();
                contents.push((program, bytes));
            }
            let bytes = contents.iter().find(|(known, _)| *known == program);
            if !word.is_empty() && !bytes.is_some_and(|(_, bytes)| contains(bytes, word.as_bytes())) {
                continue;
            }
            let Some(daemon) = daemon::find(name) else {
                continue;
            };
            let runs = self.runs(program);
            if found.is_none() || runs == Some(true) {
                found = Some(Installed {
                    daemon,
                    program,
                    runs,
                });
            }
            if runs != Some(false) {
                break;
            }
        }
        found
    }

    /// Whether a process of that program's name runs; none on another machine, and for what is no daemon.
    fn runs(&self, program: &str) -> Option<bool> {
        let name = Path::new(program).file_name()?.to_str()?;
        if !self.is_here() || name.contains("generator") {
            return None;
        }
        let numbers = self
            .names("/proc")
            .into_iter()
            .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
        let mut names = numbers
            .map(|number| self.text(&format!("/proc/{number}/comm")))
            .peekable();
        names.peek()?;
        Some(names.any(|running| running.trim_end() == name))
    }

    /// Whether the program is there that cron hands mail to.
    pub fn has_mail_program(&self) -> bool {
        ["/usr/sbin/sendmail", "/usr/lib/sendmail"]
            .iter()
            .any(|path| self.has(path))
    }

    /// Whether the C library of that machine knows the zone; none where the machine has no zone files at all, or the
    /// name is a rule or a path.
    pub fn knows_zone(&self, name: &str) -> Option<bool> {
        let name = name.strip_prefix(':').unwrap_or(name);
        let number = name.contains(|letter: char| letter.is_ascii_digit());
        let rule = name.contains([',', '<']) || number && !name.contains('/');
        if name.starts_with('/') || rule || matches!(name, "" | "UTC" | "GMT") {
            return None;
        }
        Some(self.has(&format!("/usr/share/zoneinfo/{name}")))
    }

    /// The zone that its clock follows; none where its file cannot be read.
    pub fn zone(&self) -> Option<Zone> {
        if self.is_here() {
            return crate::zone(None).ok();
        }
        let bytes = self.read(Path::new("/etc/localtime"), 1 << 20).ok()?;
        Zone::from_tzif("local time", &bytes).ok()
    }

    /// The zone that /etc/timezone names, when /etc/localtime is not there and the clock goes by UTC all the same.
    pub fn unused_zone(&self) -> Option<String> {
        let written = self.text("/etc/timezone").trim().to_owned();
        let other = !matches!(&*written, "" | "UTC" | "Etc/UTC");
        (other && !self.has("/etc/localtime")).then_some(written)
    }

    /// The files that its daemon reads: /etc/crontab, /etc/cron.d and the spool, as paths of that machine.
    pub fn crontabs(&self) -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> = Vec::new();
        if self.link_state(Path::new("/etc/crontab")).is_ok() {
            found.push(PathBuf::from("/etc/crontab"));
        }
        for directory in ["/etc/cron.d"].iter().chain(SPOOLS) {
            let paths = self
                .names(directory)
                .into_iter()
                .map(|name| Path::new(directory).join(name));
            found.extend(paths.filter(|path| self.is_crontab(path)));
        }
        found
    }

    /// Directories, busybox's list of changes and files of packages are none.
    fn is_crontab(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let set_aside = name.starts_with('.') || name == "cron.update" || name == "README";
        let directory = self.state(path).is_ok_and(|state| state.directory);
        !set_aside && !directory
    }
}

/// The account whose crontab lies at that path, by the place and the file's name.
pub fn owner_by_path(path: &Path) -> Option<&str> {
    let parent = path.parent()?.to_str()?;
    SPOOLS
        .contains(&parent)
        .then(|| path.file_name()?.to_str())
        .flatten()
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::laid_out;

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: Option<&str>) {
        let (_files, machine) = laid_out(files);
        let found = machine.cron_daemon().map(|installed| installed.daemon.name);
        assert_eq!(found, expected);
    }

    #[test]
    fn a_daemon_is_told_by_its_program() {
        check(&[], None);
        check(
            &[("usr/sbin/cron", "x INSECURE MODE (mode 0600 expected) x")],
            Some("debian"),
        );
        check(&[("usr/sbin/crond", "cronie 1.7.2")], Some("cronie"));
        check(&[("usr/sbin/crond", "BusyBox v1.37")], Some("busybox"));
        check(&[("usr/sbin/crond", "dillon's cron daemon")], Some("dcron"));
        check(&[("usr/local/bin/supercronic", "")], Some("supercronic"));
        check(&[("usr/sbin/crond", "something else")], Some("vixie"));
    }

    #[test]
    fn the_crontabs_of_a_machine_are_found() {
        let (_files, machine) = laid_out(&[
            ("etc/crontab", ""),
            ("etc/cron.d/backup", ""),
            ("etc/cron.d/.placeholder", ""),
            ("var/spool/cron/crontabs/pi", ""),
            ("var/spool/cron/root", ""),
        ]);
        let paths = [
            "/etc/crontab",
            "/etc/cron.d/backup",
            "/var/spool/cron/crontabs/pi",
            "/var/spool/cron/root",
        ];
        assert_eq!(machine.crontabs(), paths.map(PathBuf::from));
        assert_eq!(
            owner_by_path(Path::new("/var/spool/cron/crontabs/pi")),
            Some("pi")
        );
        assert_eq!(owner_by_path(Path::new("/etc/cron.d/backup")), None);
    }

    #[test]
    fn zones_are_files() {
        let (_files, machine) = laid_out(&[
            ("usr/share/zoneinfo/Europe/Berlin", ""),
            ("etc/timezone", "Asia/Tokyo\n"),
        ]);
        assert_eq!(machine.knows_zone("Europe/Berlin"), Some(true));
        assert_eq!(machine.knows_zone(":Europe/Berln"), Some(false));
        assert_eq!(machine.knows_zone("CET-1CEST,M3.5.0,M10.5.0/3"), None);
        assert_eq!(machine.unused_zone().as_deref(), Some("Asia/Tokyo"));
    }
}

//! Whether a crontab's entries have a user column: told by its path, or guessed from its content.

use crate::names::{COMMON_PROGRAMS, SYSTEM_ACCOUNTS};

/// Whose crontab it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One user's, as `crontab -e` shows it: schedule and command.
    User,
    /// The system's, as /etc/crontab and /etc/cron.d: schedule, user and command.
    System,
}

impl Kind {
    /// Whether the sixth column is a user.
    pub fn has_user_column(self) -> bool {
        self == Kind::System
    }

    /// The word that options take.
    pub fn name(self) -> &'static str {
        match self {
            Kind::User => "user",
            Kind::System => "system",
        }
    }

    /// What a path alone settles: /etc/crontab, anything in a `cron.d`, the spool of user crontabs.
    pub fn of_path(path: &str) -> Option<Kind> {
        let path = path.replace('\\', "/");
        let mut parts = path.rsplit('/').filter(|part| !part.is_empty());
        let name = parts.next()?;
        let directory = parts.next();
        if path == "/etc/crontab" || directory == Some("cron.d") || name.ends_with(".cron.d") {
            return Some(Kind::System);
        }
        let above = parts.next();
        match (above, directory) {
            (Some("spool" | "cron"), Some("crontabs" | "tabs")) | (Some("spool"), Some("cron")) => {
                Some(Kind::User)
            }
            // busybox keeps its user crontabs in /etc/crontabs.
            (Some("etc"), Some("crontabs")) => Some(Kind::User),
            _ => None,
        }
    }

    /// What the path and the content together make likely. A path that settles it is not doubted.
    ///
    /// ```
    /// use crontab::Kind;
    ///
    /// assert_eq!(Kind::guess(Some("/etc/cron.d/backup"), b""), Kind::System);
    /// assert_eq!(Kind::guess(None, b"0 5 * * * root /usr/local/bin/backup\n"), Kind::System);
    /// assert_eq!(Kind::guess(None, b"0 5 * * * /usr/local/bin/backup\n"), Kind::User);
    /// ```
    pub fn guess(path: Option<&str>, text: &[u8]) -> Kind {
        if let Some(kind) = path.and_then(Kind::of_path) {
            return kind;
        }
        // A repository's etc/crontab is most often meant for /etc.
        let hint = path.is_some_and(|path| path.ends_with("etc/crontab"));
        let score = text.split(|&byte| byte == b'\n').map(weigh).sum::<i32>() + i32::from(hint);
        if score > 0 { Kind::System } else { Kind::User }
    }
}

/// How much a line speaks for a user column (above 0) or against it.
fn weigh(line: &[u8]) -> i32 {
    let line = String::from_utf8_lossy(line);
    let line = line.trim();
    if let Some(comment) = line.strip_prefix('#') {
        return weigh_header(comment);
    }
    let mut words = line.split_ascii_whitespace();
    let skip = if line.starts_with('@') { 1 } else { 5 };
    for _ in 0..skip {
        match words.next() {
            Some(word) if skip == 1 || begins_field(word) => {}
            _ => return 0,
        }
    }
    match (words.next(), words.next()) {
        (Some(sixth), next) => weigh_word(sixth, next),
        _ => 0,
    }
}

/// Debian's /etc/crontab has `# m h dom mon dow user command` above its entries; `crontab -e` has no user there.
fn weigh_header(comment: &str) -> i32 {
    let words: Vec<&str> = comment.split_ascii_whitespace().collect();
    match words.as_slice() {
        [
            "m",
            "h",
            "dom",
            "mon",
            "dow",
            "user" | "user-name" | "username",
            ..,
        ] => 4,
        ["m", "h", "dom", "mon", "dow", "command" | "cmd", ..] => -2,
        _ => 0,
    }
}

fn weigh_word(word: &str, next: Option<&str>) -> i32 {
    let Some(next) = next else { return -2 };
    if !is_account_name(word) {
        return -3;
    }
    let command_follows = next.starts_with(['/', '.', '~', '$', '(', '[', '"']) || is_common_program(next);
    match (is_system_account(word), is_common_program(word)) {
        (true, false) => 3,
        (true, true) => i32::from(command_follows),
        (false, true) => -3,
        (false, false) if command_follows && !next.starts_with(['$', '"', '.', '~']) => 1,
        (false, false) => -1,
    }
}

fn begins_field(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit() || "*?/,-".contains(c))
        || word.len() >= 3 && word.is_ascii()
}

/// Whether a word could be the name of an account.
pub fn is_account_name(word: &str) -> bool {
    let mut bytes = word.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && word.len() <= 32
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$'))
        && !word.ends_with(".sh")
        && !word.ends_with(".py")
        && !word.ends_with(".php")
        && !word.ends_with(".pl")
        && !word.ends_with(".rb")
        && !word.ends_with(".js")
}

/// Whether an account of that name is one that systems or well-known packages create.
pub fn is_system_account(word: &str) -> bool {
    SYSTEM_ACCOUNTS.binary_search(&word).is_ok()
}

fn is_common_program(word: &str) -> bool {
    COMMON_PROGRAMS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: Option<&str>, text: &str, expected: Kind) {
        assert_eq!(Kind::guess(path, text.as_bytes()), expected, "{path:?} {text:?}");
    }

    #[test]
    fn the_tables_are_sorted() {
        assert!(SYSTEM_ACCOUNTS.is_sorted());
        assert!(COMMON_PROGRAMS.is_sorted());
    }

    #[test]
    fn a_path_in_cron_d_has_a_user_column_whatever_it_holds() {
        check(
            Some("/etc/cron.d/backup"),
            "0 5 * * * /usr/bin/backup\n",
            Kind::System,
        );
        check(Some("files/etc/cron.d/backup"), "", Kind::System);
        check(Some("/etc/crontab"), "0 5 * * * /usr/bin/backup\n", Kind::System);
    }

    #[test]
    fn a_spool_file_has_none() {
        check(
            Some("/var/spool/cron/crontabs/pi"),
            "0 5 * * * root x\n",
            Kind::User,
        );
        check(Some("/var/spool/cron/pi"), "0 5 * * * root x\n", Kind::User);
        check(Some("root/etc/crontabs/abc"), "", Kind::User);
    }

    #[test]
    fn other_paths_go_by_content() {
        check(Some("crontab"), "0 5 * * * root /usr/bin/backup\n", Kind::System);
        check(Some("crontab"), "0 5 * * * /usr/bin/backup now\n", Kind::User);
        check(Some("etc/crontab"), "0 5 * * * python3 x.py\n", Kind::User);
        check(None, "@daily www-data cd /srv && ./x\n", Kind::System);
        check(None, "", Kind::User);
    }

    #[test]
    fn a_program_with_the_name_of_a_user_is_a_program() {
        check(None, "0 5 * * * git gc\n", Kind::User);
        check(None, "0 5 * * * mail -s x y\n", Kind::User);
        check(None, "0 5 * * * mail /usr/lib/mailman/cron\n", Kind::System);
    }

    #[test]
    fn the_header_of_debian_tells() {
        check(
            None,
            "# m h dom mon dow user\tcommand\n17 * * * * cd /\n",
            Kind::System,
        );
        check(None, "# m h  dom mon dow   command\n", Kind::User);
    }
}

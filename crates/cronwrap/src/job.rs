//! The job: what to run, and its name.

use std::ffi::{CString, OsStr, OsString};
use std::path::Path;

/// What to run, and how.
#[derive(Clone, Debug, Default)]
pub(crate) struct Job {
    /// How the job is called in reports; see [`name`].
    pub(crate) name: String,
    /// The program, looked up as a shell does.
    pub(crate) program: OsString,
    /// The directories where a program without a slash is looked for.
    pub(crate) search_path: OsString,
    /// Its arguments.
    pub(crate) arguments: Vec<OsString>,
    /// Give the job one pipe for both streams.
    pub(crate) merge: bool,
    /// Give the job a terminal for its output.
    pub(crate) pty: bool,
    /// Leave the job in our own process group.
    pub(crate) foreground: bool,
    /// Give the job an empty standard input.
    pub(crate) no_stdin: bool,
    /// What the process does to itself before it becomes the job.
    pub(crate) limits: Limits,
    /// Variables that the job must not see: ours.
    pub(crate) unset: Vec<OsString>,
    /// Variables that the job gets.
    pub(crate) set: Vec<(OsString, OsString)>,
}

/// What the job's process does to itself before it becomes the job; never to cronwrap.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits {
    /// Where it starts.
    pub(crate) directory: Option<CString>,
    pub(crate) umask: Option<u32>,
    pub(crate) nice: Option<i32>,
    /// Seconds of CPU time for each process.
    pub(crate) cpu_seconds: Option<u64>,
    /// Bytes of address space for each process.
    pub(crate) address_space: Option<u64>,
    /// Bytes of memory for the whole job.
    pub(crate) memory: Option<u64>,
}

/// A name for a command line: its program's base name and a short hash of the whole line.
///
/// Never an argument, which may be a secret. The hash keeps two lines of one program apart; it is the same on
/// every host and in every version.
pub(crate) fn name(program: &OsStr, line: &[&OsStr]) -> String {
    let base = Path::new(program)
        .file_name()
        .unwrap_or(program)
        .to_string_lossy();
    let mut name: String = base
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c))
        .take(40)
        .collect();
    if name.is_empty() {
        name.push_str("job");
    }
    let hash = hash(
        line.iter()
            .flat_map(|word| word.as_encoded_bytes().iter().copied().chain([0])),
    );
    format!("{name}-{:06x}", hash & 0xff_ffff)
}

/// The longest name that a file may have is 255 bytes; there is more than the job's in it.
const FILE_NAME: usize = 150;

/// A name as a file's name: nothing that leads out of a directory, nothing that a shell or an object store would mind.
pub(crate) fn file_name(name: &str) -> String {
    let fine = |c: char| {
        if c.is_alphanumeric() || "._-@+".contains(c) {
            c
        } else {
            '_'
        }
    };
    let mut text: String = name.chars().map(fine).take(100).collect();
    while text.len() > FILE_NAME {
        text.pop();
    }
    match text.strip_prefix('.') {
        Some(rest) => format!("_{rest}"),
        None if text.is_empty() => "_".to_owned(),
        None => text,
    }
}

/// A hash that is the same on every host and in every version (FNV-1a, with its bits mixed once more).
pub(crate) fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}

/// The name that a shell line gives itself: `backup --all # nightly`, where one word follows the last `#`.
pub(crate) fn trailing_name(line: &str) -> Option<&str> {
    let (before, name) = line.rsplit_once('#')?;
    let name = name.trim();
    let word = |c: char| c.is_alphanumeric() || "._-".contains(c);
    let comment = before.ends_with([' ', '\t']) && !name.is_empty() && name.chars().all(word);
    // Within quotes it would be no comment.
    let quoted = ['\'', '"']
        .iter()
        .any(|&quote| before.matches(quote).count() % 2 == 1);
    (comment && !quoted).then_some(name)
}

/// The word of a shell line that says what it runs: the first that is neither an assignment nor `cd` and its
/// directory. A guess for a name, not a parse.
pub(crate) fn program_of_line(line: &str) -> &str {
    let mut words = line.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "cd" => {
                words.next();
            }
            "&&" | ";" | "exec" | "nice" | "{" | "(" => {}
            _ if word.contains('=') => {}
            _ => return word.trim_end_matches([';', '&', ')', '}']),
        }
    }
    "sh"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        assert_eq!(program_of_line(line), expected);
    }

    #[test]
    fn the_program_of_a_line_is_what_it_is_about() {
        check("/opt/backup.sh --all", "/opt/backup.sh");
        check("cd /srv && ./run -x", "./run");
        check("A=1 B=2 python3 x.py", "python3");
        check("true;", "true");
        check("", "sh");
    }

    #[test]
    fn a_line_can_name_itself() {
        assert_eq!(trailing_name("backup --all # nightly"), Some("nightly"));
        assert_eq!(trailing_name("backup #nightly "), Some("nightly"));
        for none in [
            "backup",
            "backup # every night",
            "echo a#b",
            "echo 'x # y'",
            "backup #",
            "echo \"a # b",
        ] {
            assert_eq!(trailing_name(none), None, "{none}");
        }
    }

    #[test]
    fn a_name_has_the_base_name_and_no_argument() {
        let named = |program: &str, line: &[&str]| {
            name(
                OsStr::new(program),
                &line.iter().map(OsStr::new).collect::<Vec<_>>(),
            )
        };
        let one = named("/opt/backup.sh", &["/opt/backup.sh", "--password=hunter2"]);
        assert!(
            one.starts_with("backup.sh-") && one.len() == "backup.sh-".len() + 6,
            "{one}"
        );
        assert_eq!(
            one,
            named("/opt/backup.sh", &["/opt/backup.sh", "--password=hunter2"])
        );
        assert_ne!(
            one,
            named("/opt/backup.sh", &["/opt/backup.sh", "--password", "hunter2"])
        );
        assert!(named("/", &["/"]).starts_with("job-"));
    }
}

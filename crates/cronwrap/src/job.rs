//! The job: what to run, and its name.

use std::ffi::{OsStr, OsString};
use std::path::Path;

/// What to run, and how.
#[derive(Clone, Debug, Default)]
pub(crate) struct Job {
    /// How the job is called in reports; see [`name`].
    pub(crate) name: String,
    /// The program, looked up as a shell does.
    pub(crate) program: OsString,
    /// The directories where a program without a slash is looked for; only to say where it was not found.
    pub(crate) search_path: OsString,
    /// Its arguments.
    pub(crate) arguments: Vec<OsString>,
    /// Give the job one pipe for both streams.
    pub(crate) merge: bool,
    /// Give the job an empty standard input.
    pub(crate) stdin_closed: bool,
    /// Variables that the job must not see: ours.
    pub(crate) unset: Vec<OsString>,
    /// Variables that the job gets.
    pub(crate) set: Vec<(OsString, OsString)>,
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
    let words = line
        .iter()
        .flat_map(|word| word.as_encoded_bytes().iter().chain([&0]));
    // FNV-1a, folded to 24 bits.
    let hash = words.fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{name}-{:06x}", (hash ^ (hash >> 24) ^ (hash >> 48)) & 0xff_ffff)
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

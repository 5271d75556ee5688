//! Which lines of a file differ from a revision, asked of git.

use std::ops::RangeInclusive;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::complaint::with_help;

/// The lines, from 1, that are new or changed since the revision; none when the whole file is new to git.
pub(crate) fn lines(path: &Path, revision: &str) -> Result<Option<Vec<RangeInclusive<usize>>>, String> {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let name = path
        .file_name()
        .ok_or_else(|| format!("{} has no name", path.display()))?;
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command
            .arg("-C")
            .arg(directory)
            .args(arguments)
            .arg("--")
            .arg(name)
            .stdin(Stdio::null());
        command
            .output()
            .map_err(|error| format!("cannot run git: {error}"))
    };
    let known = git(&["ls-files", "--error-unmatch"])?;
    if known.status.code() == Some(128) {
        let reason = String::from_utf8_lossy(&known.stderr);
        let reason = reason.lines().next().unwrap_or_default();
        let cause = format!(
            "--diff-base needs a git repository around {}: {}",
            path.display(),
            reason.trim_start_matches("fatal: ")
        );
        return Err(with_help(&cause, "run it on the files of a clone"));
    }
    let diff = git(&["diff", "--no-color", "--no-ext-diff", "--unified=0", revision])?;
    if !diff.status.success() {
        let reason = String::from_utf8_lossy(&diff.stderr);
        let reason = reason.lines().next().unwrap_or("failed");
        let cause = format!("git diff {revision}: {}", reason.trim_start_matches("fatal: "));
        return Err(with_help(
            &cause,
            "name a revision that the clone has, as `origin/main`",
        ));
    }
    if !known.status.success() {
        return Ok(None);
    }
    Ok(Some(
        String::from_utf8_lossy(&diff.stdout)
            .lines()
            .filter_map(hunk)
            .collect(),
    ))
}

/// The new lines of `@@ -a,b +c,d @@`.
fn hunk(line: &str) -> Option<RangeInclusive<usize>> {
    let new = line
        .strip_prefix("@@ ")?
        .split(' ')
        .find_map(|word| word.strip_prefix('+'))?;
    let (start, count) = new.split_once(',').unwrap_or((new, "1"));
    let (start, count): (usize, usize) = (start.parse().ok()?, count.parse().ok()?);
    (count > 0).then(|| start..=start + count - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<RangeInclusive<usize>>) {
        assert_eq!(hunk(line), expected, "{line}");
    }

    #[test]
    fn hunks_tell_the_new_lines() {
        check("@@ -1,2 +3,4 @@ x", Some(3..=6));
        check("@@ -1 +1 @@", Some(1..=1));
        check("@@ -5,2 +4,0 @@", None);
        check("+@@ -1 +1 @@", None);
    }
}

//! What `--fix` writes and `--diff` shows.

use std::fs;
use std::io;
use std::path::Path;

use similar::TextDiff;

/// Writes a fixed text in the file's place: owner, mode and links stay, because cron looks at them.
pub(crate) fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    fs::write(path, text)
}

/// What the fixes change, as a unified diff.
pub(crate) fn diff(name: &str, before: &[u8], after: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    if before != after {
        let diff = TextDiff::from_lines(before, after);
        let mut unified = diff.unified_diff();
        unified.header(&format!("a/{name}"), &format!("b/{name}"));
        // Writing to memory does not fail.
        let _ = unified.to_writer(&mut out);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &[u8], after: &[u8], expected: &str) {
        assert_eq!(String::from_utf8_lossy(&diff("x", before, after)), expected);
    }

    #[test]
    fn a_diff_shows_what_changes() {
        check(
            b"a\nb\n",
            b"a\nc\n",
            "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n",
        );
        check(
            b"a",
            b"a\n",
            "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n",
        );
        check(b"a\n", b"a\n", "");
    }
}

//! Which files a pattern of the settings means: `deploy/*.cron`, `**/cron.d/*`.

/// Whether a pattern with `*`, `?` and `**` fits a path. `*` does not cross a `/`; a pattern without `/` fits the
/// last part alone.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    let path = if pattern.contains('/') {
        path
    } else {
        path.rsplit('/').next().unwrap_or(path)
    };
    fits(pattern.as_bytes(), path.as_bytes())
}

/// Goes through the pattern with all the places of the path that it may have reached, so that no pattern takes long.
fn fits(mut pattern: &[u8], path: &[u8]) -> bool {
    // Whether the pattern so far fits the first n bytes.
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    loop {
        pattern = match pattern {
            [] => return reached[path.len()],
            [b'*', b'*'] => return reached.contains(&true),
            [b'*', b'*', b'/', rest @ ..] => {
                spread(&mut reached, |at| path[at] == b'/', |_| true);
                rest
            }
            [b'*', rest @ ..] => {
                spread(&mut reached, |_| true, |at| path[at] != b'/');
                rest
            }
            [first, rest @ ..] => {
                for at in (0..path.len()).rev() {
                    let byte = path[at];
                    let same = *first == byte || *first == b'?' && byte != b'/';
                    reached[at + 1] = reached[at] && same;
                }
                reached[0] = false;
                rest
            }
        };
    }
}

/// Every place behind one that is reached, as far as `goes` over a byte, if the byte before it `ends` so.
fn spread(reached: &mut [bool], ends: impl Fn(usize) -> bool, goes: impl Fn(usize) -> bool) {
    let mut on = false;
    for (at, here) in reached.iter_mut().enumerate() {
        on = on && goes(at - 1);
        let before = *here;
        *here = before || on && ends(at - 1);
        on |= before;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, path: &str, expected: bool) {
        assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
    }

    #[test]
    fn patterns_fit_as_in_gitignore() {
        check("*.cron", "deploy/x.cron", true);
        check("deploy/*.cron", "deploy/x.cron", true);
        check("deploy/*.cron", "deploy/a/x.cron", false);
        check("deploy/**", "deploy/a/x.cron", true);
        check("**/cron.d/*", "a/b/cron.d/x", true);
        check("**/cron.d/*", "cron.d/x", true);
        check("x?", "xy", true);
        check("crontab", "x/crontab.txt", false);
        check("a*c/**/d", "abc/x/y/d", true);
        check("a*c/**/d", "ab/c/d", false);
        check("a/**", "a", false);
        check("**", "", true);
        check("*/*", "a/b/c", false);
    }

    #[test]
    fn no_pattern_takes_long() {
        check(&("*a".repeat(200) + "/x"), &("a".repeat(400) + "/y"), false);
        check(&("**/".repeat(200) + "x"), &("a/".repeat(400) + "y"), false);
    }
}

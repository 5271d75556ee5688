//! The machine's accounts.

/// Whether the machine has an account of that name; none where that cannot be told. Names that only a directory
/// service knows are asked of `getent`.
#[cfg(unix)]
pub fn account_exists(name: &str) -> Option<bool> {
    let passwd = std::fs::read_to_string("/etc/passwd").ok()?;
    if passwd.lines().any(|line| line.split(':').next() == Some(name)) {
        return Some(true);
    }
    let asked = std::process::Command::new("getent")
        .args(["passwd", "--", name])
        .output();
    match asked.map(|output| output.status.code()) {
        Ok(Some(0)) => Some(true),
        // 2: the key is not found. Anything else is getent's own trouble.
        Ok(Some(2)) => Some(false),
        Ok(_) => None,
        // Without getent there is no directory service.
        Err(_) => Some(false),
    }
}

/// Whether the machine has an account of that name; none where that cannot be told.
#[cfg(not(unix))]
pub fn account_exists(_name: &str) -> Option<bool> {
    None
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn root_exists_and_another_does_not() {
        assert_eq!(account_exists("root"), Some(true));
        assert_eq!(account_exists("no-such-account"), Some(false));
    }
}

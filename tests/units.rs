//! The units for systemd that we ship are what systemd takes.

use std::process::Command;

#[test]
fn the_timer_that_flushes_is_a_unit_that_systemd_takes() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for name in ["cronwrap-flush.service", "cronwrap-flush.timer"] {
        let text = std::fs::read_to_string(e2e::root().join("contrib/systemd").join(name)).unwrap();
        // It need not be installed for this.
        let here = text.replace(
            "/usr/bin/cronwrap",
            &e2e::program("cronwrap").display().to_string(),
        );
        files.push(folder.path().join(name));
        std::fs::write(files.last().unwrap(), here).unwrap();
    }
    let verify = Command::new("systemd-analyze")
        .args(["verify", "--man=no"])
        .args(&files)
        .output();
    let Ok(verify) = verify else {
        return e2e::skip("needs systemd-analyze");
    };
    let said = String::from_utf8_lossy(&verify.stderr);
    // Other units of this machine are not ours to judge.
    let ours: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("cronwrap-flush"))
        .collect();
    assert_eq!(ours, Vec::<&str>::new());
}

use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "H001",
    name: "no-daemon",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("no_daemon.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let Some(machine) = file.live else {
        return Vec::new();
    };
    let finding = match machine.cron_daemon() {
        None => Some(
            Finding::new(
                0..0,
                "no cron daemon is installed on this machine: nothing runs this file",
            )
            .help("install one (Debian: `apt-get install cron`)"),
        ),
        Some(installed) if installed.runs == Some(false) => {
            let message = format!("{} does not run: nothing runs this file", installed.program);
            Some(
                Finding::new(0..0, message)
                    .help("start it (`systemctl enable --now cron`, or as your system does)"),
            )
        }
        Some(installed) if installed.daemon.name != file.crontab.daemon.name => {
            let (here, asked) = (installed.daemon, file.crontab.daemon);
            let message = format!(
                "this machine has {}, and the file is checked for {}",
                here.title, asked.title
            );
            Some(
                Finding::new(0..0, message)
                    .severity(Severity::Info)
                    .help(format!("leave `--daemon` out, or write `--daemon {}`", here.name)),
            )
        }
        Some(_) => None,
    };
    finding.into_iter().collect()
}

use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F022",
    name: "no-mail-program",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("no_mail_program.md"),
    check,
};

/// Daemons that hand a job's output to sendmail.
const MAILING: &[&str] = &[
    "debian", "cronie", "vixie", "freebsd", "busybox", "dcron", "bcron",
];

fn check(file: &File<'_>) -> Vec<Finding> {
    let daemon = file.crontab.daemon;
    let mails = MAILING.contains(&daemon.name);
    if !mails || file.live.is_none_or(|machine| machine.has_mail_program()) {
        return Vec::new();
    }
    let help =
        "install a mail program (Debian: msmtp-mta, nullmailer, postfix), or write the output to a file";
    let told = |finding: Finding| match daemon.name {
        "debian" => finding.note("it says \"No MTA installed, discarding output\""),
        _ => finding,
    };
    let lines: Vec<_> = file
        .crontab
        .assignments()
        .filter(|(_, assignment)| assignment.name == "MAILTO")
        .collect();
    if lines.is_empty() {
        let first = file.crontab.entries().next();
        let finding = first.map(|(_, entry)| {
            Finding::new(
                entry.command.span.clone(),
                "this machine has no /usr/sbin/sendmail: what the jobs print is lost",
            )
            .severity(Severity::Info)
            .help(help)
        });
        return finding.map(told).into_iter().collect();
    }
    lines
        .into_iter()
        .filter(|(_, assignment)| !assignment.value.is_empty())
        .map(|(_, assignment)| {
            let message = "no mail goes there: this machine has no /usr/sbin/sendmail";
            told(Finding::new(assignment.value_span.clone(), message).help(help))
        })
        .collect()
}

use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "H002",
    name: "unknown-zone",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("unknown_zone.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let Some(machine) = file.live else {
        return Vec::new();
    };
    let honoured = file.crontab.daemon.honours_cron_tz;
    let zones = file
        .crontab
        .assignments()
        .filter(|(_, assignment)| assignment.name == "TZ" || assignment.name == "CRON_TZ" && honoured);
    let unknown = zones.filter(|(_, assignment)| machine.knows_zone(&assignment.value) == Some(false));
    let mut found: Vec<Finding> = unknown
        .map(|(_, assignment)| {
            let name = &assignment.value;
            let message = format!("this machine has no time zone `{name}`: it is taken for UTC");
            let help = match host::zone(Some(name)) {
                Ok(_) => "install the zone files (Debian: tzdata)".to_owned(),
                Err(error) => error.help(),
            };
            Finding::new(assignment.value_span.clone(), message).help(help)
        })
        .collect();
    if let Some(written) = machine.unused_zone() {
        let message =
            format!("/etc/timezone says {written}, and the schedules go by UTC: there is no /etc/localtime");
        let help = format!("ln -s /usr/share/zoneinfo/{written} /etc/localtime, and restart cron");
        found.push(Finding::new(0..0, message).severity(Severity::Warning).help(help));
    }
    found
}

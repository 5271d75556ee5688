//! systemd's own word on random calendar expressions: `systemd-analyze calendar` beside ours.

use std::process::Command;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use e2e::skip;
use schedule::{Schedule, Zone, dialect};

/// As many firings of each are compared.
const FIRINGS: usize = 12;

/// Numbers that are the same in each run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len() as u64) as usize]
    }

    fn item(&mut self, first: u64, last: u64) -> String {
        let start = first + self.below(last - first + 1);
        let stop = start + self.below(last - start + 1);
        let step = 1 + self.below((last - first) / 2 + 1);
        match self.below(7) {
            0..=2 => format!("{start}"),
            3 => format!("{start}..{stop}"),
            4 => format!("{start}..{stop}/{}", 1 + step % 7),
            5 => format!("{start}/{step}"),
            _ => format!("{first}/{step}"),
        }
    }

    fn list(&mut self, first: u64, last: u64) -> String {
        match self.below(3) {
            0 => "*".to_owned(),
            count => (0..count)
                .map(|_| self.item(first, last))
                .collect::<Vec<_>>()
                .join(","),
        }
    }

    fn expression(&mut self) -> String {
        let words = [
            "hourly",
            "daily",
            "weekly",
            "monthly",
            "quarterly",
            "semiannually",
            "yearly",
            "minutely",
        ];
        if self.below(20) == 0 {
            return self.pick(&words).to_owned();
        }
        let mut text = String::new();
        if self.below(3) == 0 {
            text.push_str(self.pick(&[
                "Mon ",
                "Sat,Sun ",
                "Mon..Fri ",
                "Fri..Mon ",
                "Tue,Thu..Sat ",
                "sunday ",
                "Mon, ",
            ]));
        }
        if self.below(3) > 0 {
            let year = if self.below(4) == 0 {
                self.list(2026, 2032)
            } else {
                "*".to_owned()
            };
            let day = if self.below(4) == 0 {
                format!("~{}", self.list(1, 29))
            } else {
                format!("-{}", self.list(1, 31))
            };
            text.push_str(&format!("{year}-{}{day} ", self.list(1, 12)));
        }
        text.push_str(&format!("{}:{}", self.list(0, 23), self.list(0, 59)));
        match self.below(6) {
            0 | 1 => text.push_str(&format!(":{}", self.list(0, 59))),
            2 => text.push_str(self.pick(&[":0/0.7", ":1.5", ":59.9999996", ":0..1.5/0.5", ":3.3..9"])),
            _ => {}
        }
        text.push_str(self.pick(&[
            "",
            "",
            "",
            "",
            " UTC",
            " Europe/Berlin",
            " America/New_York",
            " CEST",
        ]));
        text
    }
}

/// Verdict, normal form and firings, one a line.
#[derive(PartialEq, Eq, Debug)]
enum Answer {
    Refused,
    Accepted {
        normalized: String,
        firings: Vec<String>,
    },
}

fn systemd(text: &str, zone: &str, from: DateTime<Utc>) -> Answer {
    let output = Command::new("systemd-analyze")
        .arg("calendar")
        .arg(format!("--iterations={FIRINGS}"))
        .arg(format!("--base-time={}", from.format("%Y-%m-%d %H:%M:%S UTC")))
        .arg("--")
        .arg(text)
        .env("TZ", zone)
        .env("LC_ALL", "C")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let value = |line: &str, key: &str| line.trim().strip_prefix(key).map(|value| value.trim().to_owned());
    let Some(normalized) = said.lines().find_map(|line| value(line, "Normalized form:")) else {
        return Answer::Refused;
    };
    // In a zone other than UTC a second line tells the instant.
    let key = if zone == "UTC" { None } else { Some("(in UTC):") };
    let firing = |line: &str| match key {
        Some(key) => value(line, key),
        None => value(line, "Next elapse:")
            .or_else(|| value(line, "Iter. #").map(|rest| rest.split_once(':').unwrap().1.trim().to_owned())),
    };
    let firings = said
        .lines()
        .filter_map(firing)
        .filter(|time| time != "never")
        .collect();
    Answer::Accepted { normalized, firings }
}

fn ours(text: &str, zone: &Zone, from: DateTime<Utc>) -> Answer {
    let Ok(schedule) = Schedule::parse(text, &dialect::SYSTEMD) else {
        return Answer::Refused;
    };
    let runs = schedule.after(from, zone).take(FIRINGS);
    Answer::Accepted {
        normalized: schedule.normalized().unwrap(),
        firings: runs
            .map(|run| run.at.to_utc().format("%a %Y-%m-%d %H:%M:%S UTC").to_string())
            .collect(),
    }
}

#[test]
fn systemd_analyze_agrees_on_random_expressions() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        return skip("needs systemd-analyze");
    }
    let mut draw = Draw(0x2545_f491_4f6c_dd1d);
    // The zone that the expression names is asked for in zones without that abbreviation.
    let zones = [
        "UTC",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Asia/Beirut",
        "Europe/Dublin",
    ];
    let first = NaiveDateTime::parse_from_str("2026-01-01T00:00:00", "%Y-%m-%dT%H:%M:%S")
        .unwrap()
        .and_utc();
    let (mut accepted, mut wrong) = (0, Vec::new());
    for _ in 0..400 {
        let (text, name) = (draw.expression(), draw.pick(&zones));
        let from = first + TimeDelta::seconds(draw.below(3 * 365 * 86_400) as i64);
        let bytes = std::fs::read(format!("/usr/share/zoneinfo/{name}"));
        let zone = match bytes {
            Ok(bytes) => Zone::from_tzif(name, &bytes).unwrap(),
            Err(_) => return skip("needs the host's zone data"),
        };
        let (expected, found) = (systemd(&text, name, from), ours(&text, &zone, from));
        accepted += usize::from(expected != Answer::Refused);
        if expected != found {
            wrong.push(format!(
                "`{text}` in {name} from {from}: {expected:?}, we say {found:?}"
            ));
        }
    }
    assert!(accepted > 200, "{accepted}");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

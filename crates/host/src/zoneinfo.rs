//! Time zones of this machine: by name, or the one that its clock follows.
//!
//! The host's own zone files come first, because they are what its cron daemon reads; those of chrono-tz, which this
//! program carries, stand in where there are none.

mod nearest;

use std::fmt;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::FixedOffset;
use schedule::Zone;

use nearest::{LONGEST_NAME, nearest};

/// Where systems keep their compiled zone files.
const DIRECTORIES: &[&str] = &[
    "/usr/share/zoneinfo",
    "/usr/lib/zoneinfo",
    "/usr/share/lib/zoneinfo",
    "/etc/zoneinfo",
];
/// A zone file has a few kilobytes; anything larger is something else.
const LARGEST_FILE: u64 = 1 << 20;

/// No zone of that name, or one that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneNotFound {
    /// What was asked for.
    pub name: String,
    /// What is wrong with it, without the name.
    pub reason: String,
    /// The nearest zone that exists.
    pub suggestion: Option<String>,
}

impl ZoneNotFound {
    fn new(name: &str, reason: impl Into<String>) -> ZoneNotFound {
        ZoneNotFound {
            name: name.to_owned(),
            reason: reason.into(),
            suggestion: nearest(name),
        }
    }

    /// What to write instead.
    pub fn help(&self) -> String {
        match &self.suggestion {
            Some(name) => format!("did you mean `{name}`?"),
            None => "zones have names such as `Europe/Berlin`, `America/New_York` or `UTC`".to_owned(),
        }
    }
}

impl fmt::Display for ZoneNotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "time zone `{}`: {}", self.name.escape_debug(), self.reason)
    }
}

impl std::error::Error for ZoneNotFound {}

/// The zone of that name, such as `Europe/Berlin` or `+02:00`; without a name the one that this host's clock follows.
pub fn zone(name: Option<&str>) -> Result<Zone, ZoneNotFound> {
    match name {
        Some(name) => named(name),
        None => local(),
    }
}

/// Where zones come from, for `--version`: `/usr/share/zoneinfo 2025b` or `chrono-tz 2025b`.
pub fn zone_source() -> String {
    match directory() {
        Some(directory) => {
            let version = release(directory)
                .map(|version| format!(" {version}"))
                .unwrap_or_default();
            format!("{}{version}", directory.display())
        }
        None => format!("chrono-tz {}", chrono_tz::IANA_TZDB_VERSION),
    }
}

/// The release that the directory says it is, from the head of `tzdata.zi` or from `+VERSION`.
fn release(directory: &Path) -> Option<String> {
    let mut head = [0; 64];
    for (file, mark) in [("tzdata.zi", "# version "), ("+VERSION", "")] {
        let Ok(mut file) = File::open(directory.join(file)) else {
            continue;
        };
        let length = file.read(&mut head).ok()?;
        let text = String::from_utf8_lossy(&head[..length]).into_owned();
        let version = text
            .lines()
            .next()
            .and_then(|line| line.strip_prefix(mark))
            .unwrap_or_default()
            .trim();
        if !version.is_empty()
            && version
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
        {
            return Some(version.to_owned());
        }
    }
    None
}

fn directory() -> Option<&'static Path> {
    DIRECTORIES
        .iter()
        .map(Path::new)
        .find(|directory| directory.is_dir())
}

fn named(name: &str) -> Result<Zone, ZoneNotFound> {
    if matches!(name, "UTC" | "Z" | "Etc/UTC") {
        return Ok(Zone::utc());
    }
    if let Some(offset) = offset(name) {
        return Ok(Zone::fixed(offset));
    }
    if let Some(reason) = bad_name(name) {
        return Err(ZoneNotFound::new(name, reason));
    }
    for directory in DIRECTORIES {
        match read(&Path::new(directory).join(name)) {
            Found::Bytes(bytes) => {
                return Zone::from_tzif(name, &bytes)
                    .or_else(|_| carried(name, "its file is not a zone file"));
            }
            Found::NotAFile => return carried(name, "not a zone but a group of zones"),
            Found::Nothing => {}
        }
    }
    carried(name, "not known")
}

/// The zone as chrono-tz has it.
fn carried(name: &str, reason: &str) -> Result<Zone, ZoneNotFound> {
    Zone::named(name).ok_or_else(|| ZoneNotFound::new(name, reason))
}

/// Names never leave the directory of zones.
fn bad_name(name: &str) -> Option<&'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+' | '.');
    match name {
        "" => Some("the name is empty"),
        _ if name.len() > LONGEST_NAME => Some("the name is too long"),
        _ if name.starts_with('/') => Some("a name is wanted, not a path"),
        _ if name.split('/').any(|part| matches!(part, "" | "." | "..")) => {
            Some("a name is wanted, not a path")
        }
        _ if !name.chars().all(plain) => Some("not known"),
        _ => None,
    }
}

/// `+02:00`, `-0330`, `+5`
fn offset(name: &str) -> Option<FixedOffset> {
    let sign = match name.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = name[1..].chars().filter(|c| *c != ':').collect();
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    let (hours, minutes) = if digits.len() > 2 {
        (number / 100, number % 100)
    } else {
        (number, 0)
    };
    (hours < 24 && minutes < 60).then(|| FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60)))?
}

enum Found {
    Bytes(Vec<u8>),
    NotAFile,
    Nothing,
}

/// Reads a regular file of a sensible size; a pipe or a device is never opened.
fn read(path: &Path) -> Found {
    match fs::metadata(path) {
        Ok(about) if about.is_file() && about.len() <= LARGEST_FILE => {
            let mut bytes = Vec::new();
            match File::open(path).and_then(|file| file.take(LARGEST_FILE).read_to_end(&mut bytes)) {
                Ok(_) => Found::Bytes(bytes),
                Err(_) => Found::Nothing,
            }
        }
        Ok(_) => Found::NotAFile,
        Err(_) => Found::Nothing,
    }
}

/// The zone in `TZ`, else the one that /etc/localtime is; without both it is UTC, as in the C library.
fn local() -> Result<Zone, ZoneNotFound> {
    match std::env::var("TZ") {
        Ok(setting) => from_setting(&setting),
        Err(std::env::VarError::NotUnicode(setting)) => Err(ZoneNotFound::new(
            &setting.to_string_lossy(),
            "the variable TZ is not text",
        )),
        Err(std::env::VarError::NotPresent) => from_system(),
    }
}

/// `TZ` may hold a name, a path, or a POSIX rule, and a colon before it.
fn from_setting(setting: &str) -> Result<Zone, ZoneNotFound> {
    let value = setting.strip_prefix(':').unwrap_or(setting);
    if value.is_empty() {
        return Ok(Zone::utc());
    }
    if value.starts_with('/') {
        let path = Path::new(value);
        let Found::Bytes(bytes) = read(path) else {
            return Err(ZoneNotFound::new(
                value,
                "the variable TZ names a file that cannot be read",
            ));
        };
        let name = zone_name(path).unwrap_or_else(|| value.to_owned());
        return Zone::from_tzif(&name, &bytes)
            .map_err(|_| ZoneNotFound::new(value, "the variable TZ names a file that is not a zone file"));
    }
    named(value)
        .or_else(|error| Zone::from_posix_rule(value).map_err(|_| error))
        .map_err(|error| ZoneNotFound {
            reason: format!("{} (from the variable TZ)", error.reason),
            ..error
        })
}

#[cfg(unix)]
fn from_system() -> Result<Zone, ZoneNotFound> {
    let path = Path::new("/etc/localtime");
    let Found::Bytes(bytes) = read(path) else {
        return Ok(Zone::utc());
    };
    let name = zone_name(path)
        .or_else(written_name)
        .unwrap_or_else(|| "local time".to_owned());
    if matches!(name.as_str(), "UTC" | "Etc/UTC") {
        return Ok(Zone::utc());
    }
    Zone::from_tzif(&name, &bytes).map_err(|_| ZoneNotFound::new("/etc/localtime", "not a zone file"))
}

#[cfg(not(unix))]
fn from_system() -> Result<Zone, ZoneNotFound> {
    match iana_time_zone::get_timezone() {
        Ok(name) => named(&name),
        Err(_) => Ok(Zone::utc()),
    }
}

/// The name that a link into the directory of zones gives away.
fn zone_name(path: &Path) -> Option<String> {
    let target: PathBuf = fs::canonicalize(path).ok()?;
    let target = target.to_str()?;
    let (_, name) = target.rsplit_once("zoneinfo/")?;
    Some(name.trim_start_matches("posix/").to_owned())
}

/// Debian writes the name beside a copied /etc/localtime.
#[cfg(unix)]
fn written_name() -> Option<String> {
    let text = fs::read_to_string("/etc/timezone").ok()?;
    let name = text.lines().next()?.trim();
    bad_name(name).is_none().then(|| name.to_owned())
}

#[cfg(test)]
mod tests;

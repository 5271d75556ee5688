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
mod tests {
    use super::*;

    fn check_refused(name: &str, message: &str, help: &str) {
        let error = zone(Some(name)).expect_err(name);
        assert_eq!(
            (error.to_string(), error.help()),
            (message.to_owned(), help.to_owned())
        );
    }

    const EXAMPLES: &str = "zones have names such as `Europe/Berlin`, `America/New_York` or `UTC`";

    #[test]
    fn a_zone_is_found_by_its_name() {
        for name in [
            "Europe/Berlin",
            "America/New_York",
            "America/Argentina/Buenos_Aires",
            "Asia/Kolkata",
            "Etc/GMT+5",
        ] {
            assert_eq!(zone(Some(name)).unwrap().name(), name);
        }
        assert_eq!(zone(Some("UTC")).unwrap(), Zone::utc());
    }

    #[test]
    fn an_offset_is_a_zone() {
        let check = |text: &str, seconds: i32| {
            let zone = zone(Some(text)).unwrap();
            assert_eq!(
                zone.offset_at(chrono::DateTime::UNIX_EPOCH).local_minus_utc(),
                seconds,
                "{text}"
            );
        };
        check("+02:00", 7200);
        check("-0330", -12600);
        check("+5", 18000);
        check("-11", -39600);
    }

    #[test]
    fn an_unknown_zone_gets_a_suggestion() {
        check_refused(
            "Europe/Berln",
            "time zone `Europe/Berln`: not known",
            "did you mean `Europe/Berlin`?",
        );
        check_refused(
            "europe/berlin",
            "time zone `europe/berlin`: not known",
            "did you mean `Europe/Berlin`?",
        );
        check_refused(
            "berlin",
            "time zone `berlin`: not known",
            "did you mean `Europe/Berlin`?",
        );
        check_refused(
            "New York",
            "time zone `New York`: not known",
            "did you mean `America/New_York`?",
        );
        check_refused("Mars/Olympus", "time zone `Mars/Olympus`: not known", EXAMPLES);
    }

    #[test]
    fn a_name_never_leaves_the_directory_of_zones() {
        let not_a_path = |name: &str| format!("time zone `{name}`: a name is wanted, not a path");
        check_refused(
            "../../../etc/passwd",
            &not_a_path("../../../etc/passwd"),
            EXAMPLES,
        );
        check_refused(
            "Europe/../../passwd",
            &not_a_path("Europe/../../passwd"),
            EXAMPLES,
        );
        check_refused("./UTC", &not_a_path("./UTC"), EXAMPLES);
        check_refused(
            "Europe//Berlin",
            &not_a_path("Europe//Berlin"),
            "did you mean `Europe/Berlin`?",
        );
        check_refused("/etc/passwd", &not_a_path("/etc/passwd"), EXAMPLES);
        check_refused(
            "/usr/share/zoneinfo/Europe/Berlin",
            &not_a_path("/usr/share/zoneinfo/Europe/Berlin"),
            "did you mean `Europe/Berlin`?",
        );
        check_refused("", "time zone ``: the name is empty", EXAMPLES);
        check_refused(
            &"A".repeat(5000),
            &format!("time zone `{}`: the name is too long", "A".repeat(5000)),
            EXAMPLES,
        );
        check_refused(
            "a\u{1b}[2Jb\0",
            "time zone `a\\u{1b}[2Jb\\0`: not known",
            EXAMPLES,
        );
    }

    #[test]
    fn what_is_no_zone_file_is_refused() {
        let error = zone(Some("Europe")).unwrap_err();
        assert!(error.reason.starts_with("not"), "{error}");
        assert!(zone(Some("tzdata.zi")).is_err());
        assert!(zone(Some("zone.tab")).is_err());
    }

    #[test]
    fn the_variable_holds_a_name_a_path_or_a_rule() {
        assert_eq!(from_setting("").unwrap(), Zone::utc());
        assert_eq!(from_setting("Asia/Tokyo").unwrap().name(), "Asia/Tokyo");
        assert_eq!(from_setting(":Asia/Tokyo").unwrap().name(), "Asia/Tokyo");
        assert_eq!(
            from_setting("CET-1CEST,M3.5.0,M10.5.0/3").unwrap().name(),
            "CET-1CEST,M3.5.0,M10.5.0/3"
        );
        let error = from_setting("/dev/null").unwrap_err();
        assert_eq!(
            error.to_string(),
            "time zone `/dev/null`: the variable TZ names a file that cannot be read"
        );
        let error = from_setting("Nowhere/Land").unwrap_err();
        assert_eq!(
            error.to_string(),
            "time zone `Nowhere/Land`: not known (from the variable TZ)"
        );
    }

    #[test]
    fn a_hostile_zone_file_is_an_error_and_no_panic() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("zone");
        let head = |version: u8, counts: [u32; 6]| {
            let mut bytes = b"TZif".to_vec();
            bytes.push(version);
            bytes.extend([0; 15]);
            bytes.extend(counts.iter().flat_map(|count| count.to_be_bytes()));
            bytes
        };
        let mut files = vec![Vec::new(), b"TZif".to_vec(), b"GIF89a".to_vec(), vec![0xff; 4096]];
        for version in [0, b'1', b'2', b'3', 0xff] {
            files.push(head(version, [0; 6]));
            files.push(head(version, [u32::MAX; 6]));
            files.push(head(version, [0, 0, 0, u32::MAX, 1, 1]));
            files.push([head(version, [0, 0, 0, 1, 1, 1]), vec![0xff; 64]].concat());
            files.push(
                [
                    head(version, [1, 1, 1, 1, 1, 1]),
                    vec![0x80; 200],
                    head(version, [0; 6]),
                    b"\nA\n".to_vec(),
                ]
                .concat(),
            );
        }
        if let Found::Bytes(real) = read(Path::new("/usr/share/zoneinfo/Europe/Berlin")) {
            files.extend((0..real.len()).step_by(41).map(|end| real[..end].to_vec()));
            files.extend((0..real.len()).step_by(17).map(|place| {
                let mut bent = real.clone();
                bent[place] ^= 0x81;
                bent
            }));
        }
        for bytes in files {
            fs::write(&path, &bytes).unwrap();
            if let Ok(zone) = from_setting(path.to_str().unwrap()) {
                zone.offset_at(chrono::DateTime::UNIX_EPOCH);
                zone.transitions(chrono::DateTime::UNIX_EPOCH).take(3).count();
            }
        }
    }

    #[test]
    fn the_zones_that_are_carried_are_found() {
        assert_eq!(carried("Europe/Berlin", "").unwrap().name(), "Europe/Berlin");
        assert_eq!(carried("Zulu", "").unwrap().name(), "Zulu");
        assert!(carried("Mars/Olympus", "not known").is_err());
    }

    #[test]
    fn the_source_of_zones_is_named() {
        let source = zone_source();
        assert!(
            source.starts_with('/') || source.starts_with("chrono-tz 20"),
            "{source}"
        );
    }
}

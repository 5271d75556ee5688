//! Names, settings, files that are none, and what is carried along.

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

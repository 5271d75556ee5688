//! Settings: what holds, from which file, and what is wrong with them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use delivery::Network;
use reporting::{Settings, settings_directories, settings_files};

/// Settings from these files in a directory of their own.
fn read(files: &[(&str, &str)]) -> (Settings, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("conf.d")).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let found = settings_files(&[folder.path().to_owned()]);
    let mut settings = Settings::read(&found, &["timeout", "lock"]);
    settings.check();
    (settings, folder)
}

/// The problems of one file, without its name.
fn check(text: &str, expected: &[&str]) {
    let (settings, _folder) = read(&[("config.toml", text)]);
    let problems: Vec<&str> = settings
        .problems()
        .iter()
        .map(|problem| problem.text.as_str())
        .collect();
    assert_eq!(problems, expected, "{text}");
}

#[test]
fn what_a_job_says_wins_over_the_defaults_and_a_later_file_over_an_earlier() {
    let (settings, _folder) = read(&[
        (
            "config.toml",
            "[defaults]\nsilent = \"1h\"\ntimeout = \"5m\"\nchannels = [\"ops\"]\n[channels.ops]\nkind = \"command\"\nrun = \"true\"",
        ),
        ("conf.d/20.toml", "[defaults]\nsilent = \"3h\"\n"),
        (
            "conf.d/10.toml",
            "[defaults]\nsilent = \"2h\"\n[jobs.backup]\nafter = 3\nslower = 2.5\ntimeout = \"1h\"\n",
        ),
        ("conf.d/not-read.txt", "rubbish"),
    ]);
    assert_eq!(settings.problems(), []);
    let backup = settings.job("backup");
    assert_eq!(
        (backup.rule.silent, backup.rule.after),
        (Duration::from_secs(3 * 3_600), 3)
    );
    assert_eq!((backup.rule.slower, backup.rule.ok_silent), (Some(2.5), None));
    assert_eq!(backup.channels, ["ops"]);
    assert_eq!(backup.options.get("timeout").map(String::as_str), Some("1h"));
    assert_eq!(
        settings.job("other").options.get("timeout").map(String::as_str),
        Some("5m")
    );
    assert_eq!(
        (settings.job("other").rule.after, settings.job("other").deadline),
        (1, Duration::from_secs(10))
    );
}

#[test]
fn no_settings_at_all_are_no_problem() {
    let settings = Settings::read(&settings_files(&[PathBuf::from("/nonexistent")]), &[]);
    assert_eq!(settings.problems(), []);
    assert_eq!(settings.job("any").monitors, Vec::<String>::new());
}

#[test]
fn unknown_words_get_a_suggestion() {
    check(
        "[default]\nsilent = \"1h\"",
        &["unknown section \"default\"; did you mean \"defaults\"?"],
    );
    check(
        "[defaults]\nsilnt = \"1h\"",
        &["unknown key \"silnt\" in [defaults]; did you mean \"silent\"?"],
    );
    check(
        "[jobs.backup]\ntimout = \"1h\"",
        &["unknown key \"timout\" in [jobs.backup]; did you mean \"timeout\"?"],
    );
    check(
        "[jobs.backup]\nzzzzzzzzz = 1",
        &["unknown key \"zzzzzzzzz\" in [jobs.backup]"],
    );
    check(
        "[jobs.x]\nmonitors = [\"hx\"]\n[monitors.hc]\nkind = \"healthchecks\"\nurl = \"http://h/u\"",
        &["there is no [monitors.hx]; did you mean \"hc\"?"],
    );
    let kinds: Vec<&str> = delivery::CHANNELS.iter().map(|kind| kind.name).collect();
    check(
        "[channels.ops]\nkind = \"slak\"\nwebhook = \"http://h/u\"",
        &[&format!(
            "[channels.ops]: there is no kind \"slak\"; there are {}",
            kinds.join(", ")
        )],
    );
    check(
        "[channels.ops]\nkind = \"slack\"\nwebhok = \"http://h/u\"",
        &["[channels.ops]: unknown setting \"webhok\"; did you mean \"webhook\"?"],
    );
}

#[test]
fn values_that_cannot_be_used_are_named() {
    check(
        "[defaults]\nsilent = \"soon\"",
        &["defaults.silent: \"soon\" is no duration: write 90s, 15m, 2h, 1d or 1h30m"],
    );
    check(
        "[defaults]\nafter = 0",
        &["defaults.after: a number from 1 on is wanted"],
    );
    check(
        "[defaults]\nslower = 0.5",
        &["defaults.slower: a number above 1 is wanted, such as 2.5"],
    );
    check("jobs = 3", &["\"jobs\" must be a section"]);
    check(
        "[channels]\nops = 3",
        &["channels.ops must be a section, `[channels.ops]`"],
    );
    check(
        "[channels.ops]\nwebhook = \"x\"",
        &["[channels.ops]: \"kind\" is missing"],
    );
    check(
        "[channels.ops]\nkind = \"slack\"",
        &["[channels.ops]: \"webhook\" is missing: the incoming webhook's URL"],
    );
}

#[test]
fn a_file_that_is_no_toml_is_shown_with_its_place_and_the_others_hold() {
    let (settings, _folder) = read(&[
        ("config.toml", "[defaults]\nsilent = \"1h\""),
        ("conf.d/broken.toml", "[defaults\nsilent = 3"),
    ]);
    let problem = settings.problems()[0].to_string();
    assert!(
        problem.contains("broken.toml: is no TOML") && problem.contains("line 1") && problem.contains('^'),
        "{problem}"
    );
    assert_eq!(settings.job("any").rule.silent, Duration::from_secs(3_600));
}

#[test]
fn secrets_come_from_files_and_are_never_shown() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    fs::write(secret.path(), "https://hooks.example/services/hush\n").unwrap();
    let text = format!(
        "[channels.ops]\nkind = \"slack\"\nwebhook-file = \"{}\"\n[monitors.hc]\nkind = \"healthchecks\"\nurl = \"https://hc.example/hush\"",
        secret.path().display()
    );
    let (settings, _folder) = read(&[("config.toml", &text)]);
    assert_eq!(settings.problems(), []);
    let channel = settings
        .channel("ops", "job", "host", &Network::default())
        .unwrap();
    assert_eq!(channel.place(), "slack https://hooks.example");
    let shown = settings.effective();
    assert!(
        !shown.contains("hush") && shown.contains("monitors.hc.url = \"...\"  # "),
        "{shown}"
    );
    assert!(
        shown.contains("channels.ops.webhook-file = ") && shown.contains("config.toml"),
        "{shown}"
    );
    check(
        "[channels.ops]\nkind = \"slack\"\nwebhook-file = \"/nonexistent\"",
        &["[channels.ops]: webhook-file: cannot read /nonexistent: No such file or directory (os error 2)"],
    );
}

#[test]
fn host_and_job_are_filled_in() {
    let (settings, _folder) = read(&[(
        "config.toml",
        "[monitors.hc]\nkind = \"healthchecks\"\nserver = \"https://%h.example/ping\"\nkey = \"k\"\nslug = \"%j\"",
    )]);
    assert_eq!(settings.problems(), []);
    let monitor = settings
        .monitor("hc", "backup", "web1", &Network::default())
        .unwrap();
    assert_eq!(monitor.place(), "https://web1.example");
    assert!(
        settings
            .monitor("hc", "Backup", "web1", &Network::default())
            .unwrap_err()
            .contains("slug")
    );
}

#[test]
fn the_system_is_read_before_the_user() {
    let of = |pairs: &[(&str, &str)]| {
        settings_directories(|name| {
            pairs
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    };
    assert_eq!(of(&[]), [PathBuf::from("/etc/crontools")]);
    assert_eq!(
        of(&[("HOME", "/home/a")])[1],
        PathBuf::from("/home/a/.config/crontools")
    );
    assert_eq!(
        of(&[("HOME", "/home/a"), ("XDG_CONFIG_HOME", "/x")])[1],
        PathBuf::from("/x/crontools")
    );
}

#[test]
fn a_secret_can_be_a_credential_of_the_unit() {
    let (settings, folder) = read(&[(
        "config.toml",
        "[channels.ops]\nkind = \"slack\"\nwebhook-credential = \"hook\"\n",
    )]);
    let open = |settings: &Settings| {
        settings
            .channel("ops", "job", "web1", &Network::default())
            .map(drop)
    };
    let without = open(&settings).unwrap_err();
    assert!(without.contains("CREDENTIALS_DIRECTORY is not set") && without.contains("LoadCredential=hook"));
    let settings = settings.with_credentials(Some(folder.path().to_owned()));
    assert!(
        open(&settings)
            .unwrap_err()
            .contains("webhook-credential: cannot read")
    );
    fs::write(folder.path().join("hook"), "https://hooks.example/hush\n").unwrap();
    open(&settings).unwrap();
    check(
        "[channels.ops]\nkind = \"slack\"\nlength-credential = \"x\"\nwebhook = \"https://a.example/\"\n",
        &["[channels.ops]: unknown setting \"length-credential\""],
    );
}

#[test]
fn the_record_keeps_what_its_section_says() {
    let (settings, _folder) = read(&[(
        "config.toml",
        "[record]\nage = \"90d\"\nruns = 500\noutputs = 5\noutbox-reports = 50\noutbox-age = \"7d\"\n",
    )]);
    assert_eq!(settings.problems(), []);
    let (day, record) = (Duration::from_secs(86_400), settings.record());
    assert_eq!(
        (
            record.retention.age,
            record.retention.runs,
            record.retention.outputs
        ),
        (90 * day, 500, 5)
    );
    assert_eq!((record.bounds.reports, record.bounds.age), (50, 7 * day));
    let (usual, _folder) = read(&[]);
    assert_eq!(usual.record(), reporting::RecordSettings::default());
    check(
        "[record]\nage = \"soon\"\nrunz = 5\n",
        &[
            "record.age: \"soon\" is no duration: write 90s, 15m, 2h, 1d or 1h30m",
            "unknown key \"runz\" in [record]; did you mean \"runs\"?",
        ],
    );
}

#[test]
fn the_way_to_a_target_is_settled_in_its_section() {
    let hook = "[channels.ops]\nkind = \"slack\"\nwebhook = \"https://a.example/\"\n";
    check(
        &format!("{hook}ca-file = \"/ca.pem\"\nproxy = \"none\"\npause = \"5m\"\n"),
        &[],
    );
    check(
        &format!("{hook}client-key = \"/key.pem\"\n"),
        &["[channels.ops]: client-certificate and client-key belong together"],
    );
    let (settings, _folder) = read(&[(
        "config.toml",
        &format!("{hook}proxy = \"http://u:hush@p:3128\"\n"),
    )]);
    assert!(!settings.effective().contains("hush"), "{}", settings.effective());
}

#[test]
fn a_monitor_that_wants_to_know_its_clients_is_reached_with_their_certificate() {
    let options = monitor::Options {
        tls: Some(monitor::Tls::KnownClients),
        ..monitor::Options::default()
    };
    let receiver = monitor::Monitor::with(options).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (certificate, key) = receiver.client_pem();
    let section = format!(
        "[monitors.hc]\nkind = \"healthchecks\"\nurl = \"{}\"\nca-file = \"{}\"\n",
        receiver.ping_url(),
        file("ca.pem", receiver.ca_pem())
    );
    let ping = |text: &str, seconds: u64| {
        let config = folder.path().join("config.toml");
        fs::write(&config, text).unwrap();
        let settings = Settings::read(&[config], &[]);
        let monitor = settings
            .monitor("hc", "job", "web1", &Network::default())
            .unwrap();
        let ping = delivery::Ping {
            kind: delivery::PingKind::Success,
            run: uuid::Uuid::new_v4(),
            body: b"",
        };
        monitor
            .ping(&ping, std::time::Instant::now() + Duration::from_secs(seconds))
            .map(drop)
    };
    ping(&section, 3).unwrap_err();
    assert_eq!(receiver.pings().len(), 0);
    let files = (file("client.pem", certificate), file("client.key", key));
    let known = format!(
        "{section}client-certificate = \"{}\"\nclient-key = \"{}\"\n",
        files.0, files.1
    );
    ping(&known, 60).unwrap();
    assert_eq!(receiver.pings().len(), 1);
}

//! docs/first-alert.md as a new user follows it: every command of it, in its order, against a monitor and a webhook of
//! our own, and what it says that comes of it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use monitor::Monitor;

/// A command of the page, and the lines that stand below it.
struct Shown {
    command: String,
    output: Vec<String>,
}

/// All commands, and the lines of the blocks that hold none: what the chat says, and the crontab.
fn read(page: &str) -> (Vec<Shown>, Vec<String>) {
    let (mut commands, mut said): (Vec<Shown>, Vec<String>) = (Vec::new(), Vec::new());
    let mut is_output = false;
    for line in page.lines() {
        match line.strip_prefix("    ") {
            None => is_output = false,
            Some(text) => match text.strip_prefix("$ ") {
                Some(command) => {
                    let (command, output) = (command.to_owned(), Vec::new());
                    commands.push(Shown { command, output });
                    is_output = true;
                }
                None if is_output => commands.last_mut().unwrap().output.push(text.to_owned()),
                None => said.push(text.to_owned()),
            },
        }
    }
    (commands, said)
}

/// A webhook as Slack's: takes JSON, answers `ok`; the texts that it was sent.
fn webhook() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/services/a/b/c", listener.local_addr().unwrap());
    let (sender, texts) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            let (mut length, mut line) = (0, String::new());
            while reader.read_line(&mut line).unwrap() > 2 {
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
            reader.get_mut().write_all(answer).unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            sender.send(body["text"].as_str().unwrap().to_owned()).unwrap();
        }
    });
    (url, texts)
}

#[test]
fn the_page_of_the_first_alert_leads_to_a_ping_a_message_and_a_recovery() {
    let page = std::fs::read_to_string(e2e::root().join("docs/first-alert.md")).unwrap();
    let (commands, said) = read(&page);
    assert!(commands.len() > 10, "the page has its commands");
    let (monitor, (url, texts), home) = (Monitor::start(), webhook(), tempfile::tempdir().unwrap());
    // One shell for all of them, as a user has; a line of its own says where the output of the next begins.
    let mut script = String::new();
    for Shown { command, .. } in &commands {
        let command = match command.split_once('=') {
            Some(("export PING_URL", _)) => format!("export PING_URL={}", monitor.ping_url()),
            Some(("export WEBHOOK", _)) => format!("export WEBHOOK={url}"),
            _ => command.clone(),
        };
        script.push_str(&format!("{command}\necho \"==== $?\"\n"));
    }
    let path = format!(
        "{}:/usr/bin:/bin",
        e2e::program("cronwrap").parent().unwrap().display()
    );
    let began = Instant::now();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("exec 2>&1\n{script}")])
        .env_clear()
        .env("PATH", path);
    // Not root's own record: the user of the page has a home and nothing else.
    let output = shell
        .env("HOME", home.path())
        .env("CRONWRAP_STATE_DIR", home.path().join("state"))
        .output()
        .unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let mut parts = output.split("==== ");
    let mut before = parts.next().unwrap().to_owned();
    for shown in &commands {
        let (code, rest) = parts.next().unwrap_or_default().split_once('\n').unwrap();
        check(shown, &before, code);
        before = rest.to_owned();
    }
    let took = began.elapsed();
    assert!(
        took < Duration::from_secs(300),
        "the page says five minutes: {took:?}"
    );
    let [test, failed, well] = [(); 3].map(|()| texts.recv_timeout(Duration::from_secs(30)).unwrap());
    // All commands have ended, and with them what they send.
    assert!(texts.try_recv().is_err(), "a fourth message");
    assert!(test.contains("If you read this, reports arrive."), "{test}");
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let as_said = |at: usize| said[at].replace("HOST", host.trim());
    assert!(
        failed.contains(&as_said(0)) && failed.contains("no space left on device"),
        "{failed}"
    );
    assert!(well.contains(&as_said(1)), "{well}");
    let ends: Vec<Option<u32>> = monitor
        .pings()
        .iter()
        .filter(|ping| ping.kind != "start")
        .map(|ping| ping.code)
        .collect();
    assert_eq!(
        ends,
        [None, Some(1), Some(0)],
        "the test, the failure, the recovery"
    );
    assert!(said[2].contains("/usr/bin/cronwrap --job backup -- "), "{said:?}");
}

/// Each line below the command is in what it printed; `...` stands for anything.
fn check(Shown { command, output }: &Shown, printed: &str, code: &str) {
    let expected = if command.ends_with("exit 1'") { "1" } else { "0" };
    assert_eq!(code, expected, "{command}: {printed}");
    for line in output {
        let is_it = |found: &&str| match line.strip_suffix(" ...") {
            Some(begin) => found.starts_with(begin),
            None => found == line,
        };
        assert!(
            printed.lines().any(|found| is_it(&found)),
            "{command} prints no {line:?}: {printed}"
        );
    }
}

//! Channels that are programs: a command, and sendmail.

use super::*;

#[test]
fn a_command_gets_the_message_and_its_failure_is_told_in_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let run = format!(
        "cat > {0}; echo \"$CRONTOOLS_JOB $CRONTOOLS_STATUS $CRONTOOLS_RUN\" >> {0}",
        out.display()
    );
    send("command", &[("run", &run)]).unwrap();
    let expected = format!(
        "{}\n\n{}\nbackup failed {RUN}\n",
        message().subject,
        message().text
    );
    assert_eq!(fs::read_to_string(&out).unwrap(), expected);

    let error = send("command", &[("run", "echo no modem >&2; exit 75")]).unwrap_err();
    assert_eq!(error.to_string(), "command echo: failed: exit code 75: no modem");
    assert!(!error.is_permanent());
    assert!(send("command", &[("run", "exit 67")]).unwrap_err().is_permanent());
    let error = send("command", &[("run", "/nonexistent/send --token hush")]).unwrap_err();
    assert!(error.to_string().contains("not found"), "{error}");
}

#[test]
fn a_command_that_does_not_end_is_killed_with_all_that_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let number = folder.path().join("number");
    let run = format!(
        "sh -c 'echo $$ > {}; exec sleep 600' & exec sleep 600",
        number.display()
    );
    let error = send_in_vain("command", &[("run", &run)]);
    assert!(matches!(error.kind, DeliveryErrorKind::Timeout(_)), "{error}");
    let number = fs::read_to_string(&number).unwrap();
    let started = Path::new("/proc").join(number.trim());
    let is_running = || fs::read_to_string(started.join("stat")).is_ok_and(|stat| !stat.contains(") Z "));
    let begun = Instant::now();
    while is_running() {
        assert!(begun.elapsed() < Duration::from_secs(30), "it goes on");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_command_that_leaves_something_running_or_does_not_read_is_delivered_at_once() {
    let begun = Instant::now();
    send("command", &[("run", "sleep 30 & exit 0")]).unwrap();
    let long = Message {
        text: "x".repeat(900_000),
        ..message()
    };
    send_by("command", &[("run", "exec true")], Network::default(), &long).unwrap();
    assert!(begun.elapsed() < LIMIT);
}

/// A `sendmail` that writes down its arguments and its input.
pub(crate) fn sendmail(folder: &Path, code: u8) -> PathBuf {
    let path = folder.join("sendmail");
    let script = format!(
        "#!/bin/sh\necho \"$@\" > {0}/args\ncat > {0}/mail\necho hush >&2\nexit {code}\n",
        folder.display()
    );
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn sendmail_gets_recipients_as_arguments_and_a_mail_without_foreign_headers() {
    let folder = tempfile::tempdir().unwrap();
    let program = sendmail(folder.path(), 0);
    let program = program.to_str().unwrap();
    let sly = Message {
        subject: "backup\r\nBcc: everybody@example.org".to_owned(),
        text: "naïve\n.\nend".to_owned(),
        ..message()
    };
    let settings = [
        ("to", "ops@example.org, On Call <oncall@example.org>"),
        ("program", program),
    ];
    send_by("sendmail", &settings, Network::default(), &sly).unwrap();
    let args = fs::read_to_string(folder.path().join("args")).unwrap();
    assert_eq!(
        args,
        "-i -f crontools@web1 -- ops@example.org oncall@example.org\n"
    );
    let mail = fs::read_to_string(folder.path().join("mail")).unwrap();
    assert!(
        mail.contains("Subject: backup  Bcc: everybody@example.org\r\n"),
        "{mail}"
    );
    let id = |mail: &str| {
        let line = mail.lines().find(|line| line.starts_with("Message-ID: "));
        line.unwrap().to_owned()
    };
    let first = id(&mail);
    assert!(
        first.starts_with(&format!("Message-ID: <{RUN}.failed.")) && first.ends_with("@web1>"),
        "{first}"
    );
    assert!(
        mail.contains("=C3=AF") || mail.contains("bmHDr3Zl"),
        "the text is encoded for 7 bits: {mail}"
    );
    // Sent twice it is the same mail; what else is told of the run is another.
    let sent_as = |message: &Message| {
        send_by("sendmail", &settings, Network::default(), message).unwrap();
        id(&fs::read_to_string(folder.path().join("mail")).unwrap())
    };
    let other = Message {
        subject: "backup is still running".to_owned(),
        ..message()
    };
    assert_eq!(sent_as(&sly), first);
    assert_ne!(sent_as(&other), first);
}

#[test]
fn a_sendmail_that_knows_no_such_user_is_permanent() {
    let folder = tempfile::tempdir().unwrap();
    let program = sendmail(folder.path(), 67);
    let settings = [("to", "ops@example.org"), ("program", program.to_str().unwrap())];
    let error = Channel::new("sendmail", &values(&settings), Network::default())
        .unwrap()
        .send(&message(), Instant::now() + LIMIT)
        .unwrap_err();
    assert!(error.is_permanent(), "{error}");
}

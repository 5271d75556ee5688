//! What arrives at the other end of the socket: at one of our own, byte for byte, and at a real journald.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use journal::{Entry, FieldName, FieldNameError, Journal};

const NOTE: FieldName = FieldName::new("CRONTOOLS_NOTE");

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(5)
}

fn check_bytes(fields: &[(&'static str, &[u8])], expected: &[u8]) {
    let mut entry = Entry::default();
    for (name, value) in fields {
        entry.push(FieldName::new(name), value);
    }
    assert_eq!(entry.as_bytes(), expected, "{fields:?}");
}

fn check_name(name: &str, expected: Result<(), FieldNameError>) {
    assert_eq!(FieldName::parse(name).map(|_| ()), expected, "{name}");
}

#[test]
fn fields_are_written_as_journald_reads_them() {
    check_bytes(&[("MESSAGE", b"hello")], b"MESSAGE=hello\n");
    check_bytes(&[("MESSAGE", b""), ("A", b"x=y")], b"MESSAGE=\nA=x=y\n");
    check_bytes(&[("A", b"1"), ("A", b"2")], b"A=1\nA=2\n");
    check_bytes(
        &[("A", b"x\ny"), ("B", b"z")],
        b"A\n\x03\0\0\0\0\0\0\0x\ny\nB=z\n",
    );
    check_bytes(&[("A", b"\xff\x00")], b"A=\xff\x00\n");
}

#[test]
fn a_name_that_journald_would_drop_cannot_be_made() {
    check_name("CRONTOOLS_EXIT_CODE", Ok(()));
    check_name("A1_", Ok(()));
    check_name(&"A".repeat(64), Ok(()));
    check_name(&"A".repeat(65), Err(FieldNameError::TooLong));
    check_name("", Err(FieldNameError::Empty));
    check_name("_PID", Err(FieldNameError::Beginning));
    check_name("1ST", Err(FieldNameError::Beginning));
    check_name("message", Err(FieldNameError::Character));
    check_name("EXIT-CODE", Err(FieldNameError::Character));
    check_name("A=B\nC", Err(FieldNameError::Character));
}

#[test]
fn an_entry_goes_back_to_its_shared_fields() {
    let mut entry = Entry::new("");
    assert!(Entry::default().is_empty());
    let shared = entry.len();
    entry.push(NOTE, "first");
    entry.truncate(shared);
    entry.push(NOTE, "second");
    assert_eq!(entry.as_bytes(), b"MESSAGE=\nCRONTOOLS_NOTE=second\n");
}

/// Sends through a socket of our own and returns what arrives: the datagram, or the file behind it.
fn through_a_socket(entry: &Entry) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let receiver = UnixDatagram::bind(&path).unwrap();
    Journal::open_at(&path).unwrap().send(entry, soon()).unwrap();
    let mut datagram = vec![0; 1 << 20];
    let (length, file) = receive(&receiver, &mut datagram);
    match file {
        None => datagram[..length].to_vec(),
        Some(file) => {
            assert_eq!(length, 0);
            let seals = rustix::fs::fcntl_get_seals(&file).unwrap();
            assert!(
                seals.contains(rustix::fs::SealFlags::WRITE | rustix::fs::SealFlags::SHRINK),
                "{seals:?}"
            );
            let file = File::from(file);
            let mut bytes = vec![0; file.metadata().unwrap().len() as usize];
            file.read_exact_at(&mut bytes, 0).unwrap();
            bytes
        }
    }
}

fn receive(socket: &UnixDatagram, buffer: &mut [u8]) -> (usize, Option<OwnedFd>) {
    use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
    let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let message = recvmsg(
        socket,
        &mut [io::IoSliceMut::new(buffer)],
        &mut control,
        RecvFlags::empty(),
    )
    .unwrap();
    let file = control.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut files) => files.next(),
        _ => None,
    });
    (message.bytes, file)
}

#[test]
fn an_entry_arrives_whole_as_a_datagram_or_too_large_for_one_as_a_sealed_file() {
    for size in [1, 4_096, 200_000, 300_000, 5_000_000] {
        let entry = Entry::new(vec![b'x'; size]);
        assert_eq!(through_a_socket(&entry), entry.as_bytes(), "{size} bytes");
    }
}

#[test]
fn a_journald_that_does_not_read_holds_nobody_past_the_deadline() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let receiver = UnixDatagram::bind(&path).unwrap();
    let mut journal = Journal::open_at(&path).unwrap();
    let entry = Entry::new("x");
    let patience = Duration::from_millis(200);
    let (error, waited) = loop {
        let begun = Instant::now();
        if let Err(error) = journal.send(&entry, begun + patience) {
            break (error, begun.elapsed());
        }
    };
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    assert!(
        waited >= patience && waited < patience + Duration::from_secs(5),
        "{waited:?}"
    );
    let begun = Instant::now();
    assert!(journal.send(&entry, begun).is_err());
    // A deadline in the past means not to wait; a busy machine is late.
    assert!(begun.elapsed() < Duration::from_secs(5));

    let reader = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        receiver.recv(&mut [0; 64]).unwrap();
        receiver
    });
    journal.send(&entry, soon()).unwrap(); // there is room again
    drop(reader.join().unwrap());
}

#[test]
fn a_journald_that_was_restarted_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let first = UnixDatagram::bind(&path).unwrap();
    let mut journal = Journal::open_at(&path).unwrap();
    journal.send(&Entry::new("one"), soon()).unwrap();
    drop(first);
    assert!(journal.send(&Entry::new("lost"), soon()).is_err());
    std::fs::remove_file(&path).unwrap();
    let second = UnixDatagram::bind(&path).unwrap();
    journal.send(&Entry::new("two"), soon()).unwrap();
    let mut buffer = [0; 64];
    let length = second.recv(&mut buffer).unwrap();
    assert_eq!(&buffer[..length], b"MESSAGE=two\n");
}

#[test]
fn a_host_without_journald_is_an_error_and_no_panic() {
    let missing = Journal::open_at(Path::new("/nonexistent/socket")).unwrap_err();
    assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    assert!(Journal::open_at(Path::new(&"x".repeat(200))).is_err());
}

const JOURNALD: &str = "/lib/systemd/systemd-journald";

#[test]
fn a_real_journald_keeps_every_field_as_it_was_sent() {
    if !Path::new(JOURNALD).exists() {
        return needs::skip("needs systemd-journald");
    }
    let setup = "mount -t tmpfs none /run && mkdir -p /run/systemd/journald.conf.d \
                 && printf '[Journal]\\nStorage=volatile\\nRateLimitIntervalSec=0\\n' \
                    > /run/systemd/journald.conf.d/test.conf";
    let reason = "needs root and unshare to start a journald of its own";
    if needs::unshared(&["--mount"], setup, reason) {
        with_a_real_journald();
    }
}

struct Journald(Child);

impl Drop for Journald {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn with_a_real_journald() {
    let started = Command::new(JOURNALD)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _journald = Journald(started);
    let begun = Instant::now();
    let mut journal = loop {
        match Journal::open() {
            Ok(journal) => break journal,
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(10), "{error}"),
        }
        thread::sleep(Duration::from_millis(10));
    };
    let large = "y".repeat(5_000_000);
    let lines = "first line\nsecond line, naïve\n\nlast";
    let mut entry = Entry::new(lines);
    entry.push(FieldName::SYSLOG_IDENTIFIER, "cronwrap");
    entry.push(FieldName::PRIORITY, "3");
    entry.push(NOTE, "one");
    entry.push(NOTE, "two=2");
    journal.send(&entry, soon()).unwrap();
    journal
        .send(
            &{
                let mut e = Entry::new(&large);
                e.push(FieldName::SYSLOG_IDENTIFIER, "cronwrap");
                e
            },
            soon(),
        )
        .unwrap();

    let read = || {
        let output = Command::new("journalctl")
            .args(["-t", "cronwrap", "-a", "-o", "json"])
            .output()
            .unwrap();
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let entries: Vec<serde_json::Value> = loop {
        let entries: Vec<serde_json::Value> = read();
        if entries.len() == 2 {
            break entries;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{} entries",
            entries.len()
        );
        thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(entries[0]["MESSAGE"], lines);
    assert_eq!(entries[0]["PRIORITY"], "3");
    assert_eq!(entries[0]["CRONTOOLS_NOTE"], serde_json::json!(["one", "two=2"]));
    assert_eq!(entries[0]["_PID"], std::process::id().to_string());
    assert_eq!(entries[1]["MESSAGE"], large);
}

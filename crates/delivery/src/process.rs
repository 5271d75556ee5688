//! Runs a program that delivers something, with the text on its standard input, and not past the deadline.

use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::{DeliveryError, DeliveryErrorKind};

/// Of what the program says on standard error, so much is shown.
const SAID: u64 = 500;

/// Runs `command`; its failure is an error that says what it said. Of the environment it gets ours but for
/// cronwrap's own variables, which may be secrets.
pub(crate) fn run(
    mut command: Command,
    input: Vec<u8>,
    place: &str,
    deadline: Instant,
) -> Result<(), DeliveryError> {
    let failed = |kind| DeliveryError {
        kind,
        place: place.to_owned(),
        attempts: 1,
        retry_after: None,
    };
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CRONWRAP_") {
            command.env_remove(name);
        }
    }
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .process_group(0);
    let mut child = command
        .spawn()
        .map_err(|error| failed(DeliveryErrorKind::Here(error.to_string())))?;
    feed(&mut child, input);
    let said = listen(&mut child);
    let Some(status) = wait(&mut child, deadline) else {
        return Err(failed(DeliveryErrorKind::Timeout("waiting for the command")));
    };
    if status.success() {
        return Ok(());
    }
    // Something that it left running may hold the pipe: what was said by now has to do.
    let said = said.recv_timeout(Duration::from_millis(100)).unwrap_or_default();
    Err(failed(verdict(status, &said)))
}

fn feed(child: &mut Child, input: Vec<u8>) {
    if let Some(mut pipe) = child.stdin.take() {
        // A program that does not read its input is no error.
        let write = move || drop(pipe.write_all(&input));
        let _ = thread::Builder::new().name("delivery".to_owned()).spawn(write);
    }
}

fn listen(child: &mut Child) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    if let Some(pipe) = child.stderr.take() {
        let read = move || {
            let mut said = Vec::new();
            let mut pipe = pipe;
            let _ = (&mut pipe).take(SAID).read_to_end(&mut said);
            let _ = sender.send(String::from_utf8_lossy(&said).into_owned());
            // The rest is read and dropped, or the program could not go on.
            let _ = std::io::copy(&mut pipe, &mut std::io::sink());
        };
        let _ = thread::Builder::new().name("delivery".to_owned()).spawn(read);
    }
    receiver
}

/// Waits for the end; past the deadline the program and all that it started are killed.
fn wait(child: &mut Child, deadline: Instant) -> Option<ExitStatus> {
    let mut pause = Duration::from_millis(1);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < deadline => thread::sleep(pause),
            _ => break,
        }
        pause = (pause * 2).min(Duration::from_millis(20));
    }
    if let Some(group) = rustix::process::Pid::from_raw(child.id().cast_signed()) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.wait();
    None
}

/// The codes of sysexits.h that say that the same message will never get through.
fn verdict(status: ExitStatus, said: &str) -> DeliveryErrorKind {
    let said: String = said
        .trim()
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let how = if said.is_empty() {
        status.to_string()
    } else {
        format!("{status}: {said}")
    };
    match status.code() {
        Some(64 | 65 | 67 | 68) => DeliveryErrorKind::Refused(how),
        _ => DeliveryErrorKind::Failed(how),
    }
}

//! Runs a program that delivers something, with the text on its standard input, and not past the deadline.
//!
//! The program's exit code comes through a pipe, written by a shell around it: whoever uses this library may collect
//! all children of the process, as cronwrap does, and then nobody else learns how one of them ended.

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use crate::{DeliveryError, DeliveryErrorKind};

/// Of what the program says on standard error, so much is shown.
const SAID: u64 = 500;
/// Runs its arguments, and says how they ended.
const AROUND: &str = "\"$@\" >/dev/null; echo $?";

/// A program to run.
pub(crate) struct Program {
    pub(crate) words: Vec<OsString>,
    /// Variables on top of ours.
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) input: Vec<u8>,
}

impl Program {
    pub(crate) fn new(words: &[impl AsRef<OsStr>], input: impl Into<Vec<u8>>) -> Program {
        let words = words.iter().map(|word| word.as_ref().to_owned()).collect();
        Program {
            words,
            variables: Vec::new(),
            input: input.into(),
        }
    }
}

/// Runs it; its failure is an error that says what it said. Of the environment it gets ours but for cronwrap's own
/// variables, which may be secrets.
pub(crate) fn run(program: Program, place: &str, deadline: Instant) -> Result<(), DeliveryError> {
    let failed = |kind| DeliveryError {
        kind,
        place: place.to_owned(),
        attempts: 1,
        retry_after: None,
    };
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", AROUND, "sh"])
        .args(&program.words)
        .envs(program.variables);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CRONWRAP_") {
            command.env_remove(name);
        }
    }
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let mut child = command
        .spawn()
        .map_err(|error| failed(DeliveryErrorKind::Here(error.to_string())))?;
    feed(&mut child, program.input);
    let code = listen(child.stdout.take());
    let said = listen(child.stderr.take());
    let code = code.recv_timeout(deadline.saturating_duration_since(Instant::now()));
    if code.is_err() {
        end(&child);
    }
    // An error if somebody else has collected it.
    let _ = child.wait();
    let Ok(code) = code else {
        return Err(failed(DeliveryErrorKind::Timeout("waiting for the command")));
    };
    let code: u8 = match code.trim().parse() {
        Ok(0) => return Ok(()),
        Ok(code) => code,
        Err(_) => return Err(failed(DeliveryErrorKind::Failed("it was killed".to_owned()))),
    };
    // Something that it left running may hold the pipe: what was said by now has to do.
    let said = said.recv_timeout(Duration::from_millis(100)).unwrap_or_default();
    Err(failed(verdict(code, &said)))
}

fn feed(child: &mut Child, input: Vec<u8>) {
    if let Some(mut pipe) = child.stdin.take() {
        // A program that does not read its input is no error.
        let write = move || drop(pipe.write_all(&input));
        let _ = thread::Builder::new().name("delivery".to_owned()).spawn(write);
    }
}

/// Waits for what comes through a pipe.
fn listen(pipe: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    if let Some(mut pipe) = pipe {
        let read = move || {
            let mut said = Vec::new();
            let _ = (&mut pipe).take(SAID).read_to_end(&mut said);
            let _ = sender.send(String::from_utf8_lossy(&said).into_owned());
            // The rest is read and dropped, or the program could not go on.
            let _ = std::io::copy(&mut pipe, &mut std::io::sink());
        };
        let _ = thread::Builder::new().name("delivery".to_owned()).spawn(read);
    }
    receiver
}

/// Kills the program and all that it started.
fn end(child: &Child) {
    if let Some(group) = rustix::process::Pid::from_raw(child.id().cast_signed()) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

/// The codes of sysexits.h that say that the same message will never get through.
fn verdict(code: u8, said: &str) -> DeliveryErrorKind {
    let said: String = said
        .trim()
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let how = if said.is_empty() {
        format!("exit code {code}")
    } else {
        format!("exit code {code}: {said}")
    };
    match code {
        64 | 65 | 67 | 68 => DeliveryErrorKind::Refused(how),
        _ => DeliveryErrorKind::Failed(how),
    }
}

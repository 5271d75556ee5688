//! What to run: from the command line to a job, its name and its environment.

use super::{DEFAULT_PATH, DEFAULT_SHELL, World};
use crate::job::{self, Job, Limits};
use crate::options::Arguments;
use std::ffi::{CString, OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

/// The job, or what keeps it from being one.
pub(crate) fn job(arguments: &Arguments, world: &World, warnings: &mut Vec<String>) -> Result<Job, String> {
    let shell = world
        .setting("CRONWRAP_SHELL")
        .unwrap_or(OsStr::new(DEFAULT_SHELL))
        .to_owned();
    let flags = arguments.shell_flags.iter().map(OsString::from);
    let (program, words, named) = match (&arguments.line, &*arguments.command, &*arguments.file) {
        (Some(line), [], rest) => {
            let text = line.to_string_lossy();
            let named = OsString::from(job::program_of_line(&text));
            (
                shell.clone(),
                flags
                    .chain(["-c".into(), line.clone()])
                    .chain(rest.iter().cloned())
                    .collect(),
                named,
            )
        }
        (None, [program, words @ ..], []) => (program.clone(), words.to_vec(), program.clone()),
        (None, [], [file, ..]) => (
            shell.clone(),
            flags.chain(arguments.file.iter().cloned()).collect(),
            file.clone(),
        ),
        (None, [], []) => {
            return Err("nothing to run: give a command after --, or a line after -c".to_owned());
        }
        (None, [..], [extra, ..]) => {
            let extra = extra.to_string_lossy();
            return Err(format!(
                "{extra} stands before --: options of cronwrap, then --, then the command"
            ));
        }
        (Some(_), ..) => return Err("give either -c and a line, or a command after --".to_owned()),
    };
    if program.is_empty() {
        return Err("the command's name is empty".to_owned());
    }
    if let (None, [file, ..]) = (&arguments.line, &*arguments.file) {
        refuse_binary(file)?;
        if !Path::new(file).exists() {
            let file = file.to_string_lossy();
            warnings.push(format!(
                "there is no script {file}; a command stands after --: cronwrap [OPTIONS] -- {file} ..."
            ));
        }
    }
    let set = environment(arguments, world, &shell, warnings);
    Ok(Job {
        name: name(arguments, world, &named, &program, &words),
        merge: arguments.output.merge,
        no_stdin: arguments.output.no_stdin,
        pty: arguments.output.pty,
        foreground: arguments.limits.foreground,
        limits: limits(arguments)?,
        unset: world.settings.iter().map(|(name, _)| name.into()).collect(),
        search_path: search_path(&set, world),
        set,
        program,
        arguments: words,
    })
}

/// Where a program without a slash is looked for: in the job's PATH.
fn search_path(set: &[(OsString, OsString)], world: &World) -> OsString {
    let set = set.iter().rev().find(|(name, _)| name == "PATH");
    let path = set.map(|(_, path)| path).or(world.search_path.as_ref());
    path.cloned().unwrap_or_else(|| DEFAULT_PATH.into())
}

fn name(
    arguments: &Arguments,
    world: &World,
    named: &OsStr,
    program: &OsString,
    words: &[OsString],
) -> String {
    let line = arguments.line.as_ref().map(|line| line.to_string_lossy());
    let of_line = line.as_deref().and_then(job::trailing_name).map(str::to_owned);
    let set = || {
        world
            .setting("CRONWRAP_JOB")
            .map(|name| name.to_string_lossy().into_owned())
    };
    arguments.job.clone().or(of_line).or_else(set).unwrap_or_else(|| {
        let line: Vec<&OsStr> = match &arguments.line {
            Some(line) => vec![line],
            None => std::iter::once(program)
                .chain(words)
                .map(OsString::as_os_str)
                .collect(),
        };
        job::name(named, &line)
    })
}

/// `cronwrap FILE` runs a script, as `sh FILE` does; a program there is a forgotten `--`.
fn refuse_binary(file: &OsStr) -> Result<(), String> {
    use std::io::Read;
    let mut magic = [0; 4];
    let read = std::fs::File::open(file).and_then(|mut opened| opened.read_exact(&mut magic));
    match read.is_ok() && magic == *b"\x7fELF" {
        true => Err(format!(
            "{0} is a program, not a script: cronwrap [OPTIONS] -- {0} ...",
            file.to_string_lossy()
        )),
        false => Ok(()),
    }
}

fn limits(arguments: &Arguments) -> Result<Limits, String> {
    let limits = &arguments.limits;
    let directory = limits
        .cd
        .as_ref()
        .map(|path| CString::new(path.as_os_str().as_bytes()));
    Ok(Limits {
        directory: directory
            .transpose()
            .map_err(|_| "--cd: a path cannot hold a NUL".to_owned())?,
        umask: limits.umask,
        nice: limits.nice,
        // The kernel counts whole seconds, and takes 0 for 1.
        cpu_seconds: limits.cpu_time.map(|time| time.as_secs_f64().ceil() as u64),
        address_space: limits.address_space,
        memory: limits.memory,
    })
}

/// What the job gets besides our own environment: the env file, and a SHELL that is not us.
fn environment(
    arguments: &Arguments,
    world: &World,
    shell: &OsStr,
    warnings: &mut Vec<String>,
) -> Vec<(OsString, OsString)> {
    let mut set = Vec::new();
    let is_us = |set: &OsString| Path::new(set).file_name() == Some(OsStr::new("cronwrap"));
    if world.shell.as_ref().is_some_and(is_us) {
        set.push(("SHELL".into(), shell.to_owned()));
    }
    if let Some(file) = &arguments.limits.env_file {
        match std::fs::read(file) {
            Ok(text) => {
                for (number, line) in text.split(|&byte| byte == b'\n').enumerate() {
                    match assignment(line) {
                        Ok(assignment) => set.extend(assignment),
                        Err(()) => warnings.push(format!(
                            "{}:{}: no NAME=VALUE; ignored",
                            file.display(),
                            number + 1
                        )),
                    }
                }
            }
            Err(error) => warnings.push(format!("--env-file {}: {error}", file.display())),
        }
    }
    set
}

/// `NAME=VALUE`, `export NAME='VALUE'`, nothing for a comment or an empty line. Nothing is expanded.
fn assignment(line: &[u8]) -> Result<Option<(OsString, OsString)>, ()> {
    let line = line.trim_ascii();
    if line.is_empty() || line.starts_with(b"#") {
        return Ok(None);
    }
    let line = line.strip_prefix(b"export ").unwrap_or(line).trim_ascii();
    let at = line.iter().position(|&byte| byte == b'=').ok_or(())?;
    let (name, value) = (line[..at].trim_ascii(), line[at + 1..].trim_ascii());
    if name.is_empty() || name.contains(&b' ') || line.contains(&0) {
        return Err(());
    }
    let value = match value {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => inner,
        _ => value,
    };
    Ok(Some((
        OsString::from_vec(name.to_vec()),
        OsString::from_vec(value.to_vec()),
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Result<Option<(&str, &str)>, ()>) {
        let expected = expected.map(|pair| pair.map(|(name, value)| (name.into(), value.into())));
        assert_eq!(assignment(line.as_bytes()), expected, "{line}");
    }

    #[test]
    fn an_env_file_has_assignments_and_comments() {
        check("A=1", Ok(Some(("A", "1"))));
        check("  export A = 'x y' ", Ok(Some(("A", "x y"))));
        check("A=\"$HOME\"", Ok(Some(("A", "$HOME"))));
        check("A=", Ok(Some(("A", ""))));
        check("A='", Ok(Some(("A", "'"))));
        check("# A=1", Ok(None));
        check("", Ok(None));
        check("A", Err(()));
        check("=1", Err(()));
    }
}

//! Whom to tell, what to keep, and the settings that say so.

use super::World;
use crate::options::Arguments;
use crate::run::host;
use crate::teller::{Files, ResultTo, Telling};
use delivery::Network;
use reporting::{AddressBook, Settings};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// Whom to tell and what to keep. What is wrong with it is no reason not to run the job.
pub(super) fn telling(
    arguments: &Arguments,
    job: &str,
    world: &World,
    settings: &Settings,
    warnings: &mut Vec<String>,
) -> Telling {
    let of_job = settings.job(job);
    let total = arguments.telling.ping_deadline.unwrap_or(of_job.deadline);
    let recording = &arguments.recording;
    Telling {
        url: ping_url(arguments, warnings),
        book: book(world, settings),
        job: of_job,
        total,
        folder: (!recording.no_record).then(|| state_folder(arguments, world)),
        files: Files {
            metrics: recording.metrics.clone(),
            status: recording.status_file.clone(),
            result: recording
                .json_result
                .as_deref()
                .and_then(|to| result_to(to, warnings)),
        },
    }
}

/// A variable that is text.
fn text_of(world: &World, name: &str) -> Option<String> {
    (world.variable)(name)?.into_string().ok()
}

/// The way to monitors and channels.
pub(crate) fn book(world: &World, settings: &Settings) -> AddressBook {
    let network = Network::from_variables(|name| text_of(world, name));
    AddressBook {
        settings: settings.clone(),
        host: host(),
        network,
    }
}

/// Where the record is kept.
pub(crate) fn state_folder(arguments: &Arguments, world: &World) -> PathBuf {
    let uid = rustix::process::geteuid().as_raw();
    let usual = || history::state_folder(uid, |name| text_of(world, name)).path;
    arguments.recording.state_dir.clone().unwrap_or_else(usual)
}

/// The files that hold the settings.
pub(crate) fn settings(arguments: &Arguments, world: &World) -> Settings {
    let files = match &arguments.recording.config {
        Some(file) => vec![file.clone()],
        None => reporting::settings_files(&reporting::settings_directories(|name| text_of(world, name))),
    };
    // Most hosts have none, and then nobody need know which options there are.
    if arguments.recording.config.is_none() && !files.iter().any(|file| file.exists()) {
        return Settings::default();
    }
    let options = Arguments::option_names();
    let credentials = (world.variable)("CREDENTIALS_DIRECTORY").map(PathBuf::from);
    let settings = Settings::read(&files, &options.iter().map(String::as_str).collect::<Vec<_>>())
        .with_credentials(credentials);
    match &arguments.recording.config {
        Some(file) => settings.wanting(file),
        None => settings,
    }
}

/// A descriptor by its number, or a file.
fn result_to(to: &Path, warnings: &mut Vec<String>) -> Option<ResultTo> {
    let number = to
        .to_str()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty());
    let Some(number) = number else {
        return Some(ResultTo::File(to.to_owned()));
    };
    // By its name below /proc, which opens it anew: the descriptor itself may be anybody's.
    let anew = std::fs::File::options()
        .write(true)
        .open(format!("/proc/self/fd/{number}"));
    // A socket cannot be opened anew, but had by way of our own process.
    let opened = anew.map(OwnedFd::from).or_else(|error| ours(number).ok_or(error));
    match opened {
        Ok(descriptor) => Some(ResultTo::Descriptor(descriptor)),
        Err(error) => {
            warnings.push(format!("--json-result {number}: {error}"));
            None
        }
    }
}

/// Another descriptor for what one of ours is open on.
fn ours(number: &str) -> Option<OwnedFd> {
    use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};
    let us = pidfd_open(getpid(), PidfdFlags::empty()).ok()?;
    pidfd_getfd(us, number.parse().ok()?, PidfdGetfdFlags::empty()).ok()
}

/// The ping URL of the command line or of its file.
fn ping_url(arguments: &Arguments, warnings: &mut Vec<String>) -> Option<String> {
    match (&arguments.telling.ping, &arguments.telling.ping_file) {
        (Some(url), _) => Some(url.clone()),
        (None, Some(file)) => first_line_of(file)
            .map_err(|error| warnings.push(format!("no pings: cannot read {}: {error}", file.display())))
            .ok(),
        (None, None) => None,
    }
}

/// The first line of a small file.
pub(crate) fn first_line_of(file: &Path) -> std::io::Result<String> {
    let text = std::fs::read_to_string(file)?;
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

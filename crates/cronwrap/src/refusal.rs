//! Why a program could not be executed, in words, and with which code a shell would report that.

use crate::child::failed_step;
use crate::job::Job;
use crate::outcome::{NOT_EXECUTABLE, NOT_FOUND, NotStarted, OUR_FAULT};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

/// Says why a program could not be executed, and with which code a shell would report that.
pub(crate) fn explain(job: &Job, error: &io::Error) -> NotStarted {
    let path = Path::new(&job.program);
    let shown = visible(&job.program);
    let reason = |code, text: String| NotStarted { code, reason: text };
    if let Some(failed) = error.raw_os_error().and_then(|raw| failed_step(raw, &job.limits)) {
        return failed;
    }
    match error.raw_os_error().map(Errno::from_raw_os_error) {
        Some(Errno::NOENT) => match find(path, &job.search_path) {
            Found::Nowhere => reason(
                NOT_FOUND,
                format!("{shown}: not found in PATH={}", visible(&job.search_path)),
            ),
            Found::NoDirectory(directory) => reason(
                NOT_EXECUTABLE,
                format!(
                    "{shown}: there is no directory {}",
                    visible(directory.as_os_str())
                ),
            ),
            Found::NoFile => reason(NOT_FOUND, format!("{shown}: no such file")),
            Found::At(file) => reason(NOT_EXECUTABLE, format!("{shown}: {}", missing_interpreter(&file))),
        },
        Some(Errno::ACCESS) if path.is_dir() => reason(NOT_EXECUTABLE, format!("{shown}: is a directory")),
        Some(Errno::ACCESS) => reason(
            NOT_EXECUTABLE,
            format!("{shown}: permission denied (is it executable?)"),
        ),
        Some(Errno::AGAIN | Errno::NOMEM | Errno::MFILE | Errno::NFILE | Errno::SRCH) => {
            reason(OUR_FAULT, format!("no new process: {error}"))
        }
        _ => reason(NOT_EXECUTABLE, format!("{shown}: {error}")),
    }
}

enum Found {
    At(PathBuf),
    /// Named without a slash, and in no directory of PATH.
    Nowhere,
    NoFile,
    NoDirectory(PathBuf),
}

fn find(program: &Path, search_path: &OsStr) -> Found {
    if !program.as_os_str().as_encoded_bytes().contains(&b'/') {
        let candidates = std::env::split_paths(search_path)
            .map(|directory| directory.join(program))
            .collect::<Vec<_>>();
        return candidates
            .into_iter()
            .find(|file| file.is_file())
            .map_or(Found::Nowhere, Found::At);
    }
    match program.parent() {
        _ if program.exists() => Found::At(program.to_owned()),
        Some(directory) if !directory.as_os_str().is_empty() && !directory.exists() => {
            let missing = directory.ancestors().take_while(|above| !above.exists()).last();
            Found::NoDirectory(missing.unwrap_or(directory).to_owned())
        }
        _ => Found::NoFile,
    }
}

/// A file is there and "not found": it names an interpreter that is not.
fn missing_interpreter(file: &Path) -> String {
    use io::Read;
    let mut start = Vec::new();
    let read = std::fs::File::open(file).and_then(|file| file.take(512).read_to_end(&mut start));
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
    match line.strip_prefix(b"#!") {
        Some(line) if read.is_ok() => {
            let text = String::from_utf8_lossy(line);
            let interpreter = text.trim_start().split([' ', '\t']).next().unwrap_or_default();
            let cure = if interpreter.ends_with('\r') {
                " (the file has DOS line ends)"
            } else {
                ""
            };
            format!("its interpreter {} is missing{cure}", interpreter.escape_debug())
        }
        _ => "its program loader or interpreter is missing".to_owned(),
    }
}

fn visible(text: &OsStr) -> String {
    text.to_string_lossy().escape_debug().to_string()
}

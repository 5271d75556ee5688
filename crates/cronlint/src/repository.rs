//! The git repository in which a crontab lies: which of its files a path of the crontab means, and what git's index
//! says of them. The work tree's modes are not looked at: they differ between machines.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::files::plain;

/// A repository, or a directory that is none.
#[derive(Debug)]
pub struct Repository {
    top: PathBuf,
    /// Where its directories are on the machine that runs the crontab: prefixes of paths there, and the directory
    /// from the top, the longest prefix first.
    mappings: Vec<(String, String)>,
    index: OnceLock<Option<HashMap<String, Mode>>>,
}

/// What git's index says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Plain,
    Executable,
    /// A link or a module.
    Other,
}

/// A file of the repository that a crontab names.
#[derive(Debug, PartialEq, Eq)]
pub struct Script {
    /// Its path from the top.
    pub path: String,
    /// What is known of it.
    pub state: State,
}

/// What is known of a file.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    /// The settings say that it must be there, and it is not.
    Missing,
    /// It is a link, or git ignores it.
    Unknown,
    /// It is there.
    Present {
        /// Whether git has it as executable; none outside of git.
        executable: Option<bool>,
        /// Its content.
        text: Vec<u8>,
    },
}

impl Repository {
    /// The repository around a file, with the settings' mappings: prefixes of paths on the machine, and directories
    /// here. None where neither they nor the crontab's own place say which files a path means.
    pub fn around(file: &Path, mappings: &[(String, PathBuf)]) -> Option<Repository> {
        let absolute = std::path::absolute(file).ok()?;
        if mappings.is_empty() && !lies_in_image(&absolute) {
            return None;
        }
        let git = absolute
            .ancestors()
            .skip(1)
            .find(|directory| directory.join(".git").exists());
        let shared = || mappings.first().map(|(_, directory)| directory.as_path());
        let top = git.or_else(shared)?.to_owned();
        let below_top = |(prefix, directory): &(String, PathBuf)| {
            let directory = plain(directory.to_str()?);
            let from_top = Path::new(&directory).strip_prefix(plain(top.to_str()?)).ok()?;
            Some((plain(prefix), from_top.to_str()?.to_owned()))
        };
        let mut mappings: Vec<(String, String)> = mappings.iter().filter_map(below_top).collect();
        mappings.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        Some(Repository {
            top,
            mappings,
            index: OnceLock::new(),
        })
    }

    /// Its directory.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// The file that a crontab means by a path on the machine that runs it: by the settings' mappings or, where the
    /// crontab lies in an image of that machine's files (`image/etc/cron.d/x`), by that.
    pub fn script(&self, crontab: Option<&str>, path: &str) -> Option<Script> {
        let mapped = self.mappings.iter().find_map(|(prefix, directory)| {
            let rest = path.strip_prefix(prefix.trim_end_matches('/'))?;
            let rest = rest.strip_prefix('/')?;
            Some(join(directory, rest))
        });
        if let Some(path) = mapped {
            let state = self.state(&path).unwrap_or_else(|| self.missing(&path));
            return Some(Script { path, state });
        }
        let image = self.image(crontab?)?;
        let path = join(&image, path.trim_start_matches('/'));
        let state = self.state(&path)?;
        Some(Script { path, state })
    }

    /// The directory from the top that stands for `/` of the machine, by the crontab's own path.
    fn image(&self, crontab: &str) -> Option<String> {
        let crontab = std::path::absolute(crontab).ok()?;
        let crontab = plain(crontab.to_str()?);
        let from_top = crontab.strip_prefix(&plain(self.top.to_str()?))?;
        let (directory, name) = from_top.rsplit_once('/')?;
        let inside = match directory.strip_suffix("/etc") {
            Some(image) if name == "crontab" => image,
            _ => directory.strip_suffix("/etc/cron.d")?,
        };
        Some(inside.trim_start_matches('/').to_owned())
    }

    fn state(&self, path: &str) -> Option<State> {
        let Some(index) = self.index.get_or_init(|| index(&self.top)) else {
            let text = std::fs::read(self.top.join(path)).ok()?;
            return Some(State::Present {
                executable: None,
                text,
            });
        };
        let mode = index.get(path)?;
        if *mode == Mode::Other {
            return Some(State::Unknown);
        }
        let text = git(&self.top, &["show", &format!(":./{path}")])?;
        Some(State::Present {
            executable: Some(*mode == Mode::Executable),
            text,
        })
    }

    /// What git ignores is made elsewhere: a virtual environment, a build.
    fn missing(&self, path: &str) -> State {
        let in_git = self.index.get().is_some_and(Option::is_some);
        if in_git && git(&self.top, &["check-ignore", "-q", "--", path]).is_some() {
            State::Unknown
        } else {
            State::Missing
        }
    }
}

/// Whether a crontab's place is one in which a daemon looks, below some directory.
fn lies_in_image(file: &Path) -> bool {
    file.ends_with("etc/crontab") || file.parent().is_some_and(|parent| parent.ends_with("etc/cron.d"))
}

fn join(directory: &str, rest: &str) -> String {
    plain(&format!("{directory}/{rest}"))
        .trim_start_matches('/')
        .to_owned()
}

/// Every file in git's index, with its mode; none when this is no repository.
fn index(top: &Path) -> Option<HashMap<String, Mode>> {
    if !top.join(".git").exists() {
        return None;
    }
    let listed = git(top, &["ls-files", "-s", "-z"])?;
    let entry = |entry: &[u8]| {
        let text = String::from_utf8_lossy(entry).into_owned();
        let (about, path) = text.split_once('\t')?;
        let mode = match about.split(' ').next()? {
            "100644" => Mode::Plain,
            "100755" => Mode::Executable,
            _ => Mode::Other,
        };
        Some((path.to_owned(), mode))
    };
    Some(listed.split(|&byte| byte == 0).filter_map(entry).collect())
}

/// What git prints, if it succeeds.
fn git(top: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let mut command = Command::new("git");
    command.arg("-C").arg(top).args(arguments);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    let output = command.output().ok()?;
    output.status.success().then_some(output.stdout)
}

//! Debian's real cron daemon on a crontab of ours, in a mount namespace of its own, under a clock that runs
//! faster: a day in seconds. Nothing of the machine's own cron is touched.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, Utc};

use crate::debian;

/// A running daemon; it ends when this is dropped.
pub struct Cron {
    daemon: Child,
    clock: Clock,
    began: SystemTime,
    namespace: PathBuf,
    log: Option<Log>,
    _directory: tempfile::TempDir,
}

/// The daemon's clock: what it shows first, and how many of its seconds pass in one of ours.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// What it shows when the daemon starts.
    pub start: DateTime<Utc>,
    /// How many times faster than ours it runs.
    pub factor: u32,
}

// Only the jobs' clock stays real: cron gives them an environment without LD_PRELOAD. The time of `began` is
// taken just before the daemon's clock starts, so no ping of a punctual job can seem early.
const SCRIPT: &str = r#"
set -e
umask 022
mount --make-rprivate /
mkdir -p /etc/cron.d /var/spool/cron
mount --bind "$W/cron.d" /etc/cron.d
mount --bind "$W/spool" /var/spool/cron
[ ! -e /etc/crontab ] || mount --bind "$W/crontab" /etc/crontab
mount --bind "$W/run" /run
[ -L /var/run ] || mount --bind "$W/run" /var/run
if [ -e "$W/dev" ]; then
    for name in null zero full random urandom; do
        touch "$W/dev/$name"
        mount --bind "/dev/$name" "$W/dev/$name"
    done
    mount --rbind "$W/dev" /dev
fi
cd /
export TZ=UTC FAKETIME_DONT_RESET=1 LD_LIBRARY_PATH="$CRON_LIBRARIES"
touch "$W/began"
LD_PRELOAD="$FAKETIME_LIBRARY" exec "$CRON" -f </dev/null
"#;

impl Cron {
    /// Starts the daemon on a system crontab (with the user's column), or says why that cannot be done here.
    pub fn start(crontab: &str, clock: Clock) -> Result<Cron, String> {
        let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
        Cron::start_in(directory, &[("e2e", crontab)], clock, None)
    }

    /// The same on several files of /etc/cron.d, each by its name, with its log kept for [`Cron::said`].
    pub fn start_on(crontabs: &[(&str, &str)], clock: Clock) -> Result<Cron, String> {
        let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
        let log = Log::open(directory.path()).map_err(|error| error.to_string())?;
        Cron::start_in(directory, crontabs, clock, Some(log))
    }

    fn start_in(
        directory: tempfile::TempDir,
        crontabs: &[(&str, &str)],
        clock: Clock,
        log: Option<Log>,
    ) -> Result<Cron, String> {
        if !crate::can_unshare() {
            return Err("needs root, to give cron a mount namespace of its own".to_owned());
        }
        let tree = debian::unpacked(&["cron", "libfaketime"])?;
        let preload = tree.libraries().join("faketime/libfaketime.so.1");
        lay_out(directory.path(), crontabs).map_err(|error| error.to_string())?;
        let mut command = Command::new("unshare");
        command.args(["--mount", "--propagation", "private", "sh", "-c", SCRIPT]);
        command
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("W", directory.path());
        command
            .env("CRON", tree.path("usr/sbin/cron"))
            .env("CRON_LIBRARIES", tree.libraries());
        command
            .env("FAKETIME_LIBRARY", preload)
            .env("FAKETIME", clock.faketime());
        let mut daemon = command
            .stdin(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let began = wait_for_start(&mut daemon, directory.path())?;
        let namespace = fs::read_link(format!("/proc/{}/ns/mnt", daemon.id()));
        Ok(Cron {
            daemon,
            clock,
            began,
            namespace: namespace.map_err(|error| error.to_string())?,
            log,
            _directory: directory,
        })
    }

    /// When, on our clock, the daemon's shows `at`; a few milliseconds too soon, never too late.
    pub fn real(&self, at: DateTime<Utc>) -> SystemTime {
        self.began + (at - self.clock.start).to_std().unwrap_or_default() / self.clock.factor
    }

    /// Whether no job is running, nor anything that a job has left behind: nobody but the daemon is in its namespace.
    pub fn is_idle(&self) -> bool {
        let daemon = self.daemon.id().to_string();
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let mut others = processes.filter(|process| *process.file_name() != *daemon);
        !others.any(|process| {
            fs::read_link(process.path().join("ns/mnt")).is_ok_and(|place| place == self.namespace)
        })
    }

    /// Waits until the daemon is idle, a minute and a half at the most.
    ///
    /// # Panics
    /// When a job still runs then.
    pub fn wait_until_idle(&self) {
        let begun = Instant::now();
        while !self.is_idle() {
            assert!(begun.elapsed() < Duration::from_secs(90), "the jobs do not end");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Ends the daemon; all that it has logged.
    pub fn said(mut self) -> Vec<String> {
        self.stop();
        self.log.take().map(Log::close).unwrap_or_default()
    }

    /// Ends the daemon. Its jobs live on for their last pings; the namespace goes with the last of them.
    pub fn stop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

impl Drop for Cron {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Clock {
    fn faketime(self) -> String {
        format!("@{} x{}", self.start.format("%Y-%m-%d %H:%M:%S"), self.factor)
    }
}

/// The socket of syslog, as the daemon sees it.
struct Log {
    path: PathBuf,
    reader: JoinHandle<Vec<String>>,
}

impl Log {
    fn open(directory: &Path) -> std::io::Result<Log> {
        fs::create_dir(directory.join("dev"))?;
        let path = directory.join("dev/log");
        let socket = UnixDatagram::bind(&path)?;
        // Read at once: the daemon waits when a few messages have not been read.
        let reader = std::thread::spawn(move || {
            let (mut lines, mut bytes) = (Vec::new(), [0; 4096]);
            while let Ok(length @ 1..) = socket.recv(&mut bytes) {
                lines.push(String::from_utf8_lossy(&bytes[..length]).into_owned());
            }
            lines
        });
        Ok(Log { path, reader })
    }

    /// What came before this: an empty message ends it.
    fn close(self) -> Vec<String> {
        let last = UnixDatagram::unbound().and_then(|socket| socket.send_to(&[], &self.path));
        last.expect("our own socket");
        self.reader.join().expect("the reader of the log")
    }
}

fn lay_out(directory: &Path, crontabs: &[(&str, &str)]) -> std::io::Result<()> {
    for name in ["cron.d", "spool/crontabs", "run"] {
        fs::create_dir_all(directory.join(name))?;
    }
    let in_cron_d = crontabs
        .iter()
        .map(|(name, text)| (format!("cron.d/{name}"), *text));
    for (name, text) in in_cron_d.chain([("crontab".to_owned(), "")]) {
        let path = directory.join(name);
        fs::write(&path, text)?;
        // cron ignores a file that others may write.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}

/// The time just before the daemon's clock started: it has written its PID file by now.
fn wait_for_start(daemon: &mut Child, directory: &Path) -> Result<SystemTime, String> {
    for _ in 0..6_000 {
        if directory.join("run/crond.pid").exists() {
            let began = fs::metadata(directory.join("began")).and_then(|file| file.modified());
            return began.map_err(|error| error.to_string());
        }
        if let Ok(Some(status)) = daemon.try_wait() {
            return Err(format!("cron did not start: {status}"));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let _ = daemon.kill();
    let _ = daemon.wait();
    Err("cron did not start within a minute".to_owned())
}

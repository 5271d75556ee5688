//! What `--help` says besides the options.

/// The version, what is built in, and where zones come from.
pub(super) const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\nbuilt in: Healthchecks pings, systemd journal, syslog, lock files, etcd locks, zstd\n\
     local time: TZ, else /etc/localtime; zone files of /usr/share/zoneinfo"
);

/// After the options. A paragraph is one line, which the terminal's width breaks; what stands in columns fits into 80.
pub(super) const AFTER: &str = "\
Every option can be set in the environment as well, and so in the crontab: CRONWRAP_PING_URL=..., CRONWRAP_MERGE=1, \
CRONWRAP_TIMEOUT=20m. The command line wins. The job sees none of these variables.

As cron's shell: one line SHELL=/usr/bin/cronwrap in a crontab wraps all lines below it. They run under \
CRONWRAP_SHELL, else /bin/sh, and the job sees that as its SHELL; `0 5 * * * backup # nightly` names a job.

Output goes through byte for byte, each stream to the same stream. What is kept and sent has a timestamp and `out` \
or `err` before each line. Order is exact within a stream; between the two it is the order in which they were seen, \
which can differ from the order of writing by what the job writes within a moment: --merge keeps it exactly. A \
reader that is slow slows the job, as it would without cronwrap. A reader that is gone, a full disk, a broken \
monitor or journal never hurt the job: one line on standard error says so. What the job leaves running in the \
background is not waited for.

SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1 and SIGUSR2 are handed on to the job's process group. Should cronwrap be \
killed by SIGKILL, the job's process is killed as well; what that one has started itself is not.

A DURATION is a number and s, m, h or d, as in 90s, 1h30m or 0.5s; without a letter it is seconds. A SIZE is a \
number and K, M, G or T, as in 512M. A REGEX is one of Rust's regular expressions (no look-around).

Exit codes:
  the job's own, and 128+N when signal N ended it
  0    --success-codes passes the job's code
  1    a rule such as --fail-on-match fails a job that exited with 0
  75   skipped, another run has the lock (--skip-code)
  124  its time was over (--timeout)
  125  cronwrap's own fault, a command line that it cannot read,
       a --cd or limit that cannot be had
  126  the program cannot be executed,
       or its interpreter or its directory is missing
  127  the program is not there

Examples:
  cronwrap --ping https://hc-ping.com/UUID -- /usr/local/bin/backup --all
  cronwrap --ping-file /etc/backup.url --timeout 2h -c 'pg_dump db > db.sql'
  cronwrap --quiet --log '/var/log/jobs/{job}.log' --log-size 10M -- report
  cronwrap --lock --lock-wait 5m -- /usr/local/bin/sync
  cronwrap --retry 3 --fail-on-match '^ERROR' -- /usr/local/bin/sync";

#[cfg(test)]
mod tests {
    #[test]
    fn what_stands_in_columns_fits_into_a_terminal() {
        for line in super::AFTER.lines().filter(|line| line.starts_with(' ')) {
            assert!(line.len() <= 80, "{line}");
        }
    }
}

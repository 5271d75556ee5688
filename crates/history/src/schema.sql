-- The record of runs. Times are microseconds since 1970, UTC.
CREATE TABLE jobs (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE,
    status  TEXT                  -- what the alert rule keeps between two runs; its own format
) STRICT;

CREATE TABLE runs (
    id            INTEGER PRIMARY KEY,   -- in the order of their beginnings on this host
    run           BLOB NOT NULL UNIQUE,  -- the run ID, 16 bytes
    job           INTEGER NOT NULL REFERENCES jobs (id),
    command       TEXT NOT NULL,
    host          TEXT NOT NULL,
    user          TEXT NOT NULL,
    pid           INTEGER NOT NULL,      -- the wrapper's
    pid_started   INTEGER NOT NULL,      -- in clock ticks since boot: tells it from a later process of that number
    child         INTEGER,               -- the job's own process
    child_started INTEGER,
    place         TEXT NOT NULL,         -- boot and PID namespace in which these numbers mean something
    started       INTEGER NOT NULL,
    ended         INTEGER,
    took          INTEGER,               -- by a clock that nobody sets
    outcome       TEXT,                  -- exited, signaled, timed-out, not-started, skipped, lost; NULL: still running
    code          INTEGER,               -- exit code or signal
    reason        TEXT,
    failed        INTEGER,
    user_time     INTEGER,
    system_time   INTEGER,
    max_rss       INTEGER,               -- bytes
    blocks_in     INTEGER,
    blocks_out    INTEGER,
    stdout_bytes  INTEGER,
    stdout_lines  INTEGER,
    stderr_bytes  INTEGER,
    stderr_lines  INTEGER,
    log           TEXT
) STRICT;
CREATE INDEX runs_of_a_job ON runs (job, id);
CREATE INDEX runs_without_end ON runs (id) WHERE outcome IS NULL;

-- Head and tail of the output, kept apart: for failures, and for the last runs of each job.
CREATE TABLE output (
    run   INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    text  BLOB NOT NULL
) STRICT;

-- Reports that are still to be delivered, in order for each target.
CREATE TABLE outbox (
    id        INTEGER PRIMARY KEY,
    run       BLOB NOT NULL,
    job       TEXT NOT NULL,
    target    TEXT NOT NULL,     -- the place in words, never a secret
    address   TEXT NOT NULL,     -- what is needed to deliver, and may be a secret; reports to one address keep their order
    payload   BLOB NOT NULL,
    created   INTEGER NOT NULL,
    attempts  INTEGER NOT NULL DEFAULT 0,
    pause     INTEGER NOT NULL DEFAULT 0,  -- not to be tried again before then
    leased    INTEGER NOT NULL DEFAULT 0,  -- somebody is delivering it until then
    lease     BLOB,
    error     TEXT,
    dead      INTEGER NOT NULL DEFAULT 0   -- refused for good: only shown
) STRICT;
CREATE INDEX outbox_in_order ON outbox (address, id) WHERE dead = 0;

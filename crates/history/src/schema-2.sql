-- When the next message may go to an address that takes one at a time, for all processes of this user.
CREATE TABLE turns (
    address  TEXT PRIMARY KEY,
    next     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

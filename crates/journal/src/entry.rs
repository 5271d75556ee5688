//! An entry of the journal: fields in journald's own format.

use std::fmt;

/// The name of a field, known to be one that journald keeps.
///
/// journald drops a field without a word when its name is in lower case, begins with `_` or a digit, or is
/// longer than 64 characters (measured); so such a name cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldName<'a>(&'a str);

/// Why a name is none that journald would keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldNameError {
    /// The name is empty.
    Empty,
    /// The name is longer than 64 characters.
    TooLong,
    /// The name begins with a digit, or with `_`, which is journald's own mark.
    Beginning,
    /// The name holds something else than capital letters, digits and `_`.
    Character,
}

impl FieldName<'static> {
    /// The text of the entry.
    pub const MESSAGE: FieldName<'static> = FieldName("MESSAGE");
    /// syslog's severity: `0` emergency to `7` debug; 3 is an error, 6 information.
    pub const PRIORITY: FieldName<'static> = FieldName("PRIORITY");
    /// The name that `journalctl -t` looks for.
    pub const SYSLOG_IDENTIFIER: FieldName<'static> = FieldName("SYSLOG_IDENTIFIER");

    /// The name, checked when the program is compiled; panics otherwise. For names that a user gives there
    /// is [`FieldName::parse`].
    pub const fn new(name: &'static str) -> FieldName<'static> {
        match check(name.as_bytes()) {
            Ok(()) => FieldName(name),
            Err(_) => panic!("not the name of a journal field"),
        }
    }
}

impl<'a> FieldName<'a> {
    /// The name, or why it is none.
    pub const fn parse(name: &'a str) -> Result<FieldName<'a>, FieldNameError> {
        match check(name.as_bytes()) {
            Ok(()) => Ok(FieldName(name)),
            Err(error) => Err(error),
        }
    }

    /// The name as text.
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

const fn check(name: &[u8]) -> Result<(), FieldNameError> {
    if name.is_empty() {
        return Err(FieldNameError::Empty);
    }
    if name.len() > 64 {
        return Err(FieldNameError::TooLong);
    }
    if name[0] == b'_' || name[0].is_ascii_digit() {
        return Err(FieldNameError::Beginning);
    }
    let mut at = 0;
    while at < name.len() {
        let byte = name[at];
        if !(byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_') {
            return Err(FieldNameError::Character);
        }
        at += 1;
    }
    Ok(())
}

impl fmt::Display for FieldNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FieldNameError::Empty => "a journal field needs a name",
            FieldNameError::TooLong => "the name of a journal field is at most 64 characters long",
            FieldNameError::Beginning => "the name of a journal field begins with a capital letter",
            FieldNameError::Character => "the name of a journal field is made of A-Z, 0-9 and _ only",
        })
    }
}

impl std::error::Error for FieldNameError {}

/// The fields of one entry. A value may hold any bytes; a field may be there more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    bytes: Vec<u8>,
}

impl Entry {
    /// An entry with this text, to be shown as its line.
    pub fn new(message: impl AsRef<[u8]>) -> Entry {
        let mut entry = Entry::default();
        entry.push(FieldName::MESSAGE, message);
        entry
    }

    /// Adds a field.
    ///
    /// ```
    /// use journal::{Entry, FieldName};
    ///
    /// let mut entry = Entry::new("disk is full");
    /// entry.push(FieldName::PRIORITY, "3");
    /// assert_eq!(entry.as_bytes(), b"MESSAGE=disk is full\nPRIORITY=3\n");
    /// ```
    pub fn push(&mut self, name: FieldName<'_>, value: impl AsRef<[u8]>) {
        let value = value.as_ref();
        self.bytes.extend_from_slice(name.as_str().as_bytes());
        if value.contains(&b'\n') {
            // A line break would end the short form: NAME, the length in 8 bytes, the value.
            self.bytes.push(b'\n');
            self.bytes.extend_from_slice(&(value.len() as u64).to_le_bytes());
        } else {
            self.bytes.push(b'=');
        }
        self.bytes.extend_from_slice(value);
        self.bytes.push(b'\n');
    }

    /// How long the entry is so far, to come back to with [`Entry::truncate`].
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is no field yet.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Takes back what was added since [`Entry::len`] said `len`: many entries share their first fields, and
    /// need not be built anew for each line of a job's output.
    pub fn truncate(&mut self, len: usize) {
        self.bytes.truncate(len);
    }

    /// The entry as journald reads it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

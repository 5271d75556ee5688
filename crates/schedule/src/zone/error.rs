//! Why a zone could not be read.

use std::fmt;

/// Why bytes are not a zone file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneError {
    name: String,
    reason: &'static str,
}

impl ZoneError {
    pub(crate) fn new(name: &str, reason: &'static str) -> ZoneError {
        ZoneError {
            name: name.to_owned(),
            reason,
        }
    }
}

impl fmt::Display for ZoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "zone `{}`: {}", self.name, self.reason)
    }
}

impl std::error::Error for ZoneError {}

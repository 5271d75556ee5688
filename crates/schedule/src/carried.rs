//! The zones that this crate carries: chrono-tz's, packed as zone files.
//!
//! chrono-tz itself holds them as tables full of pointers, which the loader would have to fill in at every start of
//! every program: a millisecond for something that is rarely needed. So a test packs them into `zones.bin` and
//! compares every change of every zone; `tests/zones.rs` knows the format too.

use crate::zone::Zone;

/// `zones 1 2025b`, the number of zones; for each its name, start and length; then the zone files.
static ZONES: &[u8] = include_bytes!("carried/zones.bin");

impl Zone {
    /// The zone of a name such as `Europe/Berlin`, as chrono-tz has it. Letter case counts.
    ///
    /// ```
    /// use schedule::Zone;
    ///
    /// assert_eq!(Zone::named("Europe/Berlin").unwrap().name(), "Europe/Berlin");
    /// assert!(Zone::named("Mars/Olympus").is_none());
    /// ```
    pub fn named(name: &str) -> Option<Zone> {
        find(name).and_then(|bytes| Zone::from_tzif(name, bytes).ok())
    }
}

/// The zone file of that name.
fn find(name: &str) -> Option<&'static [u8]> {
    let start = ZONES.iter().position(|byte| *byte == b'\n')? + 1;
    let (count, mut rest) = number(&ZONES[start..])?;
    let mut found = None;
    for _ in 0..count {
        let (length, entry) = rest.split_first()?;
        let (entry_name, entry) = entry.split_at_checked(usize::from(*length))?;
        let (start, entry) = number(entry)?;
        let (size, entry) = number(entry)?;
        if entry_name == name.as_bytes() {
            found = Some((start, size));
        }
        rest = entry;
    }
    let (start, size) = found?;
    rest.get(start..)?.get(..size)
}

fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (four, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*four) as usize, rest))
}

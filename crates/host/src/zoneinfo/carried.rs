//! The zones that this program carries: chrono-tz's, packed as zone files.
//!
//! chrono-tz itself holds them as tables full of pointers, which the loader would have to fill in at every start of
//! every program: a millisecond for something that is needed only where a host has no zone files. So a test packs
//! them into `zones.bin` and compares every change of every zone; `tests/zones.rs` knows the format too.

/// `zones 1`, the number of zones; for each its name, start and length; then the zone files.
static ZONES: &[u8] = include_bytes!("zones.bin");

/// The zone file of that name.
pub(super) fn find(name: &str) -> Option<&'static [u8]> {
    let rest = ZONES.strip_prefix(b"zones 1\n")?;
    let (count, mut rest) = number(rest)?;
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

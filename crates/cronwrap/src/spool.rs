//! Output held back until it is known whether anybody wants to see it (`--quiet`): in memory first, then on disk.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::PathBuf;

/// Held in memory.
const IN_MEMORY: usize = 256 * 1024;
/// Handed out at one time.
const PIECE: usize = 64 * 1024;

/// Output held back.
pub(crate) struct Spool {
    directory: PathBuf,
    memory: Vec<u8>,
    disk: Option<BufWriter<File>>,
    lost: u64,
    failure: Option<io::Error>,
}

impl Spool {
    /// Holds back; what does not fit into memory goes to a file without a name in this directory.
    pub(crate) fn new(directory: PathBuf) -> Spool {
        Spool {
            directory,
            memory: Vec::new(),
            disk: None,
            lost: 0,
            failure: None,
        }
    }

    /// Takes what is not to be shown yet.
    pub(crate) fn take(&mut self, to_err: bool, bytes: &[u8]) {
        if self.failure.is_some() {
            self.lost += bytes.len() as u64;
            return;
        }
        for piece in bytes.chunks(PIECE) {
            let head = (piece.len() as u32) << 1 | u32::from(to_err);
            if self.disk.is_none() && self.memory.len() + piece.len() + 4 <= IN_MEMORY {
                self.memory.extend_from_slice(&head.to_le_bytes());
                self.memory.extend_from_slice(piece);
            } else if let Err(error) = self.write_to_disk(head, piece) {
                self.lost += piece.len() as u64;
                self.failure = Some(error);
            }
        }
    }

    fn write_to_disk(&mut self, head: u32, piece: &[u8]) -> io::Result<()> {
        let disk = match &mut self.disk {
            Some(disk) => disk,
            None => self.disk.insert(BufWriter::with_capacity(
                PIECE,
                tempfile::tempfile_in(&self.directory)?,
            )),
        };
        disk.write_all(&head.to_le_bytes())?;
        disk.write_all(piece)
    }

    /// What could not be held back, and why.
    pub(crate) fn trouble(&self) -> Option<String> {
        let error = self.failure.as_ref()?;
        Some(format!(
            "{} bytes of output could not be kept in {}: {error}",
            self.lost,
            self.directory.display()
        ))
    }

    /// All that was held back, to be shown now.
    pub(crate) fn replay(self) -> Replay {
        let disk = self.disk.and_then(|disk| {
            // What cannot be written any more is lost; what was is shown.
            let mut file = disk
                .into_inner()
                .unwrap_or_else(|error| error.into_parts().1.into_parts().0);
            file.rewind().ok().map(|()| BufReader::with_capacity(PIECE, file))
        });
        Replay {
            memory: io::Cursor::new(self.memory),
            disk,
        }
    }
}

/// Output that was held back, piece by piece.
pub(crate) struct Replay {
    memory: io::Cursor<Vec<u8>>,
    disk: Option<BufReader<File>>,
}

impl Replay {
    /// The next piece: whether it is for standard error, and its bytes.
    pub(crate) fn next(&mut self) -> Option<(bool, Vec<u8>)> {
        if let Some(piece) = piece(&mut self.memory) {
            return Some(piece);
        }
        piece(self.disk.as_mut()?)
    }
}

fn piece(from: &mut impl Read) -> Option<(bool, Vec<u8>)> {
    let mut head = [0; 4];
    from.read_exact(&mut head).ok()?;
    let head = u32::from_le_bytes(head);
    let mut bytes = vec![0; (head >> 1) as usize];
    from.read_exact(&mut bytes).ok()?;
    Some((head & 1 == 1, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(total: usize, piece: usize) {
        let directory = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(directory.path().to_owned());
        let all: Vec<u8> = (0..total).map(|at| (at % 251) as u8).collect();
        for (number, piece) in all.chunks(piece).enumerate() {
            spool.take(number % 2 == 1, piece);
        }
        assert!(spool.memory.capacity() <= 2 * IN_MEMORY);
        assert_eq!(spool.trouble(), None);
        assert_eq!(
            std::fs::read_dir(directory.path()).unwrap().count(),
            0,
            "the file has no name"
        );
        let (mut replay, mut seen) = (spool.replay(), Vec::new());
        while let Some((_, bytes)) = replay.next() {
            seen.extend(bytes);
        }
        assert!(seen == all, "{total} in pieces of {piece}");
    }

    #[test]
    fn what_is_held_back_comes_out_as_it_went_in() {
        for total in [0, 1, 1_000, IN_MEMORY, IN_MEMORY + 1, 3_000_000] {
            for piece in [100, 80_000, 262_144] {
                check(total, piece);
            }
        }
    }

    #[test]
    fn a_directory_that_is_not_there_loses_only_what_does_not_fit() {
        let mut spool = Spool::new("/no/such/directory".into());
        spool.take(false, &[b'x'; 100_000]);
        spool.take(false, &[b'y'; 400_000]);
        assert!(spool.trouble().unwrap().contains("/no/such/directory"));
        assert_eq!(spool.replay().next().unwrap().1[..3], *b"xxx");
    }
}

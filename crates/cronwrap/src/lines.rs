//! Output cut into lines as it comes, for those who need whole ones.

/// A longer line is handed on in pieces.
const LONGEST: usize = 64 * 1024;
/// What a piece of such a line repeats of the one before, so that nothing hides at the cut.
const OVERLAP: usize = 1024;

/// Cuts one stream into lines.
#[derive(Default)]
pub(crate) struct Lines {
    open: Vec<u8>,
}

impl Lines {
    /// Hands on each line that is whole now, with its line feed.
    pub(crate) fn take(&mut self, mut bytes: &[u8], mut each: impl FnMut(&[u8])) {
        while !bytes.is_empty() {
            let end = memchr::memchr(b'\n', bytes).map(|feed| feed + 1);
            let (part, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
            bytes = rest;
            if end.is_some() && self.open.is_empty() && part.len() <= LONGEST {
                each(part);
                continue;
            }
            self.open.extend_from_slice(part);
            if end.is_some() || self.open.len() >= LONGEST {
                self.hand_on(end.is_some(), &mut each);
            }
        }
    }

    fn hand_on(&mut self, whole: bool, each: &mut impl FnMut(&[u8])) {
        let mut at = 0;
        while self.open.len() - at > LONGEST {
            each(&self.open[at..at + LONGEST]);
            at += LONGEST - OVERLAP;
        }
        if whole {
            each(&self.open[at..]);
            at = self.open.len();
        }
        self.open.drain(..at);
    }

    /// Hands on what is left of an unfinished line.
    pub(crate) fn end(&mut self, mut each: impl FnMut(&[u8])) {
        if !self.open.is_empty() {
            each(&self.open);
            self.open.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pieces: &[&str], expected: &[&str]) {
        let (mut lines, mut seen) = (Lines::default(), Vec::new());
        let mut each = |line: &[u8]| seen.push(String::from_utf8(line.to_vec()).unwrap());
        pieces
            .iter()
            .for_each(|piece| lines.take(piece.as_bytes(), &mut each));
        lines.end(&mut each);
        assert_eq!(seen, expected);
    }

    #[test]
    fn lines_are_put_together() {
        check(&["a\nb", "c\n", "\nd"], &["a\n", "bc\n", "\n", "d"]);
        check(&[], &[]);
    }

    #[test]
    fn long_lines_come_in_pieces_that_overlap() {
        let (mut lines, mut seen) = (Lines::default(), Vec::new());
        let long: Vec<u8> = (0..300_000_u32).map(|at| b'a' + (at % 23) as u8).collect();
        long.chunks(7_000)
            .for_each(|piece| lines.take(piece, |line| seen.push(line.to_vec())));
        lines.take(b"\n", |line| seen.push(line.to_vec()));
        assert!(seen.iter().all(|piece| piece.len() <= LONGEST + 7_000), "bounded");
        let mut joined = seen[0].clone();
        for piece in &seen[1..] {
            assert_eq!(piece[..OVERLAP], joined[joined.len() - OVERLAP..]);
            joined.extend_from_slice(&piece[OVERLAP..]);
        }
        assert_eq!(joined.strip_suffix(b"\n"), Some(&long[..]));
    }
}

//! What a job printed, in bounded memory: the head and the tail are kept, the middle is counted.
//!
//! Nothing is done per line while the job runs: chunks are kept as they were read, each with its stream and its
//! time, and taken apart into lines only when somebody asks.

use crate::clock::Stamp;
use std::borrow::Cow;
use std::collections::VecDeque;

/// Kept from the beginning.
const HEAD: usize = 32 * 1024;
/// Kept from the end. Above the 100,000 bytes of a body that the largest monitor takes.
const TAIL: usize = 192 * 1024;
/// Kept pieces of the tail; a job that writes single bytes has many.
const PIECES: usize = 8 * 1024;
/// Reads this close together count as one.
const TOGETHER_MICROS: u64 = 1_000;

/// Where a line came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
    /// Both through one pipe, where they cannot be told apart.
    Merged,
}

impl Stream {
    /// The word that stands before a line: `out`, `err`, or nothing.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Stream::Out => "out",
            Stream::Err => "err",
            Stream::Merged => "",
        }
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self == Stream::Err)
    }
}

/// A line of output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OutputLine<'a> {
    /// When its first byte was seen.
    pub(crate) at: Stamp,
    /// Where it came from.
    pub(crate) stream: Stream,
    /// The line without its line feed.
    pub(crate) bytes: Cow<'a, [u8]>,
    /// Whether its beginning was not kept.
    pub(crate) beheaded: bool,
}

/// What came through one stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    /// All bytes.
    pub(crate) bytes: u64,
    /// All lines, an unfinished last one included.
    pub(crate) lines: u64,
}

#[derive(Clone, Copy)]
struct Piece {
    at: Stamp,
    stream: Stream,
    len: usize,
}

#[derive(Default)]
struct Count {
    bytes: u64,
    feeds: u64,
    open: bool,
    /// Whether what was dropped of this stream ended inside a line.
    cut: bool,
}

/// The kept output of a run.
#[derive(Default)]
pub(crate) struct Capture {
    head: Vec<u8>,
    head_pieces: Vec<Piece>,
    /// The kept tail is `tail[skip..]`; the rest is dropped in one go when the buffer is full.
    tail: Vec<u8>,
    skip: usize,
    pieces: VecDeque<Piece>,
    dropped: u64,
    counts: [Count; 2],
}

impl Capture {
    /// Takes what was read at one time from one stream.
    pub(crate) fn push(&mut self, at: Stamp, stream: Stream, mut bytes: &[u8]) {
        let Some(&last) = bytes.last() else { return };
        let count = &mut self.counts[stream.index()];
        count.bytes += bytes.len() as u64;
        count.feeds += memchr::memchr_iter(b'\n', bytes).count() as u64;
        count.open = last != b'\n';
        if self.head.len() < HEAD {
            let (head, rest) = bytes.split_at(bytes.len().min(HEAD - self.head.len()));
            self.head.extend_from_slice(head);
            count.cut = head.last() != Some(&b'\n');
            match self.head_pieces.last_mut() {
                Some(piece) if piece.takes(at, stream) => piece.len += head.len(),
                _ => self.head_pieces.push(Piece {
                    at,
                    stream,
                    len: head.len(),
                }),
            }
            bytes = rest;
        }
        if !bytes.is_empty() {
            self.push_tail(at, stream, bytes);
        }
    }

    fn push_tail(&mut self, at: Stamp, stream: Stream, bytes: &[u8]) {
        if bytes.len() > TAIL {
            // Only the end of it will be kept: do not copy what would be dropped at once.
            self.drop_front(self.tail.len() - self.skip);
            self.tail.clear();
            self.skip = 0;
            let (lost, kept) = bytes.split_at(bytes.len() - TAIL);
            self.dropped += lost.len() as u64;
            self.counts[stream.index()].cut = lost.last() != Some(&b'\n');
            self.tail.extend_from_slice(kept);
            self.pieces.push_back(Piece {
                at,
                stream,
                len: kept.len(),
            });
            return;
        }
        if self.tail.len() + bytes.len() > 2 * TAIL {
            self.tail.copy_within(self.skip.., 0);
            self.tail.truncate(self.tail.len() - self.skip);
            self.skip = 0;
        }
        self.tail.extend_from_slice(bytes);
        match self.pieces.back_mut() {
            Some(piece) if piece.takes(at, stream) => piece.len += bytes.len(),
            _ => self.pieces.push_back(Piece {
                at,
                stream,
                len: bytes.len(),
            }),
        }
        let kept = self.tail.len() - self.skip;
        self.drop_front(kept.saturating_sub(TAIL));
        while self.pieces.len() > PIECES {
            self.drop_front(self.pieces[0].len);
        }
    }

    fn drop_front(&mut self, mut excess: usize) {
        self.dropped += excess as u64;
        while excess > 0 {
            let Some(piece) = self.pieces.front_mut() else {
                return;
            };
            let gone = piece.len.min(excess);
            self.counts[piece.stream.index()].cut = self.tail[self.skip + gone - 1] != b'\n';
            self.skip += gone;
            excess -= gone;
            piece.len -= gone;
            if piece.len == 0 {
                self.pieces.pop_front();
            }
        }
    }

    /// What came through a stream in all.
    pub(crate) fn amount(&self, stream: Stream) -> Amount {
        let count = &self.counts[stream.index()];
        Amount {
            bytes: count.bytes,
            lines: count.feeds + u64::from(count.open),
        }
    }

    /// What came through all streams.
    pub(crate) fn total(&self) -> Amount {
        let (out, err) = (self.amount(Stream::Out), self.amount(Stream::Err));
        Amount {
            bytes: out.bytes + err.bytes,
            lines: out.lines + err.lines,
        }
    }

    /// The kept lines of the beginning and of the end, in the order in which their first bytes were seen.
    /// Where nothing was dropped, all are in the first.
    pub(crate) fn lines(&self) -> (Vec<OutputLine<'_>>, Vec<OutputLine<'_>>) {
        let mut head = Vec::new();
        let mut lines = Lines::default();
        lines.add_pieces(&self.head, self.head_pieces.iter(), &mut head);
        if self.dropped == 0 {
            lines.add_pieces(&self.tail[self.skip..], self.pieces.iter(), &mut head);
            return (head, Vec::new());
        }
        let mut tail = Vec::new();
        let mut lines = Lines {
            open: [None; 2],
            cut: [self.counts[0].cut, self.counts[1].cut],
        };
        lines.add_pieces(&self.tail[self.skip..], self.pieces.iter(), &mut tail);
        (head, tail)
    }
}

impl Piece {
    fn takes(&self, at: Stamp, stream: Stream) -> bool {
        self.stream == stream
            && at.since_start_micros.saturating_sub(self.at.since_start_micros) < TOGETHER_MICROS
    }
}

/// Puts lines together again of which other streams' output came between.
#[derive(Default)]
struct Lines {
    /// For each stream, the place in the list of its unfinished line.
    open: [Option<usize>; 2],
    cut: [bool; 2],
}

impl Lines {
    fn add_pieces<'a, 'p>(
        &mut self,
        mut bytes: &'a [u8],
        pieces: impl Iterator<Item = &'p Piece>,
        to: &mut Vec<OutputLine<'a>>,
    ) {
        for piece in pieces {
            let (mut of_piece, rest) = bytes.split_at(piece.len);
            bytes = rest;
            while !of_piece.is_empty() {
                let feed = memchr::memchr(b'\n', of_piece);
                let (part, after) = match feed {
                    Some(at) => (&of_piece[..at], &of_piece[at + 1..]),
                    None => (of_piece, &of_piece[..0]),
                };
                self.add(piece, part, feed.is_none(), to);
                of_piece = after;
            }
        }
    }

    fn add<'a>(&mut self, piece: &Piece, part: &'a [u8], open: bool, to: &mut Vec<OutputLine<'a>>) {
        let stream = piece.stream.index();
        let place = match self.open[stream] {
            Some(place) => {
                to[place].bytes.to_mut().extend_from_slice(part);
                place
            }
            None => {
                let beheaded = std::mem::take(&mut self.cut[stream]);
                to.push(OutputLine {
                    at: piece.at,
                    stream: piece.stream,
                    bytes: Cow::Borrowed(part),
                    beheaded,
                });
                to.len() - 1
            }
        };
        self.open[stream] = open.then_some(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(lines: &[OutputLine<'_>]) -> String {
        let line = |line: &OutputLine<'_>| {
            let cut = if line.beheaded { "..." } else { "" };
            format!(
                "{}:{cut}{}",
                line.stream.tag(),
                String::from_utf8_lossy(&line.bytes)
            )
        };
        lines.iter().map(line).collect::<Vec<_>>().join(" ")
    }

    fn check(pieces: &[(Stream, &str)], expected: &str) {
        let mut capture = Capture::default();
        for (number, (stream, bytes)) in pieces.iter().enumerate() {
            capture.push(Stamp::at_micros(number as u64 * 5_000), *stream, bytes.as_bytes());
        }
        let (head, tail) = capture.lines();
        assert_eq!(shown(&head), expected);
        assert_eq!(tail, []);
    }

    #[test]
    fn a_line_is_put_together_when_the_other_stream_came_between() {
        check(&[(Stream::Out, "a\nb")], "out:a out:b");
        check(
            &[
                (Stream::Out, "be"),
                (Stream::Err, "x\n"),
                (Stream::Out, "gin\nz\n"),
            ],
            "out:begin err:x out:z",
        );
        check(&[(Stream::Out, "a"), (Stream::Out, "\n\n")], "out:a out:");
        check(&[(Stream::Merged, "\n")], ":");
    }

    /// The tail of the capture must be the tail of what was written, however it was cut into reads.
    fn check_bounds(read: usize, written: usize) {
        let all: Vec<u8> = (0..written)
            .map(|at| {
                if at % 61 == 60 {
                    b'\n'
                } else {
                    b'a' + (at % 26) as u8
                }
            })
            .collect();
        let mut capture = Capture::default();
        for (number, chunk) in all.chunks(read).enumerate() {
            capture.push(Stamp::at_micros(number as u64 * 5_000), Stream::Out, chunk);
        }
        let (head, tail) = capture.lines();
        let joined = |lines: &[OutputLine<'_>]| {
            lines
                .iter()
                .map(|line| line.bytes.to_vec())
                .collect::<Vec<_>>()
                .join(&b'\n')
        };
        let (head, tail_bytes) = (joined(&head), joined(&tail));
        let text = all.strip_suffix(b"\n").unwrap_or(&all);
        assert!(all.starts_with(&head), "head at reads of {read}");
        assert!(text.ends_with(&tail_bytes), "tail at reads of {read}");
        assert_eq!(capture.amount(Stream::Out).bytes, written as u64);
        assert_eq!(capture.amount(Stream::Out).lines, written.div_ceil(61) as u64);
        assert!(capture.tail.capacity() <= 3 * TAIL, "{}", capture.tail.capacity());
        if capture.dropped > 0 {
            let at = written - capture.tail[capture.skip..].len();
            assert_eq!(tail[0].beheaded, all[at - 1] != b'\n');
            assert!(capture.dropped as usize + HEAD + TAIL >= written);
        }
    }

    #[test]
    fn memory_is_bounded_and_the_tail_is_the_tail() {
        for read in [1, 7, 4_096, 65_536, 262_144, 1_000_000] {
            for written in [10, HEAD, HEAD + 1, HEAD + TAIL, HEAD + TAIL + 1, 1_000_003] {
                check_bounds(read, written);
            }
        }
    }

    #[test]
    fn single_bytes_do_not_make_endless_bookkeeping() {
        let mut capture = Capture::default();
        for number in 0..100_000 {
            capture.push(Stamp::at_micros(number * 5_000), Stream::Out, b"x");
        }
        assert!(capture.pieces.len() <= PIECES);
    }
}

//! Reads records in order from anything that can be read at an offset, and follows pointer records. Memory is
//! bounded by the longest record that is really there: a length alone allocates nothing.

use crate::{Decoded, Fault, Kind, decode, parse_pointer};

/// Bytes that can be read at a place, such as a file.
pub trait Source {
    /// What can go wrong outside the file's own content.
    type Error;
    /// Reads at most `buffer.len()` bytes at `offset`; 0 at the end.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, Self::Error>;
}

impl Source for [u8] {
    type Error = std::convert::Infallible;
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, Self::Error> {
        let rest = usize::try_from(offset).ok().and_then(|at| self.get(at..)).unwrap_or_default();
        let n = rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    }
}

impl<S: Source + ?Sized> Source for &S {
    type Error = S::Error;
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, Self::Error> {
        (**self).read_at(offset, buffer)
    }
}

/// Why reading stopped. The two must never be mixed up: the first defers, the second sets the file aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError<E> {
    /// The source failed; the file may be well.
    Source(E),
    /// The file makes no sense.
    Damaged(Fault),
}

impl<E> From<Fault> for ReadError<E> {
    fn from(fault: Fault) -> Self {
        Self::Damaged(fault)
    }
}

/// One record in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// Where its type byte stands.
    pub offset: u64,
    /// Its type.
    pub kind: Kind,
    /// Its bytes.
    pub data: &'a [u8],
}

/// A sequence of records.
pub struct Reader<S> {
    source: S,
    /// The file offset of `buffer[0]`.
    base: u64,
    /// Where the next record begins in `buffer`.
    next: usize,
    buffer: Vec<u8>,
    /// The data of the record that was yielded last.
    last: std::ops::Range<usize>,
    follow: bool,
    backward: u32,
}

impl<S: Source> Reader<S> {
    /// Reads from `offset` on and follows pointers.
    pub fn new(source: S, offset: u64) -> Self {
        Self { source, base: offset, next: 0, buffer: Vec::new(), last: 0..0, follow: true, backward: 0 }
    }

    /// Yields pointer records like any other and never jumps (`postcat -r`).
    pub fn in_file_order(mut self) -> Self {
        self.follow = false;
        self
    }

    /// Where the next record begins.
    pub fn offset(&self) -> u64 {
        self.base + self.next as u64
    }

    /// Goes on at another place. It does not count as a jump: the caller decides, not the file.
    pub fn seek(&mut self, offset: u64) {
        let inside = offset.checked_sub(self.base).and_then(|at| usize::try_from(at).ok());
        match inside.filter(|at| *at <= self.buffer.len()) {
            Some(at) => self.next = at,
            None => {
                self.base = offset;
                self.next = 0;
                self.buffer.clear();
            }
        }
    }

    /// The next record; None at the end of the file, when it ends between two records.
    pub fn next_record(&mut self) -> Result<Option<Item<'_>>, ReadError<S::Error>> {
        loop {
            let Some((kind, data, next)) = self.whole()? else { return Ok(None) };
            let start = self.next;
            self.next = next;
            if kind == Kind::POINTER && self.follow {
                self.jump(start, data)?;
                continue;
            }
            let offset = self.base + start as u64;
            self.last = data..next;
            return Ok(Some(Item { offset, kind, data: &self.buffer[data..next] }));
        }
    }

    /// The data of the record that [`Self::next_record`] yielded last.
    pub(crate) fn last_data(&self) -> &[u8] {
        self.buffer.get(self.last.clone()).unwrap_or_default()
    }

    fn jump(&mut self, start: usize, data: usize) -> Result<(), Fault> {
        let here = self.base + start as u64;
        let target = parse_pointer(&self.buffer[data..self.next])
            .filter(|target| *target <= i64::MAX as u64)
            .ok_or(Fault::new(here, "malformed pointer record"))?;
        if target == 0 {
            return Ok(());
        }
        if target <= here {
            self.backward += 1;
            if self.backward > MAX_BACKWARD_JUMPS {
                return Err(Fault::new(here, "too many backward jumps of pointer records"));
            }
        }
        self.seek(target);
        Ok(())
    }

    /// Buffers one whole record.
    fn whole(&mut self) -> Result<Option<Extent>, ReadError<S::Error>> {
        loop {
            let offset = self.offset();
            let missing = match decode(&self.buffer[self.next..], offset)? {
                Decoded::Whole(kind, data, next) => {
                    return Ok(Some((kind, self.next + data, self.next + next)));
                }
                Decoded::Incomplete(needed) => needed - (self.buffer.len() - self.next),
            };
            if self.fill(missing)? == 0 {
                let clean = self.next == self.buffer.len();
                return if clean { Ok(None) } else { Err(Fault::new(offset, "record is cut short").into()) };
            }
        }
    }

    fn fill(&mut self, missing: usize) -> Result<usize, ReadError<S::Error>> {
        self.buffer.drain(..self.next);
        self.base += self.next as u64;
        self.next = 0;
        let old = self.buffer.len();
        self.buffer.resize(old + missing.clamp(WINDOW, MAX_STEP), 0);
        let read = self.source.read_at(self.base + old as u64, &mut self.buffer[old..]);
        self.buffer.truncate(old + read.as_ref().map_or(0, |n| *n));
        read.map_err(ReadError::Source)
    }
}

/// A record's type, and the start and end of its data in the buffer.
type Extent = (Kind, usize, usize);

/// What one read asks for.
const WINDOW: usize = 8 << 10;
/// A length that was read allocates at most this much ahead of the bytes.
const MAX_STEP: usize = 64 << 10;
/// As Postfix: pointers that go back this often go in circles.
const MAX_BACKWARD_JUMPS: u32 = 10_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{encode, format_pointer};

    fn kinds(file: &[u8]) -> Result<String, Fault> {
        let mut reader = Reader::new(file, 0);
        let mut seen = String::new();
        loop {
            match reader.next_record() {
                Ok(Some(item)) if item.kind == Kind::END => return Ok(seen),
                Ok(Some(item)) => seen.push(char::from(item.kind.0)),
                Ok(None) => return Ok(seen),
                Err(ReadError::Damaged(fault)) => return Err(fault),
                Err(ReadError::Source(never)) => match never {},
            }
        }
    }

    fn pointer(to: u64) -> Vec<u8> {
        let mut out = Vec::new();
        encode(Kind::POINTER, format_pointer(to).as_bytes(), &mut out);
        out
    }

    #[test]
    fn pointers_lead_to_what_was_added_later_and_back() {
        let mut file = b"A\x00".to_vec();
        file.extend(pointer(0));
        file.extend(pointer(40)); // 19..36
        file.extend(b"w\x00E\x00"); // 36..40
        file.extend(b"R\x00"); // 40
        file.extend(pointer(36));
        assert_eq!(kinds(&file).as_deref(), Ok("ARw"));
    }

    #[test]
    fn a_circle_of_pointers_ends() {
        let fault =
            kinds(&pointer(0).into_iter().chain(b"N\x00".to_vec()).chain(pointer(17)).collect::<Vec<u8>>());
        assert_eq!(fault.unwrap_err().problem, "too many backward jumps of pointer records");
    }

    #[test]
    fn a_cut_record_is_damage_and_a_cut_between_records_is_the_end() {
        assert_eq!(kinds(b"N\x01aN\x01"), Err(Fault::new(3, "record is cut short")));
        assert_eq!(kinds(b"N\x01a").as_deref(), Ok("N"));
        assert_eq!(kinds(b"N"), Err(Fault::new(0, "record is cut short")));
    }

    #[test]
    fn records_larger_than_the_window_are_read_whole() {
        let mut file = Vec::new();
        encode(Kind::NORMAL, &vec![b'x'; 300_000], &mut file);
        encode(Kind::END, b"", &mut file);
        let mut reader = Reader::new(&file[..], 0);
        assert_eq!(reader.next_record().unwrap().unwrap().data.len(), 300_000);
        assert_eq!(reader.next_record().unwrap().unwrap().kind, Kind::END);
    }

    #[test]
    fn any_bytes_are_read_to_an_end_or_a_fault() {
        let mut state = 1_u32;
        for _ in 0..2000 {
            let junk: Vec<u8> = (0..64)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 24) as u8
                })
                .collect();
            let _ = kinds(&junk);
        }
    }
}

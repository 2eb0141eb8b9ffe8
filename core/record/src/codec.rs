//! One record to bytes and back.

use crate::{Fault, Kind};

/// What the front of a buffer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// A whole record: its type, where its data begins, and where the next record begins.
    Whole(Kind, usize, usize),
    /// More bytes are needed; at least up to this length when it is known.
    Incomplete(usize),
}

/// Appends a record to `out`.
pub fn encode(kind: Kind, data: &[u8], out: &mut Vec<u8>) {
    out.push(kind.0);
    let mut rest = data.len();
    while rest >= 0x80 {
        out.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
    out.extend_from_slice(data);
}

/// Appends a text line, cut into records of at most `line_length_limit` bytes.
pub fn encode_line(line: &[u8], line_length_limit: usize, out: &mut Vec<u8>) {
    let mut rest = line;
    while rest.len() > line_length_limit.max(1) {
        let (piece, tail) = rest.split_at(line_length_limit.max(1));
        encode(Kind::CONTINUED, piece, out);
        rest = tail;
    }
    encode(Kind::NORMAL, rest, out);
}

/// Looks at the record that begins at `bytes[0]`; `offset` is its place in the file, for the fault.
pub fn decode(bytes: &[u8], offset: u64) -> Result<Decoded, Fault> {
    let Some(kind) = bytes.first() else { return Ok(Decoded::Incomplete(2)) };
    let mut length = 0_usize;
    for at in 0.. {
        // Five groups hold any length that Postfix (an int) could have written.
        if at == 5 {
            return Err(Fault::new(offset, "record length has too many bits"));
        }
        let Some(byte) = bytes.get(at + 1) else { return Ok(Decoded::Incomplete(at + 2)) };
        length |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            if length > MAX_RECORD {
                return Err(Fault::new(offset, "record is too long"));
            }
            let data = at + 2;
            let next = data + length;
            let whole = bytes.len() >= next;
            return Ok(if whole {
                Decoded::Whole(Kind(*kind), data, next)
            } else {
                Decoded::Incomplete(next)
            });
        }
    }
    Err(Fault::new(offset, "record length has no end"))
}

/// Far above what any line, header or attribute limit makes; a longer record is damage.
const MAX_RECORD: usize = 16 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_at_the_edges_of_the_groups_survive() {
        for length in [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152] {
            let mut out = Vec::new();
            encode(Kind::NORMAL, &vec![b'x'; length], &mut out);
            let Ok(Decoded::Whole(kind, data, next)) = decode(&out, 0) else { panic!("{length}") };
            assert_eq!((kind, next - data, next), (Kind::NORMAL, length, out.len()));
            assert!(matches!(decode(&out[..out.len() - 1], 0), Ok(Decoded::Incomplete(n)) if n <= out.len()));
        }
    }

    #[test]
    fn the_length_is_least_significant_group_first() {
        let mut out = Vec::new();
        encode(Kind::CONTINUED, &[b'x'; 2048], &mut out);
        assert_eq!(out[..3], [b'L', 0x80, 0x10]);
    }

    #[test]
    fn an_endless_or_giant_length_is_damage() {
        assert!(decode(&[b'N', 0xff, 0xff, 0xff, 0xff, 0xff, 0], 7).is_err());
        assert!(decode(&[b'N', 0xff, 0xff, 0xff, 0xff, 0x0f], 7).is_err());
    }

    #[test]
    fn long_lines_are_cut_and_end_with_a_normal_record() {
        let mut out = Vec::new();
        encode_line(b"abcdef", 3, &mut out);
        assert_eq!(out, b"L\x03abcN\x03def");
    }
}

//! Content frames to lines. A line may span frames; a long one comes out in pieces, so that no line is ever held
//! whole.

/// Divides a stream of bytes at each LF.
pub(crate) struct Lines {
    limit: usize,
    /// The beginning of a line whose end has not come yet.
    rest: Vec<u8>,
}

/// One line, or a piece of one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    pub(crate) text: &'a [u8],
    /// False when the line goes on in the next piece.
    pub(crate) complete: bool,
}

impl Lines {
    /// Pieces have at most `limit` bytes (`line_length_limit`).
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit: limit.max(1), rest: Vec::new() }
    }

    /// The next piece of `frame`, from `at` on; None when the rest of the frame is kept for later. `buffer` is
    /// scratch space.
    pub(crate) fn next<'a>(
        &mut self,
        frame: &'a [u8],
        at: &mut usize,
        buffer: &'a mut Vec<u8>,
    ) -> Option<Line<'a>> {
        let input = &frame[*at..];
        let room = self.limit - self.rest.len();
        let window = &input[..input.len().min(room)];
        let end = window.iter().position(|&byte| byte == b'\n');
        let (length, complete) = match end {
            Some(end) => (end, true),
            None if input.len() >= room => (room, false),
            None => {
                self.rest.extend_from_slice(input);
                *at = frame.len();
                return None;
            }
        };
        *at += length + usize::from(complete);
        if self.rest.is_empty() {
            return Some(Line { text: &input[..length], complete });
        }
        buffer.clear();
        buffer.append(&mut self.rest);
        buffer.extend_from_slice(&input[..length]);
        Some(Line { text: buffer, complete })
    }

    /// What is left at the end of the content: a last line without LF.
    pub(crate) fn finish(&mut self) -> Option<Vec<u8>> {
        (!self.rest.is_empty()).then(|| std::mem::take(&mut self.rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn divide(frames: &[&str], limit: usize) -> Vec<String> {
        let mut lines = Lines::new(limit);
        let mut out = Vec::new();
        for frame in frames {
            let mut at = 0;
            let mut buffer = Vec::new();
            while let Some(line) = lines.next(frame.as_bytes(), &mut at, &mut buffer) {
                let text = String::from_utf8(line.text.to_vec()).unwrap();
                out.push(format!("{text}{}", if line.complete { "" } else { ">" }));
            }
        }
        out.extend(lines.finish().map(|rest| String::from_utf8(rest).unwrap() + "."));
        out
    }

    #[test]
    fn a_line_of_just_the_limit_ends_in_an_empty_piece_as_in_postfix() {
        assert_eq!(divide(&["abc\n"], 3), ["abc>", ""]);
        assert_eq!(divide(&["ab", "c", "\nd\n"], 3), ["abc>", "", "d"]);
    }

    #[test]
    fn lines_span_frames_and_long_ones_come_in_pieces() {
        assert_eq!(divide(&["a\nb", "c\n\n", "d"], 10), ["a", "bc", "", "d."]);
        assert_eq!(divide(&["abcdefgh\n"], 3), ["abc>", "def>", "gh"]);
        assert_eq!(divide(&["abcdefgh\n"], 3), divide(&["ab", "cdefg", "h", "\n"], 3));
        assert_eq!(divide(&["ab", "\nd\n"], 3), ["ab", "d"]);
        assert_eq!(divide(&["abc", "d\n"], 3), ["abc>", "d"]);
    }
}

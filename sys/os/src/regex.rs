//! The C library's regular expressions (regcomp(3)): what regexp: tables are defined by.
//! Table syntax and `$1` substitution belong to the `tables` crate.

use std::ffi::{CStr, CString};
use std::mem::MaybeUninit;
use std::ops::Range;

/// A compiled expression.
pub struct Regex {
    compiled: Box<libc::regex_t>,
    groups: usize,
}

/// The switches of regcomp(3) that regexp_table(5) offers.
#[derive(Clone, Copy, Debug)]
pub struct Flags {
    /// REG_EXTENDED.
    pub extended: bool,
    /// REG_ICASE.
    pub ignore_case: bool,
    /// REG_NEWLINE.
    pub newline: bool,
}

impl Regex {
    /// Compiles `pattern`; the error is regerror(3)'s text.
    pub fn new(pattern: &str, flags: Flags) -> Result<Self, String> {
        let groups = count_groups(pattern, flags.extended);
        let pattern = CString::new(pattern).map_err(|_| "null character in pattern".to_owned())?;
        let mut bits = 0;
        for (on, bit) in [
            (flags.extended, libc::REG_EXTENDED),
            (flags.ignore_case, libc::REG_ICASE),
            (flags.newline, libc::REG_NEWLINE),
        ] {
            bits |= if on { bit } else { 0 };
        }
        let mut regex = Box::new(MaybeUninit::<libc::regex_t>::uninit());
        // SAFETY: the pattern is a C string, the space is large enough; regcomp fills it when it returns 0.
        let code = unsafe { libc::regcomp(regex.as_mut_ptr(), pattern.as_ptr(), bits) };
        if code != 0 {
            return Err(error_text(code, regex.as_ptr()));
        }
        // SAFETY: regcomp returned 0, so the value is complete. It is never moved out of its box.
        let compiled = unsafe { Box::from_raw(Box::into_raw(regex).cast()) };
        Ok(Self { compiled, groups })
    }

    /// How many `()` groups the pattern has.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// Matches; gives the place of the whole match and of each group. Text beyond a NUL isn't seen.
    pub fn find(&self, text: &[u8]) -> Option<Vec<Option<Range<usize>>>> {
        let end = text.iter().position(|b| *b == 0).unwrap_or(text.len());
        let text = CString::new(&text[..end]).ok()?;
        let mut places = vec![libc::regmatch_t { rm_so: -1, rm_eo: -1 }; self.groups() + 1];
        // SAFETY: the expression is compiled, the text a C string, and `places` has the length we pass.
        let code =
            unsafe { libc::regexec(&*self.compiled, text.as_ptr(), places.len(), places.as_mut_ptr(), 0) };
        let range = |m: &libc::regmatch_t| (m.rm_so >= 0).then_some(m.rm_so as usize..m.rm_eo as usize);
        (code == 0).then(|| places.iter().map(range).collect())
    }
}

impl Drop for Regex {
    fn drop(&mut self) {
        // SAFETY: compiled by regcomp and freed once.
        unsafe { libc::regfree(&mut *self.compiled) };
    }
}

// SAFETY: regex_t holds plain memory owned by us; glibc's regexec takes a lock inside, so that threads may
// share a compiled expression (POSIX requires that).
unsafe impl Send for Regex {}
// SAFETY: as above.
unsafe impl Sync for Regex {}

/// The number of groups, which the `libc` crate's regex_t keeps to itself. The pattern was accepted, so
/// each group is closed.
fn count_groups(pattern: &str, extended: bool) -> usize {
    let bytes = pattern.as_bytes();
    let (mut at, mut groups) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => {
                groups += usize::from(!extended && bytes.get(at + 1) == Some(&b'('));
                at += 1;
            }
            b'[' => at = end_of_bracket(bytes, at),
            b'(' if extended => groups += 1,
            _ => {}
        }
        at += 1;
    }
    groups
}

/// The place of the `]` that ends the bracket expression at `start` (regex(7)): a `]` right after `[` or
/// `[^` is itself, and `[:`, `[.`, `[=` run to their own end.
fn end_of_bracket(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    at += usize::from(bytes.get(at) == Some(&b'^'));
    at += usize::from(bytes.get(at) == Some(&b']'));
    while at < bytes.len() && bytes[at] != b']' {
        if bytes[at] == b'[' && matches!(bytes.get(at + 1), Some(b':' | b'.' | b'=')) {
            let close = [bytes[at + 1], b']'];
            let rest = &bytes[at + 2..];
            at += 2 + rest.windows(2).position(|w| w == close).map_or(0, |p| p + 1);
        }
        at += 1;
    }
    at
}

fn error_text(code: libc::c_int, regex: *const libc::regex_t) -> String {
    let mut buffer = [0u8; 256];
    // SAFETY: the buffer's length is passed, and regerror ends the text with a NUL within it.
    unsafe { libc::regerror(code, regex, buffer.as_mut_ptr().cast(), buffer.len()) };
    CStr::from_bytes_until_nul(&buffer).map_or_else(|_| String::new(), |t| t.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAGS: Flags = Flags { extended: true, ignore_case: true, newline: false };

    #[test]
    fn groups_are_found_and_unset_groups_are_told_apart() {
        let regex = Regex::new("^(a)(x)?(b*)", FLAGS).unwrap();
        let found = regex.find(b"ABBc").unwrap();
        assert_eq!(found, [Some(0..3), Some(0..1), None, Some(1..3)]);
        assert!(regex.find(b"c").is_none());
    }

    #[test]
    fn groups_are_counted_outside_brackets_and_escapes() {
        for (pattern, extended, count) in
            [(r"(a)\(([^](]x)[[:alpha:](]", true, 2), (r"\(a\)(", false, 1), (r"[(](b)", true, 1)]
        {
            let flags = Flags { extended, ..FLAGS };
            assert_eq!(Regex::new(pattern, flags).unwrap().groups(), count, "{pattern}");
        }
    }

    #[test]
    fn a_broken_pattern_has_the_libraries_words() {
        assert_eq!(Regex::new("(", FLAGS).err().unwrap(), "Unmatched ( or \\(");
    }
}

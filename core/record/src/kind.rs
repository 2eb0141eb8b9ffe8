//! The record types, and which of them may stand where.

/// A record type: the first byte of a record.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kind(pub u8);

impl Kind {
    /// `C`: sizes and counts, first in a committed file, rewritten in place.
    pub const SIZE: Self = Self(b'C');
    /// `T`: arrival time.
    pub const TIME: Self = Self(b'T');
    /// `c`: time of creation, of very old files.
    pub const CREATE_TIME: Self = Self(b'c');
    /// `A`: `name=value`.
    pub const ATTRIBUTE: Self = Self(b'A');
    /// `F`: full name of the local sender.
    pub const FULL_NAME: Self = Self(b'F');
    /// `I`: `content_filter`, as `transport:nexthop`.
    pub const INSPECTOR: Self = Self(b'I');
    /// `L` outside the content: FILTER action.
    pub const FILTER: Self = Self(b'L');
    /// `>`: REDIRECT action.
    pub const REDIRECT: Self = Self(b'>');
    /// `S`: envelope sender.
    pub const SENDER: Self = Self(b'S');
    /// `W`: when to send the delay warning.
    pub const WARNING_TIME: Self = Self(b'W');
    /// `V`: VERP delimiters.
    pub const VERP: Self = Self(b'V');
    /// `O`: original recipient of the next recipient.
    pub const ORIGINAL_RECIPIENT: Self = Self(b'O');
    /// `R`: recipient still to be delivered.
    pub const RECIPIENT: Self = Self(b'R');
    /// `D`: recipient done.
    pub const DONE: Self = Self(b'D');
    /// `/`: recipient cancelled.
    pub const CANCELED: Self = Self(b'/');
    /// `o`: ORCPT of the next recipient.
    pub const DSN_ORCPT: Self = Self(b'o');
    /// `n`: NOTIFY of the next recipient.
    pub const DSN_NOTIFY: Self = Self(b'n');
    /// `i`: ENVID.
    pub const DSN_ENVID: Self = Self(b'i');
    /// `<`: RET.
    pub const DSN_RET: Self = Self(b'<');
    /// `K`: killed record.
    pub const KILLED: Self = Self(b'K');
    /// `f`: flags, of very old files.
    pub const FLAGS: Self = Self(b'f');
    /// `d`: delay, of very old files.
    pub const DELAY: Self = Self(b'd');
    /// `M`: start of the content.
    pub const MESSAGE: Self = Self(b'M');
    /// `N`: a line, or its last piece.
    pub const NORMAL: Self = Self(b'N');
    /// `L` inside the content: a piece of a line that goes on.
    pub const CONTINUED: Self = Self(b'L');
    /// `w`: padding.
    pub const PADDING: Self = Self(b'w');
    /// `X`: start of the extracted segment.
    pub const EXTRACTED: Self = Self(b'X');
    /// `r`: Return-Receipt-To.
    pub const RETURN_RECEIPT: Self = Self(b'r');
    /// `e`: Errors-To.
    pub const ERRORS_TO: Self = Self(b'e');
    /// `P`: priority.
    pub const PRIORITY: Self = Self(b'P');
    /// `p`: pointer.
    pub const POINTER: Self = Self(b'p');
    /// `E`: end.
    pub const END: Self = Self(b'E');

    /// May stand in the envelope of a submission (postdrop itself adds the time).
    pub fn submits_envelope(self) -> bool {
        b"MFSRVAin".contains(&self.0)
    }

    /// May stand in the content of a submission.
    pub fn submits_content(self) -> bool {
        b"XLN".contains(&self.0)
    }

    /// May stand in the extracted segment of a submission.
    pub fn submits_extracted(self) -> bool {
        b"EAR".contains(&self.0)
    }
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kind({})", self.0.escape_ascii())
    }
}

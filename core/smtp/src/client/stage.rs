//! Where in the conversation we are, in the words of Postfix's log lines.

/// The point of the conversation at which a reply is due or something went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Before the server's greeting.
    Greeting,
    /// EHLO.
    Ehlo,
    /// HELO.
    Helo,
    /// LHLO.
    Lhlo,
    /// STARTTLS.
    StartTls,
    /// AUTH and its continuations.
    Auth,
    /// XFORWARD.
    Xforward,
    /// MAIL FROM.
    Mail,
    /// RCPT TO, for the recipient at this place.
    Rcpt(usize),
    /// DATA.
    Data,
    /// The content itself.
    Content,
    /// The final dot. In LMTP one reply for each accepted recipient, this one's place first.
    Dot,
    /// RSET.
    Rset,
    /// QUIT.
    Quit,
}

impl Stage {
    /// Fits behind "lost connection with ... while".
    pub fn doing(self) -> &'static str {
        match self {
            Self::Greeting => "receiving the initial server greeting",
            Self::Ehlo => "performing the EHLO handshake",
            Self::Helo => "performing the HELO handshake",
            Self::Lhlo => "performing the LHLO handshake",
            Self::StartTls => "receiving the STARTTLS response",
            Self::Auth => "performing SASL authentication",
            Self::Xforward => "sending XFORWARD name/address",
            Self::Mail => "sending MAIL FROM",
            Self::Rcpt(_) => "sending RCPT TO",
            Self::Data => "sending DATA command",
            Self::Content => "sending message body",
            Self::Dot => "sending end of data -- message may be sent more than once",
            Self::Rset => "sending RSET probe",
            Self::Quit => "sending QUIT",
        }
    }

    /// Fits behind "in reply to".
    pub fn command(self) -> &'static str {
        match self {
            Self::Greeting => "the initial connection",
            Self::Ehlo => "EHLO command",
            Self::Helo => "HELO command",
            Self::Lhlo => "LHLO command",
            Self::StartTls => "STARTTLS command",
            Self::Auth => "AUTH command",
            Self::Xforward => "XFORWARD name/address command",
            Self::Mail => "MAIL FROM command",
            Self::Rcpt(_) => "RCPT TO command",
            Self::Data => "DATA command",
            Self::Content | Self::Dot => "end of DATA command",
            Self::Rset => "RSET command",
            Self::Quit => "QUIT command",
        }
    }
}

//! Which records a submission may hold, in which order. Its own, small list: what postdrop lets through, the
//! rest of the mail system believes.

use record::Kind;

/// What to do with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Copy it.
    Pass,
    /// Leave it out, and say why.
    Ignore(&'static str),
    /// Throw the message away.
    Forbidden,
}

/// Walks through the segments of a message.
#[derive(Default)]
pub struct Filter {
    segment: Segment,
    sender: bool,
    recipient: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Segment {
    #[default]
    Envelope,
    Content,
    Extracted,
}

impl Filter {
    /// Judges the next record.
    pub fn judge(&mut self, kind: Kind, data: &[u8]) -> Verdict {
        let allowed = match self.segment {
            Segment::Envelope => kind.submits_envelope(),
            Segment::Content => kind.submits_content(),
            Segment::Extracted => kind.submits_extracted(),
        };
        if !allowed {
            return Verdict::Forbidden;
        }
        match kind {
            Kind::MESSAGE => self.segment = Segment::Content,
            Kind::EXTRACTED => self.segment = Segment::Extracted,
            Kind::SENDER => self.sender = true,
            Kind::RECIPIENT => self.recipient = true,
            Kind::ATTRIBUTE => return attribute(data),
            _ => {}
        }
        Verdict::Pass
    }

    /// A message without them can't be delivered.
    pub fn has_sender_and_recipient(&self) -> bool {
        self.sender && self.recipient
    }
}

fn attribute(data: &[u8]) -> Verdict {
    let Some(end) = data.iter().position(|byte| *byte == b'=') else {
        return Verdict::Ignore("ignoring malformed record: missing '=' after attribute name");
    };
    let name = data[..end].trim_ascii_end();
    let known = ATTRIBUTES.iter().any(|known| known.as_bytes() == name);
    if known { Verdict::Pass } else { Verdict::Ignore("ignoring attribute record") }
}

/// Attributes that a submitter may set. All others (who the client was, who logged in) are for smtpd to say.
const ATTRIBUTES: [&str; 8] = [
    "create_time",
    "dsn_orig_rcpt",
    "encoding",
    "envelope_id",
    "notify_flags",
    "ret_flags",
    "rewrite_context",
    "trace_flags",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_segment_has_its_own_short_list() {
        for (before, good, bad) in [
            (&b""[..], &b"SRFVinM"[..], &b"CTcILfd>WOo</DKpPerwXNE"[..]),
            (b"M", b"NLX", b"SRAMTp>wE"),
            (b"MX", b"RE", b"SOMNp>wFeronXT"),
        ] {
            for (kinds, verdict) in [(good, Verdict::Pass), (bad, Verdict::Forbidden)] {
                for kind in kinds {
                    let mut filter = Filter::default();
                    before.iter().for_each(|b| assert_eq!(filter.judge(Kind(*b), b""), Verdict::Pass));
                    assert_eq!(filter.judge(Kind(*kind), b"x"), verdict, "{}", char::from(*kind));
                }
            }
        }
    }

    #[test]
    fn nobody_forges_who_the_client_was() {
        let judge = |text: &[u8]| Filter::default().judge(Kind::ATTRIBUTE, text);
        for good in ["encoding=8bit", "trace_flags=512", "notify_flags=1"] {
            assert_eq!(judge(good.as_bytes()), Verdict::Pass);
        }
        for bad in ["client_name=localhost", "sasl_username=root", "log_ident=A", "encoding", "=x", ""] {
            assert!(matches!(judge(bad.as_bytes()), Verdict::Ignore(_)), "{bad}");
        }
    }
}

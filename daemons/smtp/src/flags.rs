//! `flags=` of smtp(8) and lmtp(8) in master.cf: header fields in front of the message, and whether delivery here is
//! final.

use content::Message;
use mail::{Address, Recipient};
use smtp::address::quote;

/// The flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `D`: Delivered-To, and loops are found by it.
    pub delivered_to: bool,
    /// `O`: X-Original-To.
    pub original_to: bool,
    /// `R`: Return-Path.
    pub return_path: bool,
    /// `X`: this is the final delivery.
    pub is_final: bool,
}

impl Flags {
    /// Reads the command-line attributes; the error is text for the log.
    pub fn parse(attributes: &[String]) -> Result<Self, String> {
        let mut flags = Self::default();
        for attribute in attributes {
            let letters =
                attribute.strip_prefix("flags=").ok_or(format!("unknown attribute name: {attribute}"))?;
            for letter in letters.chars() {
                match letter {
                    'D' => flags.delivered_to = true,
                    'O' => flags.original_to = true,
                    'R' => flags.return_path = true,
                    'X' => flags.is_final = true,
                    _ => return Err(format!("unknown flag: {letter} in {attribute}")),
                }
            }
        }
        Ok(flags)
    }

    /// The header fields to put in front, for the one recipient of a delivery.
    pub fn prefix(self, sender: &Address, recipients: &[Recipient]) -> Vec<u8> {
        let mut out = String::new();
        if self.return_path {
            out += &format!("Return-Path: <{}>\n", quote(sender));
        }
        // D and O make sense for a single recipient only; the daemon insists on that.
        if let [only] = recipients {
            if self.original_to {
                let original = if only.original.is_null() { &only.address } else { &only.original };
                out += &format!("X-Original-To: {}\n", quote(original));
            }
            if self.delivered_to {
                out += &format!("Delivered-To: {}\n", quote(&only.address));
            }
        }
        out.into_bytes()
    }

    /// True when the message has been delivered to this recipient before.
    pub fn loops(self, message: &Message, recipient: &Recipient) -> bool {
        self.delivered_to && was_delivered_to(message, quote(&recipient.address).as_bytes())
    }
}

fn was_delivered_to(message: &Message, address: &[u8]) -> bool {
    let mut chunks = message.chunks();
    let mut line_start = true;
    // What can't be read now is reported when it is sent.
    while let Ok(Some(chunk)) = chunks.next_chunk() {
        if line_start && chunk.text.is_empty() {
            return false;
        }
        let name = chunk.text.get(..FIELD.len());
        if line_start && name.is_some_and(|name| name.eq_ignore_ascii_case(FIELD)) {
            let value = chunk.text[FIELD.len()..].trim_ascii();
            if value.eq_ignore_ascii_case(address) {
                return true;
            }
        }
        line_start = chunk.ends_line;
    }
    false
}

const FIELD: &[u8] = b"delivered-to:";

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn flags_are_letters_behind_their_name() {
        let flags = Flags::parse(&["flags=DX".to_owned()]).unwrap();
        assert!(flags.delivered_to && flags.is_final && !flags.return_path);
        assert!(Flags::parse(&["flags=Z".to_owned()]).is_err());
        assert!(Flags::parse(&["user=nobody".to_owned()]).is_err());
    }

    #[test]
    fn fields_go_in_front_in_the_order_of_other_delivery_agents() {
        let flags = Flags::parse(&["flags=DOR".to_owned()]).unwrap();
        let prefix = flags.prefix(&"s@x".into(), &[Recipient::new("r@y")]);
        assert_eq!(prefix, b"Return-Path: <s@x>\nX-Original-To: r@y\nDelivered-To: r@y\n");
    }

    #[test]
    fn a_message_that_was_here_before_loops() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"N\x11Delivered-To: R@yN\x00N\x11Delivered-To: b@yX\x00E\x00").unwrap();
        let message = Message::new(file.into(), 0);
        let flags = Flags { delivered_to: true, ..Flags::default() };
        assert!(flags.loops(&message, &Recipient::new("r@y")));
        assert!(!flags.loops(&message, &Recipient::new("b@y")));
        assert!(!Flags::default().loops(&message, &Recipient::new("r@y")));
    }
}

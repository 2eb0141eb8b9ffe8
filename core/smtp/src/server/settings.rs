//! What main.cf says about the conversation, as plain values. Where they come from is the daemon's business.

use super::identity::Families;
use crate::data::BareNewline;

/// The settings of a server session; the fields are parameters of the same name.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `myhostname`, in greetings and HELO replies.
    pub hostname: String,
    /// `smtpd_banner`: the text of the greeting.
    pub banner: String,
    /// `smtpd_helo_required`.
    pub helo_required: bool,
    /// `message_size_limit`; 0 is no limit.
    pub size_limit: u64,
    /// `smtpd_recipient_limit`.
    pub recipient_limit: usize,
    /// `smtpd_recipient_overshoot_limit`.
    pub overshoot_limit: usize,
    /// `smtpd_soft_error_limit`.
    pub soft_error_limit: u32,
    /// `smtpd_hard_error_limit`.
    pub hard_error_limit: u32,
    /// `smtpd_junk_command_limit`.
    pub junk_limit: u32,
    /// `strict_rfc821_envelopes`.
    pub strict_envelopes: bool,
    /// `smtputf8_enable`.
    pub smtputf8: bool,
    /// `strict_smtputf8`.
    pub strict_smtputf8: bool,
    /// `disable_vrfy_command`.
    pub vrfy_disabled: bool,
    /// `smtpd_forbid_unauth_pipelining`.
    pub forbid_early_talk: bool,
    /// `inet_protocols`: which addresses XCLIENT and XFORWARD may name.
    pub families: Families,
    /// `default_verp_delimiters`: what XVERP means by itself.
    pub verp_delimiters: String,
    /// `verp_delimiter_filter`: what XVERP may ask for.
    pub verp_filter: String,
    /// `smtpd_forbid_bare_newline`, after its exclusions.
    pub bare_newline: BareNewline,
    /// `smtpd_forbid_bare_newline_reject_code`.
    pub bare_newline_code: u16,
}

impl Settings {
    /// The values of an unconfigured Postfix.
    pub fn new(hostname: &str) -> Self {
        Self {
            hostname: hostname.to_owned(),
            banner: format!("{hostname} ESMTP Postfix"),
            helo_required: false,
            size_limit: 10_240_000,
            recipient_limit: 1000,
            overshoot_limit: 1000,
            soft_error_limit: 10,
            hard_error_limit: 20,
            junk_limit: 100,
            strict_envelopes: false,
            smtputf8: true,
            strict_smtputf8: false,
            vrfy_disabled: false,
            forbid_early_talk: true,
            families: Families { ipv4: true, ipv6: true },
            verp_delimiters: "+=".to_owned(),
            verp_filter: "-=+".to_owned(),
            bare_newline: BareNewline::Normalize,
            bare_newline_code: 550,
        }
    }
}

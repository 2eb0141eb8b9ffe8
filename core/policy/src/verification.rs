//! Restrictions that ask whether mail for an address can be delivered, as probes have shown.

use crate::ask::{Answer, Probed, Question};
use crate::evaluate::{Class, Evaluation, Outcome, Step};
use crate::rules::TempfailAction;
use mail::{Enhanced, Reply};

/// The `unverified_sender_*` or `unverified_recipient_*` parameters.
#[derive(Clone, Debug)]
pub struct Unverified {
    /// `*_reject_code`.
    pub reject_code: u16,
    /// `*_defer_code`.
    pub defer_code: u16,
    /// `*_reject_reason`: for the client, instead of what the probe has shown.
    pub reject_reason: String,
    /// `*_tempfail_action`.
    pub tempfail: TempfailAction,
}

impl Default for Unverified {
    fn default() -> Self {
        Self {
            reject_code: 450,
            defer_code: 450,
            reject_reason: String::new(),
            tempfail: TempfailAction::default(),
        }
    }
}

impl Evaluation<'_> {
    /// `reject_unverified_sender`, `reject_unverified_recipient`.
    pub(crate) fn unverified(&mut self, class: Class) -> Step {
        let Some((address, subject)) = self.address_subject(class).filter(|(address, _)| !address.is_null())
        else {
            return Ok(Outcome::Dunno);
        };
        let rules = self.rules;
        let (unverified, detail) = match class {
            Class::Sender => (&rules.unverified_sender, 7),
            _ => (&rules.unverified_recipient, 1),
        };
        let (probed, shown) = match self.question(Question::Verify(address))? {
            Answer::Probed(Probed::Deliverable, _) => return Ok(Outcome::Dunno),
            Answer::Probed(probed, shown) => (probed, shown),
            Answer::Failed(cause) => {
                self.warning(cause);
                (Probed::Deferred, "Address verification problem".to_owned())
            }
            _ => return Ok(Outcome::Dunno),
        };
        let (code, action) = match probed {
            Probed::Undeliverable => (unverified.reject_code, TempfailAction::Defer),
            _ => (unverified.defer_code, unverified.tempfail),
        };
        // A site may want the mail all the same.
        if code < 400 {
            return Ok(Outcome::Dunno);
        }
        let word = if code < 500 { "unverified" } else { "undeliverable" };
        let reason = Some(&unverified.reject_reason).filter(|reason| !reason.is_empty()).unwrap_or(&shown);
        let text = subject.rejected(&format!("{word} address: {reason}"));
        let reply = Reply { code, enhanced: Some(Enhanced::new(1, detail)), text };
        Ok(match action {
            TempfailAction::DeferIfPermit => self.defer_if_permit(reply),
            TempfailAction::Defer => self.refuse(reply),
        })
    }
}

//! The safety net of COMPATIBILITY_README: says when a default of an old version let something pass, or stopped it,
//! that the newest default would not. It decides nothing.

use crate::ask::{Answer, Question};
use crate::evaluate::{Evaluation, Stop};
use crate::judgement::Remark;
use mail::{Address, AddressClass};

impl Evaluation<'_> {
    /// A client was let in by `mynetworks`.
    pub(crate) fn tell_mynetworks_style(&mut self) -> Result<(), Stop> {
        let Some(style) = self.rules.old_defaults.mynetworks_style.clone() else { return Ok(()) };
        if self.question(Question::IsOwnHost)? != Answer::Yes {
            let client = self.facts.client.name_address();
            self.tell(format!("mynetworks_style={style} to permit request from client \"{client}\""));
        }
        Ok(())
    }

    /// A domain was found in `relay_domains`: as the domain of a permitted destination, or of an address that
    /// need not be listed.
    pub(crate) fn tell_relay_domains(&mut self, class: AddressClass, what: &str) {
        if class == AddressClass::Relay && self.rules.old_defaults.relay_domains {
            self.tell(format!("relay_domains=$mydestination to accept mail for {what}"));
        }
    }

    /// A recipient was accepted: what would `smtpd_relay_restrictions` have said?
    pub(crate) fn tell_relay_restrictions(&mut self, recipient: &Address) -> Result<(), Stop> {
        if !self.rules.old_defaults.relay_restrictions
            || self.question(Question::InMynetworks)? == Answer::Yes
            || self.resolve(recipient)?.class != AddressClass::Default
        {
            return Ok(());
        }
        let client = self.facts.client.name_address();
        self.tell(format!(
            "\"smtpd_relay_restrictions = (empty)\" to avoid \"Relay access denied\" error \
             for recipient \"{recipient}\" from client \"{client}\""
        ));
        Ok(())
    }

    /// `smtpd_recipient_restrictions` refused before `smtpd_relay_restrictions` had their turn.
    pub(crate) fn tell_relay_order(&mut self, recipient: &Address) {
        if self.rules.old_defaults.relay_order {
            let client = self.facts.client.name_address();
            self.remarks.push(Remark::Afterwards(format!(
                "{OLD_DEFAULT} smtpd_relay_before_recipient_restrictions=no to reject recipient \
                 \"{recipient}\" from client \"{client}\""
            )));
        }
    }

    fn tell(&mut self, text: String) {
        self.remarks.push(Remark::Info(format!("{OLD_DEFAULT} {text}")));
    }
}

const OLD_DEFAULT: &str = "using backwards-compatible default setting";

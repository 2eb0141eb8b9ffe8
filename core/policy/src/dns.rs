//! Restrictions that ask DNS whether a domain exists.

use crate::ask::{Answer, DnsFault, DnsQuestion, DnsRecord, NoRecords, Question};
use crate::evaluate::{Class, Evaluation, Outcome, Step, Stop, Subject};
use crate::rules::TempfailAction;
use mail::{Enhanced, Reply};

impl Evaluation<'_> {
    pub(crate) fn unknown_helo(&mut self) -> Step {
        let helo = match self.helo_name() {
            Ok(Some(helo)) => helo,
            Ok(None) => return Ok(Outcome::Dunno),
            Err(refusal) => return Ok(refusal),
        };
        let code = self.rules.codes.unknown_hostname_reject;
        let questions = [DnsQuestion::Addresses(helo.name.clone()), DnsQuestion::Mx(helo.name.clone())];
        let text = helo.rejected("Host not found");
        Ok(match self.existence(questions, &helo.name, "address or MX")? {
            None | Some(DnsFault::NullMx | DnsFault::Filtered) => Outcome::Dunno,
            Some(DnsFault::Absent) => self.refuse(Reply::new(code, 7, 1, text)),
            Some(DnsFault::Malformed) => self.refuse(Reply::new(code, 7, 1, helo.rejected(MALFORMED))),
            Some(DnsFault::TryAgain) => {
                self.tempfail(self.rules.unknown_helo_tempfail, Enhanced::new(7, 1), text)
            }
        })
    }

    /// Only for domains that aren't ours: what we deliver ourselves needs no DNS.
    pub(crate) fn unknown_domain(&mut self, class: Class) -> Step {
        let Some((address, subject)) = self.address_subject(class) else { return Ok(Outcome::Dunno) };
        if address.is_null() || self.is_ours(&address)? {
            return Ok(Outcome::Dunno);
        }
        let Some(domain) = address.domain().filter(|domain| !domain.starts_with('[')) else {
            return Ok(Outcome::Dunno);
        };
        let code = self.rules.codes.unknown_address_reject;
        let detail = if class == Class::Sender { 8 } else { 2 };
        let questions = [DnsQuestion::Mx(domain.to_owned()), DnsQuestion::Addresses(domain.to_owned())];
        let text = subject.rejected("Domain not found");
        Ok(match self.existence(questions, domain, "MX or address")? {
            None | Some(DnsFault::Filtered) => Outcome::Dunno,
            Some(DnsFault::Absent) => self.refuse(Reply::new(code, 1, detail, text)),
            Some(DnsFault::NullMx) => self.null_mx(&subject, domain),
            Some(DnsFault::Malformed) => {
                self.refuse(Reply::new(code, 1, detail, subject.rejected(MALFORMED)))
            }
            Some(DnsFault::TryAgain) => {
                self.tempfail(self.rules.unknown_address_tempfail, Enhanced::new(1, detail), text)
            }
        })
    }

    /// RFC 7505.
    fn null_mx(&mut self, subject: &Subject, domain: &str) -> Outcome {
        let text = subject.rejected(&format!("Domain {domain} does not accept mail (nullMX)"));
        self.refuse(match subject.class {
            Class::Sender => Reply::new(550, 7, 27, text),
            _ => Reply::new(556, 1, 10, text),
        })
    }

    fn tempfail(&mut self, action: TempfailAction, enhanced: Enhanced, text: String) -> Outcome {
        let reply = Reply { code: 450, enhanced: Some(enhanced), text };
        match action {
            TempfailAction::DeferIfPermit => self.defer_if_permit(reply),
            TempfailAction::Defer => self.refuse(reply),
        }
    }

    /// None when one of the questions has an answer; otherwise the reason that weighs most: what may pass wins.
    fn existence(
        &mut self,
        questions: [DnsQuestion; 2],
        name: &str,
        kinds: &str,
    ) -> Result<Option<DnsFault>, Stop> {
        let mut worst = DnsFault::Absent;
        for question in questions {
            let Err(why) = self.records(question)? else { return Ok(None) };
            match why.fault {
                DnsFault::NullMx => return Ok(Some(DnsFault::NullMx)),
                DnsFault::Malformed if worst != DnsFault::Absent => {}
                DnsFault::Absent => {}
                fault => worst = fault,
            }
        }
        if worst == DnsFault::Filtered {
            self.warning(format!("{name}: {kinds} lookup error: DNS reply filter drops all results"));
        }
        Ok(Some(worst))
    }

    /// Asks DNS.
    pub(crate) fn records(&self, question: DnsQuestion) -> Result<Result<Vec<DnsRecord>, NoRecords>, Stop> {
        Ok(match self.question(Question::Dns(question))? {
            Answer::Records(records) => Ok(records),
            Answer::NoRecords(why) => Err(why),
            _ => Err(NoRecords {
                fault: DnsFault::TryAgain,
                reason: "Host not found, try again".to_owned(),
                text: "no answer from DNS".to_owned(),
                known: false,
            }),
        })
    }
}

const MALFORMED: &str = "Malformed DNS server reply";

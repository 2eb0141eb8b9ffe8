//! Which lists run at which command (smtpd_delay_reject and all that), and what their outcomes amount to.

use crate::ask::{Ask, Pending};
use crate::evaluate::{Class, Evaluation, Outcome, Place, Step, Stop, Subject};
use crate::facts::Facts;
use crate::judgement::{Judgement, Verdict};
use crate::rules::Rules;
use mail::Reply;

type Judged = Result<Judgement, Pending>;

impl Rules {
    /// A client connects.
    pub fn connect(&self, facts: &Facts, ask: &dyn Ask) -> Judged {
        self.early(facts, ask, None, (Place::Client, Evaluation::client))
    }

    /// HELO or EHLO; the facts hold the new name.
    pub fn helo(&self, facts: &Facts, earlier: Option<Reply>, ask: &dyn Ask) -> Judged {
        self.early(facts, ask, earlier, (Place::Helo, Evaluation::helo))
    }

    /// MAIL FROM.
    pub fn mail(&self, facts: &Facts, earlier: Option<Reply>, ask: &dyn Ask) -> Judged {
        self.early(facts, ask, earlier, (Place::Sender, Evaluation::sender))
    }

    /// RCPT TO (and VRFY). `earlier` is a `defer_if_permit` that an earlier stage left behind.
    pub fn rcpt(&self, facts: &Facts, earlier: Option<Reply>, ask: &dyn Ask) -> Judged {
        // RFC 5321 4.5.1: postmaster without a domain hears no refusal.
        if facts.recipient.as_ref().is_some_and(|r| r.as_str().eq_ignore_ascii_case("postmaster")) {
            return Ok(pass());
        }
        let mut evaluation = Evaluation::new(self, facts, Place::Recipient, ask);
        evaluation.defer_if_permit = earlier;
        let outcome = match self.guards_relaying() {
            true => evaluation.recipient_stages(),
            false => Err(evaluation.fault(UNGUARDED.to_owned())),
        };
        conclude(evaluation, outcome)
    }

    /// DATA, or the first BDAT. Deferrals of earlier stages have had their effect.
    pub fn data(&self, facts: &Facts, ask: &dyn Ask) -> Judged {
        let subject = Subject { name: "DATA".to_owned(), class: Class::Data };
        self.late(facts, ask, &self.data, &subject, Place::Data)
    }

    /// The content is complete.
    pub fn end_of_data(&self, facts: &Facts, ask: &dyn Ask) -> Judged {
        let subject = Subject { name: "END-OF-MESSAGE".to_owned(), class: Class::EndOfData };
        self.late(facts, ask, &self.end_of_data, &subject, Place::EndOfData)
    }

    /// ETRN; the facts hold the domain.
    pub fn etrn(&self, facts: &Facts, earlier: Option<Reply>, ask: &dyn Ask) -> Judged {
        let mut evaluation = Evaluation::new(self, facts, Place::Etrn, ask);
        evaluation.defer_if_permit = earlier;
        let outcome = evaluation.etrn_stages();
        conclude(evaluation, outcome)
    }

    fn early<'a>(
        &'a self,
        facts: &'a Facts,
        ask: &'a dyn Ask,
        earlier: Option<Reply>,
        (at, stage): (Place, fn(&mut Evaluation<'a>) -> Step),
    ) -> Judged {
        if self.delay_reject {
            return Ok(pass());
        }
        let mut evaluation = Evaluation::new(self, facts, at, ask);
        evaluation.defer_if_permit = earlier;
        let outcome = stage(&mut evaluation);
        conclude(evaluation, outcome)
    }

    fn late(
        &self,
        facts: &Facts,
        ask: &dyn Ask,
        list: &crate::List,
        subject: &Subject,
        place: Place,
    ) -> Judged {
        if list.is_empty() {
            return Ok(pass());
        }
        let mut evaluation = Evaluation::new(self, facts, place, ask);
        let outcome = evaluation.list(list, subject).map(|outcome| evaluation.or_deferred(outcome));
        conclude(evaluation, outcome)
    }
}

impl Evaluation<'_> {
    fn client(&mut self) -> Step {
        self.begin_stage(Place::Client);
        let rules = self.rules;
        let subject = self.client_subject();
        self.list(&rules.client, &subject)
    }

    fn helo(&mut self) -> Step {
        self.begin_stage(Place::Helo);
        let rules = self.rules;
        match self.helo_subject() {
            Some(subject) => self.list(&rules.helo, &subject),
            None => Ok(Outcome::Dunno),
        }
    }

    fn sender(&mut self) -> Step {
        self.begin_stage(Place::Sender);
        let rules = self.rules;
        let Some((_, subject)) = self.address_subject(Class::Sender) else { return Ok(Outcome::Dunno) };
        match self.list(&rules.sender, &subject)? {
            Outcome::Dunno | Outcome::Permit if rules.reject_unlisted_sender => self.unlisted_sender(),
            outcome => Ok(outcome),
        }
    }

    fn recipient_stages(&mut self) -> Step {
        if self.rules.delay_reject {
            for stage in [Self::client, Self::helo, Self::sender] {
                if let decided @ (Outcome::Reject(_) | Outcome::Discard) = stage(self)? {
                    return Ok(decided);
                }
            }
        }
        self.begin_stage(Place::Recipient);
        let rules = self.rules;
        let Some((recipient, subject)) = self.address_subject(Class::Recipient) else {
            return Ok(Outcome::Dunno);
        };
        let mut lists = [&rules.relay, &rules.recipient];
        if !rules.relay_first {
            lists.reverse();
        }
        for list in lists {
            // PERMIT ends only its own list.
            let decided = self.list(list, &subject)?;
            if matches!(decided, Outcome::Reject(_)) && std::ptr::eq(list, &raw const rules.recipient) {
                self.tell_relay_order(&recipient);
            }
            if let Outcome::Reject(_) | Outcome::Discard = decided {
                return Ok(decided);
            }
        }
        self.tell_relay_restrictions(&recipient)?;
        match self.or_deferred(Outcome::Dunno) {
            Outcome::Dunno if rules.reject_unlisted_recipient => self.unlisted_recipient(),
            outcome => Ok(outcome),
        }
    }

    fn etrn_stages(&mut self) -> Step {
        if self.rules.delay_reject {
            for stage in [Self::client, Self::helo] {
                if let decided @ (Outcome::Reject(_) | Outcome::Discard) = stage(self)? {
                    return Ok(decided);
                }
            }
        }
        self.begin_stage(Place::Etrn);
        let rules = self.rules;
        let Some(subject) = self.etrn_subject() else { return Ok(Outcome::Dunno) };
        let outcome = self.list(&rules.etrn, &subject)?;
        Ok(self.or_deferred(outcome))
    }

    /// What would pass is deferred when a temporary fault may have hidden a reason to refuse.
    fn or_deferred(&self, outcome: Outcome) -> Outcome {
        match (&outcome, &self.defer_if_permit) {
            (Outcome::Dunno | Outcome::Permit, Some(reply)) => Outcome::Reject(reply.clone()),
            _ => outcome,
        }
    }
}

fn conclude(evaluation: Evaluation<'_>, outcome: Step) -> Judged {
    let verdict = match outcome {
        Ok(Outcome::Reject(reply)) | Err(Stop::Unanswered(reply)) => Verdict::Refuse(reply),
        Err(Stop::Fault(reply)) => Verdict::Fault(reply),
        Ok(Outcome::Dunno | Outcome::Permit | Outcome::Discard) => Verdict::Pass,
        Err(Stop::Hangup) => Verdict::Hangup,
        Err(Stop::Pending(pending)) => return Err(pending),
    };
    let Evaluation { remarks, edits, defer_if_permit, .. } = evaluation;
    // What a refused command would have done to the message isn't done.
    let edits = if verdict == Verdict::Pass { edits } else { Vec::new() };
    Ok(Judgement { verdict, remarks, edits, defer_if_permit })
}

fn pass() -> Judgement {
    Judgement { verdict: Verdict::Pass, remarks: Vec::new(), edits: Vec::new(), defer_if_permit: None }
}

const UNGUARDED: &str = "in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, specify at least one \
                         working instance of: reject_unauth_destination, defer_unauth_destination, reject, defer, \
                         defer_if_permit";

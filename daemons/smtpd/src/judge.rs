//! The judgement of one command: what the policy says about it, asked and answered until it is sure.

use crate::Intake;
use crate::conversation::Conversation;
use crate::message::{self, Message, Trouble};
use crate::report::About;
use ipc::flush;
use mail::{Address, Reply};
use policy::{Answer, Client, Edit, Facts, Judgement, Memo, Pending, Question, Remark, Rules, Verdict};
use smtp::command::Verb;
use smtp::server::{RcptTo, Refusal, Request, Sender};
use tokio::io::{AsyncRead, AsyncWrite};

/// Why a command is refused.
pub(crate) enum Refused {
    /// By policy, or because something of ours doesn't work.
    Reply(Reply),
    /// As the session would have refused it.
    Refusal(Box<Refusal>),
    /// Without a word.
    Hangup,
}

type Judged = Result<(), Refused>;

impl<S: AsyncRead + AsyncWrite + Unpin> Conversation<'_, S> {
    /// May this command be carried out? Whatever cleanup must know before is told to it.
    pub(crate) async fn judge(&mut self, request: &Request) -> Judged {
        if self.is_unjudged() {
            return self.let_pass(request).await;
        }
        match request {
            Request::Hello { name, .. } => self.judge_hello(name, request.verb()).await,
            Request::Mail(sender) => self.judge_mail(sender).await,
            Request::Rcpt(to) => self.judge_rcpt(to).await,
            Request::Vrfy { text, address } => self.judge_vrfy(text, address).await,
            Request::Etrn(domain) => self.judge_etrn(domain).await,
            Request::Data => self.judge_data("DATA").await,
            Request::Bdat(_) if self.session.envelope().is_some_and(|e| !e.chunked) => {
                self.judge_data("BDAT").await
            }
            Request::Starttls if self.refuses_new_tls("STARTTLS").await => {
                self.mistakes.policy = true;
                let reply = Reply::new(454, 7, 0, self.too_many_tls_sessions());
                Err(Refused::Refusal(Box::new(Refusal::new(Verb::Starttls, reply))))
            }
            Request::Starttls if !self.daemon.tls.as_ref().is_some_and(crate::tls::Tls::is_available) => {
                self.mistakes.resource = true;
                Err(Refused::Refusal(Box::new(Refusal::tls_unavailable())))
            }
            Request::Unknown { word, line } if self.daemon.lookups.trust.is_forbidden(word).await => {
                Err(Refused::Refusal(Box::new(Refusal::forbidden(line))))
            }
            _ => Ok(()),
        }
    }

    /// `sendmail -bs`: a user of this machine may send what `sendmail -t` would take.
    pub(crate) fn is_unjudged(&self) -> bool {
        matches!(self.daemon.intake, Intake::Postdrop(_))
    }

    async fn let_pass(&mut self, request: &Request) -> Judged {
        match request {
            Request::Rcpt(to) => self.take_recipient(to).await,
            Request::Etrn(domain) => Err(Refused::Refusal(Box::new(Refusal::unserved(domain)))),
            _ => Ok(()),
        }
    }

    /// The client has connected (`smtpd_delay_reject = no`): the reply to give instead of the greeting.
    pub(crate) async fn judge_connect(&mut self) -> Judged {
        if self.is_unjudged() {
            return Ok(());
        }
        let facts = self.facts();
        let judgement = self.decide(&facts, "CONNECT", |rules, facts, memo| rules.connect(facts, memo)).await;
        // After XCLIENT there is another client to judge.
        self.apply_early(judgement, self.session.stage(), About::default()).await
    }

    async fn judge_hello(&mut self, name: &str, verb: Verb) -> Judged {
        let facts = Facts { helo: Some(name.to_owned()), sender: None, ..self.facts() };
        let earlier = self.deferral.clone();
        let judgement = self
            .decide(&facts, verb.name(), |rules, facts, memo| rules.helo(facts, earlier.clone(), memo))
            .await;
        self.apply_early(judgement, verb.name(), About { helo: Some(name), ..About::default() }).await
    }

    async fn judge_mail(&mut self, sender: &Sender) -> Judged {
        self.check_address(Verb::Mail, &sender.address, &sender.text).await?;
        self.tell_smtputf8("sender", &sender.address);
        if let Some(free) = self.lacking_space(sender.params.size) {
            let reply = Reply::new(452, 3, 1, "Insufficient system storage");
            self.mistakes.resource = true;
            self.log_event("reject", "MAIL", &reply.line(), About::default());
            self.log.warning(format_args!(
                "not enough free space in mail queue: {free} bytes < 1.5*message size limit"
            ));
            return Err(Refused::Reply(reply));
        }
        let (sender_address, size) = (Some(sender.address.clone()), sender.params.size);
        let facts = Facts { sender: sender_address, size, ..self.facts() };
        let earlier = self.deferral.clone();
        let judgement =
            self.decide(&facts, "MAIL", |rules, facts, memo| rules.mail(facts, earlier.clone(), memo)).await;
        self.apply_early(judgement, "MAIL", About { sender: Some(&sender.address), ..About::default() }).await
    }

    async fn judge_rcpt(&mut self, to: &RcptTo) -> Judged {
        self.check_address(Verb::Rcpt, &to.address, &to.text).await?;
        self.tell_smtputf8("recipient", &to.address);
        if !self.is_probe_sender(&to.address) {
            self.check_recipient(Verb::Rcpt, &to.address).await?;
        }
        self.take_recipient(to).await
    }

    /// Tells cleanup of a recipient; the first one opens the message.
    async fn take_recipient(&mut self, to: &RcptTo) -> Judged {
        self.open_message().await?;
        let to = RcptTo { address: self.queued_recipient(&to.address), ..to.clone() };
        match &mut self.message {
            Some(message) => {
                message.recipient(&to, &self.line).await.map_err(|trouble| self.refuse_for(trouble))
            }
            None => Ok(()),
        }
    }

    async fn judge_vrfy(&mut self, text: &str, address: &Address) -> Judged {
        self.check_address(Verb::Vrfy, address, text).await?;
        self.check_recipient(Verb::Vrfy, address).await
    }

    async fn check_recipient(&mut self, verb: Verb, address: &Address) -> Judged {
        if self.discarding {
            return Ok(());
        }
        let facts = Facts { recipient: Some(address.clone()), ..self.facts() };
        let earlier = self.deferral.clone();
        let judgement = self
            .decide(&facts, verb.name(), |rules, facts, memo| rules.rcpt(facts, earlier.clone(), memo))
            .await;
        self.apply(judgement, verb.name(), About { recipient: Some(address), ..About::default() }).await
    }

    async fn judge_data(&mut self, stage: &'static str) -> Judged {
        if self.discarding {
            return Ok(());
        }
        let facts = self.facts();
        let judgement = self.decide(&facts, "DATA", |rules, facts, memo| rules.data(facts, memo)).await;
        self.apply(judgement, stage, About::default()).await?;
        match &mut self.message {
            Some(message) => message.begin_content().await.map_err(|trouble| self.refuse_for(trouble)),
            None => Ok(()),
        }
    }

    /// The content is complete, and of this size.
    pub(crate) async fn judge_end(&mut self, size: u64) -> Judged {
        if self.discarding || self.is_unjudged() {
            return Ok(());
        }
        let facts = Facts { size, ..self.facts() };
        let judgement =
            self.decide(&facts, "END-OF-MESSAGE", |rules, facts, memo| rules.end_of_data(facts, memo)).await;
        self.apply(judgement, "END-OF-MESSAGE", About::default()).await
    }

    /// ETRN: whether the client may ask, and then flush(8).
    async fn judge_etrn(&mut self, domain: &str) -> Judged {
        let facts = Facts { etrn: Some(domain.to_owned()), ..self.facts() };
        let earlier = self.deferral.clone();
        let judgement =
            self.decide(&facts, "ETRN", |rules, facts, memo| rules.etrn(facts, earlier.clone(), memo)).await;
        // There is no message to change.
        let judgement = Judgement { edits: Vec::new(), ..judgement };
        self.apply(judgement, Verb::Etrn.name(), About::default()).await?;
        let settings = &self.daemon.settings;
        let asked = flush::Request::SendSite(domain.to_owned());
        let refusal = match asked.send(&settings.flush_socket, settings.ipc_timeout).await {
            Ok(flush::Status::Done) => {
                if settings.tells_flush {
                    let why =
                        format_args!("relay_domains=$mydestination to flush mail for domain \"{domain}\"");
                    self.log.info(format_args!("{} {why}", config::OLD_DEFAULT));
                }
                return Ok(());
            }
            Ok(flush::Status::Denied) => Refusal::unserved(domain),
            Ok(flush::Status::Bad) => {
                self.log.warning(format_args!("bad ETRN {domain}... from {}", self.peer.label));
                Refusal::new(Verb::Etrn, Reply::bare(458, "Unable to queue messages"))
            }
            Ok(flush::Status::Failed) => {
                Refusal::new(Verb::Etrn, Reply::bare(458, "Unable to queue messages"))
            }
            Err(error) => {
                self.log.warning(format_args!("flush service: {error}"));
                Refusal::new(Verb::Etrn, Reply::bare(458, "Unable to queue messages"))
            }
        };
        Err(Refused::Refusal(Box::new(refusal)))
    }

    /// Without SMTPUTF8 a client may be told ASCII only (RFC 6531 section 3.2): a blank for each other byte.
    fn in_seven_bits(&self, reply: Reply) -> Reply {
        if self.daemon.settings.session.smtputf8 || reply.text.is_ascii() {
            return reply;
        }
        let text =
            reply.text.bytes().map(|byte| if byte.is_ascii() { char::from(byte) } else { ' ' }).collect();
        Reply { text, ..reply }
    }

    /// COMPATIBILITY_README: addresses that `smtputf8_enable = yes` would refuse.
    fn tell_smtputf8(&self, what: &str, address: &Address) {
        if self.daemon.settings.tells_smtputf8 && !address.as_str().is_ascii() {
            self.log.info(format_args!(
                "{} smtputf8_enable=no to accept non-ASCII {what} address \"{address}\" from {}",
                config::OLD_DEFAULT,
                self.peer.label
            ));
        }
    }

    /// What trivial-rewrite can make nothing of is no address (`user@`, `user@a..b`, `-user@...`).
    async fn check_address(&mut self, verb: Verb, address: &Address, text: &str) -> Judged {
        if address.is_null() {
            return Ok(());
        }
        // The policy asks the same a moment later, on behalf of the same sender.
        let sender = match (verb, self.session.envelope()) {
            (Verb::Mail, _) => address.clone(),
            (_, envelope) => envelope.map(|e| e.sender.address.clone()).unwrap_or_default(),
        };
        match self.daemon.lookups.resolve(&sender, address).await {
            Ok(resolved) if resolved.is_error => {
                Err(Refused::Refusal(Box::new(Refusal::bad_address(verb, text))))
            }
            // A service that doesn't answer is found out when the policy needs it.
            _ => Ok(()),
        }
    }

    fn facts(&self) -> Facts {
        let envelope = self.session.envelope();
        Facts {
            client: self.peer.client.clone(),
            helo: self.session.hello().map(|hello| hello.name.clone()),
            sender: envelope.map(|e| e.sender.address.clone()),
            recipient: envelope.and_then(|e| e.only_recipient().cloned()),
            recipient_count: envelope.map_or(0, |e| e.recipients),
            size: envelope.map_or(0, |e| e.sender.params.size),
            etrn: None,
            talked_early: self.talked_early,
            sasl_active: self.daemon.lookups.auth.is_some(),
            login: self
                .session
                .login()
                .filter(|login| !login.is_anonymous())
                .map(|login| login.username.clone()),
            encrypted: self.is_encrypted(),
            certificate: self.client_certificate(),
        }
    }

    /// Evaluates, answers what was asked, and evaluates again, until the policy has decided.
    async fn decide(
        &mut self,
        facts: &Facts,
        state: &'static str,
        stage: impl Fn(&Rules, &Facts, &Memo) -> Result<Judgement, Pending>,
    ) -> Judgement {
        let mut memo = Memo::new();
        loop {
            match stage(&self.daemon.settings.rules, facts, &memo) {
                Ok(judgement) => return judgement,
                Err(Pending(question)) => {
                    let answer = match &question {
                        Question::PolicyService(service) => {
                            self.ask_policy_service(service, state, facts).await
                        }
                        question => self.answer(question, &facts.client).await,
                    };
                    memo.learn(question, answer);
                }
            }
        }
    }

    async fn answer(&mut self, question: &Question, client: &Client) -> Answer {
        if let Some(answer) = self.listings.recall(question) {
            return answer;
        }
        let answer = self.daemon.lookups.answer(question, client, &self.log).await;
        self.listings.keep(question, &answer);
        answer
    }

    /// As `apply`, for the stages whose `defer_if_permit` is still in force at RCPT.
    async fn apply_early(&mut self, judgement: Judgement, stage: &str, about: About<'_>) -> Judged {
        self.deferral = judgement.defer_if_permit.clone();
        self.apply(judgement, stage, about).await
    }

    /// Tells the log and the message what was decided.
    async fn apply(&mut self, judgement: Judgement, stage: &str, about: About<'_>) -> Judged {
        for remark in &judgement.remarks {
            match remark {
                Remark::Warning(text) => self.log.warning(text),
                Remark::WarnOnce(text) if self.daemon.lookups.is_news(text) => self.log.warning(text),
                Remark::WarnOnce(_) => {}
                Remark::Info(text) => self.log.info(text),
                Remark::Afterwards(_) => {}
                Remark::Permit { action, text } => {
                    if self.daemon.lookups.trust.logs_permit(action).await {
                        self.log_event("permit", stage, text, about);
                    }
                }
                // A message is held once, however many recipients it has.
                Remark::Event { kind: "hold", .. } if self.edits.contains(&Edit::Hold) => {}
                Remark::Event { kind, text } => self.log_event(kind, stage, text, about),
            }
        }
        let fault = matches!(judgement.verdict, Verdict::Fault(_));
        match judgement.verdict {
            Verdict::Pass => self.keep_edits(judgement.edits).await,
            Verdict::Hangup => Err(Refused::Hangup),
            Verdict::Refuse(reply) | Verdict::Fault(reply) => {
                match fault {
                    true => self.mistakes.software = true,
                    false => self.mistakes.policy = true,
                }
                let reply = self.in_seven_bits(self.soften(reply));
                self.log_event("reject", stage, &reply.line(), about);
                for remark in &judgement.remarks {
                    if let Remark::Afterwards(text) = remark {
                        self.log.info(text);
                    }
                }
                Err(Refused::Reply(reply))
            }
        }
    }

    /// Edits wait until the message is open. Lists run once for each recipient: what they did before isn't done again.
    async fn keep_edits(&mut self, edits: Vec<Edit>) -> Judged {
        for edit in edits {
            if self.edits.contains(&edit) {
                continue;
            }
            self.discarding |= edit == Edit::Discard;
            if let Some(message) = &mut self.message {
                message.edit(&edit).await.map_err(|trouble| self.refuse_for(trouble))?;
            }
            self.edits.push(edit);
        }
        Ok(())
    }

    /// Opens the message at cleanup, unless it is open.
    pub(crate) async fn open_message(&mut self) -> Judged {
        let Some(envelope) = self.session.envelope().filter(|_| self.message.is_none()) else {
            return Ok(());
        };
        let local = self.is_local_rewrite_client().await;
        let opened = match &self.daemon.settings.proxy {
            Some(filter) => {
                let about = message::about(&self.peer, &self.session, local);
                Message::open_at_filter(filter, about, &self.mail_line).await
            }
            None => {
                let begin = message::begin(self.daemon, &self.peer, &self.session, envelope, local);
                Message::open(self.daemon, begin).await
            }
        };
        let mut message = opened.map_err(|trouble| self.refuse_for(trouble))?;
        self.log_client(message.shown_id());
        for edit in self.edits.clone() {
            message.edit(&edit).await.map_err(|trouble| self.refuse_for(trouble))?;
        }
        self.message = Some(message);
        Ok(())
    }

    fn refuse_for(&mut self, trouble: Trouble) -> Refused {
        self.mistakes.software |= trouble.fault;
        self.log_trouble(&trouble);
        Refused::Reply(trouble.reply)
    }

    /// `local_header_rewrite_clients`: whose incomplete header addresses get our domain.
    async fn is_local_rewrite_client(&self) -> bool {
        if let Some(local) = self.session.forwarded().and_then(|forwarded| forwarded.local) {
            return local;
        }
        let client = &self.peer.client;
        let lookups = &self.daemon.lookups;
        let mut words = self.daemon.settings.local_header_rewrite_clients.iter();
        while let Some(word) = words.next() {
            let hit = match word.to_ascii_lowercase().as_str() {
                "permit_inet_interfaces" => client.is_self,
                "permit_sasl_authenticated" => {
                    self.session.login().is_some_and(|login| !login.is_anonymous())
                }
                "permit_mynetworks" => lookups.is_in_mynetworks(client).await.unwrap_or(false),
                "check_address_map" => match words.next() {
                    Some(table) => lookups.is_rewrite_client(table, client).await,
                    None => false,
                },
                all @ ("permit_tls_clientcerts" | "permit_tls_all_clientcerts") => {
                    match self.client_certificate() {
                        Some(certificate) if all == "permit_tls_all_clientcerts" && certificate.trusted => {
                            true
                        }
                        Some(certificate) => lookups.is_relay_certificate(&certificate).await,
                        None => false,
                    }
                }
                _ if word.contains(':') => lookups.is_rewrite_client(word, client).await,
                _ => false,
            };
            if hit {
                return true;
            }
        }
        false
    }

    /// semantics 32: room for one and a half messages of the greatest size must be left. How little there is.
    fn lacking_space(&self, size: u64) -> Option<u64> {
        let settings = &self.daemon.settings;
        let disk = rustix::fs::statvfs(".").ok()?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let wanted = settings.size_limit.saturating_add(settings.size_limit / 2).max(size);
        (free < settings.queue_minfree || free < wanted).then_some(free)
    }
}

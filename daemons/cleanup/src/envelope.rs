//! The envelope: what the queue file says before the content. Order and form of the records are Postfix's, so
//! that either queue manager reads them.

use crate::faults::{Fault, Faults};
use crate::lines::Lines;
use crate::mapping::{Role, TRY_AGAIN};
use crate::message::{Content, Edits, Message, Origin, Recipients, SendOptions};
use crate::output::Output;
use crate::world::{Trouble, World};
use ipc::cleanup::{Begin, Recipient};
use ipc::rewrite::Context;
use mail::{Address, Diagnosis, Enhanced, Notify, Outcome, QueueId, ReturnFormat, Timestamp};
use maillog::{Delays, Delivery, Log};
use message::Walk;
use queue::record::{Kind, format_pointer, format_time};
use std::collections::HashSet;
use std::time::SystemTime;

impl<'w> Message<'w> {
    /// Opens a message: everything up to the first recipient.
    pub(crate) async fn begin(
        world: &'w World,
        log: Log,
        (id, out): (QueueId, Output),
        begin: Begin,
        now: Timestamp,
    ) -> Self {
        let settings = &world.settings;
        let autodetect = settings.smtputf8
            && settings.smtputf8_autodetect.iter().any(|class| class == "all" || class == "sendmail")
            && begin.flags.bounce;
        let mut message = Self {
            world,
            log,
            id,
            flags: begin.flags,
            faults: Faults::default(),
            out,
            created: now,
            arrival: begin.arrival,
            sender: String::new(),
            full_name: begin.full_name.clone(),
            context: Some(Context::Local),
            origin: Origin::default(),
            recipients: Recipients::default(),
            edits: Edits { filter: begin.content_filter.clone(), hold: begin.flags.hold, ..Edits::default() },
            content: content(world, begin.flags.checks),
            encoding: None,
            send_options: SendOptions {
                autodetect,
                bits: if begin.smtputf8 { SendOptions::REQUESTED } else { 0 },
            },
            late_recipients: Vec::new(),
            expanded: Vec::new(),
            probed: Vec::new(),
        };
        message.write_envelope(&begin).await;
        message
    }

    async fn write_envelope(&mut self, begin: &Begin) {
        if begin.attributes.len() > self.world.settings.limits.attributes {
            let limit = self.world.settings.limits.attributes;
            self.warn(format_args!("message rejected: attribute count exceeds limit {limit}"));
            self.faults.add(Fault::Bad);
            return;
        }
        let created = begin.created.unwrap_or(self.created.seconds);
        self.out.record(Kind::TIME, format_time(self.arrival).as_bytes());
        self.out.attribute("create_time", &created.to_string());
        let from_network = begin.attributes.iter().any(|(name, _)| name == "log_client_name");
        if from_network && !begin.attributes.iter().any(|(name, _)| name == "log_ident") {
            let id = self.id.clone();
            self.out.attribute("log_ident", id.as_str());
        }
        let (early, late): (Vec<_>, Vec<_>) =
            begin.attributes.iter().partition(|(name, _)| EARLY.contains(&name.as_str()));
        early.into_iter().for_each(|(name, value)| self.attribute(name, value));
        if let Some(name) = &begin.full_name {
            self.out.record(Kind::FULL_NAME, name.as_bytes());
        }
        if !begin.envelope_id.is_empty() {
            self.out.attribute("envelope_id", &begin.envelope_id);
        }
        match begin.ret {
            Some(ReturnFormat::Full) => self.out.attribute("ret_flags", "1"),
            Some(ReturnFormat::Headers) => self.out.attribute("ret_flags", "2"),
            None => {}
        }
        self.sender(begin.sender.as_str()).await;
        late.into_iter().for_each(|(name, value)| self.attribute(name, value));
        if let Some(verp) = &begin.verp {
            self.out.record(Kind::VERP, verp.as_bytes());
        }
        self.delay_warning();
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.attribute(name, value);
        let value = Some(value.to_owned());
        match name {
            "rewrite_context" => self.rewrite_context(value.as_deref().unwrap_or_default()),
            "log_message_origin" => self.origin.name = value,
            "log_protocol_name" => self.origin.protocol = value,
            "log_helo_name" => self.origin.helo = value,
            "encoding" => self.encoding = value,
            _ => {}
        }
    }

    fn rewrite_context(&mut self, name: &str) {
        match name {
            "local" => self.context = Some(Context::Local),
            "remote" => self.context = self.world.settings.rewrites_remote.then_some(Context::Remote),
            other => {
                self.warn(format_args!("message rejected: unknown rewrite context: {other:.100}"));
                self.faults.add(Fault::Bad);
            }
        }
    }

    /// An envelope address is always completed in the local context: having to deliver to both forms is error
    /// prone. MAILER-DAEMON here is the null sender.
    async fn sender(&mut self, sender: &str) {
        let mut clean = self.standard(sender).await;
        if clean.split_once('@').is_some_and(|(user, _)| user.eq_ignore_ascii_case(MAILER_DAEMON))
            && clean.eq_ignore_ascii_case(&self.standard(MAILER_DAEMON).await)
        {
            clean.clear();
        }
        clean = self.map(clean, Role::EnvelopeSender).await;
        if self.world.settings.smtputf8 && !clean.is_ascii() {
            self.send_options.saw(SendOptions::SENDER);
        }
        self.out.record(Kind::SENDER, clean.as_bytes());
        self.sender = clean;
        if self.flags.bcc {
            let world = self.world;
            let sender = self.sender.clone();
            let found = world.find_address(&world.maps.sender_bcc, &sender).await;
            if let Some((bcc, _)) = self.note(found, "sender_bcc_maps", &sender) {
                self.bcc(&bcc).await;
            }
        }
    }

    fn delay_warning(&mut self) {
        let delay = self.world.settings.limits.delay_warning.as_secs();
        if delay > 0 && !self.sender.is_empty() && !self.flags.trace_only {
            let time = self.arrival.seconds.max(0) as u64 + delay;
            self.out.record(Kind::WARNING_TIME, format_pointer(time).as_bytes());
        }
    }

    /// One recipient, as the client gave it.
    pub(crate) async fn recipient(&mut self, recipient: Recipient) {
        self.recipients.queue_flags |= i64::from(recipient.notify.0) << 1;
        let given = recipient.address.as_str();
        let original = match recipient.original.is_null() {
            true => given,
            false => recipient.original.as_str(),
        };
        let empty = &self.world.settings.empty_address_recipient;
        let clean = self.standard(if given.is_empty() { empty } else { given }).await;
        let clean = self.map(clean, Role::EnvelopeRecipient).await;
        self.saw_recipient(&clean);
        let orcpt = match recipient.dsn_orcpt.is_empty() {
            true => self.own_orcpt(&clean),
            false => recipient.dsn_orcpt,
        };
        self.write_recipients(&clean, original, &orcpt, recipient.notify).await;
        self.recipients.last = Some(clean.clone());
        if self.flags.bcc {
            let world = self.world;
            let found = world.find_address(&world.maps.recipient_bcc, &clean).await;
            if let Some((bcc, _)) = self.note(found, "recipient_bcc_maps", &clean) {
                self.bcc(&bcc).await;
            }
        }
    }

    /// A blind copy: nobody is to hear of its fate (NOTIFY=NEVER), and it has no ORCPT.
    pub(crate) async fn bcc(&mut self, address: &str) {
        let clean = self.standard(Address::from_external(address).as_str()).await;
        let clean = self.map(clean, Role::EnvelopeRecipient).await;
        self.saw_recipient(&clean);
        self.write_recipients(&clean, &clean, "", Notify::NEVER).await;
    }

    fn saw_recipient(&mut self, clean: &str) {
        if self.world.settings.smtputf8 && !clean.is_ascii() {
            // Only for autodetection: whether a recipient needs SMTPUTF8 is seen anew at each delivery.
            self.send_options.saw(0);
        }
    }

    /// RFC 3461: what bounces call the recipient when the client gave no ORCPT. The address as it was written,
    /// not as it became.
    fn own_orcpt(&self, clean: &str) -> String {
        match (clean.is_empty(), !clean.is_ascii() && self.send_options.requested()) {
            (true, _) => String::new(),
            (false, true) => format!("utf-8;{clean}"),
            (false, false) => format!("rfc822;{clean}"),
        }
    }

    /// Expands virtual aliases and writes what is not in the queue file yet.
    async fn write_recipients(&mut self, clean: &str, original: &str, orcpt: &str, notify: Notify) {
        if !self.writes() {
            return;
        }
        if !self.flags.maps || self.world.maps.virtual_alias.is_empty() {
            self.write_recipient(clean, original, orcpt, notify);
            return;
        }
        let expanded = self.expand(clean).await;
        if self.flags.trace_only && expanded.len() > 1 {
            return self.probed(clean, original);
        }
        let mut notify = notify;
        if expanded.len() > 1 && notify.has(Notify::SUCCESS) {
            // RFC 3461 5.2.7.3: success is told once, as "expanded"; the members report no more of it.
            self.expanded.push(mail::Recipient {
                address: Address::from(clean),
                original: Address::from(original),
                dsn_orcpt: orcpt.to_owned(),
                notify,
                offset: 0,
            });
            notify = if notify == Notify::SUCCESS { Notify::NEVER } else { Notify(notify.0 & !2) };
        }
        for address in expanded {
            self.write_recipient(&address, original, orcpt, notify);
        }
    }

    /// A probe of an alias with several members: it exists, and that is all there is to find out.
    fn probed(&mut self, clean: &str, original: &str) {
        let recipient = mail::Recipient {
            address: Address::from(clean),
            original: Address::from(original),
            ..mail::Recipient::default()
        };
        let outcome = Outcome::Sent(Diagnosis::new(Enhanced::new(0, 0), "aliased to multiple recipients"));
        let now = Timestamp::from_system(SystemTime::now());
        self.log.say(&Delivery {
            queue_id: &self.id,
            recipient: &recipient,
            relay: "none",
            conn_use: 0,
            delays: Delays::between(self.arrival, now, now, None, now),
            tls: None,
            outcome: &outcome,
            probe: true,
            soft_bounced: false,
        });
        self.probed.push((recipient, outcome));
    }

    fn write_recipient(&mut self, address: &str, original: &str, orcpt: &str, notify: Notify) {
        if !self.is_new(address, original, orcpt, notify) || !self.writes() {
            return;
        }
        if notify != Notify::default() {
            self.out.attribute("notify_flags", &notify.0.to_string());
        }
        if !orcpt.is_empty() {
            self.out.attribute("dsn_orig_rcpt", orcpt);
        }
        self.out.record(Kind::ORIGINAL_RECIPIENT, original.as_bytes());
        self.out.record(Kind::RECIPIENT, address.as_bytes());
        self.recipients.count += 1;
        self.check_size();
    }

    /// Different original addresses of one mailbox are different recipients, unless enable_original_recipient is
    /// off. The memory is bounded; a recipient beyond it passes.
    fn is_new(&mut self, address: &str, original: &str, orcpt: &str, notify: Notify) -> bool {
        let limits = &self.world.settings.limits;
        let key = match limits.original_recipient {
            true => format!("{orcpt}\n{}\n{original}\n{address}", notify.0),
            false => address.to_owned(),
        }
        .to_lowercase();
        if self.recipients.seen.contains(&key) {
            return false;
        }
        if limits.duplicates == 0 || self.recipients.seen.len() < limits.duplicates {
            self.recipients.seen.insert(key);
        }
        true
    }

    /// Standard form in the local context, internal form in and out.
    pub(crate) async fn standard(&mut self, address: &str) -> String {
        let external = Address::new(address).to_external();
        match self.world.rewriter.local(&external).await {
            Ok(standard) => Address::from_external(&standard).as_str().to_owned(),
            Err(Trouble(cause)) => {
                self.log.warning(cause);
                self.warn(format_args!("address rewriting problem for {address} -- {TRY_AGAIN}"));
                self.faults.add(Fault::Write);
                address.to_owned()
            }
        }
    }
}

fn content(world: &World, checks: bool) -> Content {
    let settings = &world.settings;
    // Bounces and forwarded mail are not policed.
    let options = message::Options {
        report_nesting: checks && settings.mime.report_nesting,
        report_8bit_header: checks && settings.mime.report_8bit_header,
        report_8bit_body: checks && settings.mime.report_8bit_body,
        report_encoding: checks && settings.mime.report_encoding,
        ..settings.mime
    };
    Content {
        lines: Lines::new(settings.limits.line_length),
        walk: Walk::new(options),
        data_offset: None,
        seen: HashSet::new(),
        resent: false,
        hops: 0,
        extracted: Vec::new(),
        extracted_resent: Vec::new(),
        message_id: None,
    }
}

/// Attributes that stand before the sender.
const EARLY: [&str; 5] = ["log_ident", "rewrite_context", "sasl_method", "sasl_username", "sasl_sender"];
const MAILER_DAEMON: &str = "MAILER-DAEMON";

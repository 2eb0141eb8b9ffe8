//! The end of a message: the extracted segment, copies, the size record, and the commit; or the refusal.

use crate::faults::Fault;
use crate::message::{Message, SendOptions};
use ipc::cleanup::{Finished, Recipient};
use mail::{Address, Diagnosis, Enhanced, Outcome};
use queue::record::{Kind, Size};
use queue::{Draft, QueueName};

/// A finished message: what is left to be done with it needs other services.
pub(crate) enum End {
    /// In the queue, under the id that the client knows; `held` when nobody is to deliver it.
    Queued {
        /// It is in `hold`.
        held: bool,
        /// Recipients to tell trace(8) of, as "expanded".
        expanded: Vec<mail::Recipient>,
        /// What to tell verify(8).
        probed: Vec<(mail::Recipient, Outcome)>,
    },
    /// Nothing is left.
    Told(Finished),
    /// The sender is to be told by a bounce of this file.
    Bounce(Box<Bounce>),
}

/// A complete file that is not in the queue, and why.
pub(crate) struct Bounce {
    pub(crate) draft: Draft,
    pub(crate) outcome: Outcome,
    /// The body was what was refused: it does not go back.
    pub(crate) header_only: bool,
    pub(crate) refused: Finished,
}

impl Message<'_> {
    /// Completes the message.
    pub(crate) async fn finish(mut self) -> End {
        self.end_content().await;
        let content_end = self.out.position();
        self.out.record(Kind::EXTRACTED, b"");
        self.extracted_records();
        self.late_recipients().await;
        self.copies().await;
        let lacks_recipients = self.recipients.count == 0 && self.probed.is_empty();
        if self.faults.none() && !self.edits.discard && lacks_recipients {
            self.faults.add(Fault::NoRecipients);
        }
        self.out.record(Kind::END, b"");
        self.check_size();
        let size = self.size(content_end);
        if self.edits.discard && !self.faults.has(Fault::Write) {
            return End::Told(Finished::Discarded);
        }
        match (self.faults.none(), self.flags.bounce && self.faults.can_bounce()) {
            (true, _) => self.commit(size).await,
            (false, true) => self.bounce(size).await,
            (false, false) => End::Told(Finished::Refused(self.faults.reply())),
        }
    }

    /// FILTER and REDIRECT come first, so that the queue manager knows them before the first delivery.
    fn extracted_records(&mut self) {
        if let Some(filter) = &self.edits.filter {
            self.out.record(Kind::FILTER, filter.as_bytes());
        }
        if let Some(target) = &self.edits.redirect {
            self.out.record(Kind::REDIRECT, target.as_bytes());
        }
        if let Some(encoding) = &self.encoding {
            self.out.attribute("encoding", encoding);
        }
        if let Some(message_id) = self.content.message_id.as_ref().filter(|_| self.log.modern()) {
            self.out.attribute("message_id", message_id.trim());
        }
    }

    /// Recipients that came behind the content, and those of the header.
    async fn late_recipients(&mut self) {
        for recipient in std::mem::take(&mut self.late_recipients) {
            self.recipient(recipient).await;
        }
        let found = match self.content.resent {
            true => std::mem::take(&mut self.content.extracted_resent),
            false => std::mem::take(&mut self.content.extracted),
        };
        for address in found {
            self.recipient(Recipient { address: Address::new(address), ..Recipient::default() }).await;
            if self.out.is_full() {
                self.spill().await;
            }
        }
    }

    async fn copies(&mut self) {
        if !self.flags.bcc || self.recipients.last.is_none() {
            return;
        }
        let always = &self.world.settings.copies.always_bcc;
        if !always.is_empty() {
            self.bcc(always).await;
        }
        for address in std::mem::take(&mut self.edits.bcc) {
            self.bcc(&address).await;
        }
    }

    fn size(&self, content_end: u64) -> Size {
        let data_offset = self.content.data_offset.unwrap_or(content_end);
        let length = content_end.saturating_sub(data_offset) as i64;
        let send_options = match self.world.settings.smtputf8 {
            true => self.send_options.bits,
            false => self.send_options.bits & SendOptions::REQUESTED,
        };
        Size {
            content_size: length,
            data_offset: data_offset as i64,
            recipient_count: self.recipients.count,
            flags: self.recipients.queue_flags,
            content_length: length,
            send_options,
        }
    }

    async fn commit(self, size: Size) -> End {
        let Self { out, log, id, mut faults, edits, expanded, probed, .. } = self;
        let held = edits.hold;
        let home = if held { QueueName::Hold } else { QueueName::Incoming };
        match out.commit(size, home).await {
            Ok(()) => End::Queued { held, expanded, probed },
            Err(error) => {
                log.warning(format_args!("{id}: write queue file: {error}"));
                faults.add(Fault::from(&error));
                End::Told(Finished::Refused(faults.reply()))
            }
        }
    }

    async fn bounce(self, size: Size) -> End {
        let Self { out, log, id, mut faults, .. } = self;
        let reply = faults.reply();
        let header_only = faults.has(Fault::Content);
        let enhanced = reply.enhanced.unwrap_or(Enhanced::new(7, 1));
        let text = reply.text.strip_prefix("Error: ").unwrap_or(&reply.text).to_owned();
        match out.complete(size).await {
            Ok(draft) => End::Bounce(Box::new(Bounce {
                draft,
                outcome: Outcome::Bounced(Diagnosis::new(enhanced, text)),
                header_only,
                refused: Finished::Refused(reply),
            })),
            Err(error) => {
                log.warning(format_args!("{id}: write queue file: {error}"));
                faults.add(Fault::from(&error));
                End::Told(Finished::Refused(faults.reply()))
            }
        }
    }
}

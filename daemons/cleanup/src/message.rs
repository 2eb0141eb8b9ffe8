//! One message on its way through cleanup(8): what is known of it so far. The parts of the work stand beside this
//! file: `envelope`, `content`, `header`, `checks`, `mapping`, `finish`.

use crate::faults::{Fault, Faults};
use crate::lines::Lines;
use crate::output::Output;
use crate::world::World;
use ipc::cleanup::{Edit, Flags, Recipient};
use ipc::rewrite::Context;
use mail::{QueueId, Timestamp};
use maillog::Log;
use message::{Field, Walk};
use std::collections::HashSet;
use std::fmt::Display;

/// A message that is being received.
pub(crate) struct Message<'w> {
    pub(crate) world: &'w World,
    pub(crate) log: Log,
    pub(crate) id: QueueId,
    /// Wishes of the client; actions of tables may turn some off.
    pub(crate) flags: Flags,
    pub(crate) faults: Faults,
    pub(crate) out: Output,
    /// When the queue file was made, which its Message-Id tells.
    pub(crate) created: Timestamp,
    pub(crate) arrival: Timestamp,
    pub(crate) sender: String,
    pub(crate) full_name: Option<String>,
    /// Which addresses in headers are rewritten; None: none.
    pub(crate) context: Option<Context>,
    pub(crate) origin: Origin,
    pub(crate) recipients: Recipients,
    pub(crate) edits: Edits,
    pub(crate) content: Content,
    /// `encoding` attribute: 8bit when the header says so.
    pub(crate) encoding: Option<String>,
    pub(crate) send_options: SendOptions,
    /// Recipients that come behind the content (`sendmail -t`).
    pub(crate) late_recipients: Vec<Recipient>,
    /// Aliases with several members whose sender wants to hear of success: told to trace(8) at the end.
    pub(crate) expanded: Vec<mail::Recipient>,
    /// What a probe has shown already: told to verify(8) at the end.
    pub(crate) probed: Vec<(mail::Recipient, mail::Outcome)>,
}

/// Where the message came from, for log lines.
#[derive(Default)]
pub(crate) struct Origin {
    /// `log_message_origin`; None for local submissions.
    pub(crate) name: Option<String>,
    pub(crate) protocol: Option<String>,
    pub(crate) helo: Option<String>,
}

/// What is known of the recipients.
#[derive(Default)]
pub(crate) struct Recipients {
    /// How many are in the queue file.
    pub(crate) count: i64,
    /// The last one, for log lines; None when there was none.
    pub(crate) last: Option<String>,
    /// Recipients that are in the queue file already (`duplicate_filter_limit`).
    pub(crate) seen: HashSet<String>,
    /// NOTIFY bits that were seen, and whether other records came between recipients.
    pub(crate) queue_flags: i64,
}

/// What access tables and header checks did.
#[derive(Default)]
pub(crate) struct Edits {
    pub(crate) filter: Option<String>,
    pub(crate) redirect: Option<String>,
    pub(crate) hold: bool,
    pub(crate) discard: bool,
    pub(crate) bcc: Vec<String>,
}

/// How far the content has come.
pub(crate) struct Content {
    pub(crate) lines: Lines,
    pub(crate) walk: Walk,
    /// Where the content segment begins; None while the envelope is open.
    pub(crate) data_offset: Option<u64>,
    pub(crate) seen: HashSet<Field>,
    /// A block of Resent- fields was seen: what is missing is completed there.
    pub(crate) resent: bool,
    pub(crate) hops: usize,
    /// Addresses of To, Cc, Bcc, and of their Resent- forms, when the client wants them as recipients.
    pub(crate) extracted: Vec<String>,
    pub(crate) extracted_resent: Vec<String>,
    pub(crate) message_id: Option<String>,
}

/// The sixth field of the size record.
#[derive(Clone, Copy, Default)]
pub(crate) struct SendOptions {
    /// Addresses with UTF-8 make the whole message ask for SMTPUTF8 (`smtputf8_autodetect_classes`).
    pub(crate) autodetect: bool,
    pub(crate) bits: i64,
}

impl SendOptions {
    pub(crate) const REQUESTED: i64 = 1;
    pub(crate) const HEADER: i64 = 2;
    pub(crate) const SENDER: i64 = 4;

    /// Notes that a header or an address is not ASCII.
    pub(crate) fn saw(&mut self, what: i64) {
        self.bits |= what;
        if self.autodetect {
            self.bits |= Self::REQUESTED;
        }
    }

    /// SMTPUTF8 was asked for.
    pub(crate) fn requested(self) -> bool {
        self.bits & Self::REQUESTED != 0
    }
}

impl Message<'_> {
    /// True while it makes sense to write.
    pub(crate) fn writes(&self) -> bool {
        !self.edits.discard && !self.faults.ends_output(self.flags.bounce)
    }

    /// Sender and last recipient in external form, as log lines show addresses (`info_log_addr_form`).
    pub(crate) fn logged_addresses(&self) -> (String, Option<String>) {
        let external = |address: &str| mail::Address::new(address).to_external();
        (external(&self.sender), self.recipients.last.as_deref().map(external))
    }

    /// Logs a warning about this message.
    pub(crate) fn warn(&self, text: impl Display) {
        self.log.warning(format_args!("{}: {text}", self.id));
    }

    /// Notes a file that exceeds message_size_limit.
    pub(crate) fn check_size(&mut self) {
        if self.out.is_too_large() && !self.faults.has(Fault::TooLarge) {
            self.warn("queue file size limit exceeded");
            // The words of Postfix when it closes what it could not write.
            self.log.warning("mail_stream_cleanup: close error");
            self.faults.add(Fault::TooLarge);
        }
    }

    /// What an access table did to the message.
    pub(crate) async fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Filter(target) if target.contains(':') => self.edits.filter = Some(target),
            Edit::Filter(target) => self.warn(format_args!("ignoring invalid content filter: {target:.100}")),
            Edit::Redirect(target) if target.as_str().contains('@') => {
                self.edits.redirect = Some(target.as_str().to_owned());
            }
            Edit::Redirect(target) => {
                self.warn(format_args!("ignoring invalid redirect address: {:.100}", target.as_str()));
            }
            Edit::Bcc(address) => self.edits.bcc.push(address.as_str().to_owned()),
            Edit::Prepend(line) => self.content(format!("{line}\n").as_bytes()).await,
            Edit::Hold => self.edits.hold = true,
            Edit::Discard => self.edits.discard = true,
        }
    }
}

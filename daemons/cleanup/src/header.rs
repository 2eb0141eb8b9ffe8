//! Header fields: checked, rewritten, dropped, counted; and the fields that are added when they are missing.

use crate::checks::Verdict;
use crate::faults::Fault;
use crate::mapping::{Role, TRY_AGAIN};
use crate::message::{Message, SendOptions};
use crate::world::Trouble;
use ipc::rewrite::Context;
use mail::Address;
use message::{AddressList, Addresses, Field, FieldInfo, HeaderClass, Item, external, field_length, fold};

impl Message<'_> {
    /// One header field, its lines divided by `\n`.
    pub(crate) async fn header(&mut self, class: HeaderClass, field: Vec<u8>) {
        let Some(field) = self.checked(class, field).await else { return };
        let info = FieldInfo::of(&field);
        if info.is_some_and(|info| info.field == Field::ContentTransferEncoding) {
            self.transfer_encoding(&field);
        }
        if class != HeaderClass::Primary {
            return self.write_header(&field);
        }
        let dropped = self.is_dropped(&field);
        let Some(info) = info else {
            if !dropped {
                self.write_header(&field);
            }
            return;
        };
        self.content.seen.insert(info.field);
        self.content.resent |= info.resent;
        self.take_note(info, &field);
        let list = match info.addresses {
            Addresses::None => None,
            _ => self.rewritten(info, &field).await,
        };
        if dropped {
            return;
        }
        match list {
            Some(list) => self.write_list(info, &list),
            None => self.write_header(&field),
        }
    }

    /// What header_checks leave of the field; None when it is dropped.
    async fn checked(&mut self, class: HeaderClass, field: Vec<u8>) -> Option<Vec<u8>> {
        let (table, maps) = self.header_table(class, &field);
        if !self.flags.checks || maps.is_empty() {
            return Some(field);
        }
        let text = String::from_utf8_lossy(&field).into_owned();
        let found = maps.find(&text).await;
        match self.check(found, true, &text, table) {
            Verdict::Keep => Some(field),
            Verdict::Drop => None,
            Verdict::Replace(with) => Some(with.into_bytes()),
            Verdict::Prepend(before) => {
                self.write_header(before.as_bytes());
                Some(field)
            }
        }
    }

    /// An 8bit declaration anywhere makes the whole message 8bit (`detect_8bit_encoding_header`).
    fn transfer_encoding(&mut self, field: &[u8]) {
        let value = FieldInfo::value(field).trim_ascii();
        let is = |name: &str| value.eq_ignore_ascii_case(name.as_bytes());
        if self.world.settings.headers.detect_8bit_encoding && (is("8bit") || is("binary")) {
            self.encoding = Some("8bit".to_owned());
        }
    }

    fn is_dropped(&self, field: &[u8]) -> bool {
        let name = &field[..field_length(field).unwrap_or(0)];
        self.world.settings.headers.drop.iter().any(|dropped| dropped.as_bytes().eq_ignore_ascii_case(name))
    }

    /// Message-Ids are logged, Received fields counted.
    fn take_note(&mut self, info: &FieldInfo, field: &[u8]) {
        let value = String::from_utf8_lossy(FieldInfo::value(field));
        match info.field {
            Field::MessageId => {
                self.log.info(format_args!("{}: message-id={value}", self.id));
                self.content.message_id = Some(value.into_owned());
            }
            Field::ResentMessageId => self.log.info(format_args!("{}: resent-message-id={value}", self.id)),
            Field::Received => {
                self.content.hops += 1;
                let limit = self.world.settings.headers.hopcount_limit;
                if self.content.hops >= limit && !self.faults.has(Fault::TooManyHops) {
                    self.warn("message rejected: hopcount exceeded");
                    self.faults.add(Fault::TooManyHops);
                }
            }
            _ => {}
        }
    }

    /// The address list of a field after rewriting; None when nothing changed. Collects recipients on the way.
    async fn rewritten(&mut self, info: &FieldInfo, field: &[u8]) -> Option<AddressList> {
        let collects = self.flags.extract && info.addresses == Addresses::Extracted;
        if self.context.is_none() && !collects {
            return None;
        }
        let limit = self.world.settings.headers.token_limit;
        let mut list = AddressList::parse(FieldInfo::value(field), limit);
        if collects {
            let found = list.addresses().map(|text| Address::from_external(&text).as_str().to_owned());
            let place =
                if info.resent { &mut self.content.extracted_resent } else { &mut self.content.extracted };
            place.extend(found);
        }
        let context = self.context?;
        let role = match info.addresses {
            Addresses::Senders => Role::HeaderSender,
            _ => Role::HeaderRecipient,
        };
        let mut changed = false;
        for item in &mut list.items {
            let Item::Address(tokens) = item else { continue };
            let Some(before) = external(tokens) else { continue };
            let after = self.rewritten_address(context, role, &before).await;
            changed |= after != before;
            *item = Item::Text(after);
        }
        changed.then_some(list)
    }

    async fn rewritten_address(&mut self, context: Context, role: Role, before: &str) -> String {
        let standard = match self.world.rewriter.standard(context, before).await {
            Ok(standard) => standard,
            Err(Trouble(cause)) => {
                self.log.warning(cause);
                self.warn(format_args!("address rewriting problem for {before} -- {TRY_AGAIN}"));
                self.faults.add(Fault::Write);
                return before.to_owned();
            }
        };
        let internal = Address::from_external(&standard).as_str().to_owned();
        let mapped = self.map(internal.clone(), role).await;
        if mapped == internal { standard } else { Address::new(mapped).to_external() }
    }

    /// A rewritten field: its usual name, then as many addresses on a line as fit.
    fn write_list(&mut self, info: &FieldInfo, list: &AddressList) {
        let mut field = format!("{}: ", info.name).into_bytes();
        field.extend_from_slice(&list.externalize(true));
        fold(&mut field);
        self.write_header(&field);
    }

    /// Writes a field line by line. A field beyond header_size_limit is cut, at the end of a line when that does
    /// not cost more than a tenth.
    pub(crate) fn write_header(&mut self, field: &[u8]) {
        if self.world.settings.smtputf8 && !field.is_ascii() {
            self.send_options.saw(SendOptions::HEADER);
        }
        let limit = self.world.settings.headers.header_limit;
        let mut start = 0;
        for line in field.split(|&byte| byte == b'\n') {
            let end = start + line.len();
            if end > limit {
                if start > limit - limit / 10 {
                    return;
                }
                let cut = &line[..limit.saturating_sub(start)];
                return self.write_header_line(cut, start > 0);
            }
            self.write_header_line(line, start > 0);
            start = end + 1;
        }
    }

    /// A continuation line begins with white space; the lines of a rewritten list get theirs here.
    fn write_header_line(&mut self, line: &[u8], continuation: bool) {
        if continuation && !matches!(line.first(), Some(b' ' | b'\t')) {
            let mut indented = vec![b'\t'];
            indented.extend_from_slice(line);
            self.text(&indented, true);
        } else {
            self.text(line, true);
        }
    }

    /// Adds the fields that a complete header has: always for mail that is ours, never to mail of others, unless
    /// always_add_missing_headers says so.
    pub(crate) fn complete_header(&mut self) {
        let adds = self.context.is_some() || self.world.settings.headers.always_add_missing;
        let (prefix, fields) = match self.content.resent {
            true => ("Resent-", [Field::ResentMessageId, Field::ResentDate, Field::ResentFrom]),
            false => ("", [Field::MessageId, Field::Date, Field::From]),
        };
        let missing = fields.map(|field| adds && !self.content.seen.contains(&field));
        if missing[0] {
            self.add_message_id(prefix);
        }
        if !self.content.seen.contains(&Field::MessageId) {
            self.log.info(format_args!("{}: message-id=<>", self.id));
        }
        if missing[1] {
            let date = os::clock::Local::from_seconds(self.arrival.seconds).rfc5322();
            self.text(format!("{prefix}Date: {date}").as_bytes(), true);
        }
        if missing[2] {
            self.add_from(prefix);
        }
        let visible = [Field::To, Field::ResentTo, Field::Cc, Field::ResentCc];
        if adds && !visible.iter().any(|field| self.content.seen.contains(field)) {
            self.add_undisclosed();
        }
    }

    fn add_message_id(&mut self, prefix: &str) {
        let host = &self.world.settings.myhostname;
        let text = match self.world.settings.headers.long_queue_ids {
            true => format!("<{}@{host}>", self.id),
            false => format!("<{}.{}@{host}>", message::compact_utc(self.created.seconds), self.id),
        };
        self.text(format!("{prefix}Message-Id: {text}").as_bytes(), true);
        let lower = prefix.to_ascii_lowercase();
        self.log.info(format_args!("{}: {lower}message-id={text}", self.id));
        if prefix.is_empty() {
            self.content.seen.insert(Field::MessageId);
            self.content.message_id = Some(text);
        }
    }

    fn add_from(&mut self, prefix: &str) {
        let address = match self.sender.as_str() {
            "" => "MAILER-DAEMON".to_owned(),
            sender => Address::new(sender).to_external(),
        };
        let full_name = self.full_name.as_deref().filter(|name| !name.is_empty() && !self.sender.is_empty());
        let value = match full_name {
            None => address,
            Some(name) if self.world.settings.headers.standard_from => {
                let phrase = message::from_phrase(name);
                let space = if phrase.is_empty() { "" } else { " " };
                format!("{phrase}{space}<{address}>")
            }
            Some(name) => {
                let comment = name.replace(['\r', '\n'], " ");
                let tokens = message::scan(format!("({comment})").as_bytes(), usize::MAX);
                let mut out = Vec::new();
                message::externalize(&tokens, &mut out);
                format!("{address} {}", String::from_utf8_lossy(&out))
            }
        };
        self.text(format!("{prefix}From: {value}").as_bytes(), true);
    }

    fn add_undisclosed(&mut self) {
        let world = self.world;
        let text = &world.settings.headers.undisclosed_recipients;
        if text.is_empty() {
            return;
        }
        if field_length(text.as_bytes()).is_none() {
            let need = "need \"headername: headervalue\"";
            self.log
                .warning(format_args!("bad undisclosed_recipients_header header text \"{text}\" -- {need}"));
            return;
        }
        self.text(text.as_bytes(), true);
    }
}

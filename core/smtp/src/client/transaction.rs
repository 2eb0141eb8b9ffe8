//! One message through one session: MAIL, RCPT, DATA, content, dot; pipelined when the server can. LMTP differs in
//! one point, a reply for each recipient after the dot.
//! Each recipient ends with a [`Fate`]; whoever has none when the session breaks gets the trouble of the break.

use super::{Envelope, Features, ProbeTarget, ServerReply, Stage, Trouble};
use std::collections::VecDeque;

/// What became of one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The server took responsibility with this reply.
    Sent(ServerReply),
    /// It did not.
    Failed(Trouble),
}

/// What the driver must do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransactionStep {
    /// Send these bytes.
    Send(Vec<u8>),
    /// Read one reply, at this stage.
    Receive(Stage),
    /// Send the content with its final dot.
    Content,
    /// Every recipient has its fate, and the server awaits the next command.
    Done,
}

/// The machine.
#[derive(Debug)]
pub struct Transaction {
    envelope: Envelope,
    features: Features,
    lmtp: bool,
    /// The next command to send: 0 MAIL, then RCPT, then DATA.
    next: usize,
    awaited: VecDeque<Stage>,
    recipients: Vec<Progress>,
    mail_accepted: bool,
    end: End,
}

#[derive(Debug)]
enum Progress {
    Waiting,
    Accepted,
    Settled(Fate),
}

/// How the end of the message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// DATA was not answered yet, or not sent.
    Open,
    /// The server waits for content.
    Content,
    /// The server waits for content, but nobody is left who should get it.
    EmptyContent,
    /// The server awaits no content, but remembers the sender and perhaps recipients.
    Aborted,
    /// The content is out, the replies to the dot are awaited.
    Dot,
    /// All is over.
    Over,
    /// All is known, and the server awaits content that won't come.
    HangUp,
}

impl Transaction {
    /// Begins, unless the server can't take this message at all.
    pub fn new(envelope: Envelope, features: &Features, lmtp: bool) -> Result<Self, Trouble> {
        if let Some(limit) = features.size_limit.filter(|limit| envelope.size > *limit) {
            return Err(Trouble::TooLarge { size: envelope.size, limit });
        }
        if envelope.smtputf8 && !features.smtp_utf8 {
            return Err(Trouble::NoUtf8);
        }
        let recipients = envelope.recipients.iter().map(|_| Progress::Waiting).collect();
        Ok(Self {
            envelope,
            features: features.clone(),
            lmtp,
            next: 0,
            awaited: VecDeque::new(),
            recipients,
            mail_accepted: false,
            end: End::Open,
        })
    }

    /// What to do next.
    pub fn step(&mut self) -> TransactionStep {
        if let Some(stage) = self.awaited.front() {
            return TransactionStep::Receive(*stage);
        }
        match self.end {
            End::Open => match self.commands() {
                commands if commands.is_empty() => self.reset(),
                commands => TransactionStep::Send(commands),
            },
            End::Aborted => self.reset(),
            End::Content => TransactionStep::Content,
            End::EmptyContent => {
                // The server said 354 and must be led out of it. Nobody was accepted, so nothing is delivered.
                self.end = End::Dot;
                // RFC 2033 4.2: a reply for each recipient that was accepted, so none at all.
                if !self.lmtp {
                    self.awaited.push_back(Stage::Dot);
                }
                TransactionStep::Send(b".\r\n".to_vec())
            }
            End::Dot | End::Over | End::HangUp => TransactionStep::Done,
        }
    }

    /// The content and its final dot are sent.
    pub fn content_sent(&mut self) {
        self.end = End::Dot;
        let replies = if self.lmtp { self.accepted().count() } else { 1 };
        self.awaited.extend(std::iter::repeat_n(Stage::Dot, replies));
    }

    /// Takes the reply that [`TransactionStep::Receive`] asked for.
    pub fn on_reply(&mut self, reply: &ServerReply) {
        match self.awaited.pop_front() {
            Some(Stage::Mail) => self.on_mail(reply),
            Some(Stage::Rcpt(index)) => self.on_rcpt(index, reply),
            Some(Stage::Data) => self.on_data(reply),
            Some(Stage::Dot) => self.on_dot(reply),
            _ => {}
        }
    }

    /// The session broke: whoever has no fate yet gets this trouble.
    pub fn give_up(&mut self, trouble: &Trouble) {
        self.settle_rest(&Fate::Failed(trouble.clone()));
        self.awaited.clear();
        self.end = End::Over;
    }

    /// True when all commands but RSET and QUIT have had their replies.
    pub fn is_clean(&self) -> bool {
        self.awaited.is_empty() && !matches!(self.end, End::Content | End::EmptyContent | End::HangUp)
    }

    /// True when the connection can only be cut: even QUIT would be content.
    pub fn must_hang_up(&self) -> bool {
        matches!(self.end, End::HangUp)
    }

    /// The fate of the recipient at this place, once it has one.
    pub fn fate(&self, index: usize) -> Option<&Fate> {
        match self.recipients.get(index)? {
            Progress::Settled(fate) => Some(fate),
            Progress::Waiting | Progress::Accepted => None,
        }
    }

    /// The next batch of commands: one, or as many as may be in flight at once. Empty when nothing is left to
    /// be said.
    fn commands(&mut self) -> Vec<u8> {
        let mut batch = self.introduction();
        if !batch.is_empty() && !self.features.pipelining {
            return batch;
        }
        let commands = self.recipients.len() + if self.probes(ProbeTarget::Rcpt) { 1 } else { 2 };
        while self.next < commands {
            let (stage, line) = match self.next {
                0 => (Stage::Mail, self.envelope.mail(&self.features)),
                n if n <= self.recipients.len() => {
                    let recipient = &self.envelope.recipients[n - 1];
                    (Stage::Rcpt(n - 1), self.envelope.rcpt(recipient, &self.features))
                }
                _ => (Stage::Data, "DATA\r\n".to_owned()),
            };
            // Without anybody to send to, DATA is not said; unless the answers are still on their way.
            let hopeless = stage != Stage::Mail && self.is_hopeless();
            if hopeless || (!batch.is_empty() && batch.len() + line.len() > WINDOW) {
                break;
            }
            batch.extend_from_slice(line.as_bytes());
            self.awaited.push_back(stage);
            self.next += 1;
            if !self.features.pipelining {
                break;
            }
        }
        batch
    }

    /// A transaction that came to nothing is taken back.
    fn reset(&mut self) -> TransactionStep {
        self.end = End::Over;
        self.awaited.push_back(Stage::Rset);
        TransactionStep::Send(b"RSET\r\n".to_vec())
    }

    /// XFORWARD, all at once when the server can take it.
    fn introduction(&mut self) -> Vec<u8> {
        let rest = &mut self.envelope.xforward;
        let count = if self.features.pipelining { rest.len() } else { rest.len().min(1) };
        self.awaited.extend(std::iter::repeat_n(Stage::Xforward, count));
        rest.drain(..count).flat_map(String::into_bytes).collect()
    }

    fn is_hopeless(&self) -> bool {
        self.recipients.iter().all(|progress| matches!(progress, Progress::Settled(_)))
    }

    fn accepted(&self) -> impl Iterator<Item = usize> + '_ {
        let places = self.recipients.iter().enumerate();
        places.filter(|(_, progress)| matches!(progress, Progress::Accepted)).map(|(index, _)| index)
    }

    fn on_mail(&mut self, reply: &ServerReply) {
        self.mail_accepted = reply.class() == 2;
        if !self.mail_accepted {
            self.settle_rest(&Fate::Failed(Trouble::Refused(reply.clone(), Stage::Mail)));
        }
    }

    fn on_rcpt(&mut self, index: usize, reply: &ServerReply) {
        if !matches!(self.recipients[index], Progress::Waiting) {
            return;
        }
        self.recipients[index] = match reply.class() {
            2 if self.probes(ProbeTarget::Rcpt) => Progress::Settled(Fate::Sent(reply.clone())),
            2 => Progress::Accepted,
            _ => Progress::Settled(Fate::Failed(Trouble::Refused(too_many(reply), Stage::Rcpt(index)))),
        };
    }

    fn on_data(&mut self, reply: &ServerReply) {
        let wanted = self.accepted().next().is_some();
        match (reply.class(), wanted) {
            (3, _) if self.probes(ProbeTarget::Data) => {
                self.settle_rest(&Fate::Sent(reply.clone()));
                self.end = End::HangUp;
            }
            (3, true) => self.end = End::Content,
            (3, false) => self.end = End::EmptyContent,
            _ => {
                self.settle_rest(&Fate::Failed(Trouble::Refused(reply.clone(), Stage::Data)));
                self.end = End::Aborted;
            }
        }
    }

    fn on_dot(&mut self, reply: &ServerReply) {
        let fate = match reply.class() {
            2 => Fate::Sent(reply.clone()),
            _ => Fate::Failed(Trouble::Refused(reply.clone(), Stage::Dot)),
        };
        let accepted: Vec<usize> = self.accepted().collect();
        let concerned = if self.lmtp { &accepted[..accepted.len().min(1)] } else { &accepted[..] };
        for &index in concerned {
            self.recipients[index] = Progress::Settled(fate.clone());
        }
        if self.awaited.is_empty() {
            self.end = End::Over;
        }
    }

    fn probes(&self, target: ProbeTarget) -> bool {
        self.envelope.probe == Some(target)
    }

    fn settle_rest(&mut self, fate: &Fate) {
        for progress in &mut self.recipients {
            if !matches!(progress, Progress::Settled(_)) {
                *progress = Progress::Settled(fate.clone());
            }
        }
    }
}

/// RFC 5321 4.5.3.1.10: a 552 to RCPT means "too many recipients" and is to be taken as 452.
fn too_many(reply: &ServerReply) -> ServerReply {
    let mut reply = reply.clone();
    if reply.code == 552 {
        reply.code = 452;
    }
    reply
}

/// Bytes of commands in flight at once. Small enough for any server's receive buffer, so that both sides never
/// wait for each other (RFC 2920 section 3.1).
const WINDOW: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    use mail::{Enhanced, Recipient};

    fn reply(code: u16) -> ServerReply {
        ServerReply { code, enhanced: Enhanced::new(0, 0), text: format!("{code} x") }
    }

    fn envelope(recipients: usize) -> Envelope {
        let recipients = (0..recipients).map(|n| Recipient::new(format!("r{n}@example.org"))).collect();
        Envelope { sender: "s@example.org".into(), recipients, ..Envelope::default() }
    }

    fn begin(recipients: usize, pipelining: bool, lmtp: bool) -> Transaction {
        let features = Features { esmtp: true, pipelining, ..Features::default() };
        Transaction::new(envelope(recipients), &features, lmtp).unwrap()
    }

    /// Runs the machine against a server that answers with these codes in order; gives all that was sent.
    fn run(transaction: &mut Transaction, codes: &[u16]) -> String {
        let (mut sent, mut codes) = (String::new(), codes.iter());
        loop {
            match transaction.step() {
                TransactionStep::Send(bytes) => sent += std::str::from_utf8(&bytes).unwrap(),
                TransactionStep::Receive(_) => transaction.on_reply(&reply(*codes.next().unwrap())),
                TransactionStep::Content => {
                    sent += "[content]";
                    transaction.content_sent();
                }
                TransactionStep::Done => break,
            }
        }
        assert_eq!(codes.next(), None, "replies left over");
        assert!(transaction.is_clean());
        sent
    }

    fn fates(transaction: &Transaction) -> Vec<u16> {
        let count = transaction.recipients.len();
        let code = |index| match transaction.fate(index).unwrap() {
            Fate::Sent(reply) | Fate::Failed(Trouble::Refused(reply, _)) => reply.code,
            Fate::Failed(other) => panic!("{other:?}"),
        };
        (0..count).map(code).collect()
    }

    #[test]
    fn both_ways_of_sending_come_to_the_same_end() {
        for pipelining in [true, false] {
            let mut transaction = begin(2, pipelining, false);
            let sent = run(&mut transaction, &[250, 550, 250, 354, 250]);
            assert!(sent.ends_with("RCPT TO:<r1@example.org>\r\nDATA\r\n[content]"), "{sent}");
            assert_eq!(fates(&transaction), [550, 250]);
        }
    }

    #[test]
    fn a_refused_sender_fails_everybody_and_later_replies_are_ignored() {
        let mut transaction = begin(2, true, false);
        run(&mut transaction, &[450, 503, 503, 503, 250]);
        assert_eq!(fates(&transaction), [450, 450]);
        let mut transaction = begin(2, false, false);
        assert_eq!(run(&mut transaction, &[450, 250]), "MAIL FROM:<s@example.org>\r\nRSET\r\n");
    }

    #[test]
    fn no_content_is_sent_when_nobody_was_accepted() {
        let mut transaction = begin(1, true, false);
        let sent = run(&mut transaction, &[250, 550, 354, 554]);
        assert!(sent.ends_with("DATA\r\n.\r\n"), "{sent}");
        assert_eq!(fates(&transaction), [550]);
    }

    #[test]
    fn lmtp_has_a_reply_for_each_accepted_recipient() {
        let mut transaction = begin(3, true, true);
        run(&mut transaction, &[250, 250, 550, 250, 354, 250, 452]);
        assert_eq!(fates(&transaction), [250, 550, 452]);
    }

    #[test]
    fn lmtp_has_no_reply_for_nobody() {
        let mut transaction = begin(1, true, true);
        let sent = run(&mut transaction, &[250, 550, 354]);
        assert!(sent.ends_with("DATA\r\n.\r\n"), "{sent}");
        assert_eq!(fates(&transaction), [550]);
    }

    #[test]
    fn a_lost_connection_leaves_settled_fates_alone() {
        let mut transaction = begin(2, true, true);
        assert!(matches!(transaction.step(), TransactionStep::Send(_)));
        for code in [250, 250, 250, 354] {
            assert!(matches!(transaction.step(), TransactionStep::Receive(_)));
            transaction.on_reply(&reply(code));
        }
        assert_eq!(transaction.step(), TransactionStep::Content);
        transaction.content_sent();
        transaction.on_reply(&reply(250));
        transaction.give_up(&Trouble::Lost(Stage::Dot));
        assert_eq!(transaction.fate(0), Some(&Fate::Sent(reply(250))));
        assert_eq!(transaction.fate(1), Some(&Fate::Failed(Trouble::Lost(Stage::Dot))));
    }

    #[test]
    fn a_552_to_rcpt_is_temporary() {
        let mut transaction = begin(1, true, false);
        run(&mut transaction, &[250, 552, 503, 250]);
        assert_eq!(fates(&transaction), [452]);
    }

    #[test]
    fn a_probe_ends_before_data() {
        let features = Features { esmtp: true, pipelining: true, ..Features::default() };
        let probe = Envelope { probe: Some(ProbeTarget::Rcpt), ..envelope(2) };
        let mut transaction = Transaction::new(probe, &features, false).unwrap();
        let sent = run(&mut transaction, &[250, 250, 550, 250]);
        assert!(!sent.contains("DATA") && sent.ends_with("RSET\r\n"), "{sent}");
        assert_eq!(fates(&transaction), [250, 550]);
    }

    #[test]
    fn a_probe_may_want_to_see_the_reply_to_data_and_then_can_only_hang_up() {
        for (code, hang_up) in [(354, true), (554, false)] {
            let features = Features { esmtp: true, ..Features::default() };
            let probe = Envelope { probe: Some(ProbeTarget::Data), ..envelope(2) };
            let mut transaction = Transaction::new(probe, &features, false).unwrap();
            let mut codes = [250, 550, 250, code, 250].into_iter();
            loop {
                match transaction.step() {
                    TransactionStep::Receive(_) => transaction.on_reply(&reply(codes.next().unwrap())),
                    TransactionStep::Content => panic!("content of a probe"),
                    TransactionStep::Send(_) => {}
                    TransactionStep::Done => break,
                }
            }
            assert_eq!(fates(&transaction), [550, code]);
            assert_eq!((transaction.must_hang_up(), transaction.is_clean()), (hang_up, !hang_up));
        }
    }

    #[test]
    fn a_filter_that_dislikes_xforward_gets_the_mail_all_the_same() {
        for pipelining in [true, false] {
            let features = Features { pipelining, ..Features::default() };
            let xforward = vec!["XFORWARD NAME=a\r\n".to_owned(), "XFORWARD HELO=b\r\n".to_owned()];
            let told = Envelope { xforward, ..envelope(1) };
            let mut transaction = Transaction::new(told, &features, false).unwrap();
            let sent = run(&mut transaction, &[501, 250, 250, 250, 354, 250]);
            assert!(sent.starts_with("XFORWARD NAME=a\r\nXFORWARD HELO=b\r\nMAIL"), "{sent}");
            assert_eq!(fates(&transaction), [250]);
        }
    }

    #[test]
    fn many_recipients_go_out_in_windows() {
        let mut transaction = begin(1000, true, false);
        let TransactionStep::Send(first) = transaction.step() else { panic!() };
        assert!(first.len() <= WINDOW && transaction.awaited.len() > 50);
    }

    #[test]
    fn a_message_too_large_or_in_need_of_utf8_is_not_begun() {
        let features = Features { size_limit: Some(10), ..Features::default() };
        let large = Envelope { size: 11, ..envelope(1) };
        let trouble = Transaction::new(large, &features, false).unwrap_err();
        assert_eq!(trouble, Trouble::TooLarge { size: 11, limit: 10 });
        let utf8 = Envelope { smtputf8: true, ..envelope(1) };
        assert_eq!(Transaction::new(utf8, &features, false).unwrap_err(), Trouble::NoUtf8);
    }
}

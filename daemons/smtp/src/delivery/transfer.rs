//! One message over one session: the envelope and the content as this server can take them, and what it says.

use super::Delivery;
use crate::cache::Place;
use crate::outgoing::{Change, Outgoing};
use crate::report::sent;
use crate::session::Session;
use ipc::deliver::Request;
use mail::Recipient;
use smtp::client::{Envelope, Fate, Stage, Transaction, Trouble, xforward};
use tables::TableError;

impl<'a> Delivery<'a> {
    /// Hands the message over to one server, for all who are left.
    pub(super) async fn transfer(&mut self, mut session: Session, place: &str) {
        self.report.set_up();
        let places = self.report.left().to_vec();
        let envelope = match self.envelope(&session, &places).await {
            Ok(envelope) => envelope,
            Err(error) => {
                self.log.warning(format_args!("{}: {error}", self.request.queue_id));
                self.on_trouble(&Trouble::LocalData, &session.peer, session.uses + 1);
                return session.quit(false).await;
            }
        };
        let settings = &self.client.settings;
        let mut transaction = match Transaction::new(envelope, &session.features, settings.lmtp) {
            Ok(transaction) => transaction,
            Err(trouble) => {
                // Postfix says no goodbye here either.
                return self.on_trouble(&trouble, &session.peer, session.uses + 1);
            }
        };
        let mut outgoing = self.outgoing(&session, &places);
        let ended = session.run(&mut transaction, &mut outgoing).await;
        self.note_content(&outgoing);
        self.note_fates(&transaction, &places, &session);
        self.tell().await;
        let session = match ended {
            // Probes come one at a time, whatever the destination is.
            Ok(())
                if self.keep && !self.request.probe && transaction.is_clean() && self.may_keep(&session) =>
            {
                let place = Place { destination: place.to_owned(), endpoint: self.endpoint(&session.peer) };
                self.client.cache.keep(place, session)
            }
            Ok(()) if !transaction.must_hang_up() => Some(session),
            Ok(()) | Err(_) => None,
        };
        if let Some(session) = session {
            // The recipients' fates are known: nobody waits for this goodbye but us.
            session.quit(!settings.skip_quit_response).await;
        }
    }

    /// The message as this server can take it.
    fn outgoing(&self, session: &Session, places: &[usize]) -> Outgoing<'a> {
        let (client, request) = (self.client, self.request);
        let convert =
            client.settings.convert && !session.features.eight_bit_mime && request.encoding == "8bit";
        let change = (convert || client.generic.is_active()).then(|| Change::new(convert, &client.generic));
        let recipients: Vec<Recipient> =
            places.iter().map(|place| request.recipients[*place].clone()).collect();
        let prefix = client.flags.prefix(&request.sender, &recipients);
        Outgoing::new(self.message, client.settings.line_limit, prefix, change)
    }

    async fn envelope(&self, session: &Session, places: &[usize]) -> Result<Envelope, TableError> {
        let (client, request) = (self.client, self.request);
        let mut recipients = Vec::with_capacity(places.len());
        for place in places {
            let recipient = request.recipients[*place].clone();
            recipients
                .push(Recipient { address: client.generic.address(&recipient.address).await?, ..recipient });
        }
        Ok(Envelope {
            sender: client.generic.address(&request.sender).await?,
            recipients,
            size: request.message_size,
            encoding: request.encoding.clone(),
            smtputf8: request.smtputf8,
            envelope_id: request.envelope_id.clone(),
            ret: request.ret,
            dummy_auth: client.settings.dummy_auth && client.sasl.is_some(),
            xforward: if client.settings.xforward { self.xforward(session) } else { Vec::new() },
            probe: request.probe.then_some(client.settings.probe_target),
        })
    }

    fn xforward(&self, session: &Session) -> Vec<String> {
        let Request { client, rewrite_context, .. } = self.request;
        let attributes = [
            ("NAME", client.name.as_str()),
            ("ADDR", &client.address),
            ("PORT", &client.port),
            ("PROTO", &client.protocol),
            ("HELO", &client.helo),
            ("IDENT", &client.ident),
            ("SOURCE", if rewrite_context == "local" { "LOCAL" } else { "REMOTE" }),
        ];
        xforward(&attributes, &session.features)
    }

    fn note_content(&self, outgoing: &Outgoing<'_>) {
        let id = &self.request.queue_id;
        if outgoing.broke_a_line() {
            let limit = self.client.settings.line_limit;
            self.log.info(format_args!("{id}: breaking line > {limit} bytes with <CR><LF>SPACE"));
        }
        if let Some(fault) = &outgoing.fault {
            self.log.warning(format_args!("{id}: {fault}"));
        }
    }

    fn note_fates(&mut self, transaction: &Transaction, places: &[usize], session: &Session) {
        let mut told = None;
        for (nth, place) in places.iter().enumerate() {
            match transaction.fate(nth) {
                Some(Fate::Sent(reply)) => {
                    let assume_final = self.client.settings.assume_final || self.client.flags.is_final;
                    let outcome = sent(reply, &session.peer, &session.features, assume_final);
                    self.report.settle(*place, outcome, Some(&session.peer), session.uses);
                }
                Some(Fate::Failed(trouble)) => {
                    // What concerns all recipients is told once; a reply to RCPT concerns one.
                    let again = told.as_ref() == Some(trouble);
                    self.on_recipient_trouble(*place, trouble, session, again);
                    told =
                        Some(trouble.clone()).filter(|t| !matches!(t, Trouble::Refused(_, Stage::Rcpt(_))));
                }
                None => {}
            }
        }
    }
}

//! The numbers of anvil(8): who is connected how often, who did what how often in the present time unit, and the
//! highest numbers since they were last told. It knows no sockets and no clock.

use ipc::anvil::{Event, Numbers, Reply};
use std::collections::HashMap;

/// All clients that are connected, or were in the present time unit.
pub(super) struct Ledger {
    /// `anvil_rate_time_unit`, in seconds.
    unit: i64,
    clients: HashMap<String, Client>,
    peaks: [Option<Peak>; Peak::KINDS.len()],
    largest: Option<(usize, i64)>,
}

/// What a stream of requests has registered: connections by name. They end with the stream.
#[derive(Default)]
pub(super) struct Registered(HashMap<String, u32>);

#[derive(Default)]
struct Client {
    /// When the time unit began in which the rates are counted.
    since: i64,
    numbers: Numbers,
}

/// The highest number of its kind.
struct Peak {
    number: u32,
    ident: String,
    at: i64,
}

impl Ledger {
    pub(super) fn new(unit: i64) -> Self {
        Self { unit, clients: HashMap::new(), peaks: Default::default(), largest: None }
    }

    /// Counts an event and says what is known then. An event of somebody who never connected counts as a connection
    /// too: otherwise nothing would tell when to forget it.
    pub(super) fn note(&mut self, event: Event, ident: &str, registered: &mut Registered, now: i64) -> Reply {
        match event {
            Event::Connect => self.connect(ident, registered, now),
            Event::Disconnect => {
                self.disconnect(ident, registered);
                Reply::Done
            }
            Event::NewTlsReport => Reply::Rate(self.numbers(ident, now).new_tls),
            Event::Lookup => Reply::Numbers(self.numbers(ident, now)),
            counted => {
                if !registered.0.contains_key(ident) {
                    self.connect(ident, registered, now);
                }
                Reply::Rate(self.count(counted, ident, now))
            }
        }
    }

    /// A stream has ended, and with it all connections that were registered on it.
    pub(super) fn hang_up(&mut self, registered: Registered) {
        for (ident, count) in registered.0 {
            self.leave(&ident, count);
        }
    }

    /// Forgets who isn't connected and wasn't in the present time unit.
    pub(super) fn sweep(&mut self, now: i64) {
        let unit = self.unit;
        self.clients.retain(|_, client| client.numbers.count > 0 || !client.is_over(unit, now));
    }

    /// The lines about the highest numbers; the next ones begin anew.
    pub(super) fn statistics(&mut self, time: impl Fn(i64) -> String) -> Vec<String> {
        let unit = self.unit;
        let mut lines = Vec::new();
        for (kind, peak) in Peak::KINDS.iter().zip(std::mem::take(&mut self.peaks)) {
            let Some(Peak { number, ident, at }) = peak else { continue };
            let per = if kind.ends_with("rate") { format!("/{unit}s") } else { String::new() };
            lines.push(format!("statistics: max {kind} {number}{per} for ({ident}) at {}", time(at)));
        }
        if let Some((size, at)) = self.largest.take() {
            lines.push(format!("statistics: max cache size {size} at {}", time(at)));
        }
        lines
    }

    fn connect(&mut self, ident: &str, registered: &mut Registered, now: i64) -> Reply {
        *registered.0.entry(ident.to_owned()).or_default() += 1;
        let client = self.fresh(ident, now);
        client.numbers.count = client.numbers.count.saturating_add(1);
        client.numbers.rate = client.numbers.rate.saturating_add(1);
        let Numbers { count, rate, .. } = client.numbers;
        self.peak(Peak::RATE, rate, ident, now);
        self.peak(Peak::COUNT, count, ident, now);
        let size = self.clients.len();
        if self.largest.is_none_or(|(largest, _)| size > largest) {
            self.largest = Some((size, now));
        }
        Reply::Connected { count, rate }
    }

    fn disconnect(&mut self, ident: &str, registered: &mut Registered) {
        // Nobody ends what others began.
        let Some(count) = registered.0.get_mut(ident) else { return };
        *count -= 1;
        if *count == 0 {
            registered.0.remove(ident);
        }
        self.leave(ident, 1);
    }

    fn leave(&mut self, ident: &str, count: u32) {
        if let Some(client) = self.clients.get_mut(ident) {
            client.numbers.count = client.numbers.count.saturating_sub(count);
        }
    }

    fn count(&mut self, event: Event, ident: &str, now: i64) -> u32 {
        let numbers = &mut self.fresh(ident, now).numbers;
        let (number, kind) = match event {
            Event::Recipient => (&mut numbers.recipients, Peak::RECIPIENTS),
            Event::NewTls => (&mut numbers.new_tls, Peak::NEW_TLS),
            Event::Auth => (&mut numbers.auth, Peak::AUTH),
            _ => (&mut numbers.messages, Peak::MESSAGES),
        };
        *number = number.saturating_add(1);
        let number = *number;
        self.peak(kind, number, ident, now);
        number
    }

    /// A client, in a time unit that has begun anew if the last one is over.
    fn fresh(&mut self, ident: &str, now: i64) -> &mut Client {
        let unit = self.unit;
        let client = self.clients.entry(ident.to_owned()).or_insert_with(|| Client::new(now));
        if client.is_over(unit, now) {
            let count = client.numbers.count;
            *client = Client { numbers: Numbers { count, ..Numbers::default() }, ..Client::new(now) };
        }
        client
    }

    fn numbers(&self, ident: &str, now: i64) -> Numbers {
        let Some(client) = self.clients.get(ident) else { return Numbers::default() };
        match client.is_over(self.unit, now) {
            true => Numbers { count: client.numbers.count, ..Numbers::default() },
            false => client.numbers,
        }
    }

    fn peak(&mut self, kind: usize, number: u32, ident: &str, now: i64) {
        let peak = &mut self.peaks[kind];
        if peak.as_ref().is_none_or(|peak| number > peak.number) {
            *peak = Some(Peak { number, ident: ident.to_owned(), at: now });
        }
    }
}

impl Client {
    fn new(now: i64) -> Self {
        Self { since: now, numbers: Numbers::default() }
    }

    /// More than a time unit has passed, in whole seconds of the clock; a clock that was set back ends it too.
    fn is_over(&self, unit: i64, now: i64) -> bool {
        now < self.since || now - self.since > unit
    }
}

impl Peak {
    const RATE: usize = 0;
    const COUNT: usize = 1;
    const MESSAGES: usize = 2;
    const RECIPIENTS: usize = 3;
    const NEW_TLS: usize = 4;
    const AUTH: usize = 5;
    /// In the order of the log lines.
    const KINDS: [&str; 6] =
        ["connection rate", "connection count", "message rate", "recipient rate", "newtls rate", "auth rate"];
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(ledger: &mut Ledger, event: Event, registered: &mut Registered, now: i64) -> u32 {
        match ledger.note(event, "smtp:192.0.2.1", registered, now) {
            Reply::Rate(rate) | Reply::Connected { rate, .. } => rate,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn rates_begin_anew_with_each_time_unit_and_connections_stay() {
        let (mut ledger, mut stream) = (Ledger::new(60), Registered::default());
        assert_eq!(rate(&mut ledger, Event::Connect, &mut stream, 100), 1);
        assert_eq!(rate(&mut ledger, Event::Message, &mut stream, 100), 1);
        assert_eq!(rate(&mut ledger, Event::Message, &mut stream, 160), 2);
        assert_eq!(rate(&mut ledger, Event::Message, &mut stream, 161), 1);
        let numbers = ledger.numbers("smtp:192.0.2.1", 162);
        assert_eq!(numbers, Numbers { count: 1, messages: 1, ..Numbers::default() });
        assert_eq!(ledger.numbers("smtp:192.0.2.1", 222), Numbers { count: 1, ..Numbers::default() });
    }

    #[test]
    fn the_end_of_a_stream_ends_its_connections_and_no_others() {
        let mut ledger = Ledger::new(60);
        let (mut one, mut other) = (Registered::default(), Registered::default());
        ledger.note(Event::Connect, "a", &mut one, 0);
        ledger.note(Event::Connect, "a", &mut one, 0);
        ledger.note(Event::Connect, "a", &mut other, 0);
        ledger.note(Event::Disconnect, "b", &mut other, 0);
        assert_eq!(ledger.numbers("a", 1).count, 3);
        ledger.hang_up(one);
        assert_eq!(ledger.numbers("a", 1).count, 1);
        ledger.note(Event::Disconnect, "a", &mut other, 1);
        ledger.note(Event::Disconnect, "a", &mut other, 1);
        assert_eq!(ledger.numbers("a", 1), Numbers { count: 0, rate: 3, ..Numbers::default() });
    }

    #[test]
    fn who_has_gone_is_forgotten_after_a_time_unit() {
        let (mut ledger, mut stream) = (Ledger::new(60), Registered::default());
        ledger.note(Event::Connect, "gone", &mut stream, 0);
        ledger.note(Event::Disconnect, "gone", &mut stream, 0);
        ledger.note(Event::Connect, "here", &mut stream, 0);
        ledger.sweep(60);
        assert_eq!(ledger.clients.len(), 2);
        ledger.sweep(61);
        assert_eq!(ledger.clients.keys().collect::<Vec<_>>(), ["here"]);
    }

    #[test]
    fn statistics_tell_the_highest_numbers_since_the_last_ones() {
        let (mut ledger, mut stream) = (Ledger::new(60), Registered::default());
        ledger.note(Event::Connect, "a", &mut stream, 1);
        ledger.note(Event::Connect, "b", &mut stream, 2);
        ledger.note(Event::Connect, "b", &mut stream, 3);
        ledger.note(Event::Disconnect, "b", &mut stream, 4);
        ledger.note(Event::Auth, "b", &mut stream, 5);
        let time = |at: i64| at.to_string();
        assert_eq!(
            ledger.statistics(time),
            [
                "statistics: max connection rate 2/60s for (b) at 3",
                "statistics: max connection count 2 for (b) at 3",
                "statistics: max auth rate 1/60s for (b) at 5",
                "statistics: max cache size 2 at 2",
            ]
        );
        assert!(ledger.statistics(time).is_empty());
    }
}

//! Which scan the next message comes from, when both the incoming and the deferred queue have some: by turns,
//! so that neither a flood of new mail nor a mountain of old mail starves the other. New mail goes first.

/// A queue directory that feeds the active queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// New mail.
    Incoming,
    /// Mail that was tried before.
    Deferred,
}

/// Takes turns between the two sources.
#[derive(Clone, Debug)]
pub struct Turns {
    last: Source,
}

impl Default for Turns {
    fn default() -> Self {
        Self { last: Source::Deferred }
    }
}

impl Turns {
    /// The source to draw from, given which ones have something. None when neither has.
    pub fn next(&mut self, incoming: bool, deferred: bool) -> Option<Source> {
        let source = match (incoming, deferred) {
            (false, false) => return None,
            (true, false) => Source::Incoming,
            (false, true) => Source::Deferred,
            (true, true) if self.last == Source::Incoming => Source::Deferred,
            (true, true) => Source::Incoming,
        };
        self.last = source;
        Some(source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Source::{Deferred, Incoming};

    #[test]
    fn new_and_old_mail_take_turns_and_new_mail_begins() {
        let mut turns = Turns::default();
        let order: Vec<_> = (0..4).filter_map(|_| turns.next(true, true)).collect();
        assert_eq!(order, [Incoming, Deferred, Incoming, Deferred]);
    }

    #[test]
    fn a_lone_source_does_not_wait_for_its_turn() {
        let mut turns = Turns::default();
        assert_eq!(turns.next(true, false), Some(Incoming));
        assert_eq!(turns.next(true, false), Some(Incoming));
        assert_eq!(turns.next(false, true), Some(Deferred));
        assert_eq!(turns.next(false, false), None);
    }
}

//! The tests before the greeting, which run at the same time: does the client wait for it, and do DNS lists know the
//! client?

use crate::lists::Inquiry;
use crate::visit::{Over, Visit};
use net::Stream;
use screen::{Score, Test, Trial, Verdict};
use smtp::text::escaped;
use std::rc::Rc;
use std::time::Instant;

/// What happened while we waited.
enum Event {
    /// The time is over.
    Time,
    /// All lists have answered.
    Lists,
    /// The client spoke: how much, and its first words.
    Words(usize, Vec<u8>),
    /// The client hung up.
    Hangup,
}

/// How far we are.
struct Watch {
    since: Instant,
    lists: Option<Rc<Inquiry>>,
    listening: bool,
    asking: bool,
}

impl Visit<'_> {
    /// Runs the tests that are due.
    pub(crate) async fn before_greeting(&mut self, trial: &mut Trial) -> Result<(), Over> {
        let (pregreet, dnsbl) = (trial.is_due(Test::Pregreet), trial.is_due(Test::Dnsbl));
        if !pregreet && !dnsbl {
            return Ok(());
        }
        let lists = dnsbl.then(|| self.daemon.lists.ask(self.address(), self.log));
        if pregreet {
            let teaser = format!("220-{}\r\n", self.daemon.settings.teaser);
            self.write(&teaser).await;
        }
        let watch = Watch { since: Instant::now(), asking: lists.is_some(), lists, listening: true };
        self.watch(watch, pregreet, trial).await
    }

    async fn watch(&mut self, mut watch: Watch, pregreet: bool, trial: &mut Trial) -> Result<(), Over> {
        let deadline = tokio::time::Instant::now() + self.patience().greet_wait;
        // A client that isn't tested for patience waits only for the lists.
        let mut waiting = pregreet;
        while waiting || watch.asking {
            match self.next_event(&watch, deadline).await {
                Event::Time => {
                    (waiting, watch.asking) = (false, false);
                }
                Event::Lists => {
                    watch.asking = false;
                    if watch.lists.as_ref().is_some_and(|lists| self.is_praised(&lists.score())) {
                        break;
                    }
                }
                Event::Words(count, words) => {
                    (waiting, watch.listening) = (false, false);
                    if pregreet {
                        self.note_pregreet(watch.since, count, &words);
                        self.heed(trial.fail_pregreet()).await?;
                    }
                }
                Event::Hangup => {
                    self.note_hangup(watch.since, "tests before SMTP handshake");
                    return Err(Over);
                }
            }
        }
        if let Some(lists) = watch.lists {
            self.weigh(&lists.score(), trial).await?;
        }
        // Who did not speak has waited.
        trial.pass(Test::Pregreet, crate::memory::now(), None);
        Ok(())
    }

    async fn next_event(&self, watch: &Watch, deadline: tokio::time::Instant) -> Event {
        let answered = async {
            match &watch.lists {
                Some(lists) if watch.asking => lists.complete().await,
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            event = self.listen(), if watch.listening => event,
            () = answered => Event::Lists,
            () = tokio::time::sleep_until(deadline) => Event::Time,
        }
    }

    /// Looks at what the client says and leaves it where it is: a real SMTP server may have to read it.
    async fn listen(&self) -> Event {
        let Stream::Tcp(stream) = &self.stream else { return std::future::pending().await };
        let mut words = vec![0; LISTENED];
        match stream.peek(&mut words).await {
            Ok(0) | Err(_) => Event::Hangup,
            Ok(count) => {
                words.truncate(count.min(SHOWN));
                Event::Words(count, words)
            }
        }
    }

    fn note_pregreet(&self, since: Instant, count: usize, words: &[u8]) {
        let (time, words) = (self.passed(since), escaped(words));
        self.log.info(format_args!("PREGREET {count} after {time} from {}: {words}", self.label));
    }

    fn is_praised(&self, score: &Score) -> bool {
        self.daemon.settings.lists.allow_threshold.is_some_and(|threshold| score.total <= threshold)
    }

    async fn weigh(&mut self, score: &Score, trial: &mut Trial) -> Result<(), Over> {
        let lists = &self.daemon.settings.lists;
        let ttl = score.lifetime(lists.min_ttl, lists.max_ttl);
        if self.is_praised(score) {
            trial.pass_all(crate::memory::now(), ttl);
        } else if score.total < lists.threshold {
            trial.pass(Test::Dnsbl, crate::memory::now(), Some(ttl));
        } else {
            self.log.info(format_args!("DNSBL rank {} for {}", score.total, self.label));
            let domain = score.domain.as_deref().unwrap_or_default();
            let domain = self.daemon.lookups.public_name(domain, self.log).await;
            self.heed(trial.fail_dnsbl(self.address(), &domain)).await?;
        }
        Ok(())
    }

    /// Drops the client if that is the verdict.
    pub(crate) async fn heed(&mut self, verdict: Verdict) -> Result<(), Over> {
        match verdict {
            Verdict::Go => Ok(()),
            Verdict::Drop(reply) => {
                self.say(reply).await;
                Err(Over)
            }
        }
    }
}

const LISTENED: usize = 4096;
const SHOWN: usize = 100;

//! The standard form of addresses, as trivial-rewrite(8) gives it. Answers are remembered for a short while:
//! a message repeats its addresses, and so does the next one.

use crate::world::Trouble;
use ipc::Client;
use ipc::rewrite::{Context, Reply, Request};
use std::cell::RefCell;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Asks, and remembers.
pub(crate) struct Rewriter {
    source: Source,
    memory: RefCell<Memory>,
}

enum Source {
    Service(Client),
    #[cfg(test)]
    Rules(rewrite::Rules, rewrite::Origin),
}

struct Memory {
    since: Instant,
    answers: HashMap<(Context, String), String>,
}

impl Rewriter {
    /// Asks the service behind `client`.
    pub(crate) fn new(client: Client) -> Self {
        Self { source: Source::Service(client), memory: RefCell::new(Memory::new()) }
    }

    /// Answers without a service, for tests.
    #[cfg(test)]
    pub(crate) fn by_rules(rules: rewrite::Rules, origin: rewrite::Origin) -> Self {
        Self { source: Source::Rules(rules, origin), memory: RefCell::new(Memory::new()) }
    }

    /// The standard form in the local context, external form in and out.
    pub(crate) async fn local(&self, address: &str) -> Result<String, Trouble> {
        self.standard(Context::Local, address).await
    }

    /// The standard form of an address, external form in and out. The null address stays.
    pub(crate) async fn standard(&self, context: Context, address: &str) -> Result<String, Trouble> {
        if address.is_empty() {
            return Ok(String::new());
        }
        let question = (context, address.to_owned());
        if let Some(known) = self.memory.borrow_mut().recall(&question) {
            return Ok(known);
        }
        let answer = self.ask(context, address).await?;
        self.memory.borrow_mut().answers.insert(question, answer.clone());
        Ok(answer)
    }

    async fn ask(&self, context: Context, address: &str) -> Result<String, Trouble> {
        let request = Request::Rewrite { context, address: address.to_owned() };
        let reply = match &self.source {
            Source::Service(client) => client.call(&request).await,
            #[cfg(test)]
            Source::Rules(rules, origin) => {
                Ok(Reply::Rewritten(rewrite::standard_form(address, rules, origin)))
            }
        };
        match reply {
            Ok(Reply::Rewritten(answer)) => Ok(answer),
            Ok(Reply::TryAgain(cause)) => Err(Trouble(cause)),
            Ok(Reply::Resolved(_)) => Err(Trouble("address rewriting service: unexpected reply".into())),
            Err(error) => Err(Trouble(format!("address rewriting service: {error}"))),
        }
    }
}

impl Memory {
    fn new() -> Self {
        Self { since: Instant::now(), answers: HashMap::new() }
    }

    fn recall(&mut self, question: &(Context, String)) -> Option<String> {
        if self.since.elapsed() > LIFETIME || self.answers.len() >= CAPACITY {
            *self = Self::new();
        }
        self.answers.get(question).cloned()
    }
}

const CAPACITY: usize = 1000;
const LIFETIME: Duration = Duration::from_secs(30);

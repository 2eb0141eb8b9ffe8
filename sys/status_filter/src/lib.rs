//! `*_delivery_status_filter` (postconf(5)): tables that give a delivery's outcome another status code and another text,
//! before it is logged or told to anybody. What a replacement may say is decided in `mail`; here the tables are asked.

use mail::Outcome;
use tables::{Maps, Options, TableError, Warn};

/// The filter of one delivery agent. Cheap to clone.
#[derive(Clone, Debug)]
pub struct StatusFilter {
    title: String,
    maps: Maps,
    warn: Warn,
}

impl StatusFilter {
    /// Opens the tables of the parameter `title`.
    pub fn open(title: &str, list: &str, warn: Warn) -> Result<Self, TableError> {
        let options = Options { warn: warn.clone(), ..Options::default() };
        Ok(Self { title: title.to_owned(), maps: Maps::open(title, list, &options)?, warn })
    }

    /// What the outcome becomes. A filter that fails, or that gives what it must not, changes nothing.
    pub async fn apply(&self, outcome: Outcome) -> Outcome {
        if self.maps.is_empty() {
            return outcome;
        }
        let query = format!("{} {}", outcome.dsn(), outcome.diagnosis().reason);
        match self.maps.find(&query).await {
            Ok(None) => outcome,
            Ok(Some(text)) => outcome.clone().replaced(&text).unwrap_or_else(|| {
                self.warn.say(&format!("{}: bad status code: {text}", self.title));
                outcome
            }),
            Err(error) => {
                self.warn.say(&error.to_string());
                outcome
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail::{Diagnosis, Enhanced};
    use std::sync::{Arc, Mutex};

    #[tokio::test]
    async fn the_whole_line_is_the_key_and_a_bad_result_is_a_warning() {
        let said = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&said);
        let warn = Warn::new(move |text| sink.lock().unwrap().push(text.to_owned()));
        let list = "inline:{ {5.1.1 nobody here = 4.1.1 not yet} {5.2.2 full = 2.0.0 fine} }";
        let filter = StatusFilter::open("local_delivery_status_filter", list, warn).unwrap();
        let bounced = |detail: (u16, u16), why: &str| {
            Outcome::Bounced(Diagnosis::new(Enhanced::new(detail.0, detail.1), why))
        };
        let told = filter.apply(bounced((1, 1), "nobody here")).await;
        assert_eq!((told.dsn().as_str(), told.word()), ("4.1.1", "deferred"));
        assert_eq!(filter.apply(bounced((1, 1), "else")).await, bounced((1, 1), "else"));
        assert_eq!(filter.apply(bounced((2, 2), "full")).await, bounced((2, 2), "full"));
        assert_eq!(*said.lock().unwrap(), ["local_delivery_status_filter: bad status code: 2.0.0 fine"]);
    }

    #[tokio::test]
    async fn a_filter_that_cannot_be_asked_changes_nothing() {
        let filter = StatusFilter::open("x", "fail:x", Warn::new(|_| ())).unwrap();
        let sent = Outcome::Sent(Diagnosis::new(Enhanced::new(0, 0), "delivered"));
        assert_eq!(filter.apply(sent.clone()).await, sent);
    }
}

//! The conversation of a client with the engine that accepts nothing: its bytes, its time, and TLS.

use crate::visit::Visit;
use ipc::tlsproxy;
use mail::Reply;
use net::Stream;
use screen::{Answer, Client, Engine, Event, Test, Trial};
use smtp::text::printable_bytes;
use std::time::Instant;
use tokio::io::AsyncReadExt;
use tokio::time::timeout_at;

/// What is left of the conversation after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Command,
    Close,
}

impl Visit<'_> {
    /// Talks to the client until one of us has enough. True when the client got as far as naming a recipient.
    pub(crate) async fn converse(&mut self, trial: &mut Trial) -> bool {
        let mut engine = Engine::new(self.daemon.settings.engine.clone(), self.engine_client().await);
        // A client that spoke before the greeting is past it.
        if !trial.has_failed(Test::Pregreet) {
            let greeting = format!("220 {}\r\n", self.daemon.settings.greeting);
            self.write(&greeting).await;
        }
        self.talk(&mut engine, trial).await;
        engine.tried()
    }

    async fn engine_client(&self) -> Client {
        let listed = self.daemon.lookups.hidden_keywords(self.address(), self.log).await;
        if let Some(keywords) = &listed {
            self.note_hidden(keywords);
        }
        let hidden = listed.unwrap_or_else(|| self.daemon.settings.hidden_keywords.clone());
        Client { label: self.label.clone(), hidden }
    }

    fn note_hidden(&self, keywords: &[String]) {
        if keywords.is_empty() || keywords.iter().any(|word| word.eq_ignore_ascii_case("silent-discard")) {
            return;
        }
        let words = keywords.join(" ").to_ascii_uppercase();
        // Postfix leaves the colon out, here only.
        let (address, port) = (self.client.ip(), self.client.port());
        self.log.info(format_args!("[{address}]{port}: discarding EHLO keywords: {words}"));
    }

    async fn talk(&mut self, engine: &mut Engine, trial: &mut Trial) {
        let since = Instant::now();
        let mut input = Vec::new();
        let mut deadline = self.command_deadline();
        loop {
            let next = match engine.take_line(&mut input) {
                Event::Line { text, bare } => {
                    let next = self.command(engine, text, bare, &mut input, trial).await;
                    deadline = self.command_deadline();
                    next
                }
                Event::TooLong => self.answer(engine.too_long()).await,
                Event::Incomplete => {
                    // The client may be quicker than we are: all that it has said so far counts as said too early.
                    match timeout_at(deadline, self.stream.read_buf(&mut input)).await {
                        Err(_) => self.answer(engine.timeout()).await,
                        Ok(Ok(count)) if count > 0 => Next::Command,
                        Ok(_) => {
                            self.note_hangup(since, "tests after SMTP handshake");
                            Next::Close
                        }
                    }
                }
            };
            if next == Next::Close {
                return;
            }
        }
    }

    fn command_deadline(&self) -> tokio::time::Instant {
        tokio::time::Instant::now() + self.patience().command_time
    }

    async fn command(
        &mut self,
        engine: &mut Engine,
        text: Vec<u8>,
        bare: bool,
        input: &mut Vec<u8>,
        trial: &mut Trial,
    ) -> Next {
        if bare {
            let mut log = Vec::new();
            let reply = engine.bare_newline(&text, trial, &mut log);
            let answer = Answer { close: reply.is_some(), reply, log, starttls: false };
            if self.answer(answer).await == Next::Close {
                return Next::Close;
            }
        }
        let text = self.filtered(text).await;
        let forbidden = self.daemon.lookups.is_forbidden(&Engine::word(&text)).await;
        let answer = engine.command(&text, input, forbidden, trial);
        let starttls = answer.starttls;
        match self.answer(answer).await {
            Next::Command if starttls => self.start_tls(engine, input).await,
            next => next,
        }
    }

    async fn filtered(&self, text: Vec<u8>) -> Vec<u8> {
        let command = printable_bytes(&text);
        match self.daemon.lookups.filtered(&command, self.log).await {
            Some(other) => {
                self.log
                    .info(format_args!("{}: replacing command \"{command}\" with \"{other}\"", self.label));
                other.into_bytes()
            }
            None => text,
        }
    }

    async fn answer(&mut self, answer: Answer) -> Next {
        answer.log.iter().for_each(|line| self.log.info(line));
        if let Some(reply) = answer.reply {
            self.say(reply).await;
        }
        if answer.close { Next::Close } else { Next::Command }
    }

    /// tlsproxy(8) speaks TLS with the client from now on, and we with tlsproxy.
    async fn start_tls(&mut self, engine: &mut Engine, input: &mut Vec<u8>) -> Next {
        let Stream::Tcp(stream) = &self.stream else { return Next::Close };
        let settings = &self.daemon.settings;
        let request = tlsproxy::Request {
            remote: self.label.clone(),
            handshake_timeout: whole(settings.starttls_timeout),
            idle_timeout: whole(self.patience().command_time),
        };
        let ready = smtp::reply::render(&Reply::new(220, 0, 0, "Ready to start TLS"));
        if stream.writable().await.is_err() || stream.try_write(ready.as_bytes()).is_err() {
            return Next::Close;
        }
        // What was said before TLS began could have been put in by anybody (CVE-2011-0411).
        input.clear();
        match tlsproxy::start(&settings.tlsproxy, &request, stream).await {
            Ok(Some((clear, _))) => {
                self.stream = Stream::Unix(clear);
                engine.encrypted();
                Next::Command
            }
            Ok(None) => Next::Close,
            Err(error) => {
                self.log.warning(format_args!(
                    "problem with the {} service: {error}",
                    settings.tlsproxy.display()
                ));
                Next::Close
            }
        }
    }
}

fn whole(time: std::time::Duration) -> u32 {
    u32::try_from(time.as_secs()).unwrap_or(u32::MAX)
}

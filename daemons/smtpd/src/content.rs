//! DATA and BDAT content: from the wire through the codec to cleanup, with a bounded amount in memory.

use crate::conversation::{Conversation, Next};
use crate::judge::Refused;
use crate::message::{Taken, received};
use crate::notice::Mistakes;
use crate::report::About;
use crate::wire::Lost;
use mail::Reply;
use smtp::data::{BareNewline, Decoder};
use smtp::server::Chunk;
use tokio::io::{AsyncRead, AsyncWrite};

/// The content of the message being received.
pub(crate) struct Content {
    pub decoder: Decoder,
    /// Why it won't be taken, as soon as that is known; the client is told at the end.
    refused: Option<Reply>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Conversation<'_, S> {
    /// Takes the content that follows 354.
    pub(crate) async fn data(&mut self) -> Result<Next, Lost> {
        self.begin_content(Decoder::for_data).await;
        self.wire.begin_request();
        let mut out = Vec::new();
        loop {
            if self.wire.input().is_empty() {
                self.wire.fill().await?;
            }
            let Some(content) = &mut self.content else { return Ok(Next::Close) };
            let progress = content.decoder.decode(self.wire.input(), &mut out);
            self.wire.consume(progress.taken);
            self.pass_on(&mut out).await;
            if progress.end {
                return self.end_content().await;
            }
        }
    }

    /// Takes a chunk.
    pub(crate) async fn chunk(&mut self, chunk: Chunk) -> Result<Next, Lost> {
        if self.content.is_none() {
            self.begin_content(Decoder::for_chunks).await;
        }
        let mut out = Vec::new();
        let mut left = chunk.size;
        while left > 0 {
            if self.wire.input().is_empty() {
                self.wire.fill().await?;
            }
            let Some(content) = &mut self.content else { return Ok(Next::Close) };
            let input = self.wire.input();
            let taken = input.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            content.decoder.decode(&input[..taken], &mut out);
            self.wire.consume(taken);
            left -= taken as u64;
            self.pass_on(&mut out).await;
        }
        if !chunk.last {
            return Ok(self.end_chunk(chunk).await);
        }
        if let Some(content) = &mut self.content {
            content.decoder.finish(&mut out);
        }
        self.pass_on(&mut out).await;
        self.end_content().await
    }

    /// Reads and forgets a chunk that was refused.
    pub(crate) async fn discard(&mut self, chunk: Chunk) -> Result<(), Lost> {
        let mut left = chunk.size;
        while left > 0 {
            if self.wire.input().is_empty() {
                self.wire.fill().await?;
            }
            let taken = self.wire.input().len().min(usize::try_from(left).unwrap_or(usize::MAX));
            self.wire.consume(taken);
            left -= taken as u64;
        }
        Ok(())
    }

    async fn begin_content(&mut self, decoder: fn(BareNewline) -> Decoder) {
        self.content = Some(Content { decoder: decoder(self.bare_newline), refused: None });
        if let Some(message) = &self.message {
            let mut header =
                received(self.daemon, &self.peer, &self.session, message.id.as_ref(), &self.tls_trace())
                    .into_bytes();
            self.pass_on(&mut header).await;
        }
    }

    /// Sends decoded content to cleanup, unless it is known that it won't be taken.
    async fn pass_on(&mut self, out: &mut Vec<u8>) {
        let limit = self.daemon.settings.size_limit;
        let (Some(content), Some(message)) = (&mut self.content, &mut self.message) else {
            out.clear();
            return;
        };
        if content.refused.is_none() {
            if limit > 0 && content.decoder.size() > limit {
                self.log.warning(format_args!("{}: queue file size limit exceeded", message.shown_id()));
                // A part that fits cleanup may still see: its log then names the message.
                let part = out.len().min(usize::try_from(limit / 2).unwrap_or(usize::MAX));
                let _ = message.content(&out[..part]).await;
                content.refused = Some(Reply::new(552, 3, 4, "Error: message file too big"));
            } else if let Err(trouble) = message.content(out).await {
                if let Some(cause) = &trouble.cause {
                    self.log.warning(cause);
                }
                content.refused = Some(trouble.reply);
            }
        }
        out.clear();
    }

    async fn end_chunk(&mut self, chunk: Chunk) -> Next {
        let bare_newline = self.content.as_ref().is_some_and(|content| content.decoder.must_reject());
        let verdict = if bare_newline {
            self.log_event("reject", "BDAT content", "bare <LF> received", About::default());
            self.forget_message().await;
            Err(self.session.bare_newline_reply())
        } else {
            Ok(())
        };
        let answer = self.session.chunk_end(chunk, verdict);
        self.carry_out(answer).await
    }

    async fn end_content(&mut self) -> Result<Next, Lost> {
        let Some(content) = self.content.take() else { return Ok(Next::Close) };
        let size = content.decoder.size();
        let outcome = match self.verdict(content).await {
            Ok(()) => match self.message.take() {
                Some(message) => message.finish().await.map_err(|trouble| {
                    self.log_trouble(&trouble);
                    self.mistakes.resource |= trouble.cause.is_some() && self.daemon.settings.proxy.is_none();
                    self.mistakes.software |= trouble.fault;
                    if self.daemon.settings.proxy.is_some() {
                        self.log_filtered(&trouble.reply);
                    }
                    trouble.reply
                }),
                None => Err(Reply::new(451, 3, 0, "Error: queue file write error")),
            },
            Err(Refused::Reply(reply)) => Err(reply),
            Err(Refused::Refusal(refusal)) => Err(refusal.reply),
            Err(Refused::Hangup) => return Ok(Next::Close),
        };
        if let Ok(Taken::Passed(reply)) = &outcome {
            self.log_filtered(reply);
        }
        // The lines of a refusal name the message; from here on there is none.
        self.forget_message().await;
        let answer = match outcome {
            Ok(Taken::Queued(id)) => {
                self.mistakes = Mistakes::default();
                self.session.content_end(Ok((&id, size)))
            }
            Ok(Taken::Passed(reply)) => self.session.content_passed(reply),
            Err(reply) => self.session.content_end(Err(reply)),
        };
        let next = self.carry_out(answer).await;
        self.flush_history().await;
        Ok(next)
    }

    async fn verdict(&mut self, content: Content) -> Result<(), Refused> {
        if content.decoder.must_reject() {
            self.log_event("reject", "END-OF-MESSAGE", "bare <LF> received", About::default());
            self.message = None;
            return Err(Refused::Reply(self.session.bare_newline_reply()));
        }
        if content.decoder.saw_bare_lf() && self.bare_newline == BareNewline::Note {
            self.log_event("info", "END-OF-MESSAGE", "bare <LF> received", About::default());
        }
        if let Some(reply) = content.refused {
            return Err(Refused::Reply(reply));
        }
        self.judge_end(content.decoder.lines_size()).await
    }
}

//! The message on its way out: read piece by piece, changed where the destination needs it, encoded for the wire.

use crate::generic::Generic;
use content::{ContentError, FileSource, Message};
use message::{Downgrade, HeaderClass, Options, Out};
use record::Content;
use smtp::client::Encoder;

/// A message being sent.
pub struct Outgoing<'a> {
    chunks: Content<FileSource<'a>>,
    encoder: Encoder,
    change: Option<Change<'a>>,
    /// Header fields that go in front.
    prefix: Vec<u8>,
    ended: bool,
    /// Why it could not be read to its end.
    pub fault: Option<String>,
}

/// Changes that need to know header from body.
pub struct Change<'a> {
    walk: Downgrade,
    generic: &'a Generic,
}

impl<'a> Change<'a> {
    /// `convert`: the server takes no 8-bit data.
    pub fn new(convert: bool, generic: &'a Generic) -> Self {
        let options = Options::default();
        Self { walk: if convert { Downgrade::new(options) } else { Downgrade::unchanged(options) }, generic }
    }
}

impl<'a> Outgoing<'a> {
    /// `line_limit` is `smtp_line_length_limit`; `prefix` holds whole lines.
    pub fn new(message: &'a Message, line_limit: usize, prefix: Vec<u8>, change: Option<Change<'a>>) -> Self {
        let (chunks, encoder) = (message.chunks(), Encoder::new(line_limit));
        Self { chunks, encoder, change, prefix, ended: false, fault: None }
    }

    /// True when a line was too long and had to be broken.
    pub fn broke_a_line(&self) -> bool {
        self.encoder.broke_a_line()
    }

    /// Appends encoded content to `out` until it holds `enough` or the message is at its end, final dot and all;
    /// false then. A message that can't be read to its end never gets its dot.
    pub async fn fill(&mut self, out: &mut Vec<u8>, enough: usize) -> Result<bool, ()> {
        self.encoder.encode(&std::mem::take(&mut self.prefix), out);
        while !self.ended && out.len() < enough {
            if let Err(fault) = self.next_chunk(out).await {
                self.fault = Some(fault);
                return Err(());
            }
        }
        Ok(!self.ended)
    }

    async fn next_chunk(&mut self, out: &mut Vec<u8>) -> Result<(), String> {
        let chunk = self.chunks.next_chunk().map_err(|error| ContentError::from(error).to_string())?;
        let Some(change) = &mut self.change else {
            match chunk {
                Some(chunk) => line(&mut self.encoder, chunk.text, chunk.ends_line, out),
                None => self.finish(out),
            }
            return Ok(());
        };
        let mut pieces = Vec::new();
        let mut take = |piece: Out<'_>| pieces.push(Piece::from(piece));
        let end = chunk.is_none();
        match chunk {
            Some(chunk) => change.walk.line(chunk.text, chunk.ends_line, &mut take),
            None => change.walk.finish(&mut take),
        }
        for Piece { primary_header, mut text, complete } in pieces {
            if primary_header && change.generic.is_active() {
                let changed = change.generic.header(&text).await.map_err(|error| error.to_string())?;
                text = changed.unwrap_or(text);
            }
            line(&mut self.encoder, &text, complete, out);
        }
        if end {
            self.finish(out);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        self.encoder.finish(out);
        self.ended = true;
    }
}

fn line(encoder: &mut Encoder, text: &[u8], complete: bool, out: &mut Vec<u8>) {
    encoder.encode(text, out);
    if complete {
        encoder.encode(b"\n", out);
    }
}

/// What the walk gave, kept until tables have answered.
struct Piece {
    primary_header: bool,
    text: Vec<u8>,
    complete: bool,
}

impl From<Out<'_>> for Piece {
    fn from(out: Out<'_>) -> Self {
        match out {
            Out::Header(class, text) => {
                Self { primary_header: class == HeaderClass::Primary, text: text.to_vec(), complete: true }
            }
            Out::Body(text, complete) => Self { primary_header: false, text: text.to_vec(), complete },
        }
    }
}

//! From the greeting to the server's features: EHLO with HELO to fall back on, or LHLO.

use super::{Feature, Features, ServerReply, Stage, Trouble};

/// How to introduce ourselves.
#[derive(Clone, Debug)]
pub struct Hello {
    /// `smtp_helo_name` or `lmtp_lhlo_name`.
    pub name: String,
    /// LMTP instead of SMTP.
    pub lmtp: bool,
    /// When to send EHLO.
    pub greeting: Greeting,
    /// `smtp_skip_5xx_greeting`: a permanent refusal to talk to us is only a reason to try another server.
    pub skip_5xx: bool,
    /// `smtp_discard_ehlo_keywords`.
    pub hidden: Vec<Feature>,
    /// `myhostname`, when the server could be ourselves (the port is our own `smtp_tcp_port`).
    pub own_name: Option<String>,
    /// The server is the best exchanger of its destination.
    pub best: bool,
    /// The destination, for texts.
    pub nexthop: String,
}

/// `smtp_always_send_ehlo`, `smtp_never_send_ehlo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Greeting {
    /// Always EHLO first.
    Ehlo,
    /// EHLO only when the greeting has the word ESMTP.
    EhloWhenOffered,
    /// Never EHLO.
    Helo,
}

/// What the driver must do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandshakeStep {
    /// Send this, then read a reply at this stage.
    Send(String, Stage),
    /// The server is ready for mail.
    Ready(Features),
    /// It is not.
    Failed(Trouble),
}

/// The machine. Read a reply at [`Stage::Greeting`] first.
#[derive(Debug)]
pub struct Handshake {
    hello: Hello,
    stage: Stage,
    /// What deserves a warning in the log, behind `host NAME[ADDRESS]:PORT`.
    pub warning: Option<String>,
}

impl Handshake {
    /// Begins, before the greeting.
    pub fn new(hello: Hello) -> Self {
        Self { hello, stage: Stage::Greeting, warning: None }
    }

    /// Where we are.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// Takes a reply.
    pub fn on_reply(&mut self, reply: &ServerReply) -> HandshakeStep {
        match self.stage {
            Stage::Greeting => self.on_greeting(reply),
            Stage::Ehlo if reply.class() != 2 && reply.code != 421 => self.say(Stage::Helo),
            _ if reply.class() != 2 => HandshakeStep::Failed(Trouble::Unwelcome(reply.clone())),
            stage => self.on_welcome(reply, stage),
        }
    }

    /// Begins again, in a session that has become encrypted: what to send, and the stage of the reply.
    pub fn again(&mut self) -> (String, Stage) {
        self.stage = if self.hello.lmtp { Stage::Lhlo } else { Stage::Ehlo };
        (self.line(), self.stage)
    }

    fn on_greeting(&mut self, reply: &ServerReply) -> HandshakeStep {
        if reply.class() != 2 {
            return HandshakeStep::Failed(Trouble::Unwelcome(self.softened(reply)));
        }
        if self.is_own_name(reply) {
            self.warn("greeted me with my own hostname");
        }
        let offers_esmtp = || reply.text.split_whitespace().any(|word| word.eq_ignore_ascii_case("ESMTP"));
        let stage = match self.hello.greeting {
            _ if self.hello.lmtp => Stage::Lhlo,
            Greeting::Ehlo => Stage::Ehlo,
            Greeting::EhloWhenOffered if offers_esmtp() => Stage::Ehlo,
            Greeting::EhloWhenOffered | Greeting::Helo => Stage::Helo,
        };
        self.say(stage)
    }

    fn on_welcome(&mut self, reply: &ServerReply, stage: Stage) -> HandshakeStep {
        if self.is_own_name(reply) {
            self.warn("replied to HELO/EHLO with my own hostname");
            let (nexthop, best) = (self.hello.nexthop.clone(), self.hello.best);
            return HandshakeStep::Failed(Trouble::Loop { nexthop, best });
        }
        HandshakeStep::Ready(match stage {
            Stage::Helo => Features::default(),
            _ => Features::from_reply(reply, &self.hello.hidden),
        })
    }

    fn say(&mut self, stage: Stage) -> HandshakeStep {
        self.stage = stage;
        HandshakeStep::Send(self.line(), stage)
    }

    fn line(&self) -> String {
        let verb = match self.stage {
            Stage::Ehlo => "EHLO",
            Stage::Lhlo => "LHLO",
            _ => "HELO",
        };
        format!("{verb} {}\r\n", self.hello.name)
    }

    /// The second word of the first line is the server's name.
    fn is_own_name(&self, reply: &ServerReply) -> bool {
        let first = reply.text.lines().next().unwrap_or_default();
        let name = first.get(4..).unwrap_or_default().split_whitespace().next();
        match (name, &self.hello.own_name) {
            (Some(name), Some(own)) => name.eq_ignore_ascii_case(own),
            _ => false,
        }
    }

    fn warn(&mut self, what: &str) {
        let own = self.hello.own_name.as_deref().unwrap_or_default();
        self.warning = Some(format!("{what} {own}"));
    }

    /// A 5xx greeting counts as 4xx, in the status code too; the text keeps what the server said.
    fn softened(&self, reply: &ServerReply) -> ServerReply {
        let mut reply = reply.clone();
        if self.hello.skip_5xx && reply.class() == 5 {
            reply.code -= 100;
        }
        reply
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail::{Enhanced, Outcome};

    fn hello() -> Hello {
        Hello {
            name: "client.example".into(),
            lmtp: false,
            greeting: Greeting::Ehlo,
            skip_5xx: true,
            hidden: vec![],
            own_name: Some("client.example".into()),
            best: false,
            nexthop: "example.org".into(),
        }
    }

    fn reply(text: &str) -> ServerReply {
        let code = text[..3].parse().unwrap();
        ServerReply { code, enhanced: Enhanced::new(0, 0), text: text.into() }
    }

    fn sends(step: HandshakeStep) -> String {
        match step {
            HandshakeStep::Send(line, _) => line,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn ehlo_is_sent_first_and_helo_when_it_is_refused() {
        let mut shake = Handshake::new(hello());
        assert_eq!(sends(shake.on_reply(&reply("220 mx"))), "EHLO client.example\r\n");
        assert_eq!(sends(shake.on_reply(&reply("502 what?"))), "HELO client.example\r\n");
        assert_eq!(shake.on_reply(&reply("250 mx")), HandshakeStep::Ready(Features::default()));
    }

    #[test]
    fn a_421_to_ehlo_is_a_refusal() {
        let mut shake = Handshake::new(hello());
        shake.on_reply(&reply("220 mx"));
        let step = shake.on_reply(&reply("421 busy"));
        assert_eq!(step, HandshakeStep::Failed(Trouble::Unwelcome(reply("421 busy"))));
    }

    #[test]
    fn a_5xx_greeting_is_a_soft_failure_unless_told_otherwise() {
        let peer = super::super::Peer { host: "h".into(), address: "a".into(), port: None };
        for (skip_5xx, soft) in [(true, true), (false, false)] {
            let mut shake = Handshake::new(Hello { skip_5xx, ..hello() });
            let HandshakeStep::Failed(trouble) = shake.on_reply(&reply("554 no")) else { panic!() };
            let outcome = trouble.outcome(&peer);
            assert_eq!(matches!(outcome, Outcome::Deferred(_)), soft);
            assert_eq!(outcome.diagnosis().reason, "host h[a] refused to talk to me: 554 no");
        }
    }

    #[test]
    fn our_own_name_in_the_reply_to_ehlo_is_a_loop() {
        let mut shake = Handshake::new(Hello { best: true, ..hello() });
        shake.on_reply(&reply("220 mx"));
        let step = shake.on_reply(&reply("250-Client.Example\n250 SIZE"));
        let nexthop = "example.org".into();
        assert_eq!(step, HandshakeStep::Failed(Trouble::Loop { nexthop, best: true }));
        assert!(shake.warning.is_some());
    }

    #[test]
    fn lmtp_says_lhlo_and_has_nothing_to_fall_back_on() {
        let mut shake = Handshake::new(Hello { lmtp: true, ..hello() });
        assert_eq!(sends(shake.on_reply(&reply("220 mx LMTP"))), "LHLO client.example\r\n");
        let step = shake.on_reply(&reply("502 no"));
        assert_eq!(step, HandshakeStep::Failed(Trouble::Unwelcome(reply("502 no"))));
    }
}

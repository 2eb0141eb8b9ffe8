//! SASL authentication (RFC 4954) with the mechanisms that need nothing but a password: PLAIN (RFC 4616) and
//! LOGIN. Whether a plaintext password may be sent at all is decided by `smtp_sasl_security_options`.

use super::{Peer, ServerReply, Trouble};
use mail::Enhanced;

/// A user name and its password.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// User name.
    pub user: String,
    /// Password.
    pub password: String,
}

// Secrets must not reach logs by way of {:?} (invariant S11).
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({:?})", self.user)
    }
}

/// The mechanisms we speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// RFC 4616.
    Plain,
    /// The older form of PLAIN, in three steps.
    Login,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthStep {
    /// Send this line, then read a reply.
    Send(String),
    /// We are known to the server.
    Done,
    /// We are not.
    Failed(Trouble),
}

/// The exchange.
#[derive(Debug)]
pub struct Negotiation {
    credentials: Credentials,
    mechanism: Mechanism,
    sent: usize,
}

/// The first mechanism that the server offers, the filter permits and we speak.
pub fn choose(offered: &[String], permitted: impl Fn(&str) -> bool) -> Option<Mechanism> {
    offered.iter().filter(|name| permitted(name)).find_map(|name| match name.as_str() {
        "PLAIN" => Some(Mechanism::Plain),
        "LOGIN" => Some(Mechanism::Login),
        _ => None,
    })
}

impl Negotiation {
    /// Begins.
    pub fn new(mechanism: Mechanism, credentials: Credentials) -> Self {
        Self { credentials, mechanism, sent: 0 }
    }

    /// The AUTH command.
    pub fn start(&mut self) -> String {
        match self.mechanism {
            Mechanism::Plain => {
                let Credentials { user, password } = &self.credentials;
                format!("AUTH PLAIN {}\r\n", base64(format!("\0{user}\0{password}").as_bytes()))
            }
            Mechanism::Login => "AUTH LOGIN\r\n".to_owned(),
        }
    }

    /// Takes a reply.
    pub fn on_reply(&mut self, reply: &ServerReply, peer: &Peer) -> AuthStep {
        let answers: &[&str] = match self.mechanism {
            Mechanism::Plain => &[],
            Mechanism::Login => &[&self.credentials.user, &self.credentials.password],
        };
        match (reply.class(), answers.get(self.sent)) {
            (2, _) => AuthStep::Done,
            (3, Some(answer)) => {
                let line = base64(answer.as_bytes()) + "\r\n";
                self.sent += 1;
                AuthStep::Send(line)
            }
            (3, None) => {
                let text = "SASL authentication failed; authentication protocol loop with server";
                AuthStep::Failed(Trouble::Auth(format!("{text} {}", peer.name()), Enhanced::new(7, 0)))
            }
            _ => {
                let text = "SASL authentication failed; server";
                let text = format!("{text} {} said: {}", peer.name(), reply.one_line());
                AuthStep::Failed(Trouble::Auth(text, reply.enhanced))
            }
        }
    }
}

/// RFC 4648 section 4.
fn base64(input: &[u8]) -> String {
    let mut out = String::with_capacity(input.len().div_ceil(3) * 4);
    for chunk in input.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = ALPHABET[(bits >> (18 - 6 * place)) as usize & 63];
            out.push(if place > chunk.len() { '=' } else { char::from(digit) });
        }
    }
    out
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(text: &str) -> ServerReply {
        ServerReply { code: text[..3].parse().unwrap(), enhanced: Enhanced::new(7, 8), text: text.into() }
    }

    fn peer() -> Peer {
        Peer { host: "h".into(), address: "a".into(), port: None }
    }

    fn credentials() -> Credentials {
        Credentials { user: "tim".into(), password: "tanstaaftanstaaf".into() }
    }

    #[test]
    fn base64_follows_the_vectors_of_rfc_4648() {
        let vectors = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, encoded) in vectors {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn plain_sends_all_at_once() {
        let mut auth = Negotiation::new(Mechanism::Plain, credentials());
        // The example of RFC 4616 section 4.
        assert_eq!(auth.start(), "AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n");
        assert_eq!(auth.on_reply(&reply("235 ok"), &peer()), AuthStep::Done);
    }

    #[test]
    fn login_answers_two_questions_and_no_third() {
        let mut auth = Negotiation::new(Mechanism::Login, credentials());
        auth.start();
        assert_eq!(auth.on_reply(&reply("334 x"), &peer()), AuthStep::Send("dGlt\r\n".into()));
        assert!(matches!(auth.on_reply(&reply("334 x"), &peer()), AuthStep::Send(_)));
        assert!(matches!(auth.on_reply(&reply("334 x"), &peer()), AuthStep::Failed(_)));
    }

    #[test]
    fn a_refusal_defers_and_secrets_stay_out_of_debug_output() {
        let mut auth = Negotiation::new(Mechanism::Plain, credentials());
        let AuthStep::Failed(trouble) = auth.on_reply(&reply("535 5.7.8 no"), &peer()) else { panic!() };
        let outcome = trouble.outcome(&peer());
        assert_eq!(outcome.dsn(), "4.7.8");
        assert_eq!(outcome.diagnosis().reason, "SASL authentication failed; server h[a] said: 535 5.7.8 no");
        assert!(!format!("{auth:?}").contains("tanstaaf"));
    }

    #[test]
    fn the_filter_decides_among_the_offers() {
        let offered = ["GSSAPI".to_owned(), "LOGIN".to_owned(), "PLAIN".to_owned()];
        assert_eq!(choose(&offered, |_| true), Some(Mechanism::Login));
        assert_eq!(choose(&offered, |name| name == "PLAIN"), Some(Mechanism::Plain));
        assert_eq!(choose(&offered, |_| false), None);
    }
}

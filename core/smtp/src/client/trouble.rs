//! What can go wrong with a server, and the one place where it becomes Postfix's words and a status code.

use super::{ServerReply, Stage};
use mail::{Diagnosis, Enhanced, Outcome, RemoteMta};
use serde::{Deserialize, Serialize};

/// Who we talk to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// Host name.
    pub host: String,
    /// IP address, or the path of a unix-domain socket.
    pub address: String,
    /// TCP port; None for a unix-domain socket.
    pub port: Option<u16>,
}

impl Peer {
    /// `host[address]`.
    pub fn name(&self) -> String {
        format!("{}[{}]", self.host, self.address)
    }

    /// `host[address]:port`, as `relay=` shows it; without a port for unix-domain sockets.
    pub fn name_with_port(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.name()),
            None => self.name(),
        }
    }
}

/// Something that keeps mail from going through this server now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The server said no to a command about the mail.
    Refused(ServerReply, Stage),
    /// The server said no to us: greeting or hello.
    Unwelcome(ServerReply),
    /// The connection ended.
    Lost(Stage),
    /// The server was silent for too long.
    TimedOut(Stage),
    /// The server sent what is no SMTP reply while commands were pipelined.
    Garbage(String),
    /// Our own data could not be read while it was being sent.
    LocalData,
    /// The server is ourselves. True when it is the best exchanger, so that no other could help.
    Loop {
        /// The destination.
        nexthop: String,
        /// No better exchanger exists.
        best: bool,
    },
    /// The message is larger than the server takes.
    TooLarge {
        /// Bytes of the message.
        size: u64,
        /// The server's limit.
        limit: u64,
    },
    /// SMTPUTF8 is needed and not offered.
    NoUtf8,
    /// TLS must be, and the server refused to start it.
    NoTls(ServerReply),
    /// TLS must be, and is not or not good enough; the text is complete.
    Tls(String, Enhanced),
    /// SASL authentication failed; the text is complete.
    Auth(String, Enhanced),
}

impl Trouble {
    /// True when it concerns the server rather than this mail: another server may do better, and this one
    /// should be spared for a while.
    pub fn is_session(&self) -> bool {
        !matches!(self, Self::Refused(..) | Self::TooLarge { .. } | Self::NoUtf8)
    }

    /// The fate of a recipient that this happens to.
    pub fn outcome(&self, peer: &Peer) -> Outcome {
        let said = peer.name();
        let local = |class: u8, subject, detail, text| {
            outcome(class, Diagnosis::new(Enhanced::new(subject, detail), text))
        };
        match self {
            Self::Refused(reply, stage) => {
                let text =
                    format!("host {said} said: {} (in reply to {})", reply.one_line(), stage.command());
                by_server(reply, peer, text)
            }
            Self::Unwelcome(reply) => {
                by_server(reply, peer, format!("host {said} refused to talk to me: {}", reply.one_line()))
            }
            Self::NoTls(reply) => {
                let what = reply.one_line();
                let text = format!("TLS is required, but host {said} refused to start TLS: {what}");
                by_server(reply, peer, text)
            }
            Self::Lost(stage) => {
                local(4, 4, 2, format!("lost connection with {said} while {}", stage.doing()))
            }
            Self::TimedOut(stage) => {
                local(4, 4, 2, format!("conversation with {said} timed out while {}", stage.doing()))
            }
            Self::Garbage(line) => local(4, 5, 0, format!("Protocol error: host {said} said: {line}")),
            Self::LocalData => local(4, 3, 0, format!("local data error while talking to {said}")),
            Self::Loop { nexthop, best } => {
                local(if *best { 5 } else { 4 }, 4, 6, format!("mail for {nexthop} loops back to myself"))
            }
            Self::TooLarge { size, limit } => {
                local(5, 3, 4, format!("message size {size} exceeds size limit {limit} of server {said}"))
            }
            Self::NoUtf8 => {
                local(5, 6, 7, format!("SMTPUTF8 is required, but was not offered by host {said}"))
            }
            Self::Auth(text, enhanced) | Self::Tls(text, enhanced) => {
                local(4, enhanced.subject, enhanced.detail, text.clone())
            }
        }
    }
}

/// A fate that the server's reply decides. A reply that is neither 4xx nor 5xx where one of them was due is a
/// protocol error, and permanent as for Postfix.
fn by_server(reply: &ServerReply, peer: &Peer, text: String) -> Outcome {
    let (class, enhanced, reason) = match reply.class() {
        4 => (4, reply.enhanced, text),
        5 => (5, reply.enhanced, text),
        _ => (5, Enhanced::new(5, 0), format!("Protocol error: {text}")),
    };
    let mut diagnosis = Diagnosis::new(enhanced, reason);
    diagnosis.remote_mta = Some(RemoteMta { kind: "dns".to_owned(), name: peer.host.clone() });
    diagnosis.diagnostic = Some(("smtp".to_owned(), reply.one_line()));
    outcome(class, diagnosis)
}

fn outcome(class: u8, diagnosis: Diagnosis) -> Outcome {
    if class == 4 { Outcome::Deferred(diagnosis) } else { Outcome::Bounced(diagnosis) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer() -> Peer {
        Peer { host: "mx.example".into(), address: "192.0.2.1".into(), port: Some(25) }
    }

    fn reply(code: u16, text: &str) -> ServerReply {
        ServerReply { code, enhanced: Enhanced::new(1, 1), text: text.into() }
    }

    #[test]
    fn a_refusal_is_told_in_postfix_words() {
        let refused = Trouble::Refused(reply(550, "550 5.1.1 no"), Stage::Rcpt(0)).outcome(&peer());
        assert_eq!(refused.dsn(), "5.1.1");
        assert_eq!(
            refused.diagnosis().reason,
            "host mx.example[192.0.2.1] said: 550 5.1.1 no (in reply to RCPT TO command)"
        );
    }

    #[test]
    fn a_strange_code_is_a_permanent_protocol_error() {
        let strange = Trouble::Refused(reply(999, "999 x"), Stage::Mail).outcome(&peer());
        assert!(matches!(strange, Outcome::Bounced(_)));
        assert!(strange.diagnosis().reason.starts_with("Protocol error: host "));
    }

    #[test]
    fn a_lost_connection_is_temporary() {
        let lost = Trouble::Lost(Stage::Dot).outcome(&peer());
        assert_eq!(lost.dsn(), "4.4.2");
        assert_eq!(
            lost.diagnosis().reason,
            "lost connection with mx.example[192.0.2.1] while sending end of data -- \
             message may be sent more than once"
        );
    }

    #[test]
    fn a_unix_socket_has_no_port() {
        let peer = Peer { host: "h".into(), address: "private/lmtp".into(), port: None };
        assert_eq!(peer.name_with_port(), "h[private/lmtp]");
    }
}

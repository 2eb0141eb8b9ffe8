//! What is known about a session when the policy judges it.

use mail::Address;

/// The session as the policy sees it.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Who is there.
    pub client: Client,
    /// What it calls itself, neutered.
    pub helo: Option<String>,
    /// The envelope sender, after MAIL.
    pub sender: Option<Address>,
    /// The recipient being judged; at DATA and later the only one, if there is only one.
    pub recipient: Option<Address>,
    /// The message's size: as MAIL announced it, at the end of the content as it is.
    pub size: u64,
    /// How many recipients were accepted before.
    pub recipient_count: usize,
    /// The domain that ETRN asks about.
    pub etrn: Option<String>,
    /// The client has talked before its turn.
    pub talked_early: bool,
    /// The session is encrypted.
    pub encrypted: bool,
    /// The certificate that the client has shown.
    pub certificate: Option<Certificate>,
    /// AUTH is to be had in this session (`smtpd_sasl_auth_enable`).
    pub sasl_active: bool,
    /// The name by which the client has logged in.
    pub login: Option<String>,
}

/// A client's certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// The common name of its subject.
    pub name: String,
    /// It leads to a certificate authority that we trust.
    pub trusted: bool,
    /// Its fingerprint by `smtpd_tls_fingerprint_digest`.
    pub fingerprint: String,
    /// The fingerprint of its public key.
    pub key_fingerprint: String,
}

/// The client.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// The verified name, or `unknown`.
    pub name: String,
    /// The name that its address points to, or `unknown`.
    pub reverse_name: String,
    /// The address, without brackets.
    pub address: String,
    /// About `name`.
    pub name_status: NameStatus,
    /// About `reverse_name`.
    pub reverse_status: NameStatus,
    /// The address is one of our own interfaces.
    pub is_self: bool,
    /// Its port, when log lines and replies are to show it (`smtpd_client_port_logging`).
    pub shown_port: Option<String>,
}

/// What became of the look-up of a client's name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NameStatus {
    /// Known.
    #[default]
    Ok,
    /// Nobody could say now.
    Temporary,
    /// There is none, or a false one.
    Missing,
}

impl Client {
    /// `name[address]` or `name[address]:port`, as log lines and replies write it.
    pub fn name_address(&self) -> String {
        let port = self.shown_port.as_ref().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}[{}]{port}", self.name, self.address)
    }
}

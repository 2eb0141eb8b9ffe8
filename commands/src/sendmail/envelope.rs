//! The envelope records of a submission, from the command line and the caller.

use super::request::{Mode, Request, Verp};
use command::{Command, Fatal};
use config::p;
use mail::{Address, Notify, ReturnFormat};
use message::AddressList;
use os::users::User;
use record::{Kind, encode};

/// Who sends to whom.
pub(super) struct Envelope {
    pub(super) sender: Address,
    pub(super) full_name: String,
    pub(super) recipients: Vec<Address>,
    verp: Option<String>,
}

impl Envelope {
    pub(super) fn new(command: &Command, request: &Request, user: Option<&User>) -> Result<Self, Fatal> {
        let sender = match &request.sender {
            Some(text) => sender(command, text),
            None => Address::new(user.map_or("unknown", |user| &user.name)),
        };
        Ok(Self {
            sender,
            full_name: full_name(request, user),
            recipients: request.recipients.iter().flat_map(|text| recipients(text)).collect(),
            verp: verp(command, request)?,
        })
    }

    /// All records up to the message segment, in Postfix's order.
    pub(super) fn records(&self, request: &Request) -> Vec<u8> {
        let mut out = Vec::new();
        let attribute = |out: &mut Vec<u8>, name: &str, value: &str| {
            encode(Kind::ATTRIBUTE, format!("{name}={value}").as_bytes(), out);
        };
        if let Some(id) = &request.envelope_id {
            attribute(&mut out, "envelope_id", id);
        }
        if let Some(ret) = request.ret {
            attribute(&mut out, "ret_flags", if ret == ReturnFormat::Full { "1" } else { "2" });
        }
        attribute(&mut out, "rewrite_context", if request.gateway { "remote" } else { "local" });
        encode(Kind::FULL_NAME, self.full_name.as_bytes(), &mut out);
        encode(Kind::SENDER, self.sender.as_str().as_bytes(), &mut out);
        match request.mode {
            Mode::Verify => attribute(&mut out, "trace_flags", VERIFY),
            _ if request.report => attribute(&mut out, "trace_flags", REPORT),
            _ => {}
        }
        if let Some(encoding) = request.encoding {
            attribute(&mut out, "encoding", encoding);
        }
        if let Some(verp) = &self.verp {
            encode(Kind::VERP, verp.as_bytes(), &mut out);
        }
        for recipient in &self.recipients {
            put_recipient(recipient, request.notify, &mut out);
        }
        out
    }
}

/// One recipient with what was asked for it.
pub(super) fn put_recipient(recipient: &Address, notify: Notify, out: &mut Vec<u8>) {
    if notify != Notify::default() {
        encode(Kind::ATTRIBUTE, format!("notify_flags={}", notify.0).as_bytes(), out);
    }
    encode(Kind::RECIPIENT, recipient.as_str().as_bytes(), out);
}

/// The addresses in a word of the command line. A word without any stands for the null address, so that it
/// bounces rather than vanishes.
pub(super) fn recipients(text: &str) -> Vec<Address> {
    let found = addresses(text);
    if found.is_empty() { vec![Address::null()] } else { found }
}

/// The addresses in a list.
pub(super) fn addresses(text: &str) -> Vec<Address> {
    let list = AddressList::parse(text.as_bytes(), usize::MAX);
    list.addresses().map(|external| Address::from_external(&external)).collect()
}

fn sender(command: &Command, text: &str) -> Address {
    let mut found = addresses(text).into_iter();
    let sender = found.next().unwrap_or_default();
    if found.next().is_some() {
        command.log.warning(format_args!("-f option specified malformed sender: {text}"));
    }
    sender
}

/// `-F`, else the environment's NAME, else the user database.
fn full_name(request: &Request, user: Option<&User>) -> String {
    if let Some(name) = &request.full_name {
        return name.clone();
    }
    if let Some(name) = std::env::var_os("NAME") {
        return name.to_string_lossy().into_owned();
    }
    user.map(from_gecos).unwrap_or_default()
}

/// passwd(5): up to the first comma; `&` stands for the login name with a capital.
fn from_gecos(user: &User) -> String {
    let gecos = user.gecos.split(',').next().unwrap_or_default();
    let mut letters = user.name.chars();
    let first: String = letters.next().iter().flat_map(|c| c.to_uppercase()).collect();
    gecos.replace('&', &(first + letters.as_str()))
}

fn verp(command: &Command, request: &Request) -> Result<Option<String>, Fatal> {
    let get = |parameter| command.conf.get(parameter).map_err(|fault| command.fatal(fault));
    let delimiters = match &request.verp {
        None => return Ok(None),
        Some(Verp::Default) => get(p::DEFAULT_VERP_DELIMITERS)?,
        Some(Verp::Given(text)) => text.clone(),
    };
    let allowed = get(p::VERP_DELIMITER_FILTER)?;
    if delimiters.len() == 2 && delimiters.chars().all(|c| allowed.contains(c)) {
        return Ok(Some(delimiters));
    }
    Err(command.fatal(format_args!("-V requires two characters from {allowed}")))
}

/// Delivery request flags (trace): verify and report; report the first delivery attempt.
const VERIFY: &str = "512";
const REPORT: &str = "1024";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_command_line_hold_any_number_of_addresses() {
        for (text, expected) in [
            ("a@x,b@x", &["a@x", "b@x"][..]),
            ("a@x b@x", &["a@x", "b@x"]),
            ("Bob <b@x>", &["b@x"]),
            ("\"a b\"@x", &["a b@x"]),
            ("grp: a@x, b@x;", &["a@x", "b@x"]),
            ("", &[""]),
            ("<>", &[""]),
            ("(comment)", &[""]),
            ("|cmd", &["|cmd"]),
        ] {
            let found: Vec<String> = recipients(text).iter().map(ToString::to_string).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn the_user_database_names_the_sender() {
        let user = User {
            name: "bob".into(),
            password: "x".into(),
            uid: 1,
            gid: 1,
            gecos: "& Builder,room 1".into(),
            home: "/".into(),
            shell: String::new(),
        };
        assert_eq!(from_gecos(&user), "Bob Builder");
    }
}

//! The folder of `posthaste up`: programs by their names, configuration, tables, queue, mailboxes, log.

use super::Wish;
use crate::install::{COMMANDS, DAEMONS, MASTER_CF, link};
use os::users::{Group, User};
use std::fs;
use std::path::PathBuf;

/// A folder that is ready to be started from.
pub(super) struct Folder {
    root: PathBuf,
}

/// Who owns queue and mailboxes.
struct Identity {
    user: String,
    group: String,
    uid: u32,
    gid: u32,
}

impl Folder {
    /// Makes what is missing; keeps what is there.
    pub(super) fn prepare(wish: &Wish) -> Result<Self, String> {
        let folder = Self { root: wish.folder.clone() };
        let identity = identity()?;
        for name in ["etc", "mail", "log", "sbin", "libexec/posthaste"] {
            let path = folder.root.join(name);
            fs::create_dir_all(&path).map_err(|e| format!("create {}: {e}", path.display()))?;
        }
        folder.programs()?;
        folder.keep("etc/main.cf", &folder.main_cf(wish, &identity))?;
        folder.keep("etc/master.cf", &master_cf(wish))?;
        folder.keep("etc/mailboxes", &mailboxes(&wish.domain))?;
        folder.keep("log/mail.log", "")?;
        folder.settings_of_this_start(wish)?;
        let conf = conf::load(&folder.config(), []).map_err(|fault| fault.to_string())?;
        crate::postfix::create_folders(&conf)?;
        if os::jail::is_root() {
            let mail = folder.root.join("mail");
            std::os::unix::fs::chown(&mail, Some(identity.uid), Some(identity.gid))
                .map_err(|e| format!("chown {}: {e}", mail.display()))?;
        }
        Ok(folder)
    }

    pub(super) fn config(&self) -> PathBuf {
        self.root.join("etc")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.root.join("log/mail.log")
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.root.join("libexec/posthaste").join(name)
    }

    /// How to send a message, for people who have just started it.
    pub(super) fn welcome(&self, wish: &Wish) -> String {
        let (root, port, domain) = (self.root.display(), wish.port, &wish.domain);
        format!(
            "Posthaste is up: SMTP on 127.0.0.1:{port}, mail for every address at {domain}.\n\
             \x20 configuration  {root}/etc/main.cf, master.cf (change them, then: \
             {root}/sbin/postfix -c {root}/etc reload)\n\
             \x20 mailboxes      {root}/mail/alice, bob and everyone (etc/mailboxes says who gets which)\n\
             \x20 log            {root}/log/mail.log\n\n\
             Send a message:\n\
             \x20 printf 'Subject: hello\\n\\nHi Alice\\n' | curl -s smtp://127.0.0.1:{port} --mail-from me@{domain} \
             --mail-rcpt alice@{domain} -T -\n\
             \x20 python3 -c \"import smtplib; smtplib.SMTP('127.0.0.1', {port}).sendmail('me@{domain}', \
             ['bob@{domain}'], 'Subject: hello\\n\\nHi Bob\\n')\"\n\
             \x20 printf 'To: carol@{domain}\\nSubject: hello\\n\\nHi\\n' | {root}/sbin/sendmail -C {root}/etc -t\n\n\
             Ctrl-C stops it. What happens to each message:"
        )
    }

    /// The names of the manual, as links to the programs that run now. Programs of their own (master, postdrop,
    /// postqueue) may be missing where only this one was built; then it stands in for them.
    fn programs(&self) -> Result<(), String> {
        let own = std::env::current_exe().map_err(|e| format!("find this program: {e}"))?;
        let at = |name: &str| {
            let beside = own.with_file_name(name);
            if beside.exists() { beside } else { own.clone() }
        };
        for name in COMMANDS {
            link(&own.to_string_lossy(), &self.root.join("sbin").join(name))?;
        }
        for name in ["postdrop", "postqueue"] {
            link(&at(name).to_string_lossy(), &self.root.join("sbin").join(name))?;
        }
        for name in DAEMONS {
            link(&own.to_string_lossy(), &self.program(name))?;
        }
        link(&at("master").to_string_lossy(), &self.program("master"))
    }

    fn keep(&self, name: &str, text: &str) -> Result<(), String> {
        let path = self.root.join(name);
        if path.exists() {
            return Ok(());
        }
        fs::write(&path, text).map_err(|e| format!("write {}: {e}", path.display()))
    }

    fn main_cf(&self, wish: &Wish, identity: &Identity) -> String {
        let root = self.root.display();
        let Wish { domain, .. } = wish;
        let Identity { user, group, uid, gid } = identity;
        format!(
            "# A mail system for trying, made by 'posthaste up'. Edit it: it is kept.\n\
             compatibility_level = 3.6\n\
             queue_directory = {root}/queue\n\
             data_directory = {root}/data\n\
             command_directory = {root}/sbin\n\
             daemon_directory = {root}/libexec/posthaste\n\
             sendmail_path = {root}/sbin/sendmail\n\
             mailq_path = {root}/sbin/mailq\n\
             newaliases_path = {root}/sbin/newaliases\n\
             maillog_file = {root}/log/mail.log\n\
             maillog_file_prefixes = {root}\n\
             mail_owner = {user}\n\
             setgid_group = {group}\n\
             default_privs = nobody\n\
             \n\
             myhostname = mail.{domain}\n\
             mydomain = {domain}\n\
             myorigin = {domain}\n\
             inet_interfaces = 127.0.0.1\n\
             inet_protocols = ipv4\n\
             mynetworks = 127.0.0.0/8\n\
             mydestination =\n\
             alias_maps =\n\
             alias_database =\n\
             \n\
             # Mail for every address at {domain} is kept here ...\n\
             virtual_mailbox_domains = {domain}\n\
             virtual_mailbox_base = {root}/mail\n\
             virtual_mailbox_maps = texthash:{root}/etc/mailboxes\n\
             virtual_uid_maps = static:{uid}\n\
             virtual_gid_maps = static:{gid}\n\
             virtual_minimum_uid = 1\n\
             # ... and nothing leaves this machine.\n\
             default_transport = error:5.7.1 this mail system is for trying: it delivers to {domain} only\n"
        )
    }

    /// Port and folder may differ from start to start.
    fn settings_of_this_start(&self, wish: &Wish) -> Result<(), String> {
        let path = self.root.join("etc/master.cf");
        let text = fs::read_to_string(&path).map_err(|e| format!("read {}: {e}", path.display()))?;
        let line = smtp_line(wish.port);
        if text.lines().any(|known| known == line) {
            return Ok(());
        }
        let is_ours = |known: &str| known.starts_with("127.0.0.1:") && known.trim_end().ends_with("smtpd");
        let lines: Vec<&str> =
            text.lines().map(|known| if is_ours(known) { line.as_str() } else { known }).collect();
        fs::write(&path, lines.join("\n") + "\n").map_err(|e| format!("write {}: {e}", path.display()))
    }
}

fn smtp_line(port: u16) -> String {
    format!("127.0.0.1:{port} inet n - n - - smtpd")
}

fn master_cf(wish: &Wish) -> String {
    let ours = |line: &str| {
        if line.starts_with("smtp ") && line.contains(" inet ") {
            smtp_line(wish.port)
        } else {
            line.to_owned()
        }
    };
    MASTER_CF.lines().map(ours).collect::<Vec<_>>().join("\n") + "\n"
}

fn mailboxes(domain: &str) -> String {
    format!(
        "# Who gets which mailbox below mail/ (a slash at the end: maildir). Noticed when it changes.\n\
         alice@{domain} alice/\nbob@{domain} bob/\n@{domain} everyone/\n"
    )
}

/// Ourselves; as root the user and group of an installed mail system, or those that stand for nobody.
fn identity() -> Result<Identity, String> {
    let fail = |e: std::io::Error| format!("look up users: {e}");
    if !os::jail::is_root() {
        let uid = os::jail::effective_uid();
        let user = User::by_uid(uid).map_err(fail)?;
        let gid = user.as_ref().map_or(uid, |user| user.gid);
        let name = user.map_or_else(|| uid.to_string(), |user| user.name);
        return Ok(Identity { user: name.clone(), group: name, uid, gid });
    }
    for (user, group) in [("postfix", "postdrop"), ("daemon", "daemon"), ("nobody", "nogroup")] {
        let found = (User::by_name(user).map_err(fail)?, Group::by_name(group).map_err(fail)?);
        if let (Some(user), Some(group)) = found {
            return Ok(Identity { uid: user.uid, gid: user.gid, user: user.name, group: group.name });
        }
    }
    Err("no user to run as: make a user 'postfix' and a group 'postdrop'".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_can_be_read_and_the_port_follows_the_option() {
        let wish = Wish { port: 2600, folder: PathBuf::from("/x"), domain: "example.test".into() };
        let services = config::master::parse("master.cf", &master_cf(&wish)).unwrap();
        assert!(services.iter().any(|service| service.name == "127.0.0.1:2600"));
        let folder = Folder { root: wish.folder.clone() };
        let identity = Identity { user: "me".into(), group: "me".into(), uid: 1000, gid: 1000 };
        let text = folder.main_cf(&wish, &identity);
        let conf = config::Conf::parse("main.cf", &text, &config::HostFacts::default()).unwrap();
        assert_eq!(conf.get(config::p::MYHOSTNAME).unwrap(), "mail.example.test");
    }

    #[test]
    fn a_log_of_an_earlier_start_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder { root: dir.path().to_owned() };
        fs::write(dir.path().join("file"), "mine").unwrap();
        folder.keep("file", "new").unwrap();
        assert_eq!(fs::read_to_string(dir.path().join("file")).unwrap(), "mine");
        assert!(folder.log().ends_with("log/mail.log"));
    }
}

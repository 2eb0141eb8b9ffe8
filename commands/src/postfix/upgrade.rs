//! `postfix upgrade-configuration`: adds the services to master.cf, and the settings to main.cf, that newer versions
//! need and files of old versions lack. Comments and order stay; a second run finds nothing to do.
//!
//! What is added when was asked of Postfix's own upgrade; the lines are in our own layout.

use crate::postconf;
use crate::system::System;
use config::Fault;
use std::path::Path;
use std::process::ExitCode;

/// `postfix upgrade-configuration [name=value ...]`.
pub(super) fn run(system: &System, words: &[String]) -> Result<ExitCode, String> {
    let text = |fault: Fault| fault.to_string();
    set_parameters(system, words)?;
    let programs = system.conf.get(config::p::DAEMON_DIRECTORY).map_err(text)?;
    let path = system.directory.join("master.cf");
    postconf::replace_file(&path, |old| {
        let mut file = MasterCf { text: String::from_utf8_lossy(old).into_owned(), path: &path };
        file.upgrade(|program| Path::new(&programs).join(program).exists());
        Ok(file.text.into_bytes())
    })
    .map_err(text)?;
    if system.conf.is_set("inet_protocols") {
        return Ok(ExitCode::SUCCESS);
    }
    // Before version 2.9 only IPv4 was on; what such a site has agreed upon with others may depend on it.
    let main_cf = system.directory.join("main.cf");
    println!("COMPATIBILITY: editing {}, setting inet_protocols=ipv4.", main_cf.display());
    println!("Specify inet_protocols explicitly to enable IPv6.");
    postconf::set(&system.directory, &["inet_protocols=ipv4".into()]).map_err(text)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the installation parameters among `name=value` words to main.cf; as in Postfix, other names are no
/// business of an installation and pass unnoticed.
pub(super) fn set_parameters(system: &System, words: &[String]) -> Result<(), String> {
    if let Some(word) = words.iter().find(|word| !word.contains('=')) {
        return Err(format!("\"{word}\" is no name=value"));
    }
    let known =
        |word: &&String| word.split_once('=').is_some_and(|(name, _)| INSTALLATION.contains(&name.trim()));
    let settings: Vec<_> = words.iter().filter(known).map(|word| word.as_str().into()).collect();
    if settings.is_empty() {
        return Ok(());
    }
    postconf::set(&system.directory, &settings).map_err(|fault| fault.to_string())
}

/// master.cf while it is edited; each change is told on standard output.
struct MasterCf<'a> {
    text: String,
    path: &'a Path,
}

impl MasterCf<'_> {
    fn upgrade(&mut self, exists: impl Fn(&str) -> bool) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        for service in SERVICES {
            match service {
                Service::Public(name) => self.make_public(name),
                Service::Stream(name) => self.make_stream(name),
                Service::Missing(entry) => {
                    let program = entry.split_whitespace().nth(PROGRAM_COLUMN).unwrap_or_default();
                    if exists(program) {
                        self.add(entry);
                    }
                }
                Service::Sample(entry) => self.add(entry),
            }
        }
    }

    /// Adds an entry unless one of its name and type, or a comment with it, is there.
    fn add(&mut self, entry: &str) {
        let columns = |line: &str| -> Vec<String> {
            let words = line.trim_start_matches('#').split_whitespace();
            words.map(str::to_owned).collect()
        };
        let wanted = columns(entry);
        let is_it = |line: &str| {
            let found = columns(line);
            // postscreen stands where another program may serve the same endpoint.
            let same_program =
                !entry.starts_with('#') || found.get(PROGRAM_COLUMN) == wanted.get(PROGRAM_COLUMN);
            found.len() > PROGRAM_COLUMN && found[..2] == wanted[..2] && same_program
        };
        if self.text.lines().any(is_it) {
            return;
        }
        let name = match (wanted[PROGRAM_COLUMN].as_str(), wanted[1].as_str()) {
            ("postscreen", _) => "postscreen TCP",
            (_, "unix-dgram") => "postlog unix-domain datagram",
            (program, _) if entry.starts_with('#') => &format!("{program} unix-domain"),
            _ => &wanted[0],
        };
        self.tell(&format!("adding missing entry for {name} service"));
        self.text += entry;
        self.text.push('\n');
    }

    /// Services that other users' programs reach: private `n`.
    fn make_public(&mut self, name: &str) {
        self.edit(name, "unix", &format!("making the {name} service public"), |columns| {
            (columns[2] != "n").then(|| columns[2] = "n".to_owned())
        });
    }

    /// Services that were named pipes and are sockets now; the wakeup waits for the first use.
    fn make_stream(&mut self, name: &str) {
        let what = format!("updating the {name} from fifo to unix service");
        self.edit(name, "fifo", &what, |columns| {
            columns[1] = "unix".to_owned();
            if columns[5].bytes().all(|b| b.is_ascii_digit()) {
                columns[5].push('?');
            }
            Some(())
        });
    }

    /// Changes columns of an entry's first line.
    fn edit(&mut self, name: &str, kind: &str, what: &str, change: impl Fn(&mut [String]) -> Option<()>) {
        let mut new = String::with_capacity(self.text.len());
        let mut changed = false;
        for line in self.text.split_inclusive('\n') {
            let mut columns: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let is_it = columns.len() > PROGRAM_COLUMN && columns[0] == name && columns[1] == kind;
            if is_it && !line.starts_with(char::is_whitespace) && change(&mut columns).is_some() {
                changed = true;
                new += &laid_out(&columns);
            } else {
                new += line;
            }
        }
        if changed {
            self.tell(what);
            self.text = new;
        }
    }

    fn tell(&self, what: &str) {
        println!("Editing {}, {what}", self.path.display());
    }
}

/// A line of master.cf with its columns under each other.
fn laid_out(columns: &[String]) -> String {
    let mut line = format!("{:<10} {:<10}", columns[0], columns[1]);
    for column in &columns[2..PROGRAM_COLUMN] {
        line += &format!(" {column:<7}");
    }
    line + " " + &columns[PROGRAM_COLUMN..].join(" ") + "\n"
}

enum Service {
    /// An entry that must be there when its program is.
    Missing(&'static str),
    /// A comment that shows what could be there.
    Sample(&'static str),
    /// A service that must be public.
    Public(&'static str),
    /// A service that must not be a fifo.
    Stream(&'static str),
}

const PROGRAM_COLUMN: usize = 7;
const SERVICES: &[Service] = &[
    Service::Missing("relay      unix       -       -       n       -       -       smtp"),
    Service::Missing("flush      unix       n       -       n       1000?   0       flush"),
    Service::Missing("trace      unix       -       -       n       -       0       bounce"),
    Service::Missing("verify     unix       -       -       n       -       1       verify"),
    Service::Public("cleanup"),
    Service::Public("flush"),
    Service::Missing("proxymap   unix       -       -       n       -       -       proxymap"),
    Service::Missing("anvil      unix       -       -       n       -       1       anvil"),
    Service::Missing("scache     unix       -       -       n       -       1       scache"),
    Service::Missing("discard    unix       -       -       n       -       -       discard"),
    Service::Stream("tlsmgr"),
    Service::Missing("tlsmgr     unix       -       -       n       1000?   1       tlsmgr"),
    Service::Missing("retry      unix       -       -       n       -       -       error"),
    Service::Missing("proxywrite unix       -       -       n       -       1       proxymap"),
    Service::Sample("#smtp      inet       n       -       n       -       1       postscreen"),
    Service::Sample("#smtpd     pass       -       -       n       -       -       smtpd"),
    Service::Sample("#dnsblog   unix       -       -       n       -       0       dnsblog"),
    Service::Sample("#tlsproxy  unix       -       -       n       -       0       tlsproxy"),
    Service::Missing("postlog    unix-dgram n       -       n       -       1       postlogd"),
];
/// Parameters that say where an installation has its parts, and whose they are.
const INSTALLATION: [&str; 16] = [
    "command_directory",
    "config_directory",
    "daemon_directory",
    "data_directory",
    "html_directory",
    "mail_owner",
    "mailq_path",
    "manpage_directory",
    "meta_directory",
    "newaliases_path",
    "queue_directory",
    "readme_directory",
    "sample_directory",
    "sendmail_path",
    "setgid_group",
    "shlib_directory",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn upgraded(text: &str, exists: impl Fn(&str) -> bool) -> String {
        let mut file = MasterCf { text: text.to_owned(), path: Path::new("master.cf") };
        file.upgrade(exists);
        file.text
    }

    #[test]
    fn what_is_missing_is_added_and_a_second_run_adds_nothing() {
        let old = "# mine\nsmtp inet n - y - - smtpd\n  -o x=y\ncleanup unix - - n - 0 cleanup";
        let new = upgraded(old, |_| true);
        assert!(
            new.starts_with("# mine\nsmtp inet n - y - - smtpd\n  -o x=y\ncleanup    unix       n "),
            "{new}"
        );
        for entry in ["\nrelay ", "\nproxywrite ", "\n#smtp ", "\n#tlsproxy ", "\npostlog "] {
            assert!(new.contains(entry), "{entry} in {new}");
        }
        assert_eq!(upgraded(&new, |_| true), new);
        config::master::parse("master.cf", &new).unwrap();
    }

    #[test]
    fn services_without_a_program_are_not_added() {
        let new = upgraded("", |program| program == "error");
        let services = config::master::parse("master.cf", &new).unwrap();
        let names: Vec<&str> = services.iter().map(|service| service.name.as_str()).collect();
        assert_eq!(names, ["retry"]);
    }

    #[test]
    fn a_fifo_becomes_a_socket() {
        let new = upgraded("tlsmgr fifo - - n 300 1 tlsmgr\n", |_| false);
        assert!(
            new.starts_with("tlsmgr     unix       -       -       n       300?    1       tlsmgr\n"),
            "{new}"
        );
    }
}

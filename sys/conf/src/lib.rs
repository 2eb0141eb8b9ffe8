//! Finds and reads the configuration directory: which directory, its main.cf and master.cf, and what the host and
//! the place of the programs decide. The syntax and the meaning of the files belong to `config`.

mod directory;
mod facts;
mod log;
mod place;

use std::fs;
use std::io;
use std::path::Path;

use config::master::{self, ServiceEntry};
use config::{Conf, Fault, HostFacts, p};

pub use directory::{check_directory, config_directory};
pub use facts::host_facts;
pub use log::{
    open_command_log, open_command_log_as, open_log, open_maillog_file, open_tagged_log, terminal_log,
};

/// Reads `dir`/main.cf, with `overrides` (from `-o name=value`) on top, as a program wants it: names that stand for
/// files are read.
pub fn load<'a>(dir: &Path, overrides: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Conf, Fault> {
    let conf = read(dir)?;
    let conf = overrides.into_iter().fold(conf, |conf, (name, value)| conf.with_override(name, value));
    origin_from_file(conf)
}

/// Reads `dir`/main.cf as it stands, for programs that show or edit it.
pub fn read(dir: &Path) -> Result<Conf, Fault> {
    let (name, text) = text_of(&dir.join("main.cf"))?;
    let mut host = host_facts();
    host.defaults.insert("config_directory".to_owned(), dir.to_string_lossy().into_owned());
    parse(&name, &text, host)
}

/// Reads main.cf's text, and looks up the names that it uses instead of addresses of this host.
pub fn parse(name: &str, text: &str, mut host: HostFacts) -> Result<Conf, Fault> {
    let conf = Conf::parse(name, text, &host)?;
    if !facts::resolve_names(&conf, &mut host) {
        return Ok(conf);
    }
    Conf::parse(name, text, &host)
}

/// Reads `dir`/master.cf.
pub fn load_master(dir: &Path) -> Result<Vec<ServiceEntry>, Fault> {
    let (name, text) = text_of(&dir.join("master.cf"))?;
    master::parse(&name, &text)
}

/// A file's name for messages and its text; bytes that are no UTF-8 become replacement characters.
pub fn text_of(path: &Path) -> Result<(String, String), Fault> {
    let name = path.to_string_lossy().into_owned();
    let bytes = fs::read(path).map_err(|error| Fault::new(format!("open {name}: {}", reason(&error))))?;
    Ok((name, String::from_utf8_lossy(&bytes).into_owned()))
}

/// What the system says of an error, without the number that Rust adds.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}

/// Debian writes `myorigin = /etc/mailname`: the first line of that file is the value.
fn origin_from_file(conf: Conf) -> Result<Conf, Fault> {
    let origin = conf.get(p::MYORIGIN)?;
    if !origin.starts_with('/') {
        return Ok(conf);
    }
    let (name, text) = text_of(Path::new(&origin))?;
    match text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')) {
        Some(line) => Ok(conf.with_override(p::MYORIGIN.name(), line)),
        None => Err(Fault::new(format!("myorigin = {name}: the file has no name in it"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_read_with_its_own_name_as_default() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("mailname"), "# ours\nmail.example\n").unwrap();
        let main = format!("myorigin = {}/mailname\nx = $config_directory\n", dir.path().display());
        fs::write(dir.path().join("main.cf"), main).unwrap();
        fs::write(dir.path().join("master.cf"), "smtp unix - - n - - smtp\n").unwrap();
        let conf = load(dir.path(), [("smtpd_banner", "hello")]).unwrap();
        assert_eq!(conf.lookup("x").unwrap().unwrap(), dir.path().to_string_lossy());
        assert_eq!(conf.get(p::MYORIGIN).unwrap(), "mail.example");
        assert_eq!(conf.get(p::SMTPD_BANNER).unwrap(), "hello");
        assert_eq!(load_master(dir.path()).unwrap().len(), 1);
        assert!(read(dir.path()).unwrap().get(p::MYORIGIN).unwrap().starts_with('/'));
    }

    #[test]
    fn a_missing_file_is_named() {
        let fault = load(Path::new("/no/such/directory"), []).unwrap_err();
        assert_eq!(fault.to_string(), "open /no/such/directory/main.cf: No such file or directory");
    }

    #[test]
    fn names_in_inet_interfaces_are_resolved() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("main.cf"), "inet_interfaces = localhost\ninet_protocols = ipv4\n")
            .unwrap();
        let networks = load(dir.path(), []).unwrap().get(p::MYNETWORKS).unwrap();
        assert!(networks.starts_with("127.0.0."), "{networks}");
    }
}

//! The configuration of one generation: main.cf, and the services of master.cf that are to run.

use crate::endpoint::{Address, addresses};
use config::master::{ServiceEntry, ServiceType};
use config::{Conf, Fault, p, split_list};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What a generation runs.
pub(crate) struct Plan {
    pub(crate) conf: Conf,
    pub(crate) services: Vec<Planned>,
    /// The environment of all daemons.
    pub(crate) environment: Vec<(OsString, OsString)>,
    /// mail_owner, when we are root.
    pub(crate) owner: Option<(u32, u32)>,
    /// Defaults of old versions that services run by, for the log.
    pub(crate) old_defaults: Vec<String>,
}

/// One service, checked.
pub(crate) struct Planned {
    pub(crate) entry: ServiceEntry,
    pub(crate) addresses: Vec<Address>,
    pub(crate) program: PathBuf,
    /// Arguments that do not change from process to process.
    pub(crate) args: Vec<OsString>,
}

impl Plan {
    /// Reads both files; any fault leaves the running generation alone.
    pub(crate) fn read(directory: &Path) -> Result<Self, Fault> {
        let conf = conf::load(directory, [])?;
        let entries = conf::load_master(directory)?;
        let disabled = split_list(&conf.get(p::MASTER_SERVICE_DISABLE)?);
        let programs = PathBuf::from(conf.get(p::DAEMON_DIRECTORY)?);
        let file = directory.join("master.cf");
        let old_chroot =
            |entry: &ServiceEntry| entry.chroot.is_none() && entry.is_chrooted(conf.compatibility_level());
        let old_defaults = entries
            .iter()
            .filter(|entry| old_chroot(entry))
            .map(|entry| format!("{}: line {}: {} chroot=y", file.display(), entry.line, config::OLD_DEFAULT))
            .collect();
        let services = entries
            .into_iter()
            .filter(|entry| !is_disabled(entry, &disabled))
            .map(|entry| Planned::new(entry, &conf, &programs))
            .collect::<Result<_, _>>()?;
        let environment = environment(&conf, directory)?;
        let owner = if os::jail::is_root() { Some(owner(&conf)?) } else { None };
        Ok(Self { conf, services, environment, owner, old_defaults })
    }
}

impl Planned {
    fn new(entry: ServiceEntry, conf: &Conf, programs: &Path) -> Result<Self, Fault> {
        let addresses = addresses(&entry, conf)?;
        let mut args: Vec<OsString> = vec!["-n".into(), entry.name.clone().into()];
        args.extend(["-t".into(), entry.kind.name().into()]);
        if entry.is_unprivileged() {
            args.push("-u".into());
        }
        if entry.is_chrooted(conf.compatibility_level()) {
            args.push("-c".into());
        }
        args.extend(["-s".into(), addresses.len().to_string().into()]);
        args.extend(["-m".into(), entry.limit(conf)?.to_string().into()]);
        args.extend(entry.args.iter().map(OsString::from));
        let program = programs.join(&entry.command);
        Ok(Self { entry, addresses, program, args })
    }

    /// What identifies a service from one generation to the next.
    pub(crate) fn key(&self) -> (String, ServiceType) {
        (self.entry.name.clone(), self.entry.kind)
    }
}

/// master_service_disable: `name/type`, `type`, `*/type`.
fn is_disabled(entry: &ServiceEntry, patterns: &[String]) -> bool {
    patterns.iter().any(|pattern| match pattern.split_once('/') {
        Some((name, kind)) => {
            (name == "*" || name == entry.name) && (kind == "*" || kind == entry.kind.name())
        }
        None => pattern == entry.kind.name(),
    })
}

fn owner(conf: &Conf) -> Result<(u32, u32), Fault> {
    let name = conf.get(p::MAIL_OWNER)?;
    match os::users::User::by_name(&name) {
        Ok(Some(user)) => Ok((user.uid, user.gid)),
        Ok(None) => Err(Fault::new(format!("parameter mail_owner: unknown user name value: {name}"))),
        Err(e) => Err(Fault::new(format!("parameter mail_owner: {name}: {e}"))),
    }
}

/// import_environment: names to take over, and `name=value` to set. Nothing else gets in.
fn environment(conf: &Conf, directory: &Path) -> Result<Vec<(OsString, OsString)>, Fault> {
    let mut environment: Vec<(OsString, OsString)> = Vec::new();
    for word in split_list(&conf.get(p::IMPORT_ENVIRONMENT)?) {
        let word = word.strip_prefix('{').and_then(|w| w.strip_suffix('}')).map_or(word.as_str(), str::trim);
        match word.split_once('=') {
            Some((name, value)) => environment.push((name.trim().into(), value.trim().into())),
            None => environment.extend(std::env::var_os(word).map(|value| (word.into(), value))),
        }
    }
    environment.retain(|(name, _)| name != "MAIL_CONFIG");
    environment.push(("MAIL_CONFIG".into(), directory.into()));
    Ok(environment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::HostFacts;

    #[test]
    fn services_are_disabled_by_type_and_by_name() {
        let text = "smtp inet n - n - - smtpd\nlmtp unix - - n - - lmtp\n";
        let entries = config::master::parse("master.cf", text).unwrap();
        let left = |patterns: &[&str]| {
            let patterns: Vec<String> = patterns.iter().map(|p| (*p).to_owned()).collect();
            entries.iter().filter(|e| !is_disabled(e, &patterns)).map(|e| e.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(left(&["inet"]), ["lmtp"]);
        assert_eq!(left(&["lmtp/unix"]), ["smtp"]);
        assert_eq!(left(&["smtp/unix"]), ["smtp", "lmtp"]);
    }

    #[test]
    fn children_get_the_listed_environment_and_nothing_else() {
        let main = "import_environment = LANG=C NO_SUCH_VARIABLE_HERE MAIL_CONFIG\n";
        let conf = Conf::parse("main.cf", main, &HostFacts::default()).unwrap();
        let environment = environment(&conf, Path::new("/c")).unwrap();
        let expected: Vec<(OsString, OsString)> =
            vec![("LANG".into(), "C".into()), ("MAIL_CONFIG".into(), "/c".into())];
        assert_eq!(environment, expected);
    }
}

//! `-f`, `-i`, `-s`: asks qmgr(8) or flush(8) to deliver now.

use crate::attributes::{Groups, value};
use command::{Command, Fatal};
use config::p;
use mail::QueueId;
use std::io::{self, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;
use tables::DomainList;

/// All queued mail.
pub fn all(command: &Command) -> Result<(), Fatal> {
    let service = command.conf.get(p::QUEUE_SERVICE_NAME).map_err(|fault| command.fatal(fault))?;
    let path = command.queue_directory.join("public").join(service);
    os::trigger::send(&path, QMGR_FLUSH).map_err(|_| command.fatal(MAIL_SYSTEM_IS_DOWN))
}

/// One message.
pub fn message(command: &Command, id: &str) -> Result<(), Fatal> {
    if QueueId::parse(id).is_none() {
        return Err(command.fatal(format_args!("Cannot flush queue ID - invalid name: \"{id}\"")));
    }
    match ask(command, &[("request", "send_file"), ("queue_id", id)])? {
        OK => Ok(()),
        status => Err(command.fatal(format_args!("Cannot flush mail queue - flush service status {status}"))),
    }
}

/// All mail for one destination.
pub fn site(command: &Command, site: &str) -> Result<(), Fatal> {
    if !is_destination(site) {
        return Err(command.fatal(format_args!("Cannot flush mail queue - invalid destination: \"{site}\"")));
    }
    let denied = || command.fatal(format_args!("Flush service is not configured for destination \"{site}\""));
    if !is_eligible(command, site)? {
        return Err(denied());
    }
    match ask(command, &[("request", "send_site"), ("site", site)])? {
        OK => tell_old_default(command, site),
        DENIED => Err(denied()),
        BAD => Err(command.fatal(format_args!("Invalid request: \"{site}\""))),
        _ => Err(command.fatal(MAIL_SYSTEM_IS_DOWN)),
    }
}

/// COMPATIBILITY_README: the site is served because of an old version's default.
fn tell_old_default(command: &Command, site: &str) -> Result<(), Fatal> {
    let old = command.conf.backwards_compatible_default(p::RELAY_DOMAINS);
    let is_old = old.map_err(|fault| command.fatal(fault))?.is_some();
    if is_old && !command.conf.is_set(p::FAST_FLUSH_DOMAINS.name()) {
        let why = format_args!("relay_domains=$mydestination to flush mail for domain \"{site}\"");
        command.log.info(format_args!("{} {why}", config::OLD_DEFAULT));
    }
    Ok(())
}

/// `fast_flush_domains`.
fn is_eligible(command: &Command, site: &str) -> Result<bool, Fatal> {
    let get = |parameter| command.conf.get(parameter).map_err(|fault| command.fatal(fault));
    let list = get(p::FAST_FLUSH_DOMAINS)?;
    let parents = config::split_list(&get(p::PARENT_DOMAIN_MATCHES_SUBDOMAINS)?);
    let with_parents = parents.iter().any(|name| name == p::FAST_FLUSH_DOMAINS.name());
    let options = tables::Options::default();
    DomainList::parse(p::FAST_FLUSH_DOMAINS.name(), &list, with_parents, &options)
        .and_then(|domains| domains.matches_blocking(site))
        .map_err(|error| command.fatal(error))
}

/// A host name, or an address literal in brackets.
fn is_destination(site: &str) -> bool {
    if let Some(rest) = site.strip_prefix('[') {
        let Some(literal) = rest.strip_suffix(']') else { return false };
        let address = literal.strip_prefix("IPv6:").unwrap_or(literal);
        return address.parse::<std::net::IpAddr>().is_ok();
    }
    let name = site.strip_suffix('.').unwrap_or(site);
    let letters = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b) || b >= 0x80;
    let label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(letters) && !label.starts_with('-')
    };
    (1..=255).contains(&name.len()) && name.split('.').all(label)
}

fn ask(command: &Command, attributes: &[(&str, &str)]) -> Result<u32, Fatal> {
    let service = command.conf.get(p::FLUSH_SERVICE_NAME).map_err(|fault| command.fatal(fault))?;
    let path = command.queue_directory.join("public").join(&service);
    let stream = UnixStream::connect(path).map_err(|error| {
        command.log.warning(format_args!("connect to public/{service}: {}", os::strerror(&error)));
        command.fatal(MAIL_SYSTEM_IS_DOWN)
    })?;
    exchange(stream, attributes).map_err(|error| {
        command.log.warning(format_args!("service public/{service}: {error}"));
        command.fatal(MAIL_SYSTEM_IS_DOWN)
    })
}

/// flush(8) announces its protocol, takes the request and answers with a status.
fn exchange(mut stream: UnixStream, attributes: &[(&str, &str)]) -> io::Result<u32> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut groups = Groups(BufReader::new(stream.try_clone()?));
    groups.next()?;
    let mut request: Vec<u8> =
        attributes.iter().flat_map(|(name, value)| format!("{name}\0{value}\0").into_bytes()).collect();
    request.push(0);
    stream.write_all(&request)?;
    let status = value(&groups.next()?, "status").parse();
    status.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "no status in the reply"))
}

/// qmgr(8): forget dead destinations, ignore the times in deferred files, scan deferred, scan incoming.
const QMGR_FLUSH: &[u8] = b"FADI";
const MAIL_SYSTEM_IS_DOWN: &str = "Cannot flush mail queue - mail system is down";
const PATIENCE: Duration = Duration::from_secs(3600);
/// Statuses of flush(8).
const OK: u32 = 0;
const BAD: u32 = 2;
const DENIED: u32 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_hosts_and_address_literals() {
        for good in ["foo", "example.org", "[1.2.3.4]", "[IPv6:::1]", "example.org."] {
            assert!(is_destination(good), "{good}");
        }
        for bad in ["", "a b", "[1.2.3", "[x]", "a..b", ".", "-x"] {
            assert!(!is_destination(bad), "{bad}");
        }
    }
}

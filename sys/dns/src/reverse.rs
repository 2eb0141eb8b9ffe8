//! A client's name: the name its address points to, believed only when that name points back (smtpd(8):
//! `client=name[address]`, `unknown` otherwise).

use crate::name::is_hostname;
use crate::{Failure, Families, Resolver};
use std::net::IpAddr;

/// What became of a name look-up; policy rules and replies follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameCode {
    /// The name is known (and, for the verified name, leads back to the address).
    Ok,
    /// Nobody could say now.
    Temporary,
    /// There is no name.
    Permanent,
    /// There is a name, but it does not lead back to the address.
    Forged,
}

/// A client's names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientName {
    /// The verified name; None is logged as `unknown`.
    pub name: Option<String>,
    /// The unverified name that the address points to.
    pub reverse: Option<String>,
    /// About `name`.
    pub name_code: NameCode,
    /// About `reverse`.
    pub reverse_code: NameCode,
    /// What the log should say as a warning.
    pub warning: Option<String>,
}

impl Resolver {
    /// Looks up and verifies the name of a client.
    pub async fn client_name(&self, ip: IpAddr) -> ClientName {
        // An IPv4 client of an IPv6 socket is an IPv4 client.
        let ip = ip.to_canonical();
        let reverse = match self.native_name(ip).await {
            Ok(name) if is_hostname(&name) => name,
            Ok(_) => return nameless(NameCode::Permanent),
            Err(failure) => return nameless(code(&failure)),
        };
        let families = Families { ipv4: ip.is_ipv4(), ipv6: ip.is_ipv6() };
        match self.native_addresses(&reverse, families).await {
            Ok(found) if found.contains(&ip) => ClientName {
                name: Some(reverse.clone()),
                reverse: Some(reverse),
                name_code: NameCode::Ok,
                reverse_code: NameCode::Ok,
                warning: None,
            },
            Ok(_) => unverified(reverse, ip, NameCode::Forged, None),
            Err(failure) => {
                let code = if failure.is_temporary() { NameCode::Temporary } else { NameCode::Forged };
                unverified(reverse, ip, code, Some(failure.system_reason()))
            }
        }
    }
}

fn nameless(code: NameCode) -> ClientName {
    ClientName { name: None, reverse: None, name_code: code, reverse_code: code, warning: None }
}

fn unverified(reverse: String, ip: IpAddr, name_code: NameCode, why: Option<&str>) -> ClientName {
    let mut warning = format!("hostname {reverse} does not resolve to address {ip}");
    if let Some(why) = why {
        warning += ": ";
        warning += why;
    }
    let (reverse, warning) = (Some(reverse), Some(warning));
    ClientName { name: None, reverse, name_code, reverse_code: NameCode::Ok, warning }
}

fn code(failure: &Failure) -> NameCode {
    if failure.is_temporary() { NameCode::Temporary } else { NameCode::Permanent }
}

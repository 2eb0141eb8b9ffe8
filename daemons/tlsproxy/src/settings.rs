//! The parameters of tlsproxy(8), as plain values: those of its server's side, which default to those of smtpd(8).

use config::{Conf, Fault, p, split_list};
use std::path::PathBuf;
use std::time::Duration;
use tls::{Digest, Files, Grades, Params};

/// What main.cf says.
pub(crate) struct Settings {
    pub certificates: Files,
    pub ca_file: String,
    pub ca_path: String,
    pub depth: usize,
    pub digest: Digest,
    pub ask_certificate: bool,
    pub server_order: bool,
    pub system_trust: bool,
    pub params: Params,
    pub log_level: u8,
    pub ticket_lifetime: Duration,
    pub tlsmgr_socket: PathBuf,
}

impl Settings {
    pub(crate) fn from_conf(conf: &Conf) -> Result<Self, Fault> {
        let grades = Grades::from_conf(conf)?;
        let pairs = [
            (conf.get(p::TLSPROXY_TLS_CERT_FILE)?, conf.get(p::TLSPROXY_TLS_KEY_FILE)?),
            (conf.get(p::TLSPROXY_TLS_ECCERT_FILE)?, conf.get(p::TLSPROXY_TLS_ECKEY_FILE)?),
        ];
        let digest = Digest::parse(&conf.get(p::TLSPROXY_TLS_FINGERPRINT_DIGEST)?);
        Ok(Self {
            certificates: Files::new(split_list(&conf.get(p::TLSPROXY_TLS_CHAIN_FILES)?), &pairs),
            ca_file: conf.get(p::TLSPROXY_TLS_CAFILE)?,
            ca_path: conf.get(p::TLSPROXY_TLS_CAPATH)?,
            depth: usize::try_from(conf.get(p::TLSPROXY_TLS_CCERT_VERIFYDEPTH)?).unwrap_or(usize::MAX),
            digest: digest.map_err(|fault| Fault::new(fault.to_string()))?,
            ask_certificate: conf.get(p::TLSPROXY_TLS_ASK_CCERT)? || conf.get(p::TLSPROXY_TLS_REQ_CCERT)?,
            server_order: grades.server_order,
            system_trust: grades.system_trust,
            params: params(conf, &grades)?,
            log_level: conf.get(p::TLSPROXY_TLS_LOGLEVEL)?.trim().parse().unwrap_or(0),
            ticket_lifetime: conf.get(p::SMTPD_TLS_SESSION_CACHE_TIMEOUT)?,
            tlsmgr_socket: PathBuf::from("private").join(conf.get(p::TLSMGR_SERVICE_NAME)?),
        })
    }
}

/// The choice for TLS that must be, or for TLS that may be.
fn params(conf: &Conf, grades: &Grades) -> Result<Params, Fault> {
    let level = conf.get(p::TLSPROXY_TLS_SECURITY_LEVEL)?;
    let must = match level.as_str() {
        "" => conf.get(p::TLSPROXY_ENFORCE_TLS)?,
        level => level != "may" && level != "none",
    };
    let mut exclude = split_list(&conf.get(p::TLSPROXY_TLS_EXCLUDE_CIPHERS)?);
    let (protocols, ciphers) = match must {
        true => {
            exclude.extend(split_list(&conf.get(p::TLSPROXY_TLS_MANDATORY_EXCLUDE_CIPHERS)?));
            (conf.get(p::TLSPROXY_TLS_MANDATORY_PROTOCOLS)?, conf.get(p::TLSPROXY_TLS_MANDATORY_CIPHERS)?)
        }
        false => (conf.get(p::TLSPROXY_TLS_PROTOCOLS)?, conf.get(p::TLSPROXY_TLS_CIPHERS)?),
    };
    let fault = |fault: tls::Fault| Fault::new(format!("tlsproxy TLS parameters: {fault}"));
    grades.params(&protocols, &ciphers, &exclude).map_err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_is_as_for_smtpd() {
        let main_cf = "smtpd_tls_cert_file = /a\nsmtpd_tls_key_file = /b\nsmtpd_tls_loglevel = 1";
        let conf = Conf::parse("main.cf", main_cf, &config::HostFacts::default()).unwrap();
        let settings = Settings::from_conf(&conf).unwrap();
        assert_eq!(settings.certificates.paths(), [PathBuf::from("/a"), PathBuf::from("/b")]);
        assert_eq!(settings.log_level, 1);
    }
}

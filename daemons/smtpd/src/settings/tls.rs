//! The parameters of TLS in smtpd(8), as plain values.

use config::{Conf, Fault, p, split_list};
use std::path::PathBuf;
use std::time::Duration;
use tls::{Digest, Files, Grades, Params};

/// What main.cf says about TLS.
pub(crate) struct Settings {
    pub level: Level,
    /// `smtpd_tls_wrappermode`: TLS from the first byte on.
    pub wrapper: bool,
    /// Clients without a good certificate are sent away (`smtpd_tls_req_ccert`).
    pub require_certificate: bool,
    /// Clients are asked for a certificate.
    pub ask_certificate: bool,
    /// `smtpd_tls_received_header`.
    pub received_header: bool,
    /// `smtpd_tls_loglevel`.
    pub log_level: u8,
    /// `smtpd_starttls_timeout`.
    pub handshake_timeout: Duration,
    pub certificates: Files,
    pub ca_file: String,
    pub ca_path: String,
    pub depth: usize,
    pub digest: Digest,
    pub server_order: bool,
    pub system_trust: bool,
    pub params: Params,
    /// `smtpd_tls_session_cache_timeout`; zero turns tickets off.
    pub ticket_lifetime: Duration,
    /// `smtpd_tls_session_cache_database` is set.
    pub cache: bool,
    /// `tls_server_sni_maps`.
    pub sni_maps: String,
    pub tlsmgr_socket: PathBuf,
    /// What must be said about these settings.
    pub warnings: Vec<String>,
}

/// `smtpd_tls_security_level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    None,
    May,
    Encrypt,
}

impl Settings {
    /// None when TLS is not wanted.
    pub(crate) fn from_conf(conf: &Conf) -> Result<Option<Self>, Fault> {
        let mut warnings = Vec::new();
        let wrapper = conf.get(p::SMTPD_TLS_WRAPPERMODE)?;
        let level = match level(conf, &mut warnings)? {
            Level::None if wrapper => Level::May,
            level => level,
        };
        if level == Level::None {
            return Ok(None);
        }
        let must_encrypt = level == Level::Encrypt || wrapper;
        let require = conf.get(p::SMTPD_TLS_REQ_CCERT)?;
        if require && !must_encrypt {
            warnings.push("Can't require client certs unless TLS is required".to_owned());
        }
        let grades = Grades::from_conf(conf)?;
        let fault = |fault: tls::Fault| Fault::new(fault.to_string());
        Ok(Some(Self {
            level,
            wrapper,
            require_certificate: require && must_encrypt,
            ask_certificate: require || conf.get(p::SMTPD_TLS_ASK_CCERT)?,
            received_header: conf.get(p::SMTPD_TLS_RECEIVED_HEADER)?,
            log_level: log_level(&conf.get(p::SMTPD_TLS_LOGLEVEL)?),
            handshake_timeout: conf.get(p::SMTPD_STARTTLS_TIMEOUT)?,
            certificates: certificates(conf)?,
            ca_file: conf.get(p::SMTPD_TLS_CAFILE)?,
            ca_path: conf.get(p::SMTPD_TLS_CAPATH)?,
            depth: usize::try_from(conf.get(p::SMTPD_TLS_CCERT_VERIFYDEPTH)?).unwrap_or(usize::MAX),
            digest: Digest::parse(&conf.get(p::SMTPD_TLS_FINGERPRINT_DIGEST)?).map_err(fault)?,
            server_order: grades.server_order,
            system_trust: grades.system_trust,
            params: params(conf, &grades, must_encrypt)?,
            ticket_lifetime: conf.get(p::SMTPD_TLS_SESSION_CACHE_TIMEOUT)?,
            cache: !conf.get(p::SMTPD_TLS_SESSION_CACHE_DATABASE)?.is_empty(),
            sni_maps: conf.get(p::TLS_SERVER_SNI_MAPS)?,
            tlsmgr_socket: PathBuf::from("private").join(conf.get(p::TLSMGR_SERVICE_NAME)?),
            warnings,
        }))
    }
}

/// The level, or what the older switches say.
fn level(conf: &Conf, warnings: &mut Vec<String>) -> Result<Level, Fault> {
    let text = conf.get(p::SMTPD_TLS_SECURITY_LEVEL)?;
    match text.to_ascii_lowercase().as_str() {
        "" if conf.get(p::SMTPD_ENFORCE_TLS)? => Ok(Level::Encrypt),
        "" if conf.get(p::SMTPD_USE_TLS)? => Ok(Level::May),
        "" | "none" => Ok(Level::None),
        "may" => Ok(Level::May),
        "encrypt" => Ok(Level::Encrypt),
        "fingerprint" | "verify" | "secure" | "dane" | "dane-only" | "half-dane" => {
            let text =
                format!("smtpd_tls_security_level: unsupported TLS level \"{text}\", using \"encrypt\"");
            warnings.push(text);
            Ok(Level::Encrypt)
        }
        _ => Err(Fault::new(format!("smtpd_tls_security_level: invalid TLS level \"{text}\""))),
    }
}

fn certificates(conf: &Conf) -> Result<Files, Fault> {
    let pairs = [
        (conf.get(p::SMTPD_TLS_CERT_FILE)?, conf.get(p::SMTPD_TLS_KEY_FILE)?),
        (conf.get(p::SMTPD_TLS_ECCERT_FILE)?, conf.get(p::SMTPD_TLS_ECKEY_FILE)?),
    ];
    Ok(Files::new(split_list(&conf.get(p::SMTPD_TLS_CHAIN_FILES)?), &pairs))
}

fn params(conf: &Conf, grades: &Grades, must_encrypt: bool) -> Result<Params, Fault> {
    let mut exclude = split_list(&conf.get(p::SMTPD_TLS_EXCLUDE_CIPHERS)?);
    let (protocols, ciphers) = match must_encrypt {
        true => {
            exclude.extend(split_list(&conf.get(p::SMTPD_TLS_MANDATORY_EXCLUDE_CIPHERS)?));
            (conf.get(p::SMTPD_TLS_MANDATORY_PROTOCOLS)?, conf.get(p::SMTPD_TLS_MANDATORY_CIPHERS)?)
        }
        false => (conf.get(p::SMTPD_TLS_PROTOCOLS)?, conf.get(p::SMTPD_TLS_CIPHERS)?),
    };
    let fault = |fault: tls::Fault| Fault::new(format!("smtpd TLS parameters: {fault}"));
    grades.params(&protocols, &ciphers, &exclude).map_err(fault)
}

/// A number, or words that are more than any number tells.
fn log_level(text: &str) -> u8 {
    text.trim().parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(main_cf: &str) -> Result<Option<Settings>, Fault> {
        let conf = Conf::parse("main.cf", main_cf, &config::HostFacts::default())?;
        Settings::from_conf(&conf)
    }

    #[test]
    fn a_level_wins_over_the_older_switches() {
        let level = |main_cf: &str| settings(main_cf).unwrap().map(|settings| settings.level);
        assert_eq!(level(""), None);
        assert_eq!(level("smtpd_use_tls = yes"), Some(Level::May));
        assert_eq!(level("smtpd_enforce_tls = yes"), Some(Level::Encrypt));
        assert_eq!(level("smtpd_enforce_tls = yes\nsmtpd_tls_security_level = none"), None);
        assert_eq!(level("smtpd_tls_wrappermode = yes"), Some(Level::May));
        assert_eq!(level("smtpd_tls_security_level = secure"), Some(Level::Encrypt));
        assert!(settings("smtpd_tls_security_level = most").is_err());
    }

    #[test]
    fn certificates_are_required_only_where_tls_is() {
        let required = |main_cf: &str| settings(main_cf).unwrap().unwrap().require_certificate;
        assert!(!required("smtpd_tls_security_level = may\nsmtpd_tls_req_ccert = yes"));
        assert!(required("smtpd_tls_security_level = encrypt\nsmtpd_tls_req_ccert = yes"));
    }

    #[test]
    fn what_debian_configures_is_understood() {
        let debian = "smtpd_tls_cert_file=/etc/ssl/certs/ssl-cert-snakeoil.pem
smtpd_tls_key_file=/etc/ssl/private/ssl-cert-snakeoil.key
smtpd_tls_security_level=may";
        let settings = settings(debian).unwrap().unwrap();
        let pair = ["/etc/ssl/certs/ssl-cert-snakeoil.pem", "/etc/ssl/private/ssl-cert-snakeoil.key"];
        assert_eq!(settings.certificates.paths(), pair.map(PathBuf::from));
    }

    #[test]
    fn versions_that_are_not_spoken_are_a_fault() {
        assert!(settings("smtpd_tls_security_level = may\nsmtpd_tls_protocols = SSLv3").is_err());
    }
}

//! The parameters of TLS in smtp(8) and lmtp(8), as plain values.

use super::Names;
use config::{Fault, p, split_list};
use std::time::Duration;
use tls::{Digest, Files, Grades};

/// What main.cf says about TLS.
#[derive(Clone, Debug)]
pub struct TlsSettings {
    /// `smtp_tls_security_level`, with the older switches taken into account.
    pub level: String,
    /// `smtp_tls_policy_maps`.
    pub policy_maps: String,
    /// `smtp_tls_wrappermode`.
    pub wrapper: bool,
    /// `smtp_tls_note_starttls_offer`.
    pub note_offer: bool,
    /// `smtp_tls_loglevel`.
    pub log_level: u8,
    /// `smtp_tls_connection_reuse`.
    pub reuse: bool,
    /// `smtp_tls_servername`.
    pub servername: String,
    /// Certificates to show.
    pub certificates: Files,
    /// `smtp_tls_CAfile`.
    pub ca_file: String,
    /// `smtp_tls_CApath`.
    pub ca_path: String,
    /// `smtp_tls_trust_anchor_file`.
    pub anchor_file: String,
    /// `smtp_tls_scert_verifydepth`.
    pub depth: usize,
    /// `smtp_tls_fingerprint_digest`.
    pub digest: Digest,
    /// `smtp_tls_fingerprint_cert_match`.
    pub fingerprints: Vec<String>,
    /// `smtp_tls_verify_cert_match`.
    pub verify_match: Vec<String>,
    /// `smtp_tls_secure_cert_match`.
    pub secure_match: Vec<String>,
    /// Parameters of all TLS programs.
    pub grades: Grades,
    /// For TLS that may be.
    pub opportunistic: Choice,
    /// For TLS that must be.
    pub mandatory: Choice,
    /// `smtp_tls_session_cache_database` is set.
    pub resume: bool,
    /// `minimal_backoff_time`: a message that is older goes in clear when TLS fails and need not be.
    pub clear_after: Duration,
}

/// Versions and ciphers, as they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Choice {
    /// Versions.
    pub protocols: String,
    /// The grade.
    pub ciphers: String,
    /// Ciphers never to use.
    pub exclude: Vec<String>,
}

impl TlsSettings {
    pub(super) fn read(own: &Names<'_>) -> Result<Self, Fault> {
        let fault = |fault: tls::Fault| Fault::new(fault.to_string());
        let grades = Grades::from_conf(own.conf)?;
        let exclude = split_list(&own.get(p::SMTP_TLS_EXCLUDE_CIPHERS)?);
        let more = split_list(&own.get(p::SMTP_TLS_MANDATORY_EXCLUDE_CIPHERS)?);
        let settings = Self {
            level: level(own)?,
            policy_maps: own.get(p::SMTP_TLS_POLICY_MAPS)?,
            wrapper: own.get(p::SMTP_TLS_WRAPPERMODE)?,
            note_offer: own.get(p::SMTP_TLS_NOTE_STARTTLS_OFFER)?,
            log_level: own.get(p::SMTP_TLS_LOGLEVEL)?.trim().parse().unwrap_or(0),
            reuse: own.get(p::SMTP_TLS_CONNECTION_REUSE)?,
            servername: own.get(p::SMTP_TLS_SERVERNAME)?,
            certificates: certificates(own)?,
            ca_file: own.get(p::SMTP_TLS_CAFILE)?,
            ca_path: own.get(p::SMTP_TLS_CAPATH)?,
            anchor_file: own.get(p::SMTP_TLS_TRUST_ANCHOR_FILE)?,
            depth: usize::try_from(own.get(p::SMTP_TLS_SCERT_VERIFYDEPTH)?).unwrap_or(usize::MAX),
            digest: Digest::parse(&own.get(p::SMTP_TLS_FINGERPRINT_DIGEST)?).map_err(fault)?,
            fingerprints: split_list(&own.get(p::SMTP_TLS_FINGERPRINT_CERT_MATCH)?),
            verify_match: names(&own.get(p::SMTP_TLS_VERIFY_CERT_MATCH)?),
            secure_match: names(&own.get(p::SMTP_TLS_SECURE_CERT_MATCH)?),
            opportunistic: Choice {
                protocols: own.get(p::SMTP_TLS_PROTOCOLS)?,
                ciphers: own.get(p::SMTP_TLS_CIPHERS)?,
                exclude: exclude.clone(),
            },
            mandatory: Choice {
                protocols: own.get(p::SMTP_TLS_MANDATORY_PROTOCOLS)?,
                ciphers: own.get(p::SMTP_TLS_MANDATORY_CIPHERS)?,
                exclude: [exclude, more].concat(),
            },
            grades,
            resume: !own.get(p::SMTP_TLS_SESSION_CACHE_DATABASE)?.is_empty(),
            clear_after: own.conf.get(p::MINIMAL_BACKOFF_TIME)?,
        };
        for choice in [&settings.opportunistic, &settings.mandatory] {
            settings.grades.params(&choice.protocols, &choice.ciphers, &choice.exclude).map_err(fault)?;
        }
        Ok(settings)
    }
}

/// Names may be joined by colons too.
pub(crate) fn names(list: &str) -> Vec<String> {
    split_list(&list.replace(':', " "))
}

fn level(own: &Names<'_>) -> Result<String, Fault> {
    let level = own.get(p::SMTP_TLS_SECURITY_LEVEL)?;
    if !level.is_empty() {
        return Ok(level.to_ascii_lowercase());
    }
    let level = match (own.get(p::SMTP_ENFORCE_TLS)?, own.get(p::SMTP_USE_TLS)?) {
        (true, _) if own.get(p::SMTP_TLS_ENFORCE_PEERNAME)? => "verify",
        (true, _) => "encrypt",
        (false, true) => "may",
        (false, false) => "none",
    };
    Ok(level.to_owned())
}

fn certificates(own: &Names<'_>) -> Result<Files, Fault> {
    let pairs = [
        (own.get(p::SMTP_TLS_CERT_FILE)?, own.get(p::SMTP_TLS_KEY_FILE)?),
        (own.get(p::SMTP_TLS_ECCERT_FILE)?, own.get(p::SMTP_TLS_ECKEY_FILE)?),
    ];
    Ok(Files::new(split_list(&own.get(p::SMTP_TLS_CHAIN_FILES)?), &pairs))
}

//! The parameters of trivial-rewrite(8), as plain values.

use config::{Conf, Fault, p, split_list};
use rewrite::{Delimiter, Origin, Rules};
use std::net::IpAddr;

/// What main.cf says.
pub(super) struct Settings {
    pub(super) resolve: rewrite::Settings,
    /// What completes addresses in the header of mail from remote clients.
    pub(super) remote_origin: Origin,
    /// `append_dot_mydomain = yes` is the default of an old version.
    pub(super) tells_completion: bool,
    pub(super) tables: tables::Options,
    pub(super) own_addresses: Vec<IpAddr>,
    pub(super) mydestination: String,
    pub(super) virtual_alias_domains: String,
    pub(super) virtual_mailbox_domains: String,
    pub(super) relay_domains: String,
    pub(super) relay_parents: bool,
    pub(super) transport_maps: String,
    pub(super) relocated_maps: String,
    pub(super) sender_relayhost_maps: String,
    pub(super) sender_transport_maps: String,
    /// What is different for probes (`address_verify_*`), in whole; None when nothing is.
    pub(super) probe: Option<Box<Settings>>,
}

impl Settings {
    pub(super) fn from_conf(conf: &Conf) -> Result<Self, Fault> {
        let mut settings = Self::of_mail(conf)?;
        let probe = settings.for_probes(conf)?;
        settings.probe = probe.map(Box::new);
        Ok(settings)
    }

    fn for_probes(&self, conf: &Conf) -> Result<Option<Self>, Fault> {
        let mut probe = Self::of_mail(conf)?;
        let resolve = &mut probe.resolve;
        resolve.local_transport = conf.get(p::ADDRESS_VERIFY_LOCAL_TRANSPORT)?;
        resolve.virtual_transport = conf.get(p::ADDRESS_VERIFY_VIRTUAL_TRANSPORT)?;
        resolve.relay_transport = conf.get(p::ADDRESS_VERIFY_RELAY_TRANSPORT)?;
        resolve.default_transport = conf.get(p::ADDRESS_VERIFY_DEFAULT_TRANSPORT)?;
        resolve.relayhost = conf.get(p::ADDRESS_VERIFY_RELAYHOST)?;
        probe.transport_maps = conf.get(p::ADDRESS_VERIFY_TRANSPORT_MAPS)?;
        probe.sender_relayhost_maps = conf.get(p::ADDRESS_VERIFY_SENDER_DEPENDENT_RELAYHOST_MAPS)?;
        probe.sender_transport_maps = conf.get(p::ADDRESS_VERIFY_SENDER_DEPENDENT_DEFAULT_TRANSPORT_MAPS)?;
        Ok((probe.routing() != self.routing()).then_some(probe))
    }

    /// What may be different for probes.
    fn routing(&self) -> [&str; 8] {
        let resolve = &self.resolve;
        [
            &resolve.local_transport,
            &resolve.virtual_transport,
            &resolve.relay_transport,
            &resolve.default_transport,
            &resolve.relayhost,
            &self.transport_maps,
            &self.sender_relayhost_maps,
            &self.sender_transport_maps,
        ]
    }

    fn of_mail(conf: &Conf) -> Result<Self, Fault> {
        let parents = split_list(&conf.get(p::PARENT_DOMAIN_MATCHES_SUBDOMAINS)?);
        let includes = |name: &str| parents.iter().any(|entry| entry == name);
        let remote = conf.get(p::REMOTE_HEADER_REWRITE_DOMAIN)?;
        Ok(Self {
            resolve: resolve_settings(conf, includes("transport_maps"))?,
            remote_origin: Origin { origin: remote.clone(), domain: remote },
            tells_completion: conf.backwards_compatible_default(p::APPEND_DOT_MYDOMAIN)?.is_some(),
            tables: table_options(conf)?,
            own_addresses: config::own_addresses(conf)?,
            mydestination: conf.get(p::MYDESTINATION)?,
            virtual_alias_domains: conf.get(p::VIRTUAL_ALIAS_DOMAINS)?,
            virtual_mailbox_domains: conf.get(p::VIRTUAL_MAILBOX_DOMAINS)?,
            relay_domains: conf.get(p::RELAY_DOMAINS)?,
            relay_parents: includes("relay_domains"),
            transport_maps: conf.get(p::TRANSPORT_MAPS)?,
            relocated_maps: conf.get(p::RELOCATED_MAPS)?,
            sender_relayhost_maps: conf.get(p::SENDER_DEPENDENT_RELAYHOST_MAPS)?,
            sender_transport_maps: conf.get(p::SENDER_DEPENDENT_DEFAULT_TRANSPORT_MAPS)?,
            probe: None,
        })
    }
}

fn resolve_settings(conf: &Conf, transport_parent_matches: bool) -> Result<rewrite::Settings, Fault> {
    Ok(rewrite::Settings {
        rules: Rules {
            swap_bangpath: conf.get(p::SWAP_BANGPATH)?,
            allow_percent_hack: conf.get(p::ALLOW_PERCENT_HACK)?,
            append_at_myorigin: conf.get(p::APPEND_AT_MYORIGIN)?,
            append_dot_mydomain: conf.get(p::APPEND_DOT_MYDOMAIN)?,
        },
        origin: Origin { origin: conf.get(p::MYORIGIN)?, domain: conf.get(p::MYDOMAIN)? },
        myhostname: conf.get(p::MYHOSTNAME)?,
        empty_address_recipient: conf.get(p::EMPTY_ADDRESS_RECIPIENT)?,
        resolve_dequoted_address: conf.get(p::RESOLVE_DEQUOTED_ADDRESS)?,
        resolve_null_domain: conf.get(p::RESOLVE_NULL_DOMAIN)?,
        resolve_numeric_domain: conf.get(p::RESOLVE_NUMERIC_DOMAIN)?,
        smtputf8: conf.get(p::SMTPUTF8_ENABLE)?,
        allow_min_user: conf.get(p::ALLOW_MIN_USER)?,
        show_user_unknown_table_name: conf.get(p::SHOW_USER_UNKNOWN_TABLE_NAME)?,
        helpful_warnings: conf.get(p::HELPFUL_WARNINGS)?,
        relocated_prefix: conf.get(p::RELOCATED_PREFIX_ENABLE)?,
        delimiter: Delimiter {
            characters: conf.get(p::RECIPIENT_DELIMITER)?,
            double_bounce_sender: conf.get(p::DOUBLE_BOUNCE_SENDER)?,
            owner_request_special: conf.get(p::OWNER_REQUEST_SPECIAL)?,
        },
        transport_parent_matches,
        local_transport: conf.get(p::LOCAL_TRANSPORT)?,
        virtual_transport: conf.get(p::VIRTUAL_TRANSPORT)?,
        relay_transport: conf.get(p::RELAY_TRANSPORT)?,
        default_transport: conf.get(p::DEFAULT_TRANSPORT)?,
        relayhost: conf.get(p::RELAYHOST)?,
        empty_relayhost_key: conf.get(p::EMPTY_ADDRESS_RELAYHOST_MAPS_LOOKUP_KEY)?,
        empty_default_transport_key: conf.get(p::EMPTY_ADDRESS_DEFAULT_TRANSPORT_MAPS_LOOKUP_KEY)?,
    })
}

fn table_options(conf: &Conf) -> Result<tables::Options, Fault> {
    Ok(tables::Options {
        alias_databases: split_list(&conf.get(p::ALIAS_DATABASE)?),
        lmdb_map_size: usize::try_from(conf.get(p::LMDB_MAP_SIZE)?).unwrap_or(usize::MAX),
        ..tables::Options::default()
    })
}

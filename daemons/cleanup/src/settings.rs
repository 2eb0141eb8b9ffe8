//! The parameters of cleanup(8), as plain values.

use config::{Conf, Fault, p, split_list};
use rewrite::Delimiter;
use std::path::PathBuf;
use std::time::Duration;

/// What main.cf says.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) myhostname: String,
    pub(crate) myorigin: String,
    pub(crate) mydestination: String,
    pub(crate) own_addresses: Vec<std::net::IpAddr>,
    pub(crate) delimiter: Delimiter,
    pub(crate) empty_address_recipient: String,
    pub(crate) smtputf8: bool,
    pub(crate) smtputf8_autodetect: Vec<String>,
    /// `remote_header_rewrite_domain` is set: headers of remote mail are rewritten too.
    pub(crate) rewrites_remote: bool,
    pub(crate) mappings: Mappings,
    pub(crate) headers: Headers,
    pub(crate) checks: Checks,
    pub(crate) mime: message::Options,
    pub(crate) limits: Limits,
    pub(crate) copies: Copies,
    pub(crate) queue: QueueSettings,
    pub(crate) services: Services,
    pub(crate) tables: tables::Options,
}

/// Address mappings and where they apply.
#[derive(Clone, Debug)]
pub(crate) struct Mappings {
    pub(crate) canonical_maps: String,
    pub(crate) canonical_classes: Classes,
    pub(crate) sender_canonical_maps: String,
    pub(crate) sender_canonical_classes: Classes,
    pub(crate) recipient_canonical_maps: String,
    pub(crate) recipient_canonical_classes: Classes,
    pub(crate) masquerade_domains: Vec<String>,
    pub(crate) masquerade_exceptions: String,
    pub(crate) masquerade_classes: Classes,
    pub(crate) virtual_alias_maps: String,
    pub(crate) virtual_alias_expansion_limit: usize,
    pub(crate) virtual_alias_recursion_limit: usize,
    pub(crate) virtual_alias_address_length_limit: usize,
    pub(crate) propagate_canonical: bool,
    pub(crate) propagate_virtual: bool,
}

/// Which addresses a mapping touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Classes {
    pub(crate) envelope_sender: bool,
    pub(crate) envelope_recipient: bool,
    pub(crate) header_sender: bool,
    pub(crate) header_recipient: bool,
}

/// Header completion.
#[derive(Clone, Debug)]
pub(crate) struct Headers {
    pub(crate) always_add_missing: bool,
    pub(crate) undisclosed_recipients: String,
    /// `header_from_format = standard`, else `obsolete`.
    pub(crate) standard_from: bool,
    /// `message_drop_headers`, lower case.
    pub(crate) drop: Vec<String>,
    pub(crate) token_limit: usize,
    pub(crate) header_limit: usize,
    pub(crate) hopcount_limit: usize,
    pub(crate) detect_8bit_encoding: bool,
    pub(crate) long_queue_ids: bool,
    pub(crate) end_of_header: EndOfHeader,
}

/// `non_empty_end_of_header_action`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndOfHeader {
    /// An empty line is inserted.
    Fix,
    /// A `MIME-Error:` field tells of it, too.
    AddHeader,
    /// The message is refused.
    Reject,
}

/// header_checks and their like, and bytes that are not wanted.
#[derive(Clone, Debug)]
pub(crate) struct Checks {
    pub(crate) header: String,
    pub(crate) mime_header: String,
    pub(crate) nested_header: String,
    pub(crate) body: String,
    pub(crate) body_size_limit: u64,
    pub(crate) reject_characters: Vec<u8>,
    pub(crate) strip_characters: Vec<u8>,
    pub(crate) replace_stray_cr_lf: bool,
}

/// How much is enough.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) message_size: u64,
    pub(crate) queue_minfree: u64,
    pub(crate) line_length: usize,
    pub(crate) attributes: usize,
    pub(crate) duplicates: usize,
    pub(crate) delay_warning: Duration,
    pub(crate) original_recipient: bool,
}

/// Copies of all mail.
#[derive(Clone, Debug)]
pub(crate) struct Copies {
    pub(crate) always_bcc: String,
    pub(crate) sender_bcc_maps: String,
    pub(crate) recipient_bcc_maps: String,
}

/// Where the queue is, and how files are named.
#[derive(Clone, Debug)]
pub(crate) struct QueueSettings {
    pub(crate) directory: PathBuf,
    pub(crate) options: queue::QueueOptions,
    pub(crate) in_flow_delay: Duration,
    pub(crate) process_limit: usize,
}

/// Names of other services, as paths below the queue directory.
#[derive(Clone, Debug)]
pub(crate) struct Services {
    pub(crate) rewrite: PathBuf,
    pub(crate) bounce: PathBuf,
    pub(crate) trace: PathBuf,
    pub(crate) verify: PathBuf,
    pub(crate) queue_manager: PathBuf,
    pub(crate) timeout: Duration,
}

impl Settings {
    pub(crate) fn from_conf(conf: &Conf) -> Result<Self, Fault> {
        Ok(Self {
            myhostname: conf.get(p::MYHOSTNAME)?,
            myorigin: conf.get(p::MYORIGIN)?,
            mydestination: conf.get(p::MYDESTINATION)?,
            own_addresses: config::own_addresses(conf)?,
            delimiter: Delimiter {
                characters: conf.get(p::RECIPIENT_DELIMITER)?,
                double_bounce_sender: conf.get(p::DOUBLE_BOUNCE_SENDER)?,
                owner_request_special: conf.get(p::OWNER_REQUEST_SPECIAL)?,
            },
            empty_address_recipient: conf.get(p::EMPTY_ADDRESS_RECIPIENT)?,
            smtputf8: conf.get(p::SMTPUTF8_ENABLE)?,
            smtputf8_autodetect: split_list(&conf.get(p::SMTPUTF8_AUTODETECT_CLASSES)?),
            rewrites_remote: !conf.get(p::REMOTE_HEADER_REWRITE_DOMAIN)?.is_empty(),
            mappings: mappings(conf)?,
            headers: headers(conf)?,
            checks: checks(conf)?,
            mime: mime(conf)?,
            limits: limits(conf)?,
            copies: Copies {
                always_bcc: conf.get(p::ALWAYS_BCC)?,
                sender_bcc_maps: conf.get(p::SENDER_BCC_MAPS)?,
                recipient_bcc_maps: conf.get(p::RECIPIENT_BCC_MAPS)?,
            },
            queue: queue_settings(conf)?,
            services: services(conf)?,
            tables: tables::Options {
                utf8: conf.get(p::SMTPUTF8_ENABLE)?,
                alias_databases: split_list(&conf.get(p::ALIAS_DATABASE)?),
                lmdb_map_size: size(conf.get(p::LMDB_MAP_SIZE)?),
                ..tables::Options::default()
            },
        })
    }
}

fn mappings(conf: &Conf) -> Result<Mappings, Fault> {
    let propagate = split_list(&conf.get(p::PROPAGATE_UNMATCHED_EXTENSIONS)?);
    Ok(Mappings {
        canonical_maps: conf.get(p::CANONICAL_MAPS)?,
        canonical_classes: classes("canonical_classes", &conf.get(p::CANONICAL_CLASSES)?)?,
        sender_canonical_maps: conf.get(p::SENDER_CANONICAL_MAPS)?,
        sender_canonical_classes: classes(
            "sender_canonical_classes",
            &conf.get(p::SENDER_CANONICAL_CLASSES)?,
        )?,
        recipient_canonical_maps: conf.get(p::RECIPIENT_CANONICAL_MAPS)?,
        recipient_canonical_classes: classes(
            "recipient_canonical_classes",
            &conf.get(p::RECIPIENT_CANONICAL_CLASSES)?,
        )?,
        masquerade_domains: split_list(&conf.get(p::MASQUERADE_DOMAINS)?),
        masquerade_exceptions: conf.get(p::MASQUERADE_EXCEPTIONS)?,
        masquerade_classes: classes("masquerade_classes", &conf.get(p::MASQUERADE_CLASSES)?)?,
        virtual_alias_maps: conf.get(p::VIRTUAL_ALIAS_MAPS)?,
        virtual_alias_expansion_limit: size(conf.get(p::VIRTUAL_ALIAS_EXPANSION_LIMIT)?),
        virtual_alias_recursion_limit: size(conf.get(p::VIRTUAL_ALIAS_RECURSION_LIMIT)?),
        virtual_alias_address_length_limit: size(conf.get(p::VIRTUAL_ALIAS_ADDRESS_LENGTH_LIMIT)?),
        propagate_canonical: propagate.iter().any(|word| word == "canonical"),
        propagate_virtual: propagate.iter().any(|word| word == "virtual"),
    })
}

fn classes(parameter: &str, text: &str) -> Result<Classes, Fault> {
    let mut classes = Classes::default();
    for word in split_list(text) {
        match word.to_ascii_lowercase().as_str() {
            "envelope_sender" => classes.envelope_sender = true,
            "envelope_recipient" => classes.envelope_recipient = true,
            "header_sender" => classes.header_sender = true,
            "header_recipient" => classes.header_recipient = true,
            _ => return Err(Fault::new(format!("parameter {parameter}: unknown class \"{word}\""))),
        }
    }
    Ok(classes)
}

fn headers(conf: &Conf) -> Result<Headers, Fault> {
    Ok(Headers {
        always_add_missing: conf.get(p::ALWAYS_ADD_MISSING_HEADERS)?,
        undisclosed_recipients: conf.get(p::UNDISCLOSED_RECIPIENTS_HEADER)?,
        standard_from: match conf.get(p::HEADER_FROM_FORMAT)?.as_str() {
            "standard" => true,
            "obsolete" => false,
            other => return Err(Fault::new(format!("parameter header_from_format: bad value: {other}"))),
        },
        drop: split_list(&conf.get(p::MESSAGE_DROP_HEADERS)?)
            .iter()
            .map(|name| name.trim_end_matches(':').to_ascii_lowercase())
            .collect(),
        token_limit: size(conf.get(p::HEADER_ADDRESS_TOKEN_LIMIT)?),
        header_limit: size(conf.get(p::HEADER_SIZE_LIMIT)?),
        hopcount_limit: size(conf.get(p::HOPCOUNT_LIMIT)?),
        detect_8bit_encoding: conf.get(p::DETECT_8BIT_ENCODING_HEADER)?,
        long_queue_ids: conf.get(p::ENABLE_LONG_QUEUE_IDS)?,
        end_of_header: match conf.get(p::NON_EMPTY_END_OF_HEADER_ACTION)?.as_str() {
            "fix_quietly" => EndOfHeader::Fix,
            "add_header" => EndOfHeader::AddHeader,
            "reject" => EndOfHeader::Reject,
            other => {
                let text = format!("parameter non_empty_end_of_header_action: bad value: {other}");
                return Err(Fault::new(text));
            }
        },
    })
}

fn checks(conf: &Conf) -> Result<Checks, Fault> {
    Ok(Checks {
        header: conf.get(p::HEADER_CHECKS)?,
        mime_header: conf.get(p::MIME_HEADER_CHECKS)?,
        nested_header: conf.get(p::NESTED_HEADER_CHECKS)?,
        body: conf.get(p::BODY_CHECKS)?,
        body_size_limit: size(conf.get(p::BODY_CHECKS_SIZE_LIMIT)?) as u64,
        reject_characters: message::unescape(&conf.get(p::MESSAGE_REJECT_CHARACTERS)?),
        strip_characters: message::unescape(&conf.get(p::MESSAGE_STRIP_CHARACTERS)?),
        replace_stray_cr_lf: conf.get(p::CLEANUP_REPLACE_STRAY_CR_LF)?,
    })
}

/// The limits always hold; what is reported depends on the message's flags as well, see `Message`.
fn mime(conf: &Conf) -> Result<message::Options, Fault> {
    let strict = conf.get(p::STRICT_8BITMIME)?;
    let header = strict || conf.get(p::STRICT_7BIT_HEADERS)?;
    let body = strict || conf.get(p::STRICT_8BITMIME_BODY)?;
    let encoding = conf.get(p::STRICT_MIME_ENCODING_DOMAIN)?;
    let mut tables = [p::HEADER_CHECKS, p::MIME_HEADER_CHECKS, p::NESTED_HEADER_CHECKS].into_iter();
    let checks = tables.try_fold(false, |any, p| Ok(any || !conf.get(p)?.is_empty()))?;
    Ok(message::Options {
        disable_mime: conf.get(p::DISABLE_MIME_INPUT_PROCESSING)?,
        header_limit: size(conf.get(p::HEADER_SIZE_LIMIT)?),
        nesting_limit: size(conf.get(p::MIME_NESTING_LIMIT)?),
        boundary_limit: size(conf.get(p::MIME_BOUNDARY_LENGTH_LIMIT)?),
        report_nesting: header || body || encoding || checks,
        report_8bit_header: header,
        report_8bit_body: body,
        report_encoding: encoding,
    })
}

fn limits(conf: &Conf) -> Result<Limits, Fault> {
    Ok(Limits {
        message_size: size(conf.get(p::MESSAGE_SIZE_LIMIT)?) as u64,
        queue_minfree: size(conf.get(p::QUEUE_MINFREE)?) as u64,
        line_length: size(conf.get(p::LINE_LENGTH_LIMIT)?).max(1),
        attributes: size(conf.get(p::QUEUE_FILE_ATTRIBUTE_COUNT_LIMIT)?),
        duplicates: size(conf.get(p::DUPLICATE_FILTER_LIMIT)?),
        delay_warning: conf.get(p::DELAY_WARNING_TIME)?,
        original_recipient: conf.get(p::ENABLE_ORIGINAL_RECIPIENT)?,
    })
}

fn queue_settings(conf: &Conf) -> Result<QueueSettings, Fault> {
    Ok(QueueSettings {
        directory: PathBuf::from(conf.get(p::QUEUE_DIRECTORY)?),
        options: queue::QueueOptions {
            hash_queue_names: split_list(&conf.get(p::HASH_QUEUE_NAMES)?),
            hash_queue_depth: size(conf.get(p::HASH_QUEUE_DEPTH)?),
            long_queue_ids: conf.get(p::ENABLE_LONG_QUEUE_IDS)?,
        },
        in_flow_delay: conf.get(p::IN_FLOW_DELAY)?,
        process_limit: size(conf.get(p::DEFAULT_PROCESS_LIMIT)?),
    })
}

/// Daemons stand in the queue directory, so the paths need no root.
fn services(conf: &Conf) -> Result<Services, Fault> {
    let private = |name: String| PathBuf::from("private").join(name);
    Ok(Services {
        rewrite: private(conf.get(p::REWRITE_SERVICE_NAME)?),
        bounce: private(conf.get(p::BOUNCE_SERVICE_NAME)?),
        trace: private(conf.get(p::TRACE_SERVICE_NAME)?),
        verify: private(conf.get(p::ADDRESS_VERIFY_SERVICE_NAME)?),
        queue_manager: PathBuf::from("public").join(conf.get(p::QUEUE_SERVICE_NAME)?),
        timeout: conf.get(p::IPC_TIMEOUT)?,
    })
}

fn size(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

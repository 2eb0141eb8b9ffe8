//! What main.cf and master.cf say about the queue, as plain values.

use config::master::ServiceEntry;
use config::{Conf, Fault, Param, Text, Time, p, split_list};
use maillog::Log;
use queue::QueueOptions;
use schedule::{Feedback, Limits, TransportLimits};
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

/// Everything that qmgr(8) takes from main.cf and master.cf.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `queue_directory`
    pub queue_directory: PathBuf,
    /// How the queue is laid out.
    pub queue: QueueOptions,
    /// The limits of the queue manager as a whole.
    pub limits: Limits,
    /// `queue_run_delay`
    pub queue_run_delay: Duration,
    /// `qmgr_ipc_timeout`
    pub ipc_timeout: Duration,
    /// `daemon_timeout`: how long an agent may stay silent.
    pub agent_timeout: Duration,
    /// `double_bounce_sender`
    pub double_bounce_sender: String,
    /// `default_filter_nexthop`
    pub default_filter_nexthop: String,
    /// `confirm_delay_cleared`
    pub confirm_delay_cleared: bool,
    /// `disable_verp_bounces`
    pub disable_verp_bounces: bool,
    /// `delay_logging_resolution_limit`
    pub delay_resolution: u8,
    /// Service names: `rewrite`, `bounce`, `defer`, `trace`.
    pub rewrite_service: String,
    /// `bounce_service_name`
    pub bounce_service: String,
    /// `defer_service_name`
    pub defer_service: String,
    /// `trace_service_name`
    pub trace_service: String,
    /// `address_verify_service_name`
    pub verify_service: String,
    /// `address_verify_pending_request_limit`
    pub pending_probes: usize,
    /// `flush_service_name`, when any destination is in `fast_flush_domains` and master.cf has the service.
    pub flush_service: Option<String>,
    /// `fast_flush_domains` is what an old version's default of `relay_domains` makes it.
    pub tells_flush: bool,
    /// Where the folders of sockets are; empty in the daemon, which works in the queue directory.
    pub sockets: PathBuf,
    /// What master.cf says of each service.
    pub transports: HashMap<String, Transport>,
}

/// A transport of master.cf.
#[derive(Clone, Debug)]
pub struct Transport {
    /// Its socket, below the queue directory.
    pub socket: String,
    /// What it may do.
    pub limits: TransportLimits,
    /// Settings that make no sense, and are ignored.
    complaints: Vec<String>,
    /// `destination_concurrency_feedback_debug`
    explanations: Vec<String>,
}

impl Settings {
    /// Reads everything; a mistake in the limits of any service of master.cf is a mistake now.
    pub fn from_conf(conf: &Conf, services: &[ServiceEntry]) -> Result<Self, Fault> {
        let flush_service = conf.get(p::FLUSH_SERVICE_NAME)?;
        let flushes = !conf.get(p::FAST_FLUSH_DOMAINS)?.is_empty();
        let mut transports = HashMap::new();
        for service in services {
            let socket =
                format!("{}/{}", if service.is_private() { "private" } else { "public" }, service.name);
            let transport = transport(conf, &service.name, socket, service.limit(conf)? as usize)?;
            transports.insert(service.name.clone(), transport);
        }
        Ok(Self {
            queue_directory: conf.get(p::QUEUE_DIRECTORY)?.into(),
            queue: QueueOptions {
                hash_queue_names: split_list(&conf.get(p::HASH_QUEUE_NAMES)?),
                hash_queue_depth: usize::try_from(conf.get(p::HASH_QUEUE_DEPTH)?).unwrap_or(1),
                long_queue_ids: conf.get(p::ENABLE_LONG_QUEUE_IDS)?,
            },
            limits: limits(conf)?,
            queue_run_delay: conf.get(p::QUEUE_RUN_DELAY)?,
            ipc_timeout: conf.get(p::QMGR_IPC_TIMEOUT)?,
            agent_timeout: conf.get(p::DAEMON_TIMEOUT)?,
            double_bounce_sender: conf.get(p::DOUBLE_BOUNCE_SENDER)?,
            default_filter_nexthop: conf.get(p::DEFAULT_FILTER_NEXTHOP)?,
            confirm_delay_cleared: conf.get(p::CONFIRM_DELAY_CLEARED)?,
            disable_verp_bounces: conf.get(p::DISABLE_VERP_BOUNCES)?,
            delay_resolution: u8::try_from(conf.get(p::DELAY_LOGGING_RESOLUTION_LIMIT)?).unwrap_or(2),
            rewrite_service: conf.get(p::REWRITE_SERVICE_NAME)?,
            bounce_service: conf.get(p::BOUNCE_SERVICE_NAME)?,
            defer_service: conf.get(p::DEFER_SERVICE_NAME)?,
            verify_service: conf.get(p::ADDRESS_VERIFY_SERVICE_NAME)?,
            pending_probes: usize::try_from(conf.get(p::ADDRESS_VERIFY_PENDING_REQUEST_LIMIT)?)
                .unwrap_or(usize::MAX),
            trace_service: conf.get(p::TRACE_SERVICE_NAME)?,
            tells_flush: conf.backwards_compatible_default(p::RELAY_DOMAINS)?.is_some()
                && !conf.is_set(p::FAST_FLUSH_DOMAINS.name()),
            flush_service: Some(flush_service).filter(|name| flushes && transports.contains_key(name)),
            sockets: PathBuf::new(),
            transports,
        })
    }

    /// The limits of a transport; one that master.cf does not know will fail soon enough.
    pub fn transport_limits(&self, name: &str) -> TransportLimits {
        self.transports.get(name).map(|t| t.limits.clone()).unwrap_or_default()
    }

    /// Tells what there is to tell about a transport when mail goes to it for the first time.
    pub(crate) fn explain(&self, name: &str, log: &Log) {
        let Some(transport) = self.transports.get(name) else { return };
        transport.complaints.iter().for_each(|text| log.warning(text));
        if self.limits.explain_feedback {
            transport.explanations.iter().for_each(|text| log.info(text));
        }
    }

    /// The socket of a transport.
    pub fn socket(&self, name: &str) -> PathBuf {
        let known = self.transports.get(name).map(|t| t.socket.clone());
        self.sockets.join(known.unwrap_or_else(|| format!("private/{name}")))
    }
}

fn limits(conf: &Conf) -> Result<Limits, Fault> {
    let queue_lifetime = seconds(conf, p::MAXIMAL_QUEUE_LIFETIME)?;
    Ok(Limits {
        active_messages: count(conf.get(p::QMGR_MESSAGE_ACTIVE_LIMIT)?),
        recipients: count(conf.get(p::QMGR_MESSAGE_RECIPIENT_LIMIT)?),
        recipient_minimum: count(conf.get(p::QMGR_MESSAGE_RECIPIENT_MINIMUM)?),
        minimal_backoff: seconds(conf, p::MINIMAL_BACKOFF_TIME)?,
        maximal_backoff: seconds(conf, p::MAXIMAL_BACKOFF_TIME)?,
        queue_lifetime,
        bounce_lifetime: seconds(conf, p::BOUNCE_QUEUE_LIFETIME)?.min(queue_lifetime),
        transport_retry: seconds(conf, p::TRANSPORT_RETRY_TIME)?,
        clog_warn: seconds(conf, p::QMGR_CLOG_WARN_TIME)?,
        explain_feedback: conf.get(p::DESTINATION_CONCURRENCY_FEEDBACK_DEBUG)?,
        defer_transports: split_list(&conf.get(p::DEFER_TRANSPORTS)?),
    })
}

fn transport(conf: &Conf, name: &str, socket: String, processes: usize) -> Result<Transport, Fault> {
    let number = |parameter| conf.transport(parameter, name).map(count);
    let time = |parameter: Param<Time>| Ok::<_, Fault>(conf.transport(parameter, name)?.as_secs() as i64);
    let initial_concurrency = number(p::INITIAL_DESTINATION_CONCURRENCY)?.max(1);
    let (mut complaints, mut explanations) = (Vec::new(), Vec::new());
    let mut feedback = |parameter: Param<Text>, end: &str| {
        let own = format!("{name}{end}");
        let place = if conf.is_set(&own) { own.as_str() } else { parameter.name() };
        let text = conf.transport(parameter, name)?;
        let parsed = Feedback::parse(&text).unwrap_or_else(|| {
            complaints.push(format!("{place}: ignoring malformed or unreasonable feedback: {text}"));
            Feedback::ONE
        });
        explanations.push(parsed.explain(name, place, initial_concurrency));
        Ok::<_, Fault>(parsed)
    };
    let positive_feedback = feedback(
        p::DEFAULT_DESTINATION_CONCURRENCY_POSITIVE_FEEDBACK,
        "_destination_concurrency_positive_feedback",
    )?;
    let negative_feedback = feedback(
        p::DEFAULT_DESTINATION_CONCURRENCY_NEGATIVE_FEEDBACK,
        "_destination_concurrency_negative_feedback",
    )?;
    let limits = TransportLimits {
        processes,
        concurrency: number(p::DEFAULT_DESTINATION_CONCURRENCY_LIMIT)?,
        initial_concurrency,
        recipients_per_delivery: number(p::DEFAULT_DESTINATION_RECIPIENT_LIMIT)?,
        positive_feedback,
        negative_feedback,
        failed_cohorts: number(p::DEFAULT_DESTINATION_CONCURRENCY_FAILED_COHORT_LIMIT)?,
        destination_rate_delay: time(p::DEFAULT_DESTINATION_RATE_DELAY)?,
        transport_rate_delay: time(p::DEFAULT_TRANSPORT_RATE_DELAY)?,
        recipients: number(p::DEFAULT_RECIPIENT_LIMIT)?,
        extra_recipients: number(p::DEFAULT_EXTRA_RECIPIENT_LIMIT)?,
        refill: number(p::DEFAULT_RECIPIENT_REFILL_LIMIT)?,
        refill_delay: time(p::DEFAULT_RECIPIENT_REFILL_DELAY)?,
        slot_cost: number(p::DEFAULT_DELIVERY_SLOT_COST)?,
        slot_loan: number(p::DEFAULT_DELIVERY_SLOT_LOAN)?,
        slot_discount: number(p::DEFAULT_DELIVERY_SLOT_DISCOUNT)?,
        minimum_slots: number(p::DEFAULT_MINIMUM_DELIVERY_SLOTS)?,
    };
    Ok(Transport { socket, limits, complaints, explanations })
}

fn seconds(conf: &Conf, parameter: Param<Time>) -> Result<i64, Fault> {
    Ok(conf.get(parameter)?.as_secs() as i64)
}

fn count(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::HostFacts;
    use std::path::Path;

    fn settings(main_cf: &str) -> Result<Settings, Fault> {
        let conf = Conf::parse("main.cf", main_cf, &HostFacts::default()).unwrap();
        let master_cf = "smtp unix - - n - 7 smtp\nlocal unix - n n - - local\nerror unix n - n - - error\n";
        Settings::from_conf(&conf, &config::master::parse("master.cf", master_cf).unwrap())
    }

    #[test]
    fn each_transport_has_the_limits_of_main_cf_and_the_processes_of_master_cf() {
        let settings = settings("smtp_destination_concurrency_limit = 3\n").unwrap();
        let smtp = settings.transport_limits("smtp");
        assert_eq!((smtp.processes, smtp.concurrency, smtp.recipients_per_delivery), (7, 3, 50));
        let local = settings.transport_limits("local");
        assert_eq!((local.processes, local.concurrency, local.recipients_per_delivery), (100, 2, 1));
        assert_eq!(settings.socket("smtp"), Path::new("private/smtp"));
        assert_eq!(settings.socket("error"), Path::new("public/error"));
    }

    #[test]
    fn every_limit_of_a_transport_has_a_parameter_of_its_own() {
        type Read = fn(&TransportLimits) -> i64;
        let families: [(&str, Read); 9] = [
            ("initial_destination_concurrency", |l| l.initial_concurrency as i64),
            ("delivery_slot_cost", |l| l.slot_cost as i64),
            ("delivery_slot_loan", |l| l.slot_loan as i64),
            ("delivery_slot_discount", |l| l.slot_discount as i64),
            ("minimum_delivery_slots", |l| l.minimum_slots as i64),
            ("recipient_limit", |l| l.recipients as i64),
            ("extra_recipient_limit", |l| l.extra_recipients as i64),
            ("recipient_refill_limit", |l| l.refill as i64),
            ("recipient_refill_delay", |l| l.refill_delay),
        ];
        for (name, value) in families {
            let settings = settings(&format!("smtp_{name} = 7\n")).unwrap();
            assert_eq!(value(&settings.transport_limits("smtp")), 7, "{name}");
            assert_eq!(
                value(&settings.transport_limits("local")),
                value(&TransportLimits::default()),
                "{name}"
            );
        }
    }

    #[test]
    fn bounces_live_no_longer_than_other_mail() {
        assert_eq!(settings("maximal_queue_lifetime = 1h\n").unwrap().limits.bounce_lifetime, 3600);
    }

    #[test]
    fn bad_feedback_is_complained_about_and_ignored() {
        let settings = settings("smtp_destination_concurrency_positive_feedback = 7\n").unwrap();
        let text =
            "smtp_destination_concurrency_positive_feedback: ignoring malformed or unreasonable feedback: 7";
        assert_eq!(settings.transports["smtp"].complaints, [text]);
        assert_eq!(settings.transport_limits("smtp").positive_feedback, Feedback::ONE);
    }
}

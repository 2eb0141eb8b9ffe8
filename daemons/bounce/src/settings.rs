//! What main.cf says about notices, as plain values.

use config::expand::Macros;
use config::{Conf, Fault, Level, p, split_list};
use notice::{Ignored, Kind, Template, Templates};
use queue::QueueOptions;
use std::path::PathBuf;
use std::time::Duration;

/// Everything that bounce(8) takes from main.cf.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `queue_directory`
    pub queue_directory: PathBuf,
    /// How the queue is laid out.
    pub queue: QueueOptions,
    /// `myhostname`
    pub myhostname: String,
    /// `mail_name`
    pub mail_name: String,
    /// `double_bounce_sender`, with our host name.
    pub double_bounce: String,
    /// `notify_classes` has `bounce`.
    pub copies: bool,
    /// `notify_classes` has `2bounce` (or `bounce`, which implies it).
    pub double_bounces: bool,
    /// `notify_classes` has `delay`.
    pub delay_copies: bool,
    /// `bounce_notice_recipient`
    pub bounce_notice_recipient: String,
    /// `2bounce_notice_recipient`
    pub double_bounce_notice_recipient: String,
    /// `delay_notice_recipient`
    pub delay_notice_recipient: String,
    /// `bounce_size_limit`
    pub size_limit: u64,
    /// `maximal_queue_lifetime`, seconds
    pub queue_lifetime: i64,
    /// `enable_threaded_bounces`
    pub threaded: bool,
    /// `smtputf8_enable`
    pub smtputf8: bool,
    /// `backwards_bounce_logfile_compatibility`
    pub compatible_logs: bool,
    /// `internal_mail_filter_classes` has `bounce`.
    pub filtered: bool,
    /// Log the new queue id before its own lines (compatibility_level 3.11).
    pub early_log: bool,
    /// `ipc_timeout`
    pub ipc_timeout: Duration,
    /// Names in `bounce_template_file` that no template has.
    pub complaints: Vec<String>,
    failure: Prose,
    delay: Prose,
    success: Prose,
    verify: Prose,
}

/// A template, ready for use.
#[derive(Clone, Debug)]
pub struct Prose {
    /// Subject, sender, charset.
    pub template: Template,
    /// The text, expanded; an error when a name in it means nothing.
    pub text: Result<String, String>,
    /// What the administrator should hear when the template is used: mistakes, and times that it can only tell as
    /// zero.
    pub complaints: Vec<String>,
}

impl Settings {
    /// `template_file` is the text of `bounce_template_file`, when one is set.
    pub fn from_conf(conf: &Conf, template_file: Option<&str>) -> Result<Self, Fault> {
        let classes: Vec<_> =
            split_list(&conf.get(p::NOTIFY_CLASSES)?).iter().map(|c| c.to_ascii_lowercase()).collect();
        let notifies = |class: &str| classes.iter().any(|c| c == class);
        let myhostname = conf.get(p::MYHOSTNAME)?;
        let file = conf.get(p::BOUNCE_TEMPLATE_FILE)?;
        let parsed = template_file.map_or_else(|| Ok(Default::default()), Templates::parse);
        let (templates, ignored) = parsed.map_err(|fault| Fault::at(&file, fault.line, fault.problem))?;
        let place = if template_file.is_some() { file.as_str() } else { "[built-in]" };
        let prose = |kind, template| prose(conf, kind, template, &ignored, place);
        Ok(Self {
            queue_directory: conf.get(p::QUEUE_DIRECTORY)?.into(),
            queue: QueueOptions {
                hash_queue_names: split_list(&conf.get(p::HASH_QUEUE_NAMES)?),
                hash_queue_depth: usize::try_from(conf.get(p::HASH_QUEUE_DEPTH)?).unwrap_or(1),
                long_queue_ids: conf.get(p::ENABLE_LONG_QUEUE_IDS)?,
            },
            double_bounce: format!("{}@{myhostname}", conf.get(p::DOUBLE_BOUNCE_SENDER)?),
            myhostname,
            mail_name: conf.get(p::MAIL_NAME)?,
            copies: notifies("bounce"),
            double_bounces: notifies("2bounce") || notifies("bounce"),
            delay_copies: notifies("delay"),
            bounce_notice_recipient: conf.get(p::BOUNCE_NOTICE_RECIPIENT)?,
            double_bounce_notice_recipient: conf.get(p::N2BOUNCE_NOTICE_RECIPIENT)?,
            delay_notice_recipient: conf.get(p::DELAY_NOTICE_RECIPIENT)?,
            size_limit: u64::try_from(conf.get(p::BOUNCE_SIZE_LIMIT)?).unwrap_or(u64::MAX),
            queue_lifetime: conf.get(p::MAXIMAL_QUEUE_LIFETIME)?.as_secs() as i64,
            threaded: conf.get(p::ENABLE_THREADED_BOUNCES)?,
            smtputf8: conf.get(p::SMTPUTF8_ENABLE)?,
            compatible_logs: conf.get(p::BACKWARDS_BOUNCE_LOGFILE_COMPATIBILITY)?,
            filtered: split_list(&conf.get(p::INTERNAL_MAIL_FILTER_CLASSES)?).iter().any(|c| c == "bounce"),
            early_log: conf.compatibility_level() >= Level::new(3, 11, 0),
            ipc_timeout: conf.get(p::IPC_TIMEOUT)?,
            complaints: told(&ignored, None, place),
            failure: prose("failure", templates.failure)?,
            delay: prose("delay", templates.delay)?,
            success: prose("success", templates.success)?,
            verify: prose("verify", templates.verify)?,
        })
    }

    /// The template for a kind of notice.
    pub fn prose(&self, kind: Kind) -> &Prose {
        match kind {
            Kind::Failure => &self.failure,
            Kind::Delay => &self.delay,
            Kind::Success => &self.success,
            Kind::Verify => &self.verify,
        }
    }
}

/// bounce(5): a template, with main.cf parameters and the times in units put in.
fn prose(
    conf: &Conf,
    kind: &'static str,
    mut template: Template,
    ignored: &[Ignored],
    place: &str,
) -> Result<Prose, Fault> {
    let mut complaints = told(ignored, Some(kind), place);
    complaints.extend(zero_times(conf, kind, &template.text, place)?);
    let lookup = |name: &str| config::notice_macro(conf, name);
    let macros = Macros { lookup: &lookup, recursive: false, filter: None };
    let text = match macros.expand(&template.text) {
        Ok(expansion) if expansion.undefined => {
            let line = undefined_line(&macros, &template.text);
            Err(format!("{place}: undefined $name in {kind} template: {line}"))
        }
        Ok(expansion) => Ok(expansion.text),
        Err(fault) => Err(format!("{place}: bad $name syntax in {kind} template: {fault}")),
    };
    if conf.get(p::HEADER_FROM_FORMAT)? == "obsolete" {
        template.use_obsolete_from();
    }
    Ok(Prose { template, text, complaints })
}

fn undefined_line<'a>(macros: &Macros<'_>, text: &'a str) -> &'a str {
    let undefined = |line: &&str| macros.expand(line).is_ok_and(|expansion| expansion.undefined);
    text.lines().find(undefined).unwrap_or_default()
}

fn told(ignored: &[Ignored], template: Option<&str>, place: &str) -> Vec<String> {
    ignored.iter().filter(|i| i.template == template).flat_map(|i| i.lines(place)).collect()
}

/// A warning of one second, told in hours, would be told as "0 hours": the administrator should hear of it.
fn zero_times(conf: &Conf, kind: &str, text: &str, place: &str) -> Result<Vec<String>, Fault> {
    let mut complaints = Vec::new();
    for (name, seconds) in times(conf)? {
        for (unit, length) in UNITS {
            let parameter = format!("{name}_{unit}");
            if seconds > 0 && seconds < length && text.contains(&format!("${parameter}")) {
                complaints.push(format!(
                    "{place}: zero result in {kind} template conversion of parameter \"{parameter}\""
                ));
                complaints.push(format!(
                    "please reduce time unit \"{unit}\" of \"{parameter}\" in {kind} template"
                ));
                complaints.push("for instructions see the bounce(5) manual".to_owned());
            }
        }
    }
    Ok(complaints)
}

fn times(conf: &Conf) -> Result<[(&'static str, u64); 2], Fault> {
    Ok([
        ("delay_warning_time", conf.get(p::DELAY_WARNING_TIME)?.as_secs()),
        ("maximal_queue_lifetime", conf.get(p::MAXIMAL_QUEUE_LIFETIME)?.as_secs()),
    ])
}

const UNITS: [(&str, u64); 5] =
    [("seconds", 1), ("minutes", 60), ("hours", 3600), ("days", 86_400), ("weeks", 604_800)];

#[cfg(test)]
mod tests {
    use super::*;
    use config::HostFacts;

    fn settings(text: &str, template: Option<&str>) -> Result<Settings, Fault> {
        let host = HostFacts { hostname: "mx.example.org".into(), ..HostFacts::default() };
        Settings::from_conf(&Conf::parse("main.cf", text, &host).unwrap(), template)
    }

    #[test]
    fn the_templates_texts_are_expanded() {
        let settings = settings("delay_warning_time = 4h\n", None).unwrap();
        let text = settings.delay.text.unwrap();
        assert!(
            text.contains(" mx.example.org ") && text.contains(" 4 hour(s)") && text.contains(" 5 day(s)"),
            "{text}"
        );
    }

    #[test]
    fn a_time_that_would_be_told_as_zero_is_complained_about() {
        assert!(settings("delay_warning_time = 4h\n", None).unwrap().delay.complaints.is_empty());
        let complaints = settings("delay_warning_time = 1s\n", None).unwrap().delay.complaints;
        assert!(complaints[0].contains("\"delay_warning_time_hours\"") && complaints.len() == 3);
    }

    #[test]
    fn a_mistake_in_the_template_file_names_its_place() {
        let fault = settings("bounce_template_file = /etc/bounce.cf\n", Some("\nnonsense\n")).unwrap_err();
        assert!(fault.to_string().contains("/etc/bounce.cf"), "{fault}");
        assert!(fault.to_string().contains('2'), "{fault}");
    }

    #[test]
    fn a_name_that_means_nothing_spoils_its_own_template_only() {
        let text = "failure_template = <<E\nSubject: x\n\na $nosuch b\nE\n";
        let settings = settings("bounce_template_file = /b.cf\n", Some(text)).unwrap();
        let why = "/b.cf: undefined $name in failure template: a $nosuch b".to_owned();
        assert_eq!(settings.failure.text, Err(why));
        assert!(settings.success.text.is_ok());
    }

    #[test]
    fn bounce_implies_2bounce() {
        let both = settings("notify_classes = Bounce\n", None).unwrap();
        assert!(both.copies && both.double_bounces && !both.delay_copies);
        let neither = settings("", None).unwrap();
        assert!(!neither.copies && !neither.double_bounces);
    }
}

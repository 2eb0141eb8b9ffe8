//! The last touch to a reply, after everybody has decided: `soft_bounce`, `smtpd_reject_filter_maps`,
//! `smtpd_reject_footer(_maps)`.

use crate::conversation::Conversation;
use crate::trust::unanswered;
use config::expand::Macros;
use mail::Reply;
use os::clock::Local;
use smtp::reply::Parser;
use std::time::SystemTime;

impl<S> Conversation<'_, S> {
    /// The reply as the client gets it.
    pub(crate) async fn finished(&self, reply: Reply) -> Reply {
        let reply = self.soften(reply);
        if !matches!(reply.class(), 4 | 5) {
            return reply;
        }
        let reply = self.filtered_reply(reply).await;
        match self.footer(&reply).await {
            Some(template) => self.with_footer(reply, &template),
            None => reply,
        }
    }

    /// `smtpd_reject_filter_maps`: another reply for this one, by its text.
    async fn filtered_reply(&self, reply: Reply) -> Reply {
        let said = reply.line();
        let other = match self.daemon.lookups.trust.reject_filter.find(&said).await {
            Ok(Some(other)) => other,
            Ok(None) => return reply,
            Err(error) => {
                self.log.warning(unanswered(&error));
                return reply;
            }
        };
        match Parser::new().line(other.as_bytes()) {
            Ok(Some(new)) if matches!(new.class(), 4 | 5) => {
                let client = &self.peer.label;
                self.log.info(format_args!("{client}: replacing reject \"{said}\" with \"{other}\""));
                new
            }
            _ => {
                self.log
                    .warning(format_args!("smtpd_reject_filter_maps: bad reply \"{other}\" for \"{said}\""));
                reply
            }
        }
    }

    /// The footer for this reply: what the tables have for it, or the one for all.
    async fn footer(&self, reply: &Reply) -> Option<String> {
        let general = &self.daemon.settings.reject_footer;
        let special = match self.daemon.lookups.trust.footers.find(&reply.line()).await {
            Ok(special) => special,
            Err(error) => {
                self.log.warning(unanswered(&error));
                None
            }
        };
        special.or_else(|| Some(general.clone())).filter(|footer| !footer.is_empty())
    }

    /// `soft_bounce`: what would be refused for good is refused for now, in the log too.
    pub(crate) fn soften(&self, reply: Reply) -> Reply {
        let soft = self.daemon.settings.soft_bounce && reply.class() == 5;
        Reply { code: if soft { reply.code - 100 } else { reply.code }, ..reply }
    }

    /// The footer begins a line of its own, unless it begins with `\\c`; `\\n` in it begins another.
    fn with_footer(&self, reply: Reply, template: &str) -> Reply {
        let (join, template) = match template.strip_prefix("\\c") {
            Some(rest) => ("", rest),
            None => ("\n", template),
        };
        let lookup = |name: &str| Ok(self.footer_attribute(name));
        let filter = Some(self.daemon.settings.expansion_filter.as_str());
        match (Macros { lookup: &lookup, recursive: false, filter }).expand(template) {
            Ok(footer) if !footer.undefined => {
                let footer = footer.text.replace("\\n", "\n");
                Reply { text: format!("{}{join}{footer}", reply.text), ..reply }
            }
            _ => {
                self.log.warning(format_args!("smtpd_reject_footer: bad macro in \"{template}\""));
                reply
            }
        }
    }

    fn footer_attribute(&self, name: &str) -> Option<String> {
        let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        match name {
            "client_address" => Some(self.peer.client.address.clone()),
            "client_port" => Some(self.peer.port.clone()),
            "localtime" => Some(Local::from_seconds(now().as_secs() as i64).syslog()),
            "server_name" => Some(self.daemon.settings.hostname.clone()),
            _ => None,
        }
    }
}

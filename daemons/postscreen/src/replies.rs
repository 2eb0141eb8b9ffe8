//! The last touch to a reply: `soft_bounce`, `postscreen_reject_footer` and its maps.

use crate::Postscreen;
use config::expand::Macros;
use mail::Reply;
use maillog::Log;
use os::clock::Local;
use std::net::SocketAddr;

impl Postscreen {
    /// The reply as the client gets it.
    pub(crate) async fn finished(&self, reply: Reply, client: SocketAddr, log: &Log) -> String {
        let soft = self.settings.engine.soft_bounce && reply.class() == 5;
        let reply = Reply { code: if soft { reply.code - 100 } else { reply.code }, ..reply };
        let reply =
            if matches!(reply.class(), 4 | 5) { self.with_footer(reply, client, log).await } else { reply };
        smtp::reply::render(&reply)
    }

    /// The footer begins a line of its own, unless it begins with `\\c`; `\\n` in it begins another.
    async fn with_footer(&self, reply: Reply, client: SocketAddr, log: &Log) -> Reply {
        let chosen = self.lookups.footer(&reply.line(), log).await;
        let template = chosen.as_deref().unwrap_or(&self.settings.reject_footer);
        if template.is_empty() {
            return reply;
        }
        let (join, template) = match template.strip_prefix("\\c") {
            Some(rest) => ("", rest),
            None => ("\n", template),
        };
        let lookup = |name: &str| Ok(self.footer_attribute(name, client));
        let filter = Some(self.settings.expansion_filter.as_str());
        match (Macros { lookup: &lookup, recursive: false, filter }).expand(template) {
            Ok(footer) if !footer.undefined => {
                let footer = footer.text.replace("\\n", "\n");
                Reply { text: format!("{}{join}{footer}", reply.text), ..reply }
            }
            _ => {
                log.warning(format_args!("postscreen_reject_footer: bad macro in \"{template}\""));
                reply
            }
        }
    }

    fn footer_attribute(&self, name: &str, client: SocketAddr) -> Option<String> {
        match name {
            "client_address" => Some(client.ip().to_string()),
            "client_port" => Some(client.port().to_string()),
            "localtime" => Some(Local::from_seconds(crate::memory::now()).syslog()),
            "server_name" => Some(self.settings.engine.hostname.clone()),
            _ => None,
        }
    }
}

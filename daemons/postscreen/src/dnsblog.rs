//! dnsblog(8): asks a DNS list about a client, and logs what it says.

use config::{Conf, p};
use dns::{Ask, Kind, Resolver};
use ipc::dnsblog::{Reply, Request};
use service::{BeforeJail, Daemon, Fatal, Jailed, Privilege, Sandbox, Spec, Stream};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

pub(crate) struct Dnsblog {
    resolver: Resolver,
    reply_delay: Duration,
}

impl Daemon for Dnsblog {
    type Request = Stream;
    const SPEC: Spec = Spec {
        name: "dnsblog",
        privilege: Privilege::Owner,
        sandbox: Some(Sandbox { writes: &[], data: false, inet: true }),
        resident: false,
    };

    fn open(conf: &Conf, _: &BeforeJail) -> Result<Self, Fatal> {
        Ok(Self { resolver: Resolver::system(), reply_delay: conf.get(p::DNSBLOG_REPLY_DELAY)? })
    }

    async fn serve(&self, stream: Stream, jailed: &Jailed) {
        service::answer(stream, jailed, async |request, _| self.answer(&request, jailed).await).await;
    }
}

impl Dnsblog {
    async fn answer(&self, request: &Request, jailed: &Jailed) -> Reply {
        if !self.reply_delay.is_zero() {
            tokio::time::sleep(self.reply_delay).await;
        }
        let name = screen::listing(request.address, &request.domain);
        match self.resolver.query(&name, Kind::A, Ask::default()).await {
            Ok(answer) => {
                let answers: Vec<Ipv4Addr> = answer.addresses().filter_map(v4).collect();
                for address in &answers {
                    let Request { domain, address: client } = request;
                    jailed.log().info(format_args!("addr {client} listed by domain {domain} as {address}"));
                }
                Reply { answers, ttl: answer.records.iter().map(|record| record.ttl).min() }
            }
            Err(failure) if failure.is_absence() => Reply { answers: Vec::new(), ttl: failure.ttl },
            Err(failure) => {
                jailed
                    .log()
                    .warning(format_args!("dnsblog_query: lookup error for DNS query {name}: {failure}"));
                Reply::default()
            }
        }
    }
}

fn v4(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}

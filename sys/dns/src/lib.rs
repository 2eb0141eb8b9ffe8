//! The resolver: questions to the name servers of resolv.conf, the hosts file, and the two together in the
//! order of nsswitch.conf. An answer is kept apart from "there is none" and from "nobody could say", because
//! the first bounces mail and the second must not.
//! No caching (that is the name server's work), no DNSSEC validation (its AD bit is passed on), no opinion on
//! what mail should do with an answer.

mod conf;
mod exchange;
mod hosts;
mod name;
mod record;
mod resolver;
mod reverse;
mod wire;

pub use conf::ResolvConf;
pub use name::is_hostname;
pub use record::{Answer, Data, Error, Failure, Kind, Record};
pub use resolver::{Ask, Families, Resolver};
pub use reverse::{ClientName, NameCode};

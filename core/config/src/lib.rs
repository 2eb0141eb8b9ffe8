//! main.cf and master.cf: their syntax, the table of all parameters, `$name` expansion and typed values.
//! Text goes in, values come out. No file is opened here, no host name asked for, no clock read: what the host
//! decides comes in as [`HostFacts`].
//!
//! A daemon asks for a parameter by its typed constant in [`p`]:
//!
//! ```
//! use config::{Conf, HostFacts, p};
//! let host = HostFacts { hostname: "mail.example.com".into(), ..HostFacts::default() };
//! let conf = Conf::parse("main.cf", "smtpd_banner = $myhostname ESMTP\n", &host)?;
//! assert_eq!(conf.get(p::SMTPD_BANNER)?, "mail.example.com ESMTP");
//! # Ok::<(), config::Fault>(())
//! ```

mod computed;
mod conf;
pub mod expand;
mod fault;
mod host;
mod level;
pub mod lines;
pub mod master;
mod notices;
mod parameter;
mod ports;
mod table;
mod transport;
mod unread;
mod value;

pub use computed::own_addresses;
pub use conf::{Conf, OLD_DEFAULT, Setting};
pub use fault::Fault;
pub use host::{HostFacts, Interface};
pub use level::Level;
pub use notices::notice_macro;
pub use parameter::{Bool, Int, Kind, Param, Parameter, Range, Raw, State, Tag, Text, Time, Type};
pub use ports::known_tcp_port;
pub use table::{find, p, parameters};
pub use transport::{FAMILIES, Family};
pub use value::{parse_bool, parse_time, split_at_braces, split_list};

//! What trivial-rewrite(8) decides, as functions: the standard form of an address, and where mail for it goes.
//! Tables are asked through the [`Tables`] trait; no sockets, no clock, no configuration files here.
//! Also the rules that all address tables share: extensions, the order of lookup keys, masquerading.

mod extension;
mod host;
mod keys;
mod masquerade;
mod resolve;
mod settings;
mod standard;
mod transport;

pub use extension::{Delimiter, split_extension};
pub use host::{is_hostname, literal_address};
pub use keys::{Key, Keys, address_keys, with_extension};
pub use masquerade::masquerade;
pub use resolve::{Decision, Flaw, Resolver};
pub use settings::{DomainList, Found, Map, Settings, Tables};
pub use standard::{Origin, Rules, completed_host, standard_form, standard_tokens};
pub use transport::TransportEntry;

//! Lookup tables: `type:name` becomes a [`Table`] with one async question, "what is there for this key?".
//! A temporary failure is an error, never "not found". One module per type; heavy drivers sit behind
//! features, and a type that isn't built gives Postfix's "unsupported dictionary type".
//! What a result means (an access verdict, an address) belongs to those who ask.

mod cache;
mod cidr;
mod combined;
mod error;
mod expand;
mod indexed;
mod inline;
mod keys;
mod maps;
mod match_list;
mod network;
mod offload;
mod options;
#[cfg(feature = "pcre")]
mod pcre;
pub mod proxy;
mod regexp;
mod rules;
mod simple;
pub mod source;
mod stamp;
mod syntax;
mod table;
mod texthash;
mod unix;

pub use cache::{Cache, Swept};
pub use error::{ErrorKind, TableError};
pub use indexed::{IndexWriter, NewIndex, NullBytes, Update, create_index, index_path};
pub use keys::{
    Extensions, Key, access_address, access_domain, access_network, mail_address, relocated_address,
    split_extension, transport_address,
};
pub use maps::{Found, Maps};
pub use match_list::{DomainList, HostList, StringList};
pub use network::Network;
pub use options::{Options, Stale, Warn};
pub use syntax::{split_list, split_type};
pub use table::{Pairs, TYPES, Table, fold};

//! Requests to trivial-rewrite(8): standard form of an address, and where an address is delivered.

use mail::{Address, AddressClass};
use serde::{Deserialize, Serialize};

/// Asked at `private/rewrite` (`rewrite_service_name`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Bring an address into standard form; answered by [`Reply::Rewritten`].
    Rewrite {
        /// Which domain completes an address without one.
        context: Context,
        /// The address in external (quoted) form, as it stands in a header or an envelope.
        address: String,
    },
    /// Where does this address go? Answered by [`Reply::Resolved`].
    Resolve {
        /// The envelope sender, for `sender_dependent_*_maps`. Null for the null sender.
        sender: Address,
        /// The recipient, internal form.
        address: Address,
        /// On behalf of a probe: `address_verify_transport_maps` and its kin say where it goes.
        probe: bool,
    },
}

impl crate::Request for Request {
    type Reply = Reply;
}

/// The name of the rewriting context (`rewrite_context` in queue files).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Context {
    /// `append_at_myorigin` and `append_dot_mydomain` apply.
    Local,
    /// `remote_header_rewrite_domain` applies.
    Remote,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// The standard form, external.
    Rewritten(String),
    /// The place of delivery.
    Resolved(Resolved),
    /// A table could not be asked: wait and ask again. The text is for our own log.
    TryAgain(String),
}

/// Where a recipient goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// The service in master.cf that delivers: `smtp`, `local`, `error`, ...
    pub transport: String,
    /// The next hop: a domain, a `[host]:port`, a socket, or for `error` the text of the failure.
    pub nexthop: String,
    /// The recipient in internal form, as the transport is to see it.
    pub recipient: Address,
    /// The kind of domain.
    pub class: AddressClass,
    /// The address has routing operators (`%`, `!`, a second `@`) that `allow_untrusted_routing` judges.
    pub has_routing: bool,
    /// The address cannot be delivered to at all (malformed); the transport is then `error`.
    pub is_error: bool,
}

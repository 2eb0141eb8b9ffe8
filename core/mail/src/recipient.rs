//! One recipient of one message, as the queue file holds it.

use crate::{Address, Notify};
use serde::{Deserialize, Serialize};

/// A recipient with what the sender asked for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Where the mail goes, internal form.
    pub address: Address,
    /// The recipient before aliases and rewriting (`orig_to=`, `X-Original-To:`). Empty when unknown.
    pub original: Address,
    /// RFC 3461 ORCPT as `type;text`, decoded. Empty when there is none.
    pub dsn_orcpt: String,
    /// RFC 3461 NOTIFY.
    pub notify: Notify,
    /// The place of this recipient's `R` record in the queue file; 0 when it isn't from a queue file.
    pub offset: u64,
}

impl Recipient {
    /// A recipient that nobody asked anything special for.
    pub fn new(address: impl Into<Address>) -> Self {
        Self { address: address.into(), ..Self::default() }
    }
}

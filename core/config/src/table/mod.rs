//! The table of all parameters, in files by owner or theme. Each parameter is declared once: its constant, kind,
//! name, default in main.cf's own language, range, tag, first version, owners, and one sentence.
//! `docs/params/parameters.tsv` holds the same facts; a test compares them.

use std::sync::OnceLock;

use crate::Parameter;

/// Finds a parameter by its name, which is case sensitive.
pub fn find(name: &str) -> Option<&'static Parameter> {
    let all = parameters();
    all.binary_search_by(|parameter| parameter.name.cmp(name)).ok().map(|at| all[at])
}

/// All parameters, sorted by name.
pub fn parameters() -> &'static [&'static Parameter] {
    static SORTED: OnceLock<Vec<&'static Parameter>> = OnceLock::new();
    SORTED.get_or_init(|| {
        let mut all: Vec<&Parameter> = THEMES.iter().flat_map(|theme| theme.iter().copied()).collect();
        all.sort_by_key(|parameter| parameter.name);
        all
    })
}

/// One typed constant per parameter: its name in capitals, with `N` before a digit.
pub mod p {
    pub use super::bounce::*;
    pub use super::cleanup::*;
    pub use super::identity::*;
    pub use super::install::*;
    pub use super::instances::*;
    pub use super::lmtp::*;
    pub use super::lmtp_tls::*;
    pub use super::local::*;
    pub use super::log::*;
    pub use super::milter::*;
    pub use super::postscreen::*;
    pub use super::postscreen_tls::*;
    pub use super::process::*;
    pub use super::queue::*;
    pub use super::rewrite::*;
    pub use super::services::*;
    pub use super::small::*;
    pub use super::smtp::*;
    pub use super::smtp_tls::*;
    pub use super::smtpd::*;
    pub use super::smtpd_more::*;
    pub use super::smtpd_sasl::*;
    pub use super::smtpd_tls::*;
    pub use super::tables::*;
    pub use super::tls::*;
    pub use super::tlsproxy::*;
    pub use super::verify::*;
    pub use super::virtual_mailbox::*;
}

/// Declares parameters: a doc comment, `CONSTANT: Kind "name" = default, range, tag, since, owners[, state];`.
/// `Raw as List` reads the value unexpanded though the manual calls it a list.
macro_rules! declare {
    ($($(#[doc = $sentence:literal])+ $constant:ident: $kind:ident $(as $ty:ident)? $name:literal = $default:literal,
        $range:expr, $tag:ident, $since:literal, $owners:literal $(, $state:ident)?;)+) => {
        #[allow(unused_imports)]
        use crate::{Parameter, Param, Range::*, State, Tag, Type, table::kinds};
        $(
            $(#[doc = $sentence])+
            pub const $constant: Param<kinds::$kind> = Param::new(&Parameter {
                name: $name,
                default: $default,
                kind: crate::table::type_of!($kind $(as $ty)?),
                owners: $owners,
                since: $since,
                tag: Tag::$tag,
                range: $range,
                raw: <kinds::$kind as crate::Kind>::RAW,
                state: crate::table::state_of!($($state)?),
                sentence: concat!($($sentence),+),
            });
        )+
        pub(super) const ALL: &[&Parameter] = &[$($constant.facts()),+];
    };
}

macro_rules! type_of {
    ($kind:ident) => {
        Type::$kind
    };
    ($kind:ident as $ty:ident) => {
        Type::$ty
    };
}
pub(crate) use type_of;

macro_rules! state_of {
    () => {
        State::Current
    };
    ($state:ident) => {
        State::$state
    };
}
pub(crate) use state_of;

/// How each type of the manual is read.
pub(crate) mod kinds {
    use crate::parameter;
    pub use crate::parameter::{Bool, Int, Raw, Time};

    pub type BoolExpr = parameter::Bool;
    pub type DestinationList = parameter::Text;
    pub type Enum = parameter::Text;
    pub type Function = parameter::Raw;
    pub type IntExpr = parameter::Int;
    pub type KeywordSet = parameter::Text;
    pub type List = parameter::Text;
    pub type Long = parameter::Int;
    pub type Maps = parameter::Text;
    pub type MatchList = parameter::Text;
    pub type Path = parameter::Text;
    pub type RawTemplate = parameter::Raw;
    pub type RestrictionList = parameter::Text;
    pub type SingleTable = parameter::Text;
    pub type Str = parameter::Text;
    pub type TransportSpec = parameter::Text;
}

mod bounce;
mod cleanup;
mod identity;
mod install;
mod instances;
mod lmtp;
mod lmtp_tls;
mod local;
mod log;
mod milter;
mod postscreen;
mod postscreen_tls;
mod process;
mod queue;
mod rewrite;
mod services;
mod small;
mod smtp;
mod smtp_tls;
mod smtpd;
mod smtpd_more;
mod smtpd_sasl;
mod smtpd_tls;
mod tables;
mod tls;
mod tlsproxy;
mod verify;
mod virtual_mailbox;

const THEMES: &[&[&Parameter]] = &[
    identity::ALL,
    install::ALL,
    instances::ALL,
    services::ALL,
    process::ALL,
    log::ALL,
    smtpd::ALL,
    smtpd_more::ALL,
    smtpd_sasl::ALL,
    smtpd_tls::ALL,
    postscreen::ALL,
    postscreen_tls::ALL,
    tlsproxy::ALL,
    cleanup::ALL,
    milter::ALL,
    rewrite::ALL,
    verify::ALL,
    queue::ALL,
    bounce::ALL,
    smtp::ALL,
    smtp_tls::ALL,
    lmtp::ALL,
    lmtp_tls::ALL,
    tls::ALL,
    local::ALL,
    virtual_mailbox::ALL,
    tables::ALL,
    small::ALL,
];

#[cfg(test)]
mod tests;

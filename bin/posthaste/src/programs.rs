//! Every program that the one file holds, by the name of its manual page.

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

type Program = fn(Vec<OsString>) -> ExitCode;

/// The program of this name.
pub(crate) fn find(name: &OsStr) -> Option<Program> {
    PROGRAMS.iter().find(|(known, _)| name == *known).map(|(_, program)| *program)
}

const PROGRAMS: &[(&str, Program)] = &[
    ("anvil", small::anvil::main),
    ("bounce", bounce::main),
    ("cleanup", cleanup::main),
    ("discard", small::discard::main),
    ("dnsblog", postscreen::dnsblog),
    ("error", small::error::main),
    ("flush", small::flush::main),
    ("install", commands::install::main),
    ("lmtp", smtp_client::lmtp),
    ("local", delivery::local),
    ("mailq", commands::mailq::main),
    ("master", |args| master::main(&args)),
    ("newaliases", commands::newaliases::main),
    ("pickup", small::pickup::main),
    ("pipe", delivery::pipe),
    ("postalias", commands::postalias::main),
    ("postcat", commands::postcat::main),
    ("postconf", commands::postconf::main),
    ("postdrop", postdrop::main),
    ("postfix", commands::postfix::main),
    ("postkick", commands::postkick::main),
    ("postlock", commands::postlock::main),
    ("postlog", commands::postlog::main),
    ("postlogd", small::postlogd::main),
    ("postmap", commands::postmap::main),
    ("proxymap", small::proxymap::main),
    ("qmgr", qmgr::main),
    ("qmqpd", qmqpd::main),
    ("qshape", commands::qshape::main),
    ("postqueue", postqueue::main),
    ("postscreen", postscreen::main),
    ("postsuper", commands::postsuper::main),
    ("scache", small::scache::main),
    ("sendmail", commands::sendmail::main),
    ("showq", small::showq::main),
    ("smtp", smtp_client::main),
    ("smtpd", smtpd::main),
    ("spawn", delivery::spawn),
    ("tlsmgr", small::tlsmgr::main),
    ("tlsproxy", tlsproxy::main),
    ("trivial-rewrite", small::trivial_rewrite::main),
    ("up", commands::up::main),
    ("verify", small::verify::main),
    ("virtual", delivery::virtual_),
];

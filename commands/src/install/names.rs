//! The names that an installed tree has for its programs.

/// Links in `sbin`; postdrop and postqueue are programs of their own.
pub(crate) const COMMANDS: &[&str] = &[
    "mailq",
    "newaliases",
    "postalias",
    "postcat",
    "postconf",
    "postfix",
    "posthaste",
    "postkick",
    "postlock",
    "postlog",
    "postmap",
    "postsuper",
    "qshape",
    "sendmail",
];

/// Links in `libexec/posthaste`; master is a program of its own.
pub(crate) const DAEMONS: &[&str] = &[
    "anvil",
    "bounce",
    "cleanup",
    "discard",
    "dnsblog",
    "error",
    "flush",
    "lmtp",
    "local",
    "pickup",
    "pipe",
    "postlogd",
    "postscreen",
    "proxymap",
    "qmgr",
    "qmqpd",
    "scache",
    "showq",
    "smtp",
    "smtpd",
    "spawn",
    "tlsmgr",
    "tlsproxy",
    "trivial-rewrite",
    "verify",
    "virtual",
];

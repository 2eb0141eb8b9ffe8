//! One row for each program: what its manual page says.

use super::{Page, escape, head};
use std::fmt::Write;

/// A program of the installed tree.
pub(super) struct Program {
    pub(super) name: &'static str,
    pub(super) section: u8,
    /// What it is, in half a line.
    pub(super) line: &'static str,
    /// Its arguments.
    pub(super) synopsis: &'static str,
    /// What it does, in a few sentences.
    pub(super) description: &'static str,
}

/// The page of one program.
pub(super) fn page(program: &Program) -> Page {
    let mut text = head(program.name, program.section, program.line);
    // Writing to a String cannot fail.
    let _ = writeln!(text, ".SH SYNOPSIS\n.B {}\n{}", escape(program.name), escape(program.synopsis));
    let _ = writeln!(text, ".SH DESCRIPTION\n{}", escape(program.description));
    let _ = writeln!(text, ".SH SEE ALSO\npostconf(5), postconf(1), postfix(1), master(5)");
    Page { name: program.name.into(), section: program.section, text }
}

const fn command(
    name: &'static str,
    line: &'static str,
    synopsis: &'static str,
    description: &'static str,
) -> Program {
    Program { name, section: 1, line, synopsis, description }
}

const fn daemon(name: &'static str, line: &'static str, description: &'static str) -> Program {
    Program { name, section: 8, line, synopsis: "(started by master(8))", description }
}

/// All programs.
pub(super) const PROGRAMS: &[Program] = &[
    command(
        "postfix",
        "control the mail system",
        "[-c config_dir] [-Dv] command",
        "start, start-fg, stop, abort, reload, flush, check, status, set-permissions and logrotate act on the mail \
         system whose main.cf stands in config_dir. check names every parameter that is set and that no program \
         reads yet.",
    ),
    command(
        "postconf",
        "show and edit configuration",
        "[-nd] [-e name=value] [name...]",
        "Shows parameters of main.cf and entries of master.cf, and edits both in place, keeping comments and order.",
    ),
    command(
        "postmap",
        "build and query lookup tables",
        "[-q key] [-d key] [-s] [type:]file",
        "Builds the index of a lookup table from its text source, or asks a table of any type.",
    ),
    command(
        "postalias",
        "build and query alias tables",
        "[-q key] [-d key] [-s] [type:]file",
        "Like postmap(1) for files in the format of aliases(5).",
    ),
    command(
        "newaliases",
        "rebuild the alias database",
        "",
        "Builds the index of each file in alias_database.",
    ),
    command(
        "sendmail",
        "submit mail, in the way of Sendmail",
        "[options] [recipient...]",
        "Reads a message from standard input and gives it to postdrop(1). With -t recipients are taken from the \
         header; -bp lists the queue, -bs speaks SMTP, -q delivers what is deferred, -bi rebuilds the alias database.",
    ),
    command("mailq", "list the queue", "", "The same as postqueue \\-p."),
    command(
        "postdrop",
        "put a message into the maildrop queue",
        "[-rv] [-c config_dir]",
        "Takes a message in record form from standard input and stores it for pickup(8). It is set-gid, trusts \
         nobody, and reads only authorised configuration directories.",
    ),
    command(
        "postqueue",
        "list and flush the queue",
        "[-p|-j|-f|-i id|-s site] [-c config_dir]",
        "What ordinary users may do with the queue. Needs the set-gid bit to reach the mail system's sockets.",
    ),
    command(
        "postsuper",
        "maintain the queue",
        "[-psSv] [-d id] [-h id] [-H id] [-r id] [-e id] [-f id] [queue...]",
        "Deletes, holds, releases, requeues and expires messages, and repairs the queue's structure. For the \
         super-user or the owner of the mail system.",
    ),
    command(
        "qshape",
        "show how old queued mail is, by domain",
        "[-s] [-p] [-m min_subdomains] [-b bucket_count] [-t bucket_time] [-l] [-w terminal_width] [queue_name ...]",
        "Counts the recipients (-s: senders) of queued mail by domain and by age in minutes. Columns double their age \
         limit from one to the next, or grow evenly with -l. -p adds sums for parent domains. Without names it looks \
         at the incoming and active queues.",
    ),
    command(
        "postcat",
        "show queue files",
        "[-bdehoqrv] [-s offset] [file...]",
        "Shows envelope, header and body of messages in the queue.",
    ),
    command(
        "postlog",
        "write to the mail log",
        "[-iv] [-p priority] [-t tag] [text...]",
        "Logs a line, or standard input.",
    ),
    command(
        "postkick",
        "wake a service",
        "[-c config_dir] [-v] class service request",
        "Sends a request to a service's socket.",
    ),
    command(
        "postlock",
        "run a command under a mailbox lock",
        "[-c config_dir] [-l lock_style] [-v] file command...",
        "Locks a mailbox as local(8) does, runs the command, and gives its exit status; 75 when there was no lock.",
    ),
    command(
        "posthaste",
        "what Postfix does not have",
        "up|install [options]",
        "up starts a mail system of its own in a folder, for trying; install puts the programs where they belong.",
    ),
    daemon(
        "verify",
        "find out whether addresses can be delivered to",
        "Answers smtpd(8) from address_verify_map, and probes what it doesn't know: messages that go the way of all mail \
         and are never delivered. Sweeps out what has expired.",
    ),
    daemon(
        "anvil",
        "count connections and requests of clients",
        "Tells servers how many connections a client has, and how many connections, messages, recipients, new TLS \
         sessions and AUTH commands it has made in anvil_rate_time_unit. Logs the highest numbers every \
         anvil_status_update_time.",
    ),
    daemon(
        "master",
        "the supervisor of all services",
        "Opens every endpoint of master.cf and starts services on demand.",
    ),
    daemon(
        "smtpd",
        "the SMTP server",
        "Receives mail from the network, judges it, and hands it to cleanup(8).",
    ),
    daemon(
        "qmqpd",
        "the QMQP server",
        "Receives mail by the QMQP protocol from the clients that qmqpd_authorized_clients names.",
    ),
    daemon("pickup", "local mail pickup", "Carries messages from the maildrop queue to cleanup(8)."),
    daemon(
        "cleanup",
        "message canonicaliser",
        "Completes and rewrites messages, and writes them into the queue.",
    ),
    daemon(
        "qmgr",
        "the queue manager",
        "Decides which message is delivered when, by which agent, and what happens to failures.",
    ),
    daemon(
        "proxymap",
        "the lookup table server",
        "Opens the tables of proxy_read_maps for all processes; as proxywrite it changes those of proxy_write_maps.",
    ),
    daemon(
        "scache",
        "the connection cache",
        "Keeps connections of smtp(8) and lmtp(8) for their next message.",
    ),
    daemon(
        "trivial-rewrite",
        "address rewriting and resolving",
        "Brings addresses into standard form, and finds transport and next hop.",
    ),
    daemon(
        "bounce",
        "delivery status notices",
        "Keeps the logs of failed and delayed recipients, and tells senders. Also runs as defer and trace.",
    ),
    daemon("smtp", "the SMTP client", "Delivers to other mail servers. Also runs as lmtp."),
    daemon("lmtp", "the LMTP client", "Delivers to a local mail store by LMTP."),
    daemon(
        "local",
        "local delivery",
        "Delivers to aliases, .forward files, commands and mailboxes of local users.",
    ),
    daemon(
        "virtual",
        "virtual mailbox delivery",
        "Delivers to the mailboxes of hosted domains, found by tables.",
    ),
    daemon("pipe", "delivery to commands", "Delivers to external programs by templates in master.cf."),
    daemon(
        "error",
        "failing delivery",
        "Bounces or defers everything, with the text of its next hop. Also runs as retry.",
    ),
    daemon(
        "postscreen",
        "zombie blocker",
        "Looks at SMTP clients before an SMTP server has to, and passes the good ones on.",
    ),
    daemon("dnsblog", "DNS list lookup", "Asks DNS block and allow lists about clients, for postscreen(8)."),
    daemon("discard", "discarding delivery", "Reports everything as delivered, and delivers nothing."),
    daemon("flush", "fast flush", "Remembers what mail waits for a destination, and has it tried at once."),
    daemon("spawn", "commands as services", "Gives each connection to a command that runs as another user."),
    daemon("showq", "the queue's state", "Lists the queue for postqueue(1) and for exporters."),
    daemon(
        "tlsmgr",
        "keys for TLS sessions",
        "Gives all servers the keys of session tickets, new ones as time goes by, so that any of them resumes what \
         another began.",
    ),
    daemon(
        "tlsproxy",
        "TLS for postscreen",
        "Takes a client's socket from postscreen(8), speaks TLS with it, and passes clear text between the two.",
    ),
    daemon("postlogd", "logging to a file", "Appends the lines of all programs to maillog_file."),
];

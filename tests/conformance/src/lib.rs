//! Conformance: small cases, each played by Postfix and by Posthaste, and compared.
//!
//! A case is a file `cases/GROUP/NAME.case`: a sentence, sections, steps.
//!
//! ```text
//! # What the case shows, as a sentence.
//! == main.cf                     settings over the base of testkit::stage
//! == master.cf                   entries; they replace the base entry of the same name and type
//! == hash NAME                   a table /etc/postfix/NAME, indexed with postmap
//! == aliases                     /etc/postfix/aliases, indexed, and alias_maps set to it
//! == file PATH [MODE [OWNER]]    any file
//! == certificates                /etc/postfix/NAME.pem and NAME.key, see testkit::secure
//! == dns                         zone lines, see testkit::dns
//! == peer NAME ADDRESS:PORT|/SOCKET [lmtp]     a scripted server, see testkit::peer
//! == steps [stopped] [nolog]     what happens; `stopped`: the mail system is not started; `nolog`: it
//!                                says so in its own words, the logs are not compared
//! ```
//!
//! A step is a line, with input and expectations on lines below it:
//!
//! ```text
//! connect [from ADDRESS]         open an SMTP connection to 192.0.2.1, or 127.0.0.1 without `from`
//! C: text                        send a line        (C~ text: send bytes, with \r \n \t \\ \xNN)
//! S: 250 *                       read a reply whose last line is this (S- lines: the lines before it)
//! mail [via ADDRESS] SENDER RECIPIENT...   a session of its own with one message; `<` lines are its
//!                                content; the answer is the reply when it is not 250
//! starttls [sni NAME] [cert NAME] [tls1.2] [resume]   a TLS handshake; the answer says what came of it
//! close | half-close             end the connection, or only our side of it
//! $ command                      a shell command as root; `alice$ command`: as that user
//! < text                         its standard input (<~ text: bytes)
//! > text                         its output, line by line; `> ...` stands for any lines
//! ? 75                           its exit status, when it is not 0
//! wait log PATTERN               until the log has a line that contains the pattern (once more than
//!                                the last time this pattern was waited for)
//! wait queue NAME N              until a queue directory holds N messages
//! wait empty                     until no mail is on its way
//! wait mail MAILBOX [N]          until a mailbox (PATH/ is a maildir) holds N messages
//! show mail MAILBOX              the messages of a mailbox
//! show bounce MAILBOX            its last message, without the bounce's prose
//! show peer NAME                 what a peer was told
//! show log PATTERN               the lines of the log that contain the pattern, sorted
//! ```
//!
//! In expectations `*` stands for anything. A step without expectations is compared all the same: the
//! two transcripts, normalised, and the two logs must be equal. `cases bless CASE` writes the oracle's
//! answers into a case; read them before you commit them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that cannot go on must stop

pub mod case;
pub mod compare;
pub mod journal;
pub mod normalise;
pub mod play;
pub mod verdict;

//! The two forms of a listing, column by column and field by field as Postfix prints them: programs read both.

use crate::attributes::{Group, value};
use os::clock::Local;
use std::io::{self, Write};

/// One message as showq(8) tells it.
pub struct Message {
    queue: String,
    id: String,
    time: i64,
    size: i64,
    expire: bool,
    sender: String,
    /// With the reason for the delay, empty when there is none.
    recipients: Vec<(String, String)>,
}

impl Message {
    /// From showq's attributes; what is missing shows as empty.
    pub fn new(group: &Group) -> Self {
        let mut recipients: Vec<(String, String)> = Vec::new();
        for (name, value) in group {
            match name.as_str() {
                "recipient" => recipients.push((value.clone(), String::new())),
                "reason" => {
                    if let Some((_, reason)) = recipients.last_mut() {
                        reason.clone_from(value);
                    }
                }
                _ => {}
            }
        }
        Self {
            queue: value(group, "queue_name").to_owned(),
            id: value(group, "queue_id").to_owned(),
            time: value(group, "time").parse().unwrap_or_default(),
            size: value(group, "size").parse().unwrap_or_default(),
            expire: value(group, "forced_expire") == "1",
            sender: value(group, "sender").to_owned(),
            recipients,
        }
    }

    /// The character behind the id.
    fn status(&self) -> &'static str {
        match self.queue.as_str() {
            "active" if self.expire => "*#",
            "hold" if self.expire => "!#",
            _ if self.expire => "#",
            "active" => "*",
            "hold" => "!",
            _ => "",
        }
    }
}

/// `-p`: the form of Sendmail's mailq.
pub struct Traditional<W> {
    out: W,
    long_ids: bool,
    messages: u64,
    bytes: i64,
}

impl<W: Write> Traditional<W> {
    /// `long_ids` makes room for them.
    pub fn new(out: W, long_ids: bool) -> Self {
        Self { out, long_ids, messages: 0, bytes: 0 }
    }

    /// One message.
    pub fn print(&mut self, message: &Message) -> io::Result<()> {
        if self.messages == 0 {
            writeln!(self.out, "{}", if self.long_ids { LONG_HEADER } else { SHORT_HEADER })?;
        }
        self.messages += 1;
        self.bytes += message.size;
        let id = format!("{}{}", message.id, message.status());
        let (size, sender, date) = (message.size, &message.sender, date(message.time));
        let indent = if self.long_ids {
            writeln!(self.out, "{id:17} {size:8} {date:19} {sender}")?;
            LONG_INDENT
        } else {
            writeln!(self.out, "{id:11} {size:7} {date:20} {sender}")?;
            SHORT_INDENT
        };
        let mut last = "";
        for (recipient, reason) in &message.recipients {
            // The same reason is told once.
            if !reason.is_empty() && reason != last {
                let room = REASON_WIDTH.saturating_sub(reason.len());
                writeln!(self.out, "{:room$}({reason})", "")?;
            }
            last = reason;
            writeln!(self.out, "{:indent$}{recipient}", "")?;
        }
        writeln!(self.out)
    }

    /// The last line.
    pub fn total(&mut self) -> io::Result<()> {
        let (kilobytes, messages) = (self.bytes / 1024, self.messages);
        match messages {
            0 => writeln!(self.out, "Mail queue is empty")?,
            1 => writeln!(self.out, "-- {kilobytes} Kbytes in 1 Request.")?,
            _ => writeln!(self.out, "-- {kilobytes} Kbytes in {messages} Requests.")?,
        }
        self.out.flush()
    }
}

/// `-j`: one JSON object a line.
pub struct Json<W> {
    /// Where to.
    pub out: W,
}

impl<W: Write> Json<W> {
    /// One message.
    pub fn print(&mut self, message: &Message) -> io::Result<()> {
        let (time, size, expire) = (message.time, message.size, message.expire);
        let (queue, id, sender) = (quote(&message.queue), quote(&message.id), quote(&message.sender));
        write!(
            self.out,
            "{{\"queue_name\": {queue}, \"queue_id\": {id}, \"arrival_time\": {time}, \"message_size\": {size}, \
             \"forced_expire\": {expire}, \"sender\": {sender}, \"recipients\": ["
        )?;
        for (at, (recipient, reason)) in message.recipients.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(self.out, "{comma}{{\"address\": {}", quote(recipient))?;
            if !reason.is_empty() {
                write!(self.out, ", \"delay_reason\": {}", quote(reason))?;
            }
            write!(self.out, "}}")?;
        }
        writeln!(self.out, "]}}")
    }
}

/// RFC 8259 section 7.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

/// `Tue Nov 24 13:08:33`, local time.
fn date(seconds: i64) -> String {
    let time = Local::from_seconds(seconds);
    let (weekday, month, day) = (time.weekday_name(), time.month_name(), time.day);
    format!("{weekday} {month} {day:2} {:02}:{:02}:{:02}", time.hour, time.minute, time.second)
}

const SHORT_HEADER: &str = "-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------";
const LONG_HEADER: &str = "----Queue ID----- --Size-- ---Arrival Time---- --Sender/Recipient------";
const SHORT_INDENT: usize = 41;
const LONG_INDENT: usize = 47;
const REASON_WIDTH: usize = 76;

#[cfg(test)]
mod tests {
    use super::*;

    fn message(status: &str, expire: &str) -> Message {
        let pairs = [
            ("queue_name", status),
            ("queue_id", "4FDF798C123"),
            ("time", "1795525713"),
            ("size", "313"),
            ("forced_expire", expire),
            ("sender", "alice@example.org"),
            ("recipient", "bob@remote.example"),
            ("reason", "deferred transport"),
            ("recipient", "carol@remote.example"),
            ("reason", "deferred transport"),
            ("recipient", "dave"),
            ("reason", ""),
        ];
        Message::new(&pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec())
    }

    fn traditional(message: &Message, long: bool) -> Vec<String> {
        let mut out = Vec::new();
        let mut printer = Traditional::new(&mut out, long);
        printer.print(message).unwrap();
        printer.total().unwrap();
        String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn columns_stand_where_postfix_puts_them() {
        let lines = traditional(&message("deferred", "0"), false);
        assert!(lines[1].starts_with("4FDF798C123     313 ") && lines[1].ends_with("  alice@example.org"));
        assert_eq!(lines[1].find("alice"), Some(41));
        assert_eq!(lines[2], format!("{:58}(deferred transport)", ""));
        assert_eq!(
            (lines[3].find("bob"), lines[4].find("carol"), lines[5].find("dave")),
            (Some(41), Some(41), Some(41))
        );
        assert_eq!((lines[6].as_str(), lines[7].as_str()), ("", "-- 0 Kbytes in 1 Request."));
        let lines = traditional(&message("deferred", "0"), true);
        assert_eq!((lines[1].find("313"), lines[1].find("alice")), (Some(23), Some(47)));
    }

    #[test]
    fn the_status_stands_behind_the_id() {
        for (queue, expire, shown) in [
            ("hold", "0", "123! "),
            ("active", "0", "123* "),
            ("hold", "1", "123!#"),
            ("deferred", "1", "123# "),
            ("incoming", "0", "123  "),
        ] {
            assert!(traditional(&message(queue, expire), false)[1].contains(shown), "{queue}");
        }
    }

    #[test]
    fn an_empty_queue_says_so() {
        let mut out = Vec::new();
        Traditional::new(&mut out, false).total().unwrap();
        assert_eq!(out, b"Mail queue is empty\n");
    }

    #[test]
    fn json_is_what_json_parsers_read() {
        let mut odd = message("hold", "1");
        odd.sender = "a\"\\\u{1}\u{7f}é\n@b".to_owned();
        let mut out = Vec::new();
        Json { out: &mut out }.print(&odd).unwrap();
        let parsed: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(parsed["sender"], odd.sender);
        assert_eq!(parsed["forced_expire"], true);
        assert_eq!(parsed["recipients"][0]["delay_reason"], "deferred transport");
        assert!(parsed["recipients"][2].get("delay_reason").is_none());
    }
}

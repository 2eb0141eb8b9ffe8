//! What differs from run to run becomes the same word in both transcripts: queue ids, dates, pids,
//! delays, message ids, boundaries, the software's name. Everything else stays as it was said.
use regex_lite::Regex;
use std::collections::BTreeSet;

/// Replaces what differs. Learns queue ids from the log as it grows.
pub struct Normaliser {
    ids: BTreeSet<String>,
    rules: Vec<(Regex, &'static str)>,
    learn: Vec<Regex>,
}

impl Default for Normaliser {
    fn default() -> Self {
        let regex = |text: &str| Regex::new(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        let rules = RULES.iter().map(|(pattern, word)| (regex(pattern), *word)).collect();
        Normaliser { ids: BTreeSet::new(), rules, learn: LEARN.iter().map(|text| regex(text)).collect() }
    }
}

impl Normaliser {
    /// Learns the queue ids that a text names.
    pub fn learn(&mut self, text: &str) {
        for line in text.lines() {
            for pattern in &self.learn {
                self.ids.extend(pattern.captures_iter(line).map(|c| c[1].to_string()));
            }
        }
    }

    /// Takes names of queue files for queue ids, if they look like some.
    pub fn know(&mut self, names: Vec<String>) {
        self.ids.extend(
            names
                .into_iter()
                .filter(|name| name.len() >= 6 && name.bytes().all(|byte| byte.is_ascii_alphanumeric())),
        );
    }

    /// The line without what differs.
    pub fn line(&mut self, line: &str) -> String {
        self.learn(line);
        let mut text = line.to_string();
        for id in &self.ids {
            text = text.replace(id.as_str(), "QID");
        }
        for (pattern, word) in &self.rules {
            text = pattern.replace_all(&text, *word).into_owned();
        }
        text
    }

    /// Queue ids known so far.
    pub fn knows(&self, id: &str) -> bool {
        self.ids.contains(id)
    }
}

const LEARN: [&str; 6] = [
    r"^postsuper: ([0-9A-F]{6,15}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,20}): ",
    r"\[\d+\]: ([0-9A-F]{6,15}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,20}): ",
    r"queued as ([0-9A-F]{6,15}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,20})\b",
    r"^([0-9A-F]{6,15})[*!# ] ",
    r#""queue_id": "([0-9A-Za-z]{6,24})""#,
    r"notification: ([0-9A-Za-z]{6,24})$",
];
const RULES: [(&str, &str); 28] = [
    // Each library has words of its own.
    (r"TLS library problem: .*", "TLS library problem: X"),
    (r"[A-Z][a-z]{2}, [ \d]\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [-+]\d{4}( \([A-Z]+\))?", "DATE"),
    (r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d( \d{4})?", "DATE"),
    (r"\b20\d{12}\.(QID|\d+)(\.\w+)?@", "TIME.ID@"),
    (r"\[\d+\]: ", ": "),
    (r"(from \S+\]):(3[2-9]|[45]\d|6[0-5])\d{3}\b", "$1:PORT"),
    (r"\b(incoming|active|deferred|defer|hold)/[0-9A-F]/QID", "$1/H/QID"),
    (r"(\w)\.(db|lmdb|cdb)\b", "$1.DB"),
    (r"from userid [1-9]\d\d\)", "from userid MTA)"),
    (r"delay=[\d.]+, delays=[\d.]+/[\d.]+/[\d.]+/[\d.]+", "delay=D, delays=D"),
    // A bounce's prose is free, hence its size; whether a session was at hand is a matter of time.
    (r"from=<(double-bounce@[^>]*)?>, size=\d+", "from=<$1>, size=N"),
    (r", conn_use=\d+", ""),
    (r"QID\.\d+/", "QID.TIME/"),
    (r#""arrival_time": \d+"#, r#""arrival_time": TIME"#),
    (r"^(DATE|\w{3} [ \d]\d \d\d:\d\d:\d\d) mail(\.example\.com)? ", ""),
    (r"^\w{3} [ \d]\d \d\d:\d\d:\d\d ", ""),
    (r"\bversion \d+\.\d+\S*,", "version V,"),
    (r"ESMTP (Postfix|Posthaste)", "ESMTP MTA"),
    (r"\((Postfix|Posthaste)\)", "(MTA)"),
    (r"\b(Postfix|Posthaste)\b", "MTA"),
    (r"\b3\.\d+\.\d+\b", "VERSION"),
    // postscreen: ephemeral ports, times, and when results expire.
    (r"(from|for|client|PASS NEW|PASS OLD|LISTED|VETO|DISCONNECT) (\[[0-9a-f.:]+\]):\d+", "$1 $2:PORT"),
    (r"^(postfix/postscreen: )(\[[0-9a-f.:]+\]:?)\d+:", "$1${2}PORT:"),
    (r" after [\d.]+ from \[", " after T from ["),
    (r"\b\d{10};", "TIME;"),
    (r";\d{10}\b", ";TIME"),
    (r"(_LAST_CACHE_CLEANUP_COMPLETED_)\s+\d+", "$1 TIME"),
    (r"process id \d+|PID: \d+|pid \d+|, pid=\d+", "PID"),
];

#[cfg(test)]
mod tests {
    use super::Normaliser;

    #[test]
    fn replaces_what_differs_and_nothing_else() {
        let mut normaliser = Normaliser::default();
        let line = "Nov 24 13:10:11 mail postfix/smtpd[151]: E166C3E: client=localhost[127.0.0.1]";
        assert_eq!(normaliser.line(line), "postfix/smtpd: QID: client=localhost[127.0.0.1]");
        assert_eq!(normaliser.line("250 2.0.0 Ok: queued as E166C3E"), "250 2.0.0 Ok: queued as QID");
        let line = "x: to=<a@b>, relay=local, delay=0.02, delays=0.01/0/0/0.01, dsn=2.0.0, status=sent";
        assert_eq!(
            normaliser.line(line),
            "x: to=<a@b>, relay=local, delay=D, delays=D, dsn=2.0.0, status=sent"
        );
        let line = "\tfor <a@example.com>; Tue, 24 Nov 2026 13:10:11 +0000 (UTC)";
        assert_eq!(normaliser.line(line), "\tfor <a@example.com>; DATE");
        assert_eq!(normaliser.line("Message-Id: <20261124131011.E166C3E@x>"), "Message-Id: <TIME.ID@x>");
        assert_eq!(normaliser.line("550 5.1.1 no such user"), "550 5.1.1 no such user");
    }
}

//! The numbers after `delay=` and `delays=`, with the rounding that log readers know
//! (`delay_logging_resolution_limit`).

use mail::Timestamp;
use std::fmt;

/// Where a delivery's time went, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Delays {
    /// Before the queue manager saw the message.
    pub queue: f64,
    /// In the queue manager.
    pub manager: f64,
    /// Connection set-up, with DNS, HELO and TLS.
    pub setup: f64,
    /// Transmission.
    pub transmission: f64,
    /// Digits after the decimal point of sub-second values, 0 to 6 (default 2).
    pub resolution: u8,
}

impl Delays {
    /// From the times at which the message changed hands. `connected` is None when no connection was set up.
    /// A clock that went back counts as no time.
    pub fn between(
        arrival: Timestamp,
        active: Timestamp,
        handed: Timestamp,
        connected: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        let span = |from: Timestamp, to: Timestamp| to.since(from).max(0.0);
        Self {
            queue: span(arrival, active),
            manager: span(active, handed),
            setup: connected.map_or(0.0, |connected| span(handed, connected)),
            transmission: span(connected.unwrap_or(handed), now),
            resolution: 2,
        }
    }

    fn total(&self) -> f64 {
        self.queue + self.manager + self.setup + self.transmission
    }
}

impl fmt::Display for Delays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |time| seconds(time, self.resolution);
        write!(
            f,
            "delay={}, delays={}/{}/{}/{}",
            show(self.total()),
            show(self.queue),
            show(self.manager),
            show(self.setup),
            show(self.transmission)
        )
    }
}

/// Two significant digits below 100 seconds, whole seconds above, and at most `resolution` decimals
/// (`delay_logging_resolution_limit`).
pub fn seconds(seconds: f64, resolution: u8) -> String {
    let unit = 10f64.powi(-i32::from(resolution));
    if seconds < unit {
        return "0".to_owned();
    }
    let decimals = if seconds >= 10.0 {
        0
    } else if seconds >= 1.0 {
        1
    } else {
        // The first digit that counts, and one more.
        (-seconds.log10()).ceil().max(1.0) as usize + 1
    };
    let text = format!("{seconds:.*}", decimals.min(usize::from(resolution)));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_count() {
        for (time, text) in [
            (0.0, "0"),
            (0.004, "0"),
            (0.012, "0.01"),
            (0.1, "0.1"),
            (0.116, "0.12"),
            (1.0, "1"),
            (1.26, "1.3"),
            (12.4, "12"),
            (123.4, "123"),
            (86_400.9, "86401"),
        ] {
            assert_eq!(seconds(time, 2), text, "{time}");
        }
    }
}

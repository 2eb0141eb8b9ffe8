//! Wall-clock time as queue files hold it. Nobody here asks a clock: time comes in as a value.

use serde::{Deserialize, Serialize};

/// Seconds and microseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Timestamp {
    /// Whole seconds.
    pub seconds: i64,
    /// 0 to 999,999.
    pub micros: u32,
}

impl Timestamp {
    /// From whole seconds.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self { seconds, micros: 0 }
    }

    /// From the system's idea of time; instants before 1970 count as 1970.
    pub fn from_system(time: std::time::SystemTime) -> Self {
        let since = time.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self { seconds: since.as_secs() as i64, micros: since.subsec_micros() }
    }

    /// Seconds as a fraction, for differences and delays.
    pub fn as_f64(self) -> f64 {
        self.seconds as f64 + f64::from(self.micros) / 1e6
    }

    /// Seconds from `earlier` to `self`; negative when the clock went back.
    pub fn since(self, earlier: Self) -> f64 {
        (self.seconds - earlier.seconds) as f64 + (f64::from(self.micros) - f64::from(earlier.micros)) / 1e6
    }

    /// The time `seconds` later.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self { seconds: self.seconds.saturating_add(seconds), micros: self.micros }
    }
}

//! Local time, as log lines and Date headers show it. The time zone is the C library's.

/// Nanoseconds of the monotonic clock, which all processes of a machine share.
pub fn monotonic_nanos() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

/// Broken-down local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// 4 digits.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// 0 is Sunday.
    pub weekday: u32,
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// 0 to 60.
    pub second: u32,
    /// Minutes east of UTC.
    pub offset_minutes: i32,
    zone: [u8; 8],
}

impl Local {
    /// Breaks down seconds since 1970.
    pub fn from_seconds(seconds: i64) -> Self {
        let mut tm: libc::tm =
            // SAFETY: tm is plain data for which all zeroes (a null tm_zone included) is a valid value.
            unsafe { std::mem::zeroed() };
        let time = seconds as libc::time_t;
        // SAFETY: both pointers are to live locals; localtime_r is thread-safe.
        unsafe { libc::localtime_r(&time, &mut tm) };
        Self {
            year: tm.tm_year + 1900,
            month: tm.tm_mon as u32 + 1,
            day: tm.tm_mday as u32,
            weekday: tm.tm_wday as u32,
            hour: tm.tm_hour as u32,
            minute: tm.tm_min as u32,
            second: tm.tm_sec as u32,
            offset_minutes: (tm.tm_gmtoff / 60) as i32,
            zone: zone_name(&tm),
        }
    }

    /// RFC 5322 date-time with the zone's name as a comment: `Tue, 24 Nov 2026 13:00:00 +0000 (UTC)`.
    pub fn rfc5322(&self) -> String {
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let offset = self.offset_minutes.unsigned_abs();
        let end = self.zone.iter().position(|b| *b == 0).unwrap_or(self.zone.len());
        let zone = String::from_utf8_lossy(&self.zone[..end]);
        let comment = if zone.is_empty() { String::new() } else { format!(" ({zone})") };
        format!(
            "{}, {:2} {} {} {:02}:{:02}:{:02} {sign}{:02}{:02}{comment}",
            self.weekday_name(),
            self.day,
            self.month_name(),
            self.year,
            self.hour,
            self.minute,
            self.second,
            offset / 60,
            offset % 60,
        )
    }

    /// ctime(3) without the year, as traditional logs begin: `Nov  4 13:00:00`.
    pub fn syslog(&self) -> String {
        let month = self.month_name();
        format!("{month} {:2} {:02}:{:02}:{:02}", self.day, self.hour, self.minute, self.second)
    }

    /// asctime(3), as the `From ` lines of mailboxes end: `Tue Nov 24 13:00:00 2026`.
    pub fn asctime(&self) -> String {
        format!("{} {} {}", self.weekday_name(), self.syslog(), self.year)
    }

    /// `Sun` to `Sat`.
    pub fn weekday_name(&self) -> &'static str {
        ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][self.weekday as usize % 7]
    }

    /// `Jan` to `Dec`.
    pub fn month_name(&self) -> &'static str {
        const NAMES: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        NAMES[(self.month as usize).saturating_sub(1) % 12]
    }
}

fn zone_name(tm: &libc::tm) -> [u8; 8] {
    let mut name = [0; 8];
    if !tm.tm_zone.is_null() {
        // SAFETY: a non-null tm_zone points to a NUL-terminated string owned by the C library.
        let zone = unsafe { std::ffi::CStr::from_ptr(tm.tm_zone) }.to_bytes();
        let length = zone.len().min(name.len());
        name[..length].copy_from_slice(&zone[..length]);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_second_has_its_known_parts() {
        let local = Local::from_seconds(1_795_334_447);
        let utc_minutes = i64::from(local.hour * 60 + local.minute) - i64::from(local.offset_minutes);
        assert_eq!(utc_minutes.rem_euclid(24 * 60), (1_795_334_447 / 60) % (24 * 60));
        assert!(local.rfc5322().contains("2026"));
    }
}

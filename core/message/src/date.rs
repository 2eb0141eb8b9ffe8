//! Dates as header fields carry them (RFC 5322 section 3.3). The offset from UTC comes in as a value: time zone
//! tables are files, and not ours to read.

/// `Tue, 24 Nov 2026 13:17:56 +0000 (UTC)`: day of month in two places, blank padded as Postfix does; the zone
/// name in parentheses when there is one.
pub fn rfc5322(seconds: i64, utc_offset_seconds: i32, zone: &str) -> String {
    let local = seconds.saturating_add(i64::from(utc_offset_seconds));
    let (days, rest) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let weekday = DAYS[(days + 4).rem_euclid(7) as usize];
    let sign = if utc_offset_seconds < 0 { '-' } else { '+' };
    let offset = utc_offset_seconds.unsigned_abs() / 60;
    let mut text = format!(
        "{weekday}, {day:2} {} {year:04} {:02}:{:02}:{:02} {sign}{:02}{:02}",
        MONTHS[month as usize - 1],
        rest / 3600,
        rest / 60 % 60,
        rest % 60,
        offset / 60,
        offset % 60
    );
    if !zone.is_empty() {
        text.push_str(&format!(" ({zone})"));
    }
    text
}

/// `20261124131756`, UTC: the time inside a Message-Id.
pub fn compact_utc(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    format!("{year:04}{month:02}{day:02}{:02}{:02}{:02}", rest / 3600, rest / 60 % 60, rest % 60)
}

/// Year, month and day of a day number since 1970 (Howard Hinnant's `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_postfix_form_in_any_zone() {
        assert_eq!(rfc5322(1_795_526_276, 0, "UTC"), "Tue, 24 Nov 2026 13:17:56 +0000 (UTC)");
        assert_eq!(rfc5322(0, -5 * 3600 - 1800, "X"), "Wed, 31 Dec 1969 18:30:00 -0530 (X)");
        assert_eq!(rfc5322(951_782_400, 3600, "CET"), "Tue, 29 Feb 2000 01:00:00 +0100 (CET)");
        assert_eq!(rfc5322(1_704_067_200, 0, ""), "Mon,  1 Jan 2024 00:00:00 +0000");
        assert_eq!(compact_utc(1_795_526_277), "20261124131757");
    }
}

//! What `$name` means in a bounce template (bounce(5)): parameters, and two times in the unit that the name ends with.

use crate::{Conf, Fault, p};

/// The value of a name in a notice's text: `myhostname`, any other parameter, `delay_warning_time_hours`,
/// `maximal_queue_lifetime_days` and the like; `None` when there is no such name.
pub fn notice_macro(conf: &Conf, name: &str) -> Result<Option<String>, Fault> {
    let Some((parameter, unit)) = name.rsplit_once('_') else { return conf.lookup(name) };
    let Some((_, seconds)) = UNITS.iter().find(|(known, _)| *known == unit) else { return conf.lookup(name) };
    let time = match parameter {
        "delay_warning_time" => conf.get(p::DELAY_WARNING_TIME)?,
        "maximal_queue_lifetime" => conf.get(p::MAXIMAL_QUEUE_LIFETIME)?,
        _ => return conf.lookup(name),
    };
    Ok(Some((time.as_secs() / seconds).to_string()))
}

const UNITS: [(&str, u64); 5] =
    [("seconds", 1), ("minutes", 60), ("hours", 3600), ("days", 86_400), ("weeks", 604_800)];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::HostFacts;

    #[test]
    fn times_come_in_the_unit_of_the_name() {
        let conf =
            Conf::parse("main.cf", "delay_warning_time = 4h\nx_hours = 7\n", &HostFacts::default()).unwrap();
        let value = |name: &str| notice_macro(&conf, name).unwrap();
        assert_eq!(value("delay_warning_time_minutes").as_deref(), Some("240"));
        assert_eq!(value("maximal_queue_lifetime_days").as_deref(), Some("5"));
        assert_eq!(value("x_hours").as_deref(), Some("7"));
        assert_eq!(value("nosuch_hours"), None);
    }
}

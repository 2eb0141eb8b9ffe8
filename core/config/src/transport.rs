//! Parameters that exist once per transport: `smtp_destination_concurrency_limit` for the service `smtp`, with
//! `default_destination_concurrency_limit` as default. The first part is the name of a master.cf service
//! (postconf(5), "transport_..."; features PAT-001 to PAT-018).

use crate::{Conf, Fault, Kind, Param};

/// A family: what follows the service's name, and whose value is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    /// The end of the name, beginning with `_`.
    pub suffix: &'static str,
    /// The parameter that gives the default.
    pub default: &'static str,
}

/// All families, in the order of the manual's list.
pub const FAMILIES: [Family; 17] = [
    family("_destination_concurrency_limit", "default_destination_concurrency_limit"),
    family("_destination_recipient_limit", "default_destination_recipient_limit"),
    family("_initial_destination_concurrency", "initial_destination_concurrency"),
    family("_destination_rate_delay", "default_destination_rate_delay"),
    family("_transport_rate_delay", "default_transport_rate_delay"),
    family("_destination_concurrency_positive_feedback", "default_destination_concurrency_positive_feedback"),
    family("_destination_concurrency_negative_feedback", "default_destination_concurrency_negative_feedback"),
    family(
        "_destination_concurrency_failed_cohort_limit",
        "default_destination_concurrency_failed_cohort_limit",
    ),
    family("_delivery_slot_cost", "default_delivery_slot_cost"),
    family("_delivery_slot_loan", "default_delivery_slot_loan"),
    family("_delivery_slot_discount", "default_delivery_slot_discount"),
    family("_minimum_delivery_slots", "default_minimum_delivery_slots"),
    family("_recipient_limit", "default_recipient_limit"),
    family("_extra_recipient_limit", "default_extra_recipient_limit"),
    family("_recipient_refill_limit", "default_recipient_refill_limit"),
    family("_recipient_refill_delay", "default_recipient_refill_delay"),
    family("_time_limit", "command_time_limit"),
];

const fn family(suffix: &'static str, default: &'static str) -> Family {
    Family { suffix, default }
}

impl Conf {
    /// The value of a family's parameter for the service `transport`: what main.cf, `-o` or the table says of
    /// `transport_suffix`, else the value of `default`.
    pub fn transport<K: Kind>(&self, default: Param<K>, transport: &str) -> Result<K::Value, Fault> {
        let family = FAMILIES.iter().find(|family| family.default == default.name());
        let Some(family) = family else { return self.get(default) };
        self.get_named(&format!("{transport}{}", family.suffix), default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HostFacts, p};

    fn conf(text: &str) -> Conf {
        Conf::parse("main.cf", text, &HostFacts::default()).unwrap()
    }

    #[test]
    fn a_transport_has_its_own_value_or_the_default() {
        let conf =
            conf("slow_destination_concurrency_limit = 3\ndefault_destination_concurrency_limit = 7\n");
        assert_eq!(conf.transport(p::DEFAULT_DESTINATION_CONCURRENCY_LIMIT, "slow"), Ok(3));
        assert_eq!(conf.transport(p::DEFAULT_DESTINATION_CONCURRENCY_LIMIT, "smtp"), Ok(7));
        // local has a default of its own in the table.
        assert_eq!(conf.transport(p::DEFAULT_DESTINATION_CONCURRENCY_LIMIT, "local"), Ok(2));
        assert_eq!(conf.transport(p::COMMAND_TIME_LIMIT, "dovecot").unwrap().as_secs(), 1000);
    }

    #[test]
    fn a_bad_value_names_the_transports_parameter_and_its_line() {
        let conf = conf("\nslow_recipient_limit = many\n");
        let fault = conf.transport(p::DEFAULT_RECIPIENT_LIMIT, "slow").unwrap_err();
        assert_eq!(
            fault.to_string(),
            "main.cf, line 2: bad numerical configuration: slow_recipient_limit = many"
        );
    }

    #[test]
    fn every_family_has_the_transports_value_and_the_default() {
        for family in FAMILIES {
            let default = crate::find(family.default).unwrap();
            let value = if default.kind == crate::Type::Time { "7s" } else { "7" };
            let text = format!("slow{} = {value}\n{} = 9\n", family.suffix, family.default);
            let conf = conf(&text);
            let own = |service: &str| conf.raw(&format!("{service}{}", family.suffix));
            assert_eq!(own("slow").as_deref(), Some(value));
            assert_eq!(conf.raw(family.default).as_deref(), Some("9"));
            assert_eq!(own("other"), None);
        }
    }

    #[test]
    fn every_default_is_a_parameter() {
        for family in FAMILIES {
            assert!(crate::find(family.default).is_some(), "{}", family.default);
        }
    }
}

//! `qmgr_clog_warn_time`: what an administrator is told about a destination that fills the active queue.

use maillog::Log;
use schedule::Clog;

/// Warns, with advice.
pub(crate) fn warn(log: &Log, clog: &Clog) {
    for line in advice(clog) {
        log.warning(line);
    }
}

fn advice(clog: &Clog) -> Vec<String> {
    let Clog { transport, nexthop, requests, active, at_limit } = clog;
    let mut lines =
        vec![format!("mail for {nexthop} is using up {requests} of {active} active queue entries")];
    let crowded = requests < active;
    if crowded {
        lines.push("this may slow down other mail deliveries".to_owned());
    }
    match at_limit {
        Some(limit) => lines.push(format!(
            "you may need to increase the main.cf {transport}_destination_concurrency_limit from {limit}"
        )),
        None if crowded => {
            lines.push(format!("you may need a separate master.cf transport for {nexthop}"));
        }
        None => lines.extend([
            format!("you may need to reduce {transport} connect and helo timeouts"),
            "so that Postfix quickly skips unavailable hosts".to_owned(),
            "you may need to increase the main.cf minimal_backoff_time and maximal_backoff_time".to_owned(),
            "so that Postfix wastes less time on undeliverable mail".to_owned(),
            format!("you may need to increase the master.cf {transport} process limit"),
        ]),
    }
    lines.extend(
        [
            "please avoid flushing the whole queue when you have",
            "lots of deferred mail, that is bad for performance",
            "to turn off these warnings specify: qmgr_clog_warn_time = 0",
        ]
        .map(str::to_owned),
    );
    lines
}

//! The configuration that a new installation starts with.

use std::path::Path;

/// A main.cf that says only what this host decides; all else is the defaults.
pub(crate) fn main_cf(prefix: &Path, root: bool, owner: String) -> String {
    let prefix = prefix.display();
    let mut text = format!(
        "# See postconf(5) for all parameters; 'postconf -d' shows their defaults, 'postconf -n' what is set here.\n\
         compatibility_level = 3.6\n\
         mail_owner = {owner}\n\
         queue_directory = {prefix}/var/spool/postfix\n\
         data_directory = {prefix}/var/lib/postfix\n"
    );
    if !root {
        // An ordinary user has no right to low ports, system mailboxes or other users' files.
        text += "inet_interfaces = loopback-only\nalias_maps =\nalias_database =\n";
    }
    text
}

/// The services of a mail system, as Postfix starts with them. What is not built yet stands in comments.
pub(crate) const MASTER_CF: &str = "\
# service  type       private unpriv  chroot  wakeup  maxproc command + args    (master(5))
smtp       inet       n       -       n       -       -       smtpd
#smtp      inet       n       -       n       -       1       postscreen
#smtpd     pass       -       -       n       -       -       smtpd
#dnsblog   unix       -       -       n       -       0       dnsblog
#submission inet      n       -       n       -       -       smtpd
#  -o syslog_name=postfix/submission
#628       inet       n       -       n       -       -       qmqpd
pickup     unix       n       -       n       60      1       pickup
cleanup    unix       n       -       n       -       0       cleanup
qmgr       unix       n       -       n       300     1       qmgr
rewrite    unix       -       -       n       -       -       trivial-rewrite
bounce     unix       -       -       n       -       0       bounce
defer      unix       -       -       n       -       0       bounce
trace      unix       -       -       n       -       0       bounce
verify     unix       -       -       n       -       1       verify
flush      unix       n       -       n       1000?   0       flush
proxymap   unix       -       -       n       -       -       proxymap
proxywrite unix       -       -       n       -       1       proxymap
smtp       unix       -       -       n       -       -       smtp
relay      unix       -       -       n       -       -       smtp
  -o syslog_name=${multi_instance_name?{$multi_instance_name}:{postfix}}/$service_name
showq      unix       n       -       n       -       -       showq
error      unix       -       -       n       -       -       error
retry      unix       -       -       n       -       -       error
discard    unix       -       -       n       -       -       discard
local      unix       -       n       n       -       -       local
virtual    unix       -       n       n       -       -       virtual
lmtp       unix       -       -       n       -       -       lmtp
anvil      unix       -       -       n       -       1       anvil
tlsmgr     unix  -       -       n       1000?   1       tlsmgr
scache     unix       -       -       n       -       1       scache
postlog    unix-dgram n       -       n       -       1       postlogd
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_can_be_read() {
        let main = main_cf(Path::new("/opt/x"), false, "me".into());
        config::Conf::parse("main.cf", &main, &config::HostFacts::default()).unwrap();
        let services = config::master::parse("master.cf", MASTER_CF).unwrap();
        assert!(services.len() > 15);
    }
}

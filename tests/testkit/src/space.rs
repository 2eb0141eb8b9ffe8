//! A namespace for one test: its own network with every address local, its own mounts and pids.
//! Nothing that happens in it survives it, and no packet leaves it.
use crate::run::{Done, run, shell};
use std::process::Command;
use std::time::Duration;

/// Runs this same program again, inside a fresh namespace, with `args`.
pub fn rerun_inside(args: &[&str], limit: Duration) -> Done {
    let me = std::env::current_exe().expect("the path of this program");
    let mut command = Command::new("unshare");
    command.args(["--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child=SIGKILL"]);
    command.args(["--mount-proc", "--propagation", "private"]).arg(me).args(args);
    run(command, b"", limit)
}

/// What is missing on this machine, as a sentence; None when a namespace can be made.
pub fn missing() -> Option<String> {
    if !rustix::process::geteuid().is_root() {
        return Some(
            "these tests start mail systems on port 25 of a network namespace: run them as root".into(),
        );
    }
    ["unshare", "ip", "mount", "setpriv", "hostname"]
        .iter()
        .find(|tool| shell(&format!("command -v {tool}")).status != Some(0))
        .map(|tool| format!("{tool} is not installed: run tools/setup-tests"))
}

/// Inside: brings the network up. Every address is local, so a client can come from any address
/// and a server can stand on any address.
///
/// It changes routes and mounts, so it stops at once anywhere but in a namespace made by [`rerun_inside`], whose
/// first process it is.
pub fn settle() {
    assert!(std::process::id() == 1, "this part of the program runs in a namespace of its own only");
    shell(
        "set -e; hostname mail.example.com; ip link set lo up; ip addr add 192.0.2.1/24 dev lo
         ip addr add 192.0.2.2/32 dev lo
         ip route add local 0.0.0.0/0 dev lo
         ip -6 addr add 2001:db8::1/128 dev lo nodad 2>/dev/null || :
         echo 1 >/proc/sys/net/ipv6/ip_nonlocal_bind || :
         ip -6 route add local 2001:db8::/32 dev lo 2>/dev/null || :
         mount -t tmpfs -o mode=755 stage /mnt; mkdir /mnt/tmp; chmod 1777 /mnt/tmp",
    )
    .text();
}

//! The walls around a daemon once it serves: no new privileges, Landlock for files, seccomp for system calls.
//! What a daemon may do is data ([`Walls`]); which daemon may do what belongs to the daemons.

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetStatus,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What a process may still do.
#[derive(Clone, Debug, Default)]
pub struct Walls {
    /// Folders below which files may be created, changed and removed. A missing folder is left out.
    pub write: Vec<PathBuf>,
    /// May make internet sockets.
    pub inet: bool,
    /// May start programs.
    pub exec: bool,
}

/// What could be put up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sandboxed {
    /// All of it.
    Fully,
    /// Not all; the text says what the kernel lacks.
    Partly(String),
}

/// Puts the walls up for this process and its threads to be, for good. `Err` only when the process should not
/// go on (the walls half up in an unknown state).
pub fn enter(walls: &Walls) -> Result<Sandboxed, String> {
    rustix::thread::set_no_new_privs(true).map_err(|e| format!("no_new_privs: {e}"))?;
    let mut missing = Vec::new();
    match restrict_files(walls) {
        Ok(RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced) => {}
        Ok(RulesetStatus::NotEnforced) => missing.push("Landlock: not in this kernel".to_owned()),
        Err(e) => missing.push(format!("Landlock: {e}")),
    }
    if let Err(e) = restrict_calls(walls) {
        missing.push(format!("seccomp: {e}"));
    }
    Ok(if missing.is_empty() { Sandboxed::Fully } else { Sandboxed::Partly(missing.join("; ")) })
}

fn restrict_files(walls: &Walls) -> Result<RulesetStatus, landlock::RulesetError> {
    let all = AccessFs::from_all(WANTED_ABI);
    let mut read = AccessFs::from_read(WANTED_ABI);
    if !walls.exec {
        read.remove(AccessFs::Execute);
    }
    let mut rules =
        Ruleset::default().set_compatibility(CompatLevel::BestEffort).handle_access(all)?.create()?;
    if let Ok(root) = PathFd::new("/") {
        rules = rules.add_rule(PathBeneath::new(root, read))?;
    }
    // Connecting to sockets is not a Landlock matter; /dev/null and the terminal must stay writable.
    let devices = ["/dev/null", "/dev/tty", "/dev/pts"].map(PathBuf::from);
    for path in walls.write.iter().chain(&devices) {
        if let Ok(fd) = PathFd::new(path) {
            let access = if path.is_dir() { all } else { AccessFs::from_file(WANTED_ABI) };
            rules = rules.add_rule(PathBeneath::new(fd, access))?;
        }
    }
    Ok(rules.restrict_self()?.ruleset)
}

fn restrict_calls(walls: &Walls) -> Result<(), String> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    for call in NEVER {
        rules.insert(*call, Vec::new());
    }
    if !walls.exec {
        for call in [libc::SYS_execve, libc::SYS_execveat] {
            rules.insert(call, Vec::new());
        }
    }
    if !walls.inet {
        rules.insert(libc::SYS_bind, Vec::new());
        rules.insert(libc::SYS_listen, Vec::new());
        rules.insert(libc::SYS_socket, vec![family(libc::AF_INET)?, family(libc::AF_INET6)?]);
    }
    let arch = std::env::consts::ARCH.try_into().map_err(|e| format!("{e:?}"))?;
    let refuse = SeccompAction::Errno(libc::EPERM as u32);
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, refuse, arch).map_err(|e| e.to_string())?;
    let program: BpfProgram = filter.try_into().map_err(|e: seccompiler::BackendError| e.to_string())?;
    seccompiler::apply_filter(&program).map_err(|e| e.to_string())
}

fn family(number: libc::c_int) -> Result<SeccompRule, String> {
    SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, number as u64)
        .and_then(|condition| SeccompRule::new(vec![condition]))
        .map_err(|e| e.to_string())
}

const WANTED_ABI: ABI = ABI::V5;

/// Calls that no daemon has a use for, and that have opened kernels before.
const NEVER: &[i64] = &[
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
];

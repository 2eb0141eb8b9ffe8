//! What a mail system costs: CPU time and memory of all its processes, from /proc of its namespace. Everything
//! in there but ourselves belongs to it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// CPU time used so far, in microseconds: by the living, and by the dead whose parent has buried them.
pub fn cpu_micros() -> u64 {
    let mut ticks = 0;
    for pid in others() {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // The name in parentheses may hold anything; what follows are plain numbers: state is the first.
        let fields = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
        let number = |at: usize| fields.split_whitespace().nth(at).and_then(|f| f.parse::<u64>().ok());
        ticks += (11..15).filter_map(number).sum::<u64>();
    }
    ticks * (1_000_000 / TICKS)
}

/// Watches memory until asked for the peak.
pub struct MemoryWatch {
    stop: Arc<AtomicBool>,
    peak: Arc<AtomicU64>,
    thread: JoinHandle<()>,
}

impl MemoryWatch {
    /// Begins.
    pub fn start() -> Self {
        let (stop, peak) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (asked, highest) = (stop.clone(), peak.clone());
        let thread = std::thread::spawn(move || {
            while !asked.load(Ordering::Relaxed) {
                highest.fetch_max(pss_kib(), Ordering::Relaxed);
                std::thread::park_timeout(EVERY);
            }
        });
        Self { stop, peak, thread }
    }

    /// The highest sum seen, in KiB.
    pub fn peak_kib(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
        self.thread.join().expect("the memory watch");
        self.peak.load(Ordering::Relaxed)
    }
}

/// Proportional set size: shared pages count once, divided among those who share them.
fn pss_kib() -> u64 {
    let pss = |pid: u32| {
        let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    others().into_iter().filter_map(pss).sum()
}

fn others() -> Vec<u32> {
    let me = std::process::id();
    let entries = std::fs::read_dir(Path::new("/proc")).into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| *pid != me).collect()
}

/// USER_HZ of proc(5), the same on every Linux of today.
const TICKS: u64 = 100;
const EVERY: Duration = Duration::from_millis(200);

//! Processes: how many, how long they live, how they wait for each other.

declare! {
    /// How long postkick(1) waits for a service to take its request.
    APPLICATION_EVENT_DRAIN_TIME: Time "application_event_drain_time" = "100s",
        From(1), Rare, "2.1", "postkick";
    /// How long to wait for the connection cache before going on without it.
    CONNECTION_CACHE_PROTOCOL_TIMEOUT: Time "connection_cache_protocol_timeout" = "5s",
        From(1), Rare, "2.3", "lmtp,smtp";
    /// How often scache(8) logs how well it does.
    CONNECTION_CACHE_STATUS_UPDATE_TIME: Time "connection_cache_status_update_time" = "600s",
        From(1), Rare, "2.2", "scache";
    /// The longest time that scache(8) keeps a connection.
    CONNECTION_CACHE_TTL_LIMIT: Time "connection_cache_ttl_limit" = "2s", From(1), Common, "2.2", "scache";
    /// How long a daemon may take over one request before the watchdog ends it.
    DAEMON_TIMEOUT: Time "daemon_timeout" = "18000s", From(1), Rare, "<2.1", "all (shared library)";
    /// How many requests a service handles at once when master.cf says "-".
    DEFAULT_PROCESS_LIMIT: Int "default_process_limit" = "100", From(1), Core, "<2.1", "master";
    /// How often an exclusive lock on a mailbox or logfile is tried.
    DELIVER_LOCK_ATTEMPTS: Int "deliver_lock_attempts" = "20",
        From(1), Common, "<2.1", "bounce,local,postlock,virtual";
    /// The pause between two tries to lock.
    DELIVER_LOCK_DELAY: Time "deliver_lock_delay" = "1s",
        From(1), Common, "<2.1", "bounce,local,postlock,virtual";
    /// Makes a program fail at a chosen place, for tests only.
    FAULT_INJECTION_CODE: Int "fault_injection_code" = "0",
        From(0), Legacy, "internal (test aid)", "all (shared library)";
    /// How often starting a process is tried.
    FORK_ATTEMPTS: Int "fork_attempts" = "5", From(1), Rare, "<2.1", "postlock,sendmail";
    /// The pause between two tries to start a process.
    FORK_DELAY: Time "fork_delay" = "1s", From(1), Rare, "<2.1", "postlock,sendmail";
    /// How long an unused connection between daemons stays open.
    IPC_IDLE: Time "ipc_idle" = "5s", From(1), Rare, "<2.1", "all (shared library)";
    /// How long a daemon waits for another.
    IPC_TIMEOUT: Time "ipc_timeout" = "3600s", From(1), Common, "<2.1", "all (shared library)";
    /// How long a busy connection between daemons is used before it is closed.
    IPC_TTL: Time "ipc_ttl" = "1000s", From(1), Rare, "2.1", "all (shared library)";
    /// The longest line that is handled in one piece.
    LINE_LENGTH_LIMIT: Int "line_length_limit" = "2048",
        From(512), Core, "<2.1", "pickup,postscreen,qmqpd,smtpd";
    /// Services of master.cf that master(8) leaves out.
    MASTER_SERVICE_DISABLE: List "master_service_disable" = "", MayBeEmpty, Common, "2.6", "master";
    /// How long a daemon without work stays.
    MAX_IDLE: Time "max_idle" = "100s", From(1), Core, "<2.1", "all (shared library)";
    /// After how many requests per slot a daemon makes room for a new process.
    MAX_USE: Int "max_use" = "100", From(1), Core, "<2.1", "all (shared library)";
    /// The number of the running process.
    PROCESS_ID: Int "process_id" = "(run time)",
        Any, Rare, "2.10", "anvil,bounce,cleanup,discard,dnsblog,error,flush,local,master,nbdb_reindexd,oqmgr,pickup,pipe,postlogd,postscreen,proxymap,qmgr,qmqpd,scache,showq,smtp,smtpd,spawn,tlsmgr,tlsproxy,trivial-rewrite,verify,virtual", RunTime;
    /// The name of the running program.
    PROCESS_NAME: Str "process_name" = "(run time)",
        Any, Rare, "2.10", "anvil,bounce,cleanup,discard,dnsblog,error,flush,local,master,nbdb_reindexd,oqmgr,pickup,pipe,postlogd,postscreen,proxymap,qmgr,qmqpd,scache,showq,smtp,smtpd,spawn,tlsmgr,tlsproxy,trivial-rewrite,verify,virtual", RunTime;
    /// The master.cf name of the running service.
    SERVICE_NAME: Str "service_name" = "(run time)",
        Any, Rare, "3.3", "anvil,bounce,cleanup,discard,dnsblog,error,flush,local,master,nbdb_reindexd,oqmgr,pickup,pipe,postlogd,postscreen,proxymap,qmgr,qmqpd,scache,showq,smtp,smtpd,spawn,tlsmgr,tlsproxy,trivial-rewrite,verify,virtual", RunTime;
    /// How long a service rests whose program will not start.
    SERVICE_THROTTLE_TIME: Time "service_throttle_time" = "60s", From(1), Rare, "<2.1", "master";
    /// After how long a leftover lock file is removed.
    STALE_LOCK_TIME: Time "stale_lock_time" = "500s", From(1), Common, "<2.1", "local,postlock,virtual";
    /// The TCP receive window to ask for; 0 leaves it to the system.
    TCP_WINDOWSIZE: Int "tcp_windowsize" = "0", From(0), Rare, "2.6", "smtp,smtpd";
    /// How long to wait until a service takes a wake-up call.
    TRIGGER_TIMEOUT: Time "trigger_timeout" = "10s", From(1), Rare, "<2.1", "postdrop,postqueue";
}

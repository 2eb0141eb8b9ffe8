//! Processes: how many, how long they live, how they wait for each other.

declare! {
    /// TODO sentence of application_event_drain_time.
    APPLICATION_EVENT_DRAIN_TIME: Time "application_event_drain_time" = "100s",
        From(1), Rare, "2.1", "postkick";
    /// TODO sentence of connection_cache_protocol_timeout.
    CONNECTION_CACHE_PROTOCOL_TIMEOUT: Time "connection_cache_protocol_timeout" = "5s",
        From(1), Rare, "2.3", "lmtp,smtp";
    /// TODO sentence of connection_cache_status_update_time.
    CONNECTION_CACHE_STATUS_UPDATE_TIME: Time "connection_cache_status_update_time" = "600s",
        From(1), Rare, "2.2", "scache";
    /// TODO sentence of connection_cache_ttl_limit.
    CONNECTION_CACHE_TTL_LIMIT: Time "connection_cache_ttl_limit" = "2s", From(1), Common, "2.2", "scache";
    /// TODO sentence of daemon_timeout.
    DAEMON_TIMEOUT: Time "daemon_timeout" = "18000s", From(1), Rare, "<2.1", "all (shared library)";
    /// TODO sentence of default_process_limit.
    DEFAULT_PROCESS_LIMIT: Int "default_process_limit" = "100", From(1), Core, "<2.1", "master";
    /// TODO sentence of deliver_lock_attempts.
    DELIVER_LOCK_ATTEMPTS: Int "deliver_lock_attempts" = "20",
        From(1), Common, "<2.1", "bounce,local,postlock,virtual";
    /// TODO sentence of deliver_lock_delay.
    DELIVER_LOCK_DELAY: Time "deliver_lock_delay" = "1s",
        From(1), Common, "<2.1", "bounce,local,postlock,virtual";
    /// TODO sentence of fault_injection_code.
    FAULT_INJECTION_CODE: Int "fault_injection_code" = "0",
        From(0), Legacy, "internal (test aid)", "all (shared library)";
    /// TODO sentence of fork_attempts.
    FORK_ATTEMPTS: Int "fork_attempts" = "5", From(1), Rare, "<2.1", "postlock,sendmail";
    /// TODO sentence of fork_delay.
    FORK_DELAY: Time "fork_delay" = "1s", From(1), Rare, "<2.1", "postlock,sendmail";
    /// TODO sentence of ipc_idle.
    IPC_IDLE: Time "ipc_idle" = "5s", From(1), Rare, "<2.1", "all (shared library)";
    /// TODO sentence of ipc_timeout.
    IPC_TIMEOUT: Time "ipc_timeout" = "3600s", From(1), Common, "<2.1", "all (shared library)";
    /// TODO sentence of ipc_ttl.
    IPC_TTL: Time "ipc_ttl" = "1000s", From(1), Rare, "2.1", "all (shared library)";
    /// TODO sentence of line_length_limit.
    LINE_LENGTH_LIMIT: Int "line_length_limit" = "2048",
        From(512), Core, "<2.1", "pickup,postscreen,qmqpd,smtpd";
    /// TODO sentence of master_service_disable.
    MASTER_SERVICE_DISABLE: List "master_service_disable" = "", MayBeEmpty, Common, "2.6", "master";
    /// TODO sentence of max_idle.
    MAX_IDLE: Time "max_idle" = "100s", From(1), Core, "<2.1", "all (shared library)";
    /// TODO sentence of max_use.
    MAX_USE: Int "max_use" = "100", From(1), Core, "<2.1", "all (shared library)";
    /// TODO sentence of process_id.
    PROCESS_ID: Int "process_id" = "(run time)",
        Any, Rare, "2.10", "anvil,bounce,cleanup,discard,dnsblog,error,flush,local,master,nbdb_reindexd,oqmgr,pickup,pipe,postlogd,postscreen,proxymap,qmgr,qmqpd,scache,showq,smtp,smtpd,spawn,tlsmgr,tlsproxy,trivial-rewrite,verify,virtual", RunTime;
    /// TODO sentence of process_name.
    PROCESS_NAME: Str "process_name" = "(run time)",
        Any, Rare, "2.10", "anvil,bounce,cleanup,discard,dnsblog,error,flush,local,master,nbdb_reindexd,oqmgr,pickup,pipe,postlogd,postscreen,proxymap,qmgr,qmqpd,scache,showq,smtp,smtpd,spawn,tlsmgr,tlsproxy,trivial-rewrite,verify,virtual", RunTime;
    /// TODO sentence of service_name.
    SERVICE_NAME: Str "service_name" = "(run time)",
        Any, Rare, "3.3", "anvil,bounce,cleanup,discard,dnsblog,error,flush,local,master,nbdb_reindexd,oqmgr,pickup,pipe,postlogd,postscreen,proxymap,qmgr,qmqpd,scache,showq,smtp,smtpd,spawn,tlsmgr,tlsproxy,trivial-rewrite,verify,virtual", RunTime;
    /// TODO sentence of service_throttle_time.
    SERVICE_THROTTLE_TIME: Time "service_throttle_time" = "60s", From(1), Rare, "<2.1", "master";
    /// TODO sentence of stale_lock_time.
    STALE_LOCK_TIME: Time "stale_lock_time" = "500s", From(1), Common, "<2.1", "local,postlock,virtual";
    /// TODO sentence of tcp_windowsize.
    TCP_WINDOWSIZE: Int "tcp_windowsize" = "0", From(0), Rare, "2.6", "smtp,smtpd";
    /// TODO sentence of trigger_timeout.
    TRIGGER_TIMEOUT: Time "trigger_timeout" = "10s", From(1), Rare, "<2.1", "postdrop,postqueue";
}

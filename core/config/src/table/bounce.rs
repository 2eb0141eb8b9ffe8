//! Bounces, delay warnings and notices to the postmaster.

declare! {
    /// TODO sentence of 2bounce_notice_recipient.
    N2BOUNCE_NOTICE_RECIPIENT: Str "2bounce_notice_recipient" = "postmaster",
        NonEmpty, Common, "<=1.0", "bounce,error";
    /// TODO sentence of backwards_bounce_logfile_compatibility.
    BACKWARDS_BOUNCE_LOGFILE_COMPATIBILITY: Bool "backwards_bounce_logfile_compatibility" = "yes",
        Any, Legacy, "2.1", "bounce";
    /// TODO sentence of bounce_notice_recipient.
    BOUNCE_NOTICE_RECIPIENT: Str "bounce_notice_recipient" = "postmaster",
        NonEmpty, Common, "<=1.0", "bounce,error,smtpd";
    /// TODO sentence of bounce_queue_lifetime.
    BOUNCE_QUEUE_LIFETIME: Time "bounce_queue_lifetime" = "5d",
        Between(0, 8640000), Core, "2.1", "oqmgr,qmgr";
    /// TODO sentence of bounce_size_limit.
    BOUNCE_SIZE_LIMIT: Int "bounce_size_limit" = "50000", From(1), Core, "<2.1", "bounce,sendmail";
    /// TODO sentence of bounce_template_file.
    BOUNCE_TEMPLATE_FILE: Path "bounce_template_file" = "", MayBeEmpty, Core, "2.3", "bounce,postconf";
    /// TODO sentence of confirm_delay_cleared.
    CONFIRM_DELAY_CLEARED: Bool "confirm_delay_cleared" = "no", Any, Common, "3.0", "oqmgr,qmgr";
    /// TODO sentence of delay_notice_recipient.
    DELAY_NOTICE_RECIPIENT: Str "delay_notice_recipient" = "postmaster", NonEmpty, Common, "<=1.0", "bounce";
    /// TODO sentence of delay_warning_time.
    DELAY_WARNING_TIME: Time "delay_warning_time" = "0h", From(0), Core, "<=1.0", "bounce,cleanup,sendmail";
    /// TODO sentence of disable_verp_bounces.
    DISABLE_VERP_BOUNCES: Bool "disable_verp_bounces" = "no", Any, Common, "1.1", "cleanup,oqmgr,qmgr";
    /// TODO sentence of enable_threaded_bounces.
    ENABLE_THREADED_BOUNCES: BoolExpr "enable_threaded_bounces" = "no", Any, Common, "3.6", "bounce";
    /// TODO sentence of error_notice_recipient.
    ERROR_NOTICE_RECIPIENT: Str "error_notice_recipient" = "postmaster",
        NonEmpty, Common, "<=1.0", "lmtp,smtp,smtpd";
    /// TODO sentence of multi_recipient_bounce_reject_code.
    MULTI_RECIPIENT_BOUNCE_REJECT_CODE: Int "multi_recipient_bounce_reject_code" = "550",
        From(0), Common, "2.1", "smtpd";
    /// TODO sentence of notify_classes.
    NOTIFY_CLASSES: KeywordSet "notify_classes" = "resource, software",
        MayBeEmpty, Core, "<=1.0", "bounce,error,lmtp,smtp,smtpd";
}

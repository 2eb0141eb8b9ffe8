//! Bounces, delay warnings and notices to the postmaster.

declare! {
    /// Who gets the mail that could be neither delivered nor returned, when notify_classes has 2bounce.
    N2BOUNCE_NOTICE_RECIPIENT: Str "2bounce_notice_recipient" = "postmaster",
        NonEmpty, Common, "<=1.0", "bounce,error";
    /// Whether records for old programs are written to the files in defer/ and bounce/.
    BACKWARDS_BOUNCE_LOGFILE_COMPATIBILITY: Bool "backwards_bounce_logfile_compatibility" = "yes",
        Any, Legacy, "2.1", "bounce";
    /// Who gets the postmaster's copies of returned mail, when notify_classes has bounce.
    BOUNCE_NOTICE_RECIPIENT: Str "bounce_notice_recipient" = "postmaster",
        NonEmpty, Common, "<=1.0", "bounce,error,smtpd";
    /// How long a bounce may wait in the queue before it is given up.
    BOUNCE_QUEUE_LIFETIME: Time "bounce_queue_lifetime" = "5d",
        Between(0, 8640000), Core, "2.1", "oqmgr,qmgr";
    /// How much of the original message a bounce brings back.
    BOUNCE_SIZE_LIMIT: Int "bounce_size_limit" = "50000", From(1), Core, "<2.1", "bounce,sendmail";
    /// A file with the texts of bounces, instead of the built-in ones.
    BOUNCE_TEMPLATE_FILE: Path "bounce_template_file" = "", MayBeEmpty, Core, "2.3", "bounce,postconf";
    /// Whether a sender who was warned of a delay also hears when the mail got through.
    CONFIRM_DELAY_CLEARED: Bool "confirm_delay_cleared" = "no", Any, Common, "3.0", "oqmgr,qmgr";
    /// Who gets copies of delay warnings, when notify_classes has delay.
    DELAY_NOTICE_RECIPIENT: Str "delay_notice_recipient" = "postmaster", NonEmpty, Common, "<=1.0", "bounce";
    /// After how long a sender is told that the mail still waits; 0 for never.
    DELAY_WARNING_TIME: Time "delay_warning_time" = "0h", From(0), Core, "<=1.0", "bounce,cleanup,sendmail";
    /// Whether bounces leave out the one recipient per message that VERP asks for.
    DISABLE_VERP_BOUNCES: Bool "disable_verp_bounces" = "no", Any, Common, "1.1", "cleanup,oqmgr,qmgr";
    /// Whether notices refer to the original message, so that mail readers show them together.
    ENABLE_THREADED_BOUNCES: BoolExpr "enable_threaded_bounces" = "no", Any, Common, "3.6", "bounce";
    /// Who gets reports of trouble, when notify_classes asks for them.
    ERROR_NOTICE_RECIPIENT: Str "error_notice_recipient" = "postmaster",
        NonEmpty, Common, "<=1.0", "lmtp,smtp,smtpd";
    /// The reply code for bounces with several recipients.
    MULTI_RECIPIENT_BOUNCE_REJECT_CODE: Int "multi_recipient_bounce_reject_code" = "550",
        From(0), Common, "2.1", "smtpd";
    /// Which kinds of trouble the postmaster hears of.
    NOTIFY_CLASSES: KeywordSet "notify_classes" = "resource, software",
        MayBeEmpty, Core, "<=1.0", "bounce,error,lmtp,smtp,smtpd";
}

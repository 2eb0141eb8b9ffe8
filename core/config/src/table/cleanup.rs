//! cleanup(8): address mapping, header and body checks, MIME, message headers.

declare! {
    /// TODO sentence of always_add_missing_headers.
    ALWAYS_ADD_MISSING_HEADERS: Bool "always_add_missing_headers" = "no", Any, Common, "2.6", "cleanup";
    /// TODO sentence of always_bcc.
    ALWAYS_BCC: List "always_bcc" = "", MayBeEmpty, Core, "<=1.0", "cleanup";
    /// TODO sentence of body_checks.
    BODY_CHECKS: Maps "body_checks" = "", MayBeEmpty, Core, "<=1.0", "cleanup";
    /// TODO sentence of body_checks_size_limit.
    BODY_CHECKS_SIZE_LIMIT: Int "body_checks_size_limit" = "51200", From(0), Common, "2.0", "cleanup";
    /// TODO sentence of canonical_classes.
    CANONICAL_CLASSES: KeywordSet "canonical_classes" = "envelope_sender, envelope_recipient, header_sender, header_recipient",
        NonEmpty, Core, "2.2", "cleanup";
    /// TODO sentence of canonical_maps.
    CANONICAL_MAPS: Maps "canonical_maps" = "", MayBeEmpty, Core, "<2.1", "cleanup,proxymap,smtpd";
    /// TODO sentence of cleanup_replace_stray_cr_lf.
    CLEANUP_REPLACE_STRAY_CR_LF: Bool "cleanup_replace_stray_cr_lf" = "yes", Any, Core, "3.9", "cleanup";
    /// TODO sentence of detect_8bit_encoding_header.
    DETECT_8BIT_ENCODING_HEADER: Bool "detect_8bit_encoding_header" = "yes", Any, Common, "2.5", "cleanup";
    /// TODO sentence of disable_mime_input_processing.
    DISABLE_MIME_INPUT_PROCESSING: Bool "disable_mime_input_processing" = "no", Any, Common, "2.0", "cleanup";
    /// TODO sentence of disable_mime_output_conversion.
    DISABLE_MIME_OUTPUT_CONVERSION: Bool "disable_mime_output_conversion" = "no", Any, Common, "2.0", "smtp";
    /// TODO sentence of duplicate_filter_limit.
    DUPLICATE_FILTER_LIMIT: Int "duplicate_filter_limit" = "1000",
        From(0), Common, "<2.1", "cleanup,local,showq";
    /// TODO sentence of enable_errors_to.
    ENABLE_ERRORS_TO: Str "enable_errors_to" = "no", Any, Legacy, "<2.1", "cleanup", Removed;
    /// TODO sentence of enable_original_recipient.
    ENABLE_ORIGINAL_RECIPIENT: Bool "enable_original_recipient" = "yes",
        Any, Common, "2.1", "cleanup,local,pipe,virtual";
    /// TODO sentence of extract_recipient_limit.
    EXTRACT_RECIPIENT_LIMIT: Str "extract_recipient_limit" = "10240", Any, Legacy, "<2.1", "-", Removed;
    /// TODO sentence of force_mime_input_conversion.
    FORCE_MIME_INPUT_CONVERSION: Bool "force_mime_input_conversion" = "no", Any, Common, "3.9", "cleanup";
    /// TODO sentence of full_name_encoding_charset.
    FULL_NAME_ENCODING_CHARSET: Str "full_name_encoding_charset" = "utf-8", NonEmpty, Rare, "3.10", "cleanup";
    /// TODO sentence of header_address_token_limit.
    HEADER_ADDRESS_TOKEN_LIMIT: Int "header_address_token_limit" = "10240", From(1), Rare, "<2.1", "cleanup";
    /// TODO sentence of header_checks.
    HEADER_CHECKS: Maps "header_checks" = "", MayBeEmpty, Core, "<=1.0", "cleanup";
    /// TODO sentence of header_from_format.
    HEADER_FROM_FORMAT: Str "header_from_format" = "standard",
        NonEmpty, Common, "3.3", "bounce,cleanup,lmtp,smtp,smtpd";
    /// TODO sentence of header_size_limit.
    HEADER_SIZE_LIMIT: Int "header_size_limit" = "102400", From(1), Core, "<2.1", "cleanup";
    /// TODO sentence of hopcount_limit.
    HOPCOUNT_LIMIT: Int "hopcount_limit" = "50", From(1), Core, "<2.1", "cleanup,qmqpd,sendmail";
    /// TODO sentence of local_header_rewrite_clients.
    LOCAL_HEADER_REWRITE_CLIENTS: RestrictionList "local_header_rewrite_clients" = "permit_inet_interfaces",
        MayBeEmpty, Common, "2.2", "smtpd";
    /// TODO sentence of masquerade_classes.
    MASQUERADE_CLASSES: KeywordSet "masquerade_classes" = "envelope_sender, header_sender, header_recipient",
        MayBeEmpty, Common, "1.1", "cleanup";
    /// TODO sentence of masquerade_domains.
    MASQUERADE_DOMAINS: List "masquerade_domains" = "", MayBeEmpty, Core, "<2.1", "cleanup";
    /// TODO sentence of masquerade_exceptions.
    MASQUERADE_EXCEPTIONS: MatchList "masquerade_exceptions" = "", MayBeEmpty, Common, "<=1.0", "cleanup";
    /// TODO sentence of message_drop_headers.
    MESSAGE_DROP_HEADERS: List "message_drop_headers" = "bcc, content-length, resent-bcc, return-path",
        MayBeEmpty, Common, "3.0", "cleanup";
    /// TODO sentence of message_reject_characters.
    MESSAGE_REJECT_CHARACTERS: Str "message_reject_characters" = "", MayBeEmpty, Common, "2.3", "cleanup";
    /// TODO sentence of message_size_limit.
    MESSAGE_SIZE_LIMIT: Long "message_size_limit" = "10240000", From(0), Core, "<2.1", "cleanup,qmqpd,smtpd";
    /// TODO sentence of message_strip_characters.
    MESSAGE_STRIP_CHARACTERS: Str "message_strip_characters" = "", MayBeEmpty, Common, "2.3", "cleanup";
    /// TODO sentence of mime_boundary_length_limit.
    MIME_BOUNDARY_LENGTH_LIMIT: Int "mime_boundary_length_limit" = "2048",
        From(1), Common, "2.0", "cleanup,smtp";
    /// TODO sentence of mime_header_checks.
    MIME_HEADER_CHECKS: Maps "mime_header_checks" = "$header_checks", MayBeEmpty, Core, "2.0", "cleanup";
    /// TODO sentence of mime_nesting_limit.
    MIME_NESTING_LIMIT: Int "mime_nesting_limit" = "100", From(1), Common, "2.0", "cleanup,smtp";
    /// TODO sentence of nested_header_checks.
    NESTED_HEADER_CHECKS: Maps "nested_header_checks" = "$header_checks", MayBeEmpty, Core, "2.0", "cleanup";
    /// TODO sentence of propagate_unmatched_extensions.
    PROPAGATE_UNMATCHED_EXTENSIONS: Str "propagate_unmatched_extensions" = "canonical, virtual",
        MayBeEmpty, Core, "<=1.0", "cleanup,lmtp,local,smtp";
    /// TODO sentence of queue_file_attribute_count_limit.
    QUEUE_FILE_ATTRIBUTE_COUNT_LIMIT: Int "queue_file_attribute_count_limit" = "100",
        From(1), Rare, "2.0", "cleanup";
    /// TODO sentence of recipient_bcc_maps.
    RECIPIENT_BCC_MAPS: Maps "recipient_bcc_maps" = "", MayBeEmpty, Core, "2.1", "cleanup";
    /// TODO sentence of recipient_canonical_classes.
    RECIPIENT_CANONICAL_CLASSES: KeywordSet "recipient_canonical_classes" = "envelope_recipient, header_recipient",
        NonEmpty, Common, "2.2", "cleanup";
    /// TODO sentence of recipient_canonical_maps.
    RECIPIENT_CANONICAL_MAPS: Maps "recipient_canonical_maps" = "",
        MayBeEmpty, Core, "<2.1", "cleanup,proxymap,smtpd";
    /// TODO sentence of remote_header_rewrite_domain.
    REMOTE_HEADER_REWRITE_DOMAIN: Str "remote_header_rewrite_domain" = "",
        MayBeEmpty, Common, "2.2", "cleanup,sendmail,trivial-rewrite";
    /// TODO sentence of sender_bcc_maps.
    SENDER_BCC_MAPS: Maps "sender_bcc_maps" = "", MayBeEmpty, Core, "2.1", "cleanup";
    /// TODO sentence of sender_canonical_classes.
    SENDER_CANONICAL_CLASSES: KeywordSet "sender_canonical_classes" = "envelope_sender, header_sender",
        NonEmpty, Common, "2.2", "cleanup";
    /// TODO sentence of sender_canonical_maps.
    SENDER_CANONICAL_MAPS: Maps "sender_canonical_maps" = "",
        MayBeEmpty, Core, "<2.1", "cleanup,proxymap,smtpd";
    /// TODO sentence of strict_7bit_headers.
    STRICT_7BIT_HEADERS: Bool "strict_7bit_headers" = "no", Any, Rare, "2.0", "cleanup";
    /// TODO sentence of strict_8bitmime.
    STRICT_8BITMIME: Bool "strict_8bitmime" = "no", Any, Common, "2.0", "cleanup";
    /// TODO sentence of strict_8bitmime_body.
    STRICT_8BITMIME_BODY: Bool "strict_8bitmime_body" = "no", Any, Rare, "2.0", "cleanup";
    /// TODO sentence of strict_mime_encoding_domain.
    STRICT_MIME_ENCODING_DOMAIN: Bool "strict_mime_encoding_domain" = "no", Any, Common, "2.0", "cleanup";
    /// TODO sentence of strict_rfc821_envelopes.
    STRICT_RFC821_ENVELOPES: Bool "strict_rfc821_envelopes" = "no", Any, Core, "<=1.0", "smtpd";
    /// TODO sentence of undisclosed_recipients_header.
    UNDISCLOSED_RECIPIENTS_HEADER: Str "undisclosed_recipients_header" = "",
        MayBeEmpty, Common, "<=1.0", "cleanup";
}

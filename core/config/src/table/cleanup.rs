//! cleanup(8): address mapping, header and body checks, MIME, message headers.

declare! {
    /// Whether From, To, Date and Message-ID are supplied also when a stranger's message lacks them.
    ALWAYS_ADD_MISSING_HEADERS: Bool "always_add_missing_headers" = "no", Any, Common, "2.6", "cleanup";
    /// An address that gets a copy of every message that comes in.
    ALWAYS_BCC: List "always_bcc" = "", MayBeEmpty, Core, "<=1.0", "cleanup";
    /// Patterns for the lines of a message's body, with what to do when one matches.
    BODY_CHECKS: Maps "body_checks" = "", MayBeEmpty, Core, "<=1.0", "cleanup";
    /// How much of each body part body_checks look at.
    BODY_CHECKS_SIZE_LIMIT: Int "body_checks_size_limit" = "51200", From(0), Common, "2.0", "cleanup";
    /// Which addresses canonical_maps change.
    CANONICAL_CLASSES: KeywordSet "canonical_classes" = "envelope_sender, envelope_recipient, header_sender, header_recipient",
        NonEmpty, Core, "2.2", "cleanup";
    /// Tables that rewrite addresses in envelope and headers alike.
    CANONICAL_MAPS: Maps "canonical_maps" = "", MayBeEmpty, Core, "<2.1", "cleanup,proxymap,smtpd";
    /// Whether carriage returns and line feeds that stand alone become spaces.
    CLEANUP_REPLACE_STRAY_CR_LF: Bool "cleanup_replace_stray_cr_lf" = "yes", Any, Core, "3.9", "cleanup";
    /// Whether Content-Transfer-Encoding headers decide what counts as 8-bit mail.
    DETECT_8BIT_ENCODING_HEADER: Bool "detect_8bit_encoding_header" = "yes", Any, Common, "2.5", "cleanup";
    /// Whether incoming mail is taken as plain text, without looking at its MIME parts.
    DISABLE_MIME_INPUT_PROCESSING: Bool "disable_mime_input_processing" = "no", Any, Common, "2.0", "cleanup";
    /// Whether 8-bit mail goes unchanged to servers that cannot take it.
    DISABLE_MIME_OUTPUT_CONVERSION: Bool "disable_mime_output_conversion" = "no", Any, Common, "2.0", "smtp";
    /// How many recipients of a message are remembered to drop repetitions.
    DUPLICATE_FILTER_LIMIT: Int "duplicate_filter_limit" = "1000",
        From(0), Common, "<2.1", "cleanup,local,showq";
    /// Formerly, whether bounces went to the Errors-To header's address.
    ENABLE_ERRORS_TO: Str "enable_errors_to" = "no", Any, Legacy, "<2.1", "cleanup", Removed;
    /// Whether the recipient before rewriting is kept, for X-Original-To and the log.
    ENABLE_ORIGINAL_RECIPIENT: Bool "enable_original_recipient" = "yes",
        Any, Common, "2.1", "cleanup,local,pipe,virtual";
    /// Formerly, how many recipients sendmail -t took out of headers.
    EXTRACT_RECIPIENT_LIMIT: Str "extract_recipient_limit" = "10240", Any, Legacy, "<2.1", "-", Removed;
    /// Whether 8-bit mail is made 7-bit as it comes in, whatever the next server can take.
    FORCE_MIME_INPUT_CONVERSION: Bool "force_mime_input_conversion" = "no", Any, Common, "3.9", "cleanup";
    /// The character set of full names that are not ASCII, in headers that sendmail(1) makes.
    FULL_NAME_ENCODING_CHARSET: Str "full_name_encoding_charset" = "utf-8", NonEmpty, Rare, "3.10", "cleanup";
    /// How many parts of an address header are looked at before the rest is dropped.
    HEADER_ADDRESS_TOKEN_LIMIT: Int "header_address_token_limit" = "10240", From(1), Rare, "<2.1", "cleanup";
    /// Patterns for message headers, with what to do when one matches.
    HEADER_CHECKS: Maps "header_checks" = "", MayBeEmpty, Core, "<=1.0", "cleanup";
    /// How the full name stands in a From header that we make.
    HEADER_FROM_FORMAT: Str "header_from_format" = "standard",
        NonEmpty, Common, "3.3", "bounce,cleanup,lmtp,smtp,smtpd";
    /// How much of one header is kept.
    HEADER_SIZE_LIMIT: Int "header_size_limit" = "102400", From(1), Core, "<2.1", "cleanup";
    /// How many Received headers make a message a loop.
    HOPCOUNT_LIMIT: Int "hopcount_limit" = "50", From(1), Core, "<2.1", "cleanup,qmqpd,sendmail";
    /// Clients whose message headers are completed with our own domain.
    LOCAL_HEADER_REWRITE_CLIENTS: RestrictionList "local_header_rewrite_clients" = "permit_inet_interfaces",
        MayBeEmpty, Common, "2.2", "smtpd";
    /// Which addresses masquerade_domains change.
    MASQUERADE_CLASSES: KeywordSet "masquerade_classes" = "envelope_sender, header_sender, header_recipient",
        MayBeEmpty, Common, "1.1", "cleanup";
    /// Domains that swallow their subdomains in addresses.
    MASQUERADE_DOMAINS: List "masquerade_domains" = "", MayBeEmpty, Core, "<2.1", "cleanup";
    /// User names whose addresses are not masqueraded.
    MASQUERADE_EXCEPTIONS: MatchList "masquerade_exceptions" = "", MayBeEmpty, Common, "<=1.0", "cleanup";
    /// Headers that are taken out of mail by name.
    MESSAGE_DROP_HEADERS: List "message_drop_headers" = "bcc, content-length, resent-bcc, return-path",
        MayBeEmpty, Common, "3.0", "cleanup";
    /// Characters that make a message unacceptable.
    MESSAGE_REJECT_CHARACTERS: Str "message_reject_characters" = "", MayBeEmpty, Common, "2.3", "cleanup";
    /// How large a message may be, envelope included.
    MESSAGE_SIZE_LIMIT: Long "message_size_limit" = "10240000", From(0), Core, "<2.1", "cleanup,qmqpd,smtpd";
    /// Characters that are taken out of messages.
    MESSAGE_STRIP_CHARACTERS: Str "message_strip_characters" = "", MayBeEmpty, Common, "2.3", "cleanup";
    /// How much of a MIME boundary is compared.
    MIME_BOUNDARY_LENGTH_LIMIT: Int "mime_boundary_length_limit" = "2048",
        From(1), Common, "2.0", "cleanup,smtp";
    /// Patterns for headers of MIME parts.
    MIME_HEADER_CHECKS: Maps "mime_header_checks" = "$header_checks", MayBeEmpty, Core, "2.0", "cleanup";
    /// How deep MIME parts may be nested.
    MIME_NESTING_LIMIT: Int "mime_nesting_limit" = "100", From(1), Common, "2.0", "cleanup,smtp";
    /// Patterns for headers of attached messages.
    NESTED_HEADER_CHECKS: Maps "nested_header_checks" = "$header_checks", MayBeEmpty, Core, "2.0", "cleanup";
    /// Which tables pass on the extension of an address they matched without it.
    PROPAGATE_UNMATCHED_EXTENSIONS: Str "propagate_unmatched_extensions" = "canonical, virtual",
        MayBeEmpty, Core, "<=1.0", "cleanup,lmtp,local,smtp";
    /// How many attributes a queue file may have.
    QUEUE_FILE_ATTRIBUTE_COUNT_LIMIT: Int "queue_file_attribute_count_limit" = "100",
        From(1), Rare, "2.0", "cleanup";
    /// Tables with addresses that get copies of mail to a recipient.
    RECIPIENT_BCC_MAPS: Maps "recipient_bcc_maps" = "", MayBeEmpty, Core, "2.1", "cleanup";
    /// Which addresses recipient_canonical_maps change.
    RECIPIENT_CANONICAL_CLASSES: KeywordSet "recipient_canonical_classes" = "envelope_recipient, header_recipient",
        NonEmpty, Common, "2.2", "cleanup";
    /// Tables that rewrite recipient addresses only.
    RECIPIENT_CANONICAL_MAPS: Maps "recipient_canonical_maps" = "",
        MayBeEmpty, Core, "<2.1", "cleanup,proxymap,smtpd";
    /// The domain that completes headers of mail from strangers; empty leaves them alone.
    REMOTE_HEADER_REWRITE_DOMAIN: Str "remote_header_rewrite_domain" = "",
        MayBeEmpty, Common, "2.2", "cleanup,sendmail,trivial-rewrite";
    /// Tables with addresses that get copies of mail from a sender.
    SENDER_BCC_MAPS: Maps "sender_bcc_maps" = "", MayBeEmpty, Core, "2.1", "cleanup";
    /// Which addresses sender_canonical_maps change.
    SENDER_CANONICAL_CLASSES: KeywordSet "sender_canonical_classes" = "envelope_sender, header_sender",
        NonEmpty, Common, "2.2", "cleanup";
    /// Tables that rewrite sender addresses only.
    SENDER_CANONICAL_MAPS: Maps "sender_canonical_maps" = "",
        MayBeEmpty, Core, "<2.1", "cleanup,proxymap,smtpd";
    /// Whether mail with 8-bit headers is rejected.
    STRICT_7BIT_HEADERS: Bool "strict_7bit_headers" = "no", Any, Rare, "2.0", "cleanup";
    /// Whether 8-bit content is rejected that MIME does not declare.
    STRICT_8BITMIME: Bool "strict_8bitmime" = "no", Any, Common, "2.0", "cleanup";
    /// Whether an 8-bit body is rejected that MIME does not declare.
    STRICT_8BITMIME_BODY: Bool "strict_8bitmime_body" = "no", Any, Rare, "2.0", "cleanup";
    /// Whether multipart and message parts are rejected that declare an encoding of their own.
    STRICT_MIME_ENCODING_DOMAIN: Bool "strict_mime_encoding_domain" = "no", Any, Common, "2.0", "cleanup";
    /// Whether envelope addresses must stand in angle brackets, without comments.
    STRICT_RFC821_ENVELOPES: Bool "strict_rfc821_envelopes" = "no", Any, Core, "<=1.0", "smtpd";
    /// A To header for mail that has none.
    UNDISCLOSED_RECIPIENTS_HEADER: Str "undisclosed_recipients_header" = "",
        MayBeEmpty, Common, "<=1.0", "cleanup";
}

//! trivial-rewrite(8): the standard form of addresses, and the way they go.

declare! {
    /// TODO sentence of allow_percent_hack.
    ALLOW_PERCENT_HACK: Bool "allow_percent_hack" = "yes", Any, Legacy, "<2.1", "trivial-rewrite";
    /// TODO sentence of default_filter_nexthop.
    DEFAULT_FILTER_NEXTHOP: Str "default_filter_nexthop" = "", MayBeEmpty, Rare, "2.7", "oqmgr,qmgr";
    /// TODO sentence of default_transport.
    DEFAULT_TRANSPORT: TransportSpec "default_transport" = "smtp", NonEmpty, Core, "<=1.0", "trivial-rewrite";
    /// TODO sentence of empty_address_default_transport_maps_lookup_key.
    EMPTY_ADDRESS_DEFAULT_TRANSPORT_MAPS_LOOKUP_KEY: Str "empty_address_default_transport_maps_lookup_key" = "<>",
        NonEmpty, Rare, "2.7", "trivial-rewrite";
    /// TODO sentence of empty_address_recipient.
    EMPTY_ADDRESS_RECIPIENT: Str "empty_address_recipient" = "MAILER-DAEMON",
        NonEmpty, Common, "<2.1", "cleanup,showq,trivial-rewrite";
    /// TODO sentence of empty_address_relayhost_maps_lookup_key.
    EMPTY_ADDRESS_RELAYHOST_MAPS_LOOKUP_KEY: Str "empty_address_relayhost_maps_lookup_key" = "<>",
        NonEmpty, Rare, "2.5", "trivial-rewrite";
    /// TODO sentence of relay_transport.
    RELAY_TRANSPORT: TransportSpec "relay_transport" = "relay", NonEmpty, Core, "2.0", "trivial-rewrite";
    /// TODO sentence of relocated_maps.
    RELOCATED_MAPS: Maps "relocated_maps" = "", MayBeEmpty, Core, "<2.1", "proxymap,trivial-rewrite";
    /// TODO sentence of relocated_prefix_enable.
    RELOCATED_PREFIX_ENABLE: BoolExpr "relocated_prefix_enable" = "yes", Any, Rare, "3.11", "trivial-rewrite";
    /// TODO sentence of resolve_dequoted_address.
    RESOLVE_DEQUOTED_ADDRESS: Bool "resolve_dequoted_address" = "yes", Any, Rare, "<2.1", "trivial-rewrite";
    /// TODO sentence of resolve_null_domain.
    RESOLVE_NULL_DOMAIN: Bool "resolve_null_domain" = "no", Any, Rare, "2.1", "trivial-rewrite";
    /// TODO sentence of resolve_numeric_domain.
    RESOLVE_NUMERIC_DOMAIN: Bool "resolve_numeric_domain" = "no", Any, Rare, "2.3", "trivial-rewrite";
    /// TODO sentence of sender_dependent_default_transport_maps.
    SENDER_DEPENDENT_DEFAULT_TRANSPORT_MAPS: Maps "sender_dependent_default_transport_maps" = "",
        MayBeEmpty, Common, "2.7", "trivial-rewrite";
    /// TODO sentence of sender_dependent_relayhost_maps.
    SENDER_DEPENDENT_RELAYHOST_MAPS: Maps "sender_dependent_relayhost_maps" = "",
        MayBeEmpty, Core, "2.3", "trivial-rewrite";
    /// TODO sentence of swap_bangpath.
    SWAP_BANGPATH: Bool "swap_bangpath" = "yes", Any, Legacy, "<2.1", "trivial-rewrite";
    /// TODO sentence of transport_maps.
    TRANSPORT_MAPS: Maps "transport_maps" = "", MayBeEmpty, Core, "<2.1", "proxymap,trivial-rewrite";
}

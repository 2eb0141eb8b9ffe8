//! trivial-rewrite(8): the standard form of addresses, and the way they go.

declare! {
    /// Whether user%domain is read as user@domain.
    ALLOW_PERCENT_HACK: Bool "allow_percent_hack" = "yes", Any, Legacy, "<2.1", "trivial-rewrite";
    /// The destination for a content filter that names none.
    DEFAULT_FILTER_NEXTHOP: Str "default_filter_nexthop" = "", MayBeEmpty, Rare, "2.7", "oqmgr,qmgr";
    /// How mail travels to domains that are not ours.
    DEFAULT_TRANSPORT: TransportSpec "default_transport" = "smtp", NonEmpty, Core, "<=1.0", "trivial-rewrite";
    /// What stands for the empty sender in sender_dependent_default_transport_maps.
    EMPTY_ADDRESS_DEFAULT_TRANSPORT_MAPS_LOOKUP_KEY: Str "empty_address_default_transport_maps_lookup_key" = "<>",
        NonEmpty, Rare, "2.7", "trivial-rewrite";
    /// Who gets mail that is addressed to the empty address.
    EMPTY_ADDRESS_RECIPIENT: Str "empty_address_recipient" = "MAILER-DAEMON",
        NonEmpty, Common, "<2.1", "cleanup,showq,trivial-rewrite";
    /// What stands for the empty sender in sender_dependent_relayhost_maps.
    EMPTY_ADDRESS_RELAYHOST_MAPS_LOOKUP_KEY: Str "empty_address_relayhost_maps_lookup_key" = "<>",
        NonEmpty, Rare, "2.5", "trivial-rewrite";
    /// How mail travels to relay_domains.
    RELAY_TRANSPORT: TransportSpec "relay_transport" = "relay", NonEmpty, Core, "2.0", "trivial-rewrite";
    /// Tables of users and domains that have moved, with their new places.
    RELOCATED_MAPS: Maps "relocated_maps" = "", MayBeEmpty, Core, "<2.1", "proxymap,trivial-rewrite";
    /// Whether the reply for relocated users begins with "5.1.6 User has moved to".
    RELOCATED_PREFIX_ENABLE: BoolExpr "relocated_prefix_enable" = "yes", Any, Rare, "3.11", "trivial-rewrite";
    /// Whether quotes in the local part are taken off before @, % and ! are looked for.
    RESOLVE_DEQUOTED_ADDRESS: Bool "resolve_dequoted_address" = "yes", Any, Rare, "<2.1", "trivial-rewrite";
    /// Whether an address that ends in "@" is taken as local.
    RESOLVE_NULL_DOMAIN: Bool "resolve_null_domain" = "no", Any, Rare, "2.1", "trivial-rewrite";
    /// Whether `user@1.2.3.4` is read as `user@[1.2.3.4]`.
    RESOLVE_NUMERIC_DOMAIN: Bool "resolve_numeric_domain" = "no", Any, Rare, "2.3", "trivial-rewrite";
    /// Tables that replace default_transport by sender.
    SENDER_DEPENDENT_DEFAULT_TRANSPORT_MAPS: Maps "sender_dependent_default_transport_maps" = "",
        MayBeEmpty, Common, "2.7", "trivial-rewrite";
    /// Tables that replace relayhost by sender.
    SENDER_DEPENDENT_RELAYHOST_MAPS: Maps "sender_dependent_relayhost_maps" = "",
        MayBeEmpty, Core, "2.3", "trivial-rewrite";
    /// Whether site!user is read as user@site.
    SWAP_BANGPATH: Bool "swap_bangpath" = "yes", Any, Legacy, "<2.1", "trivial-rewrite";
    /// Tables that choose how and where mail travels, by recipient.
    TRANSPORT_MAPS: Maps "transport_maps" = "", MayBeEmpty, Core, "<2.1", "proxymap,trivial-rewrite";
}

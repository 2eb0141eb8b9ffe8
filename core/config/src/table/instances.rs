//! Several instances on one host: postmulti(1) and its wrapper.

declare! {
    /// Configuration directories of further instances on this host.
    MULTI_INSTANCE_DIRECTORIES: List "multi_instance_directories" = "",
        MayBeEmpty, Common, "2.6", "postfix,postmulti,sendmail";
    /// Whether this instance is started and stopped together with the others.
    MULTI_INSTANCE_ENABLE: Bool "multi_instance_enable" = "no", Any, Common, "2.6", "postfix,postmulti";
    /// The group that this instance belongs to.
    MULTI_INSTANCE_GROUP: Str "multi_instance_group" = "", MayBeEmpty, Common, "2.6", "postfix,postmulti";
    /// The name of this instance.
    MULTI_INSTANCE_NAME: Str "multi_instance_name" = "", MayBeEmpty, Common, "2.6", "postfix,postmulti";
    /// The program that postfix(1) starts when there are several instances.
    MULTI_INSTANCE_WRAPPER: Str "multi_instance_wrapper" = "", MayBeEmpty, Common, "2.6", "postfix";
    /// postfix(1) commands that postmulti(1) gives only to running instances.
    POSTMULTI_CONTROL_COMMANDS: List "postmulti_control_commands" = "reload flush",
        MayBeEmpty, Common, "2.6", "postmulti";
    /// postfix(1) commands that postmulti(1) gives in the order of the list.
    POSTMULTI_START_COMMANDS: List "postmulti_start_commands" = "start",
        MayBeEmpty, Common, "2.6", "postmulti";
    /// postfix(1) commands that postmulti(1) gives in reverse order.
    POSTMULTI_STOP_COMMANDS: List "postmulti_stop_commands" = "stop abort drain quick-stop",
        MayBeEmpty, Common, "2.6", "postmulti";
}

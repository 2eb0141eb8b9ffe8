//! Several instances on one host: postmulti(1) and its wrapper.

declare! {
    /// TODO sentence of multi_instance_directories.
    MULTI_INSTANCE_DIRECTORIES: List "multi_instance_directories" = "",
        MayBeEmpty, Common, "2.6", "postfix,postmulti,sendmail";
    /// TODO sentence of multi_instance_enable.
    MULTI_INSTANCE_ENABLE: Bool "multi_instance_enable" = "no", Any, Common, "2.6", "postfix,postmulti";
    /// TODO sentence of multi_instance_group.
    MULTI_INSTANCE_GROUP: Str "multi_instance_group" = "", MayBeEmpty, Common, "2.6", "postfix,postmulti";
    /// TODO sentence of multi_instance_name.
    MULTI_INSTANCE_NAME: Str "multi_instance_name" = "", MayBeEmpty, Common, "2.6", "postfix,postmulti";
    /// TODO sentence of multi_instance_wrapper.
    MULTI_INSTANCE_WRAPPER: Str "multi_instance_wrapper" = "", MayBeEmpty, Common, "2.6", "postfix";
    /// TODO sentence of postmulti_control_commands.
    POSTMULTI_CONTROL_COMMANDS: List "postmulti_control_commands" = "reload flush",
        MayBeEmpty, Common, "2.6", "postmulti";
    /// TODO sentence of postmulti_start_commands.
    POSTMULTI_START_COMMANDS: List "postmulti_start_commands" = "start",
        MayBeEmpty, Common, "2.6", "postmulti";
    /// TODO sentence of postmulti_stop_commands.
    POSTMULTI_STOP_COMMANDS: List "postmulti_stop_commands" = "stop abort drain quick-stop",
        MayBeEmpty, Common, "2.6", "postmulti";
}

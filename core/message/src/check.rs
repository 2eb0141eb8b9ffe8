//! Actions that header_checks(5) and body_checks(5) tables ask for, as values. Which table is asked, and what
//! an action does to the message, is cleanup's (and smtp's) business.

/// The right-hand side of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Refuse the message. The text may begin with an enhanced status code; empty: the usual text.
    Reject(String),
    /// Log the text.
    Warn(String),
    /// Log the text, at less weight.
    Info(String),
    /// Send the message through a content filter, `transport:nexthop`.
    Filter(String),
    /// No more checks for this message.
    Pass(String),
    /// Accept the message, and throw it away.
    Discard(String),
    /// Put the message into the hold queue.
    Hold(String),
    /// Put a line before this one.
    Prepend(String),
    /// Put this in its place.
    Replace(String),
    /// Send the message to this address instead.
    Redirect(String),
    /// Send a copy to this address.
    Bcc(String),
    /// Delete the line, and say so in the log.
    Strip(String),
    /// Delete the line.
    Ignore,
    /// Go on with the next line.
    Dunno,
}

/// Why an action is not carried out: the sentence for the log, without the name of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionError(pub String);

impl Action {
    /// Reads a lookup result. `header` tells whether it is for a header field, `table` is the parameter's name,
    /// for the sentence that a bad action gets in the log.
    pub fn parse(result: &str, header: bool, table: &str) -> Result<Self, ActionError> {
        let end = result.find([' ', '\t']).unwrap_or(result.len());
        let (word, text) = (&result[..end], result[end..].trim_start().to_owned());
        let action = match word.to_ascii_uppercase().as_str() {
            "REJECT" => Self::Reject(text),
            "WARN" => Self::Warn(text),
            "INFO" => Self::Info(text),
            "FILTER" => return filter(text, table),
            "PASS" => Self::Pass(text),
            "DISCARD" => Self::Discard(text),
            "HOLD" => Self::Hold(text),
            "PREPEND" => return prepend(text, header, table),
            "REPLACE" => return replace(text, header, table),
            "REDIRECT" if !text.contains('@') => {
                return fault(format!("bad REDIRECT target \"{text}\" in {table} map -- need user@domain"));
            }
            "REDIRECT" => Self::Redirect(text),
            "BCC" if !text.contains('@') => {
                return fault(format!("bad BCC address \"{text}\" in {table} map -- need user@domain"));
            }
            "BCC" => Self::Bcc(text),
            "STRIP" => Self::Strip(text),
            "IGNORE" => Self::Ignore,
            "DUNNO" | "OK" => Self::Dunno,
            _ => return fault(format!("unknown command in {table} map: {result}")),
        };
        Ok(action)
    }
}

fn filter(text: String, table: &str) -> Result<Action, ActionError> {
    if text.is_empty() {
        return fault(format!("missing FILTER command argument in {table} map"));
    }
    if !text.contains(':') {
        return fault(format!("bad FILTER command {text} in {table} -- need transport:destination"));
    }
    Ok(Action::Filter(text))
}

fn prepend(text: String, header: bool, table: &str) -> Result<Action, ActionError> {
    if text.is_empty() {
        return fault(format!("PREPEND action without text in {table} map"));
    }
    must_be_header("PREPEND", &text, header, table)?;
    Ok(Action::Prepend(text))
}

fn replace(text: String, header: bool, table: &str) -> Result<Action, ActionError> {
    if text.is_empty() {
        return fault(format!("REPLACE action without text in {table} map"));
    }
    must_be_header("REPLACE", &text, header, table)?;
    Ok(Action::Replace(text))
}

fn must_be_header(action: &str, text: &str, header: bool, table: &str) -> Result<(), ActionError> {
    if header && crate::field_length(text.as_bytes()).is_none() {
        return fault(format!(
            "bad {action} header text \"{text}\" in {table} map -- need \"headername: headervalue\""
        ));
    }
    Ok(())
}

fn fault<T>(sentence: String) -> Result<T, ActionError> {
    Err(ActionError(sentence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_ignore_case_and_keep_their_text() {
        let parse = |text| Action::parse(text, true, "header_checks");
        assert_eq!(parse("reject  5.7.9 no"), Ok(Action::Reject("5.7.9 no".into())));
        assert_eq!(parse("HOLD"), Ok(Action::Hold(String::new())));
        assert_eq!(parse("PREPEND X-A: b"), Ok(Action::Prepend("X-A: b".into())));
        assert_eq!(parse("ignore this text"), Ok(Action::Ignore));
    }

    #[test]
    fn a_bad_action_says_what_it_needs() {
        let parse = |text, header| Action::parse(text, header, "header_checks").unwrap_err().0;
        assert!(parse("PREPEND no header", true).contains("need \"headername: headervalue\""));
        assert!(parse("FILTER smtp", true).contains("need transport:destination"));
        assert!(parse("REDIRECT bob", true).contains("need user@domain"));
        assert_eq!(parse("JUMP high", false), "unknown command in header_checks map: JUMP high");
        assert!(Action::parse("PREPEND any text", false, "body_checks").is_ok());
    }
}

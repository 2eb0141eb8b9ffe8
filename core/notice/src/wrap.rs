//! Long lines of a report, cut at blanks; what follows is indented so that header fields stay folded.

/// Appends one line of text. Control characters become `?`: the text may come from a stranger.
pub(crate) fn wrapped(out: &mut String, line: &str) {
    let mut column = 0;
    for (index, word) in line.split(' ').enumerate() {
        let length = word.chars().count();
        match (index, column + 1 + length > WIDTH && column > INDENT.len()) {
            (0, _) => {}
            (_, true) => {
                out.push('\n');
                out.push_str(INDENT);
                column = INDENT.len();
            }
            (_, false) => {
                out.push(' ');
                column += 1;
            }
        }
        out.extend(word.chars().map(|c| if c.is_control() { '?' } else { c }));
        column += length;
    }
    out.push('\n');
}

const WIDTH: usize = 79;
const INDENT: &str = "    ";

#[cfg(test)]
mod tests {
    use super::*;

    fn wrap(line: &str) -> String {
        let mut out = String::new();
        wrapped(&mut out, line);
        out
    }

    #[test]
    fn a_long_line_goes_on_indented() {
        let line = "Diagnostic-Code: X-Postfix; connect to 127.0.0.1[127.0.0.1]:9: Connection refused";
        let expect =
            "Diagnostic-Code: X-Postfix; connect to 127.0.0.1[127.0.0.1]:9: Connection\n    refused\n";
        assert_eq!(wrap(line), expect);
        let fits = "<r@refused.example>: connect to 127.0.0.1[127.0.0.1]:9: Connection refused";
        assert_eq!(wrap(fits), format!("{fits}\n"));
    }

    #[test]
    fn a_word_longer_than_a_line_stays_whole() {
        let word = "x".repeat(100);
        assert_eq!(wrap(&word), format!("{word}\n"));
        assert_eq!(wrap(&format!("a: {word}")), format!("a: {word}\n"));
    }

    #[test]
    fn nobody_begins_a_new_header_field_from_inside_a_text() {
        assert_eq!(wrap("a\r\nBcc: x"), "a??Bcc: x\n");
    }
}

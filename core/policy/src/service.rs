//! `check_policy_service`: somebody else decides, in the words of access(5).

use crate::ask::{Answer, Question};
use crate::evaluate::{Evaluation, Outcome, Step, Subject, Words};

impl Evaluation<'_> {
    /// Takes its argument, a server or `{ server, name=value ... }`, from the words.
    pub(crate) fn policy_service(&mut self, word: &str, words: &mut Words<'_>, subject: &Subject) -> Step {
        let Some(service) = words.peek().filter(|next| is_service(next)) else {
            return Err(self.fault(format!("restriction {word} must be followed by transport:server")));
        };
        words.next();
        match self.question(Question::PolicyService(service.to_owned()))? {
            Answer::Found(action) if action.trim().is_empty() => {
                self.warning(format!("access table {service} entry  has empty value"));
                Ok(Outcome::Dunno)
            }
            Answer::Found(action) => self.action(service, "", &action, subject),
            Answer::Failed(cause) => Err(self.fault(cause)),
            _ => Ok(Outcome::Dunno),
        }
    }
}

fn is_service(word: &str) -> bool {
    word.starts_with('{') || word.contains(':')
}

//! Trouble that lasts is told once, not with every attempt.

/// What was told last.
#[derive(Clone, Debug, Default)]
pub struct Trouble(Option<String>);

impl Trouble {
    /// Whether this cause is another one than the last time.
    pub fn is_news(&mut self, cause: &str) -> bool {
        let is_news = self.0.as_deref() != Some(cause);
        if is_news {
            self.0 = Some(cause.to_owned());
        }
        is_news
    }

    /// It works. Whether there was trouble before.
    pub fn is_over(&mut self) -> bool {
        self.0.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_is_told_once_and_its_end_too() {
        let mut trouble = Trouble::default();
        assert!(!trouble.is_over());
        assert!(trouble.is_news("the disk is full") && !trouble.is_news("the disk is full"));
        assert!(trouble.is_news("the disk is gone"));
        assert!(trouble.is_over() && !trouble.is_over());
        assert!(trouble.is_news("the disk is gone"), "again");
    }
}

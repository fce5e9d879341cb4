//! Reads a text character by character.

/// What is left of a text.
pub(crate) struct Scanner<'a> {
    whole: &'a str,
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { whole: text, rest: text }
    }

    /// Skips `token`, and blanks before it, if it comes next.
    pub(crate) fn eat(&mut self, token: &str) -> bool {
        match self.rest.trim_start().strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Skips `token`, which must come next.
    pub(crate) fn expect(&mut self, token: &str) {
        assert!(self.eat(token), "`{token}` expected at `{}` in `{}`", self.rest, self.whole);
    }

    /// The longest run of characters that pass a test.
    pub(crate) fn take(&mut self, test: impl Fn(char) -> bool) -> &'a str {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c| !test(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// The name of a type.
    pub(crate) fn word(&mut self) -> &'a str {
        let word = self.take(|c| c.is_ascii_alphabetic() || c == '_');
        assert!(!word.is_empty(), "a name expected at `{}` in `{}`", self.rest, self.whole);
        word
    }

    /// A decimal number, maybe negative.
    pub(crate) fn number<T: std::str::FromStr>(&mut self) -> T {
        let negative = if self.eat("-") { "-" } else { "" };
        let digits = self.take(|c| c.is_ascii_digit());
        let number = format!("{negative}{digits}").parse().ok();
        number.unwrap_or_else(|| panic!("a number expected at `{}` in `{}`", self.rest, self.whole))
    }

    /// Nothing may be left.
    pub(crate) fn finish(&mut self) {
        self.rest = self.rest.trim_start();
        assert!(self.rest.is_empty(), "unexpected `{}` in `{}`", self.rest, self.whole);
    }
}

//! Values that are read as fields: the plain ones without a visitor in between.

use std::borrow::Cow;

use serde::Deserialize;

use super::{PlainJson, Result, plain_run};
use crate::read::json::Field;

impl<'de> PlainJson<'de> {
    /// Reads any value as a field.
    #[inline]
    pub(in crate::read) fn field(&mut self) -> Result<Field<'de>> {
        let next = self.peek();
        if next == b'"'
            && let Some(text) = self.plain_text()
        {
            return Ok(Field::Text(Cow::Borrowed(text)));
        }
        if next.is_ascii_digit()
            && let Some(value) = self.short_number()
        {
            return Ok(Field::Integer(value));
        }
        self.other_field()
    }

    #[inline(never)]
    fn other_field(&mut self) -> Result<Field<'de>> {
        Field::deserialize(self)
    }

    /// Reads a string without escapes whose opening quote comes next; none, and nothing is read, if it is another.
    #[inline]
    fn plain_text(&mut self) -> Option<&'de str> {
        let start = self.at + 1;
        let rest = self.text.as_bytes().get(start..)?;
        let length = plain_run(rest);
        if rest.get(length) != Some(&b'"') {
            return None;
        }
        let text = self.text.get(start..start + length)?;
        self.at = start + length + 1;
        Some(text)
    }

    /// Reads an integer of at most seven digits; none, and nothing is read, if it is another number.
    #[inline]
    fn short_number(&mut self) -> Option<i64> {
        let window: &[u8; 8] = self.text.as_bytes().get(self.at..)?.first_chunk()?;
        let mut value = 0;
        for (count, &byte) in window.iter().enumerate() {
            match byte {
                b'0'..=b'9' => value = value * 10 + i64::from(byte - b'0'),
                b'.' | b'e' | b'E' | b'+' | b'-' => return None,
                _ if count > 1 && window[0] == b'0' => return None,
                _ => {
                    self.at += count;
                    return Some(value);
                }
            }
        }
        None
    }
}

//! Job ids in the spellings of RFC 19: decimal, hexadecimal, dotted hexadecimal, base58.

const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The number that a text spells, if it spells one.
pub(super) fn parse(text: &str) -> Option<u64> {
    if let Some(hex) = text.strip_prefix("0x") {
        return digits(hex, 16);
    }
    let base58 = text.strip_prefix('f').or_else(|| text.strip_prefix('ƒ'));
    if let Some(encoded) = base58 {
        return base58_digits(encoded);
    }
    let dotted = text.strip_prefix("job.").unwrap_or(text);
    if dotted.contains('.') {
        return dotted_hex(dotted);
    }
    digits(text.strip_prefix('+').unwrap_or(text), 10)
}

fn digits(text: &str, radix: u32) -> Option<u64> {
    // from_str_radix takes signs
    let plain = text.chars().all(|c| c.is_digit(radix));
    if plain { u64::from_str_radix(text, radix).ok() } else { None }
}

fn dotted_hex(text: &str) -> Option<u64> {
    let groups = text.split('.');
    let well_formed = groups.clone().all(|g| g.len() == 4) && groups.count() <= 4;
    if well_formed { digits(&text.replace('.', ""), 16) } else { None }
}

fn base58_digits(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.chars().try_fold(0u64, |number, digit| {
        let value = BASE58.find(digit)? as u64;
        number.checked_mul(58)?.checked_add(value)
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn spellings() {
        let check = |text: &str, number: Option<u64>| assert_eq!(parse(text), number, "{text}");
        check("1", Some(1));
        check("+1", Some(1));
        check("01", Some(1));
        check("0x1F", Some(31));
        check("fB", Some(10));
        check("ƒ2", Some(1));
        check("0000.0001", Some(1));
        check("job.0000.0000.0000.0001", Some(1));
        check("18446744073709551615", Some(u64::MAX));
        for bad in
            ["", "-1", "1x", "0X1", "f", "f0", "0x", "18446744073709551616", "++1", "0x+1", "job.1"]
        {
            check(bad, None);
        }
    }
}

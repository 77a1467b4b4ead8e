//! Checks that tell a number of a kind from any number.

use serde::{Deserialize, Serialize};

/// Where a customer's numbers come from, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Region {
    /// Not known: what any region writes.
    #[default]
    International,
    /// The United States, Canada and their neighbours of the plan +1.
    NorthAmerica,
    /// The United Kingdom.
    UnitedKingdom,
    /// India.
    India,
    /// Germany.
    Germany,
    /// France.
    France,
    /// Spain.
    Spain,
    /// Italy.
    Italy,
    /// Australia.
    Australia,
}

/// Whether digits end in the check digit of payment cards, and are no card of zeros.
pub fn is_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits.iter().rev().enumerate().map(|(at, digit)| doubled(u32::from(*digit), at % 2 == 1)).sum();
    sum.is_multiple_of(10) && digits.iter().any(|digit| *digit != 0)
}

fn doubled(digit: u32, is_doubled: bool) -> u32 {
    match digit * (1 + u32::from(is_doubled)) {
        sum if sum > 9 => sum - 9,
        sum => sum,
    }
}

/// Whether digits can be a payment card's number: length, first digit and check digit.
pub fn is_card(digits: &[u8]) -> bool {
    (12..=19).contains(&digits.len()) && matches!(digits.first(), Some(1..=6 | 8 | 9)) && is_luhn(digits)
}

/// Whether letters and digits are an IBAN: country, length and remainder 1 by 97.
pub fn is_iban(written: &str) -> bool {
    let bytes = written.as_bytes();
    let is_formed = (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes.iter().all(u8::is_ascii_alphanumeric);
    if !is_formed {
        return false;
    }
    let turned = bytes[4..].iter().chain(&bytes[..4]);
    let remainder = turned.fold(0u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        letter => (rest * 100 + u32::from(letter.to_ascii_uppercase() - b'A') + 10) % 97,
    });
    remainder == 1
}

/// Whether digits written in groups can be a telephone number without any word that says so.
pub fn is_grouped_phone(groups: &[usize], digits: &[u8]) -> bool {
    match groups {
        [3, 3, 4] => digits[0] != 0,
        [1, 3, 3, 4] => digits[0] == 1,
        [3, 4] => digits[0] > 1,
        _ => digits[0] == 0 && groups.len() > 1 && (9..=11).contains(&digits.len()),
    }
}

/// Whether digits without any grouping are a telephone number of this region.
pub fn is_national_phone(digits: &[u8], region: Region) -> bool {
    let Some(first) = digits.first() else { return false };
    match region {
        Region::International => false,
        Region::NorthAmerica => match digits.len() {
            10 => *first > 1 && digits[3] > 1,
            11 => *first == 1 && digits[1] > 1 && digits[4] > 1,
            _ => false,
        },
        Region::UnitedKingdom => *first == 0 && (10..=11).contains(&digits.len()),
        Region::India => (digits.len() == 10 && *first > 5) || (digits.len() == 11 && *first == 0),
        Region::Germany => *first == 0 && (9..=12).contains(&digits.len()),
        Region::France | Region::Australia => *first == 0 && digits.len() == 10,
        Region::Spain => digits.len() == 9 && matches!(first, 6..=9),
        Region::Italy => (digits.len() == 10 && *first == 3) || (*first == 0 && (9..=11).contains(&digits.len())),
    }
}

/// Whether digits can be an American social security number.
pub fn is_social_security(digits: &[u8]) -> bool {
    let is_zero = |part: &[u8]| part.iter().all(|digit| *digit == 0);
    digits.len() == 9 && !is_zero(&digits[..3]) && !is_zero(&digits[3..5]) && !is_zero(&digits[5..])
}

/// Whether letters and digits without spaces are a British post code.
pub fn is_british_post_code(written: &str) -> bool {
    let shape: String = written
        .chars()
        .map(|char| match char {
            char if char.is_ascii_alphabetic() => 'A',
            char if char.is_ascii_digit() => '9',
            _ => '-',
        })
        .collect();
    matches!(shape.as_str(), "A99AA" | "A999AA" | "AA99AA" | "AA999AA" | "A9A9AA" | "AA9A9AA")
}

/// Whether letters and digits without spaces are a British national insurance number.
pub fn is_national_insurance(written: &str) -> bool {
    let bytes = written.as_bytes();
    bytes.len() == 9
        && bytes[..2].iter().all(|byte| byte.is_ascii_alphabetic() && !b"dfiquvDFIQUV".contains(byte))
        && bytes[2..8].iter().all(u8::is_ascii_digit)
        && matches!(bytes[8].to_ascii_lowercase(), b'a'..=b'd')
}

/// Whether eight or six digits without marks can be a day.
pub fn is_day_in_digits(digits: &[u8]) -> bool {
    let number = |part: &[u8]| part.iter().fold(0u32, |sum, digit| sum * 10 + u32::from(*digit));
    let is_day = |a: u32, b: u32| (1..=31).contains(&a) && (1..=31).contains(&b) && (a <= 12 || b <= 12);
    match digits.len() {
        8 => {
            let ends_in_year =
                (1900..2100).contains(&number(&digits[4..])) && is_day(number(&digits[..2]), number(&digits[2..4]));
            let begins_with_year =
                (1900..2100).contains(&number(&digits[..4])) && is_day(number(&digits[4..6]), number(&digits[6..]));
            ends_in_year || begins_with_year
        }
        6 => is_day(number(&digits[..2]), number(&digits[2..4])),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().filter(u8::is_ascii_digit).map(|byte| byte - b'0').collect()
    }

    #[test]
    fn published_test_numbers_of_cards_pass_and_a_changed_digit_does_not() {
        for card in ["4111 1111 1111 1111", "378282246310005", "6304 0000 0000 0000", "30569309025904"] {
            assert!(is_card(&digits(card)), "{card}");
        }
        assert!(!is_card(&digits("4111 1111 1111 1112")));
        assert!(!is_card(&digits("0000000000000000")));
        assert!(!is_card(&digits("42")));
    }

    #[test]
    fn the_example_of_the_iban_registry_passes_and_a_changed_digit_does_not() {
        assert!(is_iban("GB33BUKB20201555555555"));
        assert!(is_iban("de75512108001245126199"));
        assert!(!is_iban("GB34BUKB20201555555555"));
        assert!(!is_iban("GB33"));
    }

    #[test]
    fn telephone_numbers_are_checked_by_region() {
        assert!(is_national_phone(&digits("2125550123"), Region::NorthAmerica));
        assert!(!is_national_phone(&digits("0125550123"), Region::NorthAmerica));
        assert!(is_national_phone(&digits("02079460018"), Region::UnitedKingdom));
        assert!(is_national_phone(&digits("9876543210"), Region::India));
        assert!(!is_national_phone(&digits("9876543210"), Region::International));
    }

    #[test]
    fn british_codes_are_known_by_their_shape() {
        assert!(is_british_post_code("SW1A1AA") && is_british_post_code("m11ae"));
        assert!(!is_british_post_code("ABC123"));
        assert!(is_national_insurance("AB123456C") && !is_national_insurance("QQ123456C"));
    }

    #[test]
    fn days_in_digits_need_a_day_and_a_month() {
        assert!(is_day_in_digits(&digits("08252018")) && is_day_in_digits(&digits("19990131")));
        assert!(!is_day_in_digits(&digits("99992018")) && !is_day_in_digits(&digits("123")));
    }
}

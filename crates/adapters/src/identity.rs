//! Ways to know a customer: what is shown, and the form in which equal ones are found again.

use signalbox_model::event::customer::IdentityKind;
use signalbox_model::limits::NAME_CHARS_MAX;

const EMAIL_BYTES_MAX: usize = 254;
const EXTERNAL_BYTES_MAX: usize = 200;

/// A value that cannot be an identity of its kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Not a name.
    #[error("must be a name of at most 80 characters")]
    Name,
    /// Not a mail address.
    #[error("must be a mail address as in ana@example.com")]
    Email,
    /// Not a phone number.
    #[error("must be a phone number of 4 to 15 digits, as in +49 30 1234567")]
    Phone,
    /// Not a number of another system.
    #[error("must have 1 to 200 characters")]
    External,
}

/// A checked identity.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// What kind.
    pub kind: IdentityKind,
    /// The value, as it is shown.
    pub value: String,
    /// The form in which equal ones are found: `Content::lookup`. A name has none.
    pub lookup: Option<String>,
}

/// Debug output never shows who it is: it ends up in logs.
impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({})", self.kind.as_str())
    }
}

/// Reads an identity.
///
/// # Errors
/// When the value does not look like one of this kind.
pub fn parse(kind: IdentityKind, raw: &str) -> Result<Identity, IdentityError> {
    let value = raw.trim();
    let plain = !value.is_empty() && !value.chars().any(char::is_control);
    let form = match kind {
        IdentityKind::Name if plain && value.chars().count() <= NAME_CHARS_MAX => None,
        IdentityKind::Name => return Err(IdentityError::Name),
        IdentityKind::Email => Some(email(value).ok_or(IdentityError::Email)?),
        IdentityKind::Phone => Some(phone(value).ok_or(IdentityError::Phone)?),
        IdentityKind::External if plain && value.len() <= EXTERNAL_BYTES_MAX => Some(value.to_owned()),
        IdentityKind::External => return Err(IdentityError::External),
    };
    let lookup = form.map(|form| format!("{}:{form}", kind.as_str()));
    Ok(Identity { kind, value: value.to_owned(), lookup })
}

/// The form in which equal ones are found, for a value that was checked elsewhere; none where it finds nobody.
pub fn lookup(kind: IdentityKind, value: &str) -> Option<String> {
    parse(kind, value).ok().and_then(|identity| identity.lookup)
}

fn email(value: &str) -> Option<String> {
    let (local, domain) = value.split_once('@')?;
    let plain = value.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>\"(),;:\\".contains(c));
    let fits = !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
    (plain && fits && !domain.contains('@') && value.len() <= EMAIL_BYTES_MAX).then(|| value.to_lowercase())
}

fn phone(value: &str) -> Option<String> {
    if !value.chars().all(|c| c.is_ascii_digit() || " +-()./".contains(c)) {
        return None;
    }
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let (international, digits) = match digits.strip_prefix("00") {
        Some(rest) if !value.starts_with('+') => (true, rest.to_owned()),
        _ => (value.starts_with('+'), digits),
    };
    (4..=15).contains(&digits.len()).then(|| if international { format!("+{digits}") } else { digits })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_people_are_found_under_one_form() {
        assert_eq!(lookup(IdentityKind::Email, " Ana@Example.com "), Some("email:ana@example.com".into()));
        assert_eq!(lookup(IdentityKind::Phone, "+49 (30) 123-456"), lookup(IdentityKind::Phone, "004930123456"));
        assert_eq!(lookup(IdentityKind::External, "C-17"), Some("external:C-17".into()));
    }

    #[test]
    fn names_are_never_used_to_find_people() {
        assert_eq!(parse(IdentityKind::Name, "Ana").unwrap().lookup, None);
    }

    #[test]
    fn what_is_no_identity_is_refused_with_what_would_be_one() {
        for raw in ["ana", "a@b@c.d", "@x.y", "a b@c.d", "<a>@b.c", "a@b."] {
            assert_eq!(parse(IdentityKind::Email, raw), Err(IdentityError::Email), "{raw}");
        }
        assert_eq!(parse(IdentityKind::Phone, "call me"), Err(IdentityError::Phone));
        assert_eq!(parse(IdentityKind::Name, &"x".repeat(81)), Err(IdentityError::Name));
    }
}

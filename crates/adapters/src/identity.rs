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

/// What speaks for an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It was proved, or a system that knows its customers vouches for it: it joins by itself.
    Proved,
    /// Another system reports it and does not say that it checked: it joins only what the same system reported.
    Reported,
    /// Somebody said so. It joins nothing; people see a possible match.
    Claimed,
}

/// A checked identity.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// What kind.
    pub kind: IdentityKind,
    /// The value, as it is shown.
    pub value: String,
    /// What speaks for it.
    pub proof: Proof,
}

impl Identity {
    /// Whether it counts as verified. A name proves nothing, whoever tells it.
    pub fn is_verified(&self) -> bool {
        self.proof == Proof::Proved && self.kind != IdentityKind::Name
    }

    /// The words under which who has it is found, `Content::lookup`; none where it must find nobody. Whatever was only
    /// reported is found by the same reporter alone: else a stranger's words in one system would open a history of another.
    pub fn lookup(&self, reporter: &str) -> Option<String> {
        let form = self.kind.form(&self.value)?;
        let kind = self.kind.as_str();
        match (self.proof, self.kind) {
            (Proof::Proved, IdentityKind::External) => Some(format!("{kind}:{form}")),
            (Proof::Proved, _) => Some(format!("proved {kind}:{form}")),
            (Proof::Reported, _) => Some(format!("{reporter} {kind}:{form}")),
            (Proof::Claimed, _) => None,
        }
    }
}

/// Debug output never shows who it is: it ends up in logs.
impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({})", self.kind.as_str())
    }
}

/// Reads an identity for which this speaks.
///
/// # Errors
/// When the value does not look like one of this kind.
pub fn parse(kind: IdentityKind, raw: &str, proof: Proof) -> Result<Identity, IdentityError> {
    let value = raw.trim();
    let plain = !value.is_empty() && !value.chars().any(char::is_control);
    let (fits, error) = match kind {
        IdentityKind::Name => (plain && value.chars().count() <= NAME_CHARS_MAX, IdentityError::Name),
        IdentityKind::Email => (is_email(value), IdentityError::Email),
        IdentityKind::Phone => (is_phone(value), IdentityError::Phone),
        IdentityKind::External => (plain && value.len() <= EXTERNAL_BYTES_MAX, IdentityError::External),
    };
    if fits { Ok(Identity { kind, value: value.to_owned(), proof }) } else { Err(error) }
}

fn is_email(value: &str) -> bool {
    let Some((local, domain)) = value.split_once('@') else { return false };
    let plain = value.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>\"(),;:\\".contains(c));
    let fits = !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
    plain && fits && !domain.contains('@') && value.len() <= EMAIL_BYTES_MAX
}

fn is_phone(value: &str) -> bool {
    let digits = IdentityKind::Phone.form(value).map_or(0, |form| form.trim_start_matches('+').len());
    value.chars().all(|c| c.is_ascii_digit() || " +-()./".contains(c)) && (4..=15).contains(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(kind: IdentityKind, value: &str, proof: Proof) -> Option<String> {
        parse(kind, value, proof).unwrap().lookup("token 1")
    }

    #[test]
    fn equal_people_are_found_under_one_form() {
        let proved = |kind, value| lookup(kind, value, Proof::Proved);
        assert_eq!(proved(IdentityKind::Email, " Ana@Example.com "), Some("proved email:ana@example.com".into()));
        assert_eq!(proved(IdentityKind::Phone, "+49 (30) 123-456"), proved(IdentityKind::Phone, "004930123456"));
        assert_eq!(proved(IdentityKind::External, "C-17"), Some("external:C-17".into()));
    }

    #[test]
    fn a_claim_finds_nobody_and_a_report_finds_only_what_the_same_system_reported() {
        let of = |proof| lookup(IdentityKind::Email, "ana@example.com", proof);
        assert_eq!(of(Proof::Claimed), None);
        assert_eq!(of(Proof::Reported), Some("token 1 email:ana@example.com".into()));
        assert_ne!(of(Proof::Reported), of(Proof::Proved));
        assert_eq!(lookup(IdentityKind::Name, "Ana", Proof::Proved), None);
    }

    #[test]
    fn what_is_no_identity_is_refused_with_what_would_be_one() {
        let refused = |kind, raw: &str| parse(kind, raw, Proof::Claimed).unwrap_err();
        for raw in ["ana", "a@b@c.d", "@x.y", "a b@c.d", "<a>@b.c", "a@b."] {
            assert_eq!(refused(IdentityKind::Email, raw), IdentityError::Email, "{raw}");
        }
        assert_eq!(refused(IdentityKind::Phone, "call me"), IdentityError::Phone);
        assert_eq!(refused(IdentityKind::Phone, "+49 30 1234567890123"), IdentityError::Phone);
        assert_eq!(refused(IdentityKind::Name, &"x".repeat(81)), IdentityError::Name);
    }
}

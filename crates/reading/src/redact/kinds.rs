//! The kinds of personal data, and which of them are hidden.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How many tokens of each kind a conversation already holds.
pub type Counts = BTreeMap<PersonalKind, u32>;

/// What a found piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonalKind {
    /// A person's name or user name.
    Name,
    /// A payment card's number, or its last digits.
    CardNumber,
    /// A number of an account at a bank or a business.
    AccountNumber,
    /// A social security number or its like, or its last digits.
    NationalId,
    /// A passport's number.
    Passport,
    /// A driving licence's number.
    DrivingLicence,
    /// A car's number plate.
    LicencePlate,
    /// An e-mail address, also spelled out.
    Email,
    /// A telephone number.
    Phone,
    /// A postal address.
    Address,
    /// A post code or ZIP.
    PostCode,
    /// The day that somebody was born.
    DateOfBirth,
    /// A password, PIN, one-time code, card check code or answer to a security question.
    Password,
    /// An international bank account number.
    Iban,
    /// An address of a machine on the internet.
    IpAddress,
    /// A web address.
    Url,
    /// A number of a booking, order, policy or claim: what a business looks things up by.
    Reference,
    /// A town, region or country.
    Place,
    /// A company or another organisation.
    Organisation,
    /// What stands beyond a limit: hidden whole, because it was not read.
    Unread,
}

impl PersonalKind {
    /// Every kind.
    pub const ALL: [Self; 20] = [
        Self::Name,
        Self::CardNumber,
        Self::AccountNumber,
        Self::NationalId,
        Self::Passport,
        Self::DrivingLicence,
        Self::LicencePlate,
        Self::Email,
        Self::Phone,
        Self::Address,
        Self::PostCode,
        Self::DateOfBirth,
        Self::Password,
        Self::Iban,
        Self::IpAddress,
        Self::Url,
        Self::Reference,
        Self::Place,
        Self::Organisation,
        Self::Unread,
    ];

    /// The word in its token: `[card_1]`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::CardNumber => "card",
            Self::AccountNumber => "account",
            Self::NationalId => "national_id",
            Self::Passport => "passport",
            Self::DrivingLicence => "driving_licence",
            Self::LicencePlate => "licence_plate",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::PostCode => "post_code",
            Self::DateOfBirth => "date_of_birth",
            Self::Password => "password",
            Self::Iban => "iban",
            Self::IpAddress => "ip_address",
            Self::Url => "url",
            Self::Reference => "reference",
            Self::Place => "place",
            Self::Organisation => "organisation",
            Self::Unread => "unread",
        }
    }
}

/// Which kinds are hidden; the others are found and left as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Kinds whose text is replaced by a token.
    pub hide: BTreeSet<PersonalKind>,
}

/// Everything but what a business needs to look a customer's matter up: references, places, companies, web addresses.
impl Default for Policy {
    fn default() -> Self {
        use PersonalKind::{Organisation, Place, Reference, Url};
        let left = [Reference, Place, Organisation, Url];
        Self { hide: PersonalKind::ALL.into_iter().filter(|kind| !left.contains(kind)).collect() }
    }
}

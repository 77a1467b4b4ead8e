//! Names, things and amounts that fill the dialogues.

use signalbox_stats::Rng;

/// People who come. Long ones and letters of many alphabets are there on purpose: screens must bear them.
const CUSTOMERS: &[&str] = &[
    "Amira Haddad",
    "Bence Szőke",
    "Carla Núñez",
    "Dmitri Orlov",
    "Elif Kaya",
    "Femke de Boer",
    "Giulia Ferri",
    "Hana Svobodová",
    "Ibrahim Diallo",
    "Jorge Peña",
    "Kaito Mori",
    "Lena Groß",
    "Mateusz Żak",
    "Nadia Petrova",
    "Oisín Byrne",
    "Priya Raman",
    "Quentin Lefèvre",
    "Rosa Andrade",
    "Søren Dahl",
    "Tereza Malá",
    "Umut Aydın",
    "Vera Lindqvist",
    "Wanjiru Kamau",
    "Xiu Chen",
    "Yara Costa",
    "Zoltán Bíró",
    "Łukasz Wrona",
    "Ólafur Jónsson",
    "Şebnem Öz",
    "田中 美咲",
    "Олена Коваль",
    "Anneliese Freifrau von Schwarzenfeld-Hohenlohe",
    "Bo Li",
    "Chiara D'Amico",
    "Darragh O'Neill",
    "Esperanza Villanueva Castellanos",
    "Fatou Ba",
    "Grzegorz Brzęczyszczykiewicz",
    "Ngozi Eze",
    "Rui Pires",
    "Siobhán Ní Dhomhnaill",
    "Tuğba Çelik",
    "Ada Brandt",
    "Jonas Weiss",
    "Mia Keller",
    "Noah Fischer",
];

/// Things with a plug or a battery.
const DEVICES: &[&str] = &[
    "Lumo lamp",
    "Kestrel router",
    "Halden kettle",
    "Pavo headphones",
    "Brio speaker",
    "Aster watch",
    "Corvo keyboard",
    "Velda air filter",
    "Rund doorbell",
    "Sixt-8 screen",
];

/// Things without.
const GOODS: &[&str] =
    &["Mora desk", "Tilda tent", "Orso backpack", "Fjell jacket", "Linde chair", "Halden mug", "Pico rug"];

/// Things that are paid for by the month.
const PLANS: &[&str] = &["Nimbus Plus", "Nimbus Family", "Brio Music", "the care plan"];

/// What kind of thing a dialogue is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum About {
    /// Anything that can be ordered.
    #[default]
    Goods,
    /// Something with a plug.
    Device,
    /// A subscription.
    Plan,
}

/// What a dialogue is filled with.
#[derive(Clone, Debug)]
pub struct Fill {
    /// Who comes.
    pub customer: String,
    /// What it is about.
    pub product: &'static str,
    /// How much.
    pub amount: String,
    /// Which order.
    pub order: String,
}

impl Fill {
    /// Draws one; a dialogue may bring its own name, and the last digit of its order, which says how far the order is.
    pub fn draw(rng: &mut Rng, customer: Option<&str>, about: About, order_ends: Option<u8>) -> Fill {
        let things = match about {
            About::Goods => GOODS,
            About::Device => DEVICES,
            About::Plan => PLANS,
        };
        let number = 40_000 + rng.below(59_999).unwrap_or(0);
        let number = order_ends.map_or(number, |digit| number / 10 * 10 + u64::from(digit));
        let any = rng.choose(CUSTOMERS).copied().unwrap_or("Ada Brandt");
        let euros = 9 + rng.below(190).unwrap_or(0);
        let cents = [0, 49, 90, 99][rng.below(4).unwrap_or(0) as usize];
        Fill {
            customer: customer.unwrap_or(any).to_owned(),
            product: rng.choose(things).copied().unwrap_or("Lumo lamp"),
            amount: format!("€{euros}.{cents:02}"),
            order: format!("SB-{number}"),
        }
    }

    /// Puts the words in. The agent's name is theirs who speaks.
    pub fn put_in(&self, text: &str, agent: &str) -> String {
        // People say each other's first names.
        let first = self.customer.split(' ').next().unwrap_or(&self.customer);
        text.replace("{customer}", first)
            .replace("{product}", self.product)
            .replace("{amount}", &self.amount)
            .replace("{order}", &self.order)
            .replace("{email}", &address(&self.customer))
            .replace("{agent}", agent.split(' ').next().unwrap_or(agent))
    }
}

/// An address that cannot exist, from a name.
pub fn address(name: &str) -> String {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = if plain.is_empty() { "guest".to_owned() } else { plain.to_lowercase() };
    format!("{plain}@example.net")
}

//! Which passages a reply rests on: names in brackets, taken out of the text before a customer sees it.

/// A reply taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cited {
    /// The words without names of passages.
    pub(super) text: String,
    /// Places of passages that were given, from zero, in order of first mention.
    pub(super) given: Vec<usize>,
    /// Whether it names one that was not given.
    pub(super) has_invented: bool,
}

/// Takes a reply apart; so many passages were given.
pub(super) fn cited(reply: &str, passages: usize) -> Cited {
    let (mut text, mut given, mut has_invented) = (String::new(), Vec::new(), false);
    let mut rest = reply;
    while let Some(begin) = rest.find('[') {
        let Some(end) = rest[begin..].find(']').map(|at| begin + at) else { break };
        let Some(names) = names(&rest[begin + 1..end]) else {
            // Brackets that a customer is meant to see.
            text.push_str(&rest[..=begin]);
            rest = &rest[begin + 1..];
            continue;
        };
        for name in names {
            match name.checked_sub(1).filter(|place| *place < passages) {
                None => has_invented = true,
                Some(place) if given.contains(&place) => {}
                Some(place) => given.push(place),
            }
        }
        text.push_str(rest[..begin].trim_end_matches(' '));
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    Cited { text: text.trim().to_owned(), given, has_invented }
}

fn names(inside: &str) -> Option<Vec<usize>> {
    let number = |name: &str| name.trim().strip_prefix('p').filter(|digits| digits.len() < 7)?.parse().ok();
    inside.split([',', ';']).map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_passages_are_taken_out_and_told_from_other_brackets() {
        let table: [(&str, &str, &[usize], bool); 7] = [
            ("Within 30 days [p1].", "Within 30 days.", &[0], false),
            ("Yes [p2, p1]. Really [p2]!", "Yes. Really!", &[1, 0], false),
            ("Yes [p3].", "Yes.", &[], true),
            ("Yes [p0] [p1].", "Yes.", &[0], true),
            ("Press [Enter] or [p1x].", "Press [Enter] or [p1x].", &[], false),
            ("[unfinished", "[unfinished", &[], false),
            ("No source.", "No source.", &[], false),
        ];
        for (reply, text, given, has_invented) in table {
            assert_eq!(cited(reply, 2), Cited { text: text.into(), given: given.to_vec(), has_invented }, "{reply}");
        }
    }
}

//! E-mail addresses, web addresses with what is secret in them, addresses of machines.

use super::Match;
use crate::redact::kinds::PersonalKind;
use crate::redact::limits::ADDRESS_CHARS_MAX;
use crate::redact::pieces::{Class, Pieces};

/// Endings of domains that are known without a dot, as chats that lose their marks write them.
const DOMAINS: &[&str] = &[
    "com", "net", "org", "edu", "gov", "in", "uk", "co", "us", "de", "fr", "eu", "io", "info", "au", "ca", "es", "it",
    "nl",
];
/// Names in the query of a web address whose values open something.
const SECRETS: &[&str] = &[
    "token",
    "key",
    "password",
    "passwd",
    "pwd",
    "secret",
    "auth",
    "code",
    "session",
    "sid",
    "signature",
    "sig",
    "otp",
    "pin",
];

/// Finds them all.
pub fn find(pieces: &Pieces, found: &mut Vec<Match>) {
    let mut at = 0;
    while at < pieces.all.len() {
        let next =
            address(pieces, at, found).or_else(|| spelled(pieces, at, found)).or_else(|| machine(pieces, at, found));
        at = next.unwrap_or(at + 1);
    }
}

/// The last piece of what is written without a space from here on.
fn glued_end(pieces: &Pieces, at: usize) -> usize {
    let mut last = at;
    while last + 1 < pieces.all.len()
        && pieces.all[last + 1].is_glued
        && pieces.all[last + 1].end - pieces.all[at].start <= ADDRESS_CHARS_MAX
    {
        last += 1;
    }
    last
}

/// What is written in one, from the beginning of a glued group: an address with an @ or a scheme.
fn address(pieces: &Pieces, at: usize, found: &mut Vec<Match>) -> Option<usize> {
    if pieces.all[at].is_glued
        && at > 0
        && !matches!(pieces.mark(at - 1), Some('<' | '(' | '"' | ':' | ',' | '[' | '\'' | ';' | '|'))
    {
        return None;
    }
    let last = glued_end(pieces, at);
    let is_url =
        pieces.mark(at + 1) == Some(':') && pieces.mark(at + 2) == Some('/') && pieces.mark(at + 3) == Some('/');
    if last >= at + 3 && (is_url || (pieces.word(at) == "www" && pieces.mark(at + 1) == Some('.'))) {
        return Some(web(pieces, at, trimmed(pieces, at, last), found));
    }
    if let Some(sign) = (at..=last).find(|sign| pieces.mark(*sign) == Some('@')) {
        return mail(pieces, at, sign, last, found);
    }
    let dots = (at..=last).filter(|dot| pieces.mark(*dot) == Some('.')).count();
    let end = trimmed(pieces, at, last);
    let is_domain = dots > 0
        && end > at
        && pieces.all[at].class == Class::Word
        && DOMAINS[..6].contains(&pieces.word(end))
        && pieces.mark(end - 1) == Some('.');
    is_domain.then(|| {
        found.push(Match { kind: PersonalKind::Url, first: at, last: end, is_certain: true });
        end + 1
    })
}

/// Without the marks of the sentence at the end.
fn trimmed(pieces: &Pieces, first: usize, mut last: usize) -> usize {
    while last > first
        && matches!(pieces.mark(last), Some('.' | ',' | '!' | '?' | ')' | ']' | '>' | '"' | '\'' | ';' | ':'))
    {
        last -= 1;
    }
    last
}

fn mail(pieces: &Pieces, at: usize, sign: usize, last: usize, found: &mut Vec<Match>) -> Option<usize> {
    let is_local =
        |mark: Option<char>| mark.is_none_or(|mark| matches!(mark, '.' | '_' | '-' | '+' | '%' | '\'' | '&'));
    let mut first = sign;
    while first > at && is_local(pieces.mark(first - 1)) {
        first -= 1;
    }
    let mut end = sign;
    while end < last && pieces.mark(end + 1).is_none_or(|mark| matches!(mark, '.' | '-')) {
        end += 1;
    }
    let end = trimmed(pieces, sign, end);
    let is_mail = first < sign && end > sign;
    is_mail.then(|| {
        found.push(Match { kind: PersonalKind::Email, first, last: end, is_certain: true });
        end + 1
    })
}

/// A web address, and apart from it what opens something: `user:password@`, `?token=`.
fn web(pieces: &Pieces, first: usize, last: usize, found: &mut Vec<Match>) -> usize {
    let mut begins = first;
    let host = if pieces.mark(first + 1) == Some(':') { first + 4 } else { first };
    let path = (host..=last).find(|at| pieces.mark(*at) == Some('/')).unwrap_or(last + 1);
    if let Some(sign) = (host..path).rev().find(|at| pieces.mark(*at) == Some('@')).filter(|sign| *sign > host) {
        found.push(Match { kind: PersonalKind::Url, first, last: host - 1, is_certain: true });
        found.push(Match { kind: PersonalKind::Password, first: host, last: sign - 1, is_certain: true });
        begins = sign;
    }
    let mut at = path;
    while at < last {
        at += 1;
        let is_secret = pieces.mark(at) == Some('=') && SECRETS.contains(&pieces.word(at - 1));
        if !is_secret || at == last {
            continue;
        }
        let end = (at + 1..=last).find(|end| matches!(pieces.mark(*end), Some('&' | '#'))).unwrap_or(last + 1) - 1;
        if end > at {
            found.push(Match { kind: PersonalKind::Url, first: begins, last: at, is_certain: true });
            found.push(Match { kind: PersonalKind::Password, first: at + 1, last: end, is_certain: true });
            begins = end + 1;
            at = end;
        }
    }
    if begins <= last {
        found.push(Match { kind: PersonalKind::Url, first: begins, last, is_certain: true });
    }
    last + 1
}

/// `ravi at example dot com`, with or without spaces around.
fn spelled(pieces: &Pieces, at: usize, found: &mut Vec<Match>) -> Option<usize> {
    let is_at = matches!(pieces.word(at), "at" | "@") && at > 0;
    if !is_at {
        return None;
    }
    let is_name = |at: usize| pieces.all.get(at).is_some_and(|piece| piece.class != Class::Mark);
    let is_dot = |at: usize| matches!(pieces.word(at), "dot" | ".");
    let mut end = at + 1;
    let mut has_ending = false;
    while is_name(end) && is_dot(end + 1) && is_name(end + 2) && end < at + 8 {
        end += 2;
        has_ending |= DOMAINS.contains(&pieces.word(end));
    }
    if !has_ending {
        return None;
    }
    let mut first = at - 1;
    while first >= 2 && (is_dot(first - 1) || matches!(pieces.word(first - 1), "underscore" | "dash" | "_" | "-")) {
        first -= 2;
    }
    if first > 0
        && pieces.all[first].class == Class::Number
        && is_name(first - 1)
        && !pieces.has_before(first, 1, &["is", "at", "it's"])
    {
        first -= 1;
    }
    found.push(Match { kind: PersonalKind::Email, first, last: end, is_certain: true });
    Some(end + 1)
}

/// `192.0.2.7`, and addresses of version 6 with at least two colons.
fn machine(pieces: &Pieces, at: usize, found: &mut Vec<Match>) -> Option<usize> {
    let is_part = |at: usize| {
        pieces.all.get(at).is_some_and(|piece| piece.class == Class::Number) && pieces.word(at).parse::<u8>().is_ok()
    };
    let is_four =
        (0..4).all(|part| is_part(at + 2 * part)) && (0..3).all(|part| pieces.mark(at + 2 * part + 1) == Some('.'));
    let stands_alone =
        |last: usize| !(pieces.mark(last + 1) == Some('.') && is_part(last + 2) && pieces.all[last + 2].is_glued);
    if is_four && pieces.all[at + 1..=at + 6].iter().all(|piece| piece.is_glued) && stands_alone(at + 6) {
        found.push(Match { kind: PersonalKind::IpAddress, first: at, last: at + 6, is_certain: true });
        return Some(at + 7);
    }
    let begins = at == 0 || !pieces.all[at].is_glued;
    let last = trimmed(pieces, at, if begins { glued_end(pieces, at) } else { at });
    let written = &pieces.text[pieces.all[at].start..pieces.all[last].end];
    let is_six = begins && written.matches(':').count() >= 2 && written.parse::<core::net::Ipv6Addr>().is_ok();
    is_six.then(|| {
        found.push(Match { kind: PersonalKind::IpAddress, first: at, last, is_certain: true });
        last + 1
    })
}

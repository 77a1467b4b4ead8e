//! How a conversation's mood went, from the scores of its customer's turns.

use super::CannotSay;

/// Scores from which on a slope means anything.
pub const TURNS_FOR_A_SLOPE: usize = 4;
/// Scores that are looked at, the latest; a longer conversation is judged by its end.
pub const TURNS_MAX: usize = 1_000;

/// The mood at both ends, and where it went.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Trend {
    /// Mean score of the first third.
    pub start: f32,
    /// Mean score of the last third.
    pub end: f32,
    /// Change of the score from turn to turn (least squares).
    pub slope: Result<f32, CannotSay>,
}

/// The trend of a customer's scores, in the order of their turns.
pub fn trend(scores: &[i8]) -> Result<Trend, CannotSay> {
    let scores = &scores[scores.len().saturating_sub(TURNS_MAX)..];
    if scores.is_empty() {
        return Err(CannotSay::TooFewTurns { have: 0, need: 1 });
    }
    let third = scores.len().div_ceil(3);
    let mean = |part: &[i8]| part.iter().map(|score| f32::from(*score)).sum::<f32>() / part.len() as f32;
    let slope = if scores.len() < TURNS_FOR_A_SLOPE {
        Err(CannotSay::TooFewTurns { have: scores.len(), need: TURNS_FOR_A_SLOPE })
    } else {
        Ok(slope(scores, mean(scores)))
    };
    Ok(Trend { start: mean(&scores[..third]), end: mean(&scores[scores.len() - third..]), slope })
}

fn slope(scores: &[i8], mean: f32) -> f32 {
    let middle = (scores.len() - 1) as f32 / 2.0;
    let (mut up, mut across) = (0.0, 0.0);
    for (turn, score) in scores.iter().enumerate() {
        let away = turn as f32 - middle;
        up += away * (f32::from(*score) - mean);
        across += away * away;
    }
    up / across
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mood_that_falls_has_a_negative_slope() {
        let trend = trend(&[2, 1, 0, -1, -2, -3]).unwrap();
        assert_eq!((trend.start, trend.end, trend.slope), (1.5, -2.5, Ok(-1.0)));
    }

    #[test]
    fn few_turns_have_ends_but_no_slope_and_none_have_nothing() {
        let short = trend(&[-2, 1]).unwrap();
        assert_eq!((short.start, short.end), (-2.0, 1.0));
        assert_eq!(short.slope, Err(CannotSay::TooFewTurns { have: 2, need: 4 }));
        assert_eq!(trend(&[]), Err(CannotSay::TooFewTurns { have: 0, need: 1 }));
    }
}

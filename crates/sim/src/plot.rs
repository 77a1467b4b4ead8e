//! Plots of a day in a terminal of 80 columns: one column for each half hour.

/// Rows of a plot.
const HEIGHT: usize = 6;
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Width of the scale on the left.
const SCALE: usize = 8;

/// A column plot with a title, a scale and hours below. A half hour of which nothing can be said stays empty.
pub fn columns(title: &str, values: &[Option<f64>], words: impl Fn(f64) -> String) -> String {
    let top = values.iter().flatten().copied().fold(0.0, f64::max);
    let mut text = format!("{title}\n");
    let levels: Vec<usize> = values.iter().map(|value| level(*value, top)).collect();
    for row in (0..HEIGHT).rev() {
        let label = match row {
            _ if row == HEIGHT - 1 => words(top),
            _ if row == 0 => words(0.0),
            _ => String::new(),
        };
        let cells: String = levels.iter().map(|level| BLOCKS[level.saturating_sub(row * 8).min(8)]).collect();
        text.push_str(&format!("{label:>SCALE$} ┤{}\n", cells.trim_end()));
    }
    text.push_str(&format!("{:>SCALE$} └{}\n", "", "─".repeat(values.len())));
    text.push_str(&format!("{:>SCALE$}  {}\n", "h", hours(values.len())));
    text
}

/// Height of a column in eighths of a row. What is there at all is seen.
fn level(value: Option<f64>, top: f64) -> usize {
    match value {
        Some(value) if top > 0.0 && value > 0.0 => ((value / top * (HEIGHT * 8) as f64).round() as usize).max(1),
        _ => 0,
    }
}

/// A number at every third hour.
fn hours(slots: usize) -> String {
    let mut line = String::new();
    for hour in (0..slots / 2).step_by(3) {
        line.push_str(&format!("{hour:<6}"));
    }
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_of_a_day_fits_eighty_columns_and_shows_what_little_there_is() {
        let values: Vec<Option<f64>> =
            (0..48).map(|slot| if slot < 10 { None } else { Some(f64::from(slot)) }).collect();
        let text = columns("arrivals", &values, |value| format!("{value:.0}"));
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(text.contains('█') && text.contains('▁'), "{text}");
    }
}

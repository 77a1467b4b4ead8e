//! Reads how many tests passed from what test runners print.

/// Whose output is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runner {
    /// `cargo test -- --show-output`.
    Cargo,
    Vitest,
    /// A check that passes or fails as a whole.
    Whole,
}

/// Individual tests.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Counts {
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
    /// Why tests were skipped, each reason once.
    pub reasons: Vec<String>,
}

impl Counts {
    pub fn add(&mut self, other: &Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        for reason in &other.reasons {
            self.add_reason(reason);
        }
    }

    fn add_reason(&mut self, reason: &str) {
        if !self.reasons.iter().any(|known| known == reason) {
            self.reasons.push(reason.to_string());
        }
    }
}

/// Counts while lines stream by.
pub struct Reader {
    runner: Runner,
    counts: Counts,
    /// Cargo repeats what passing tests printed, after all tests of a binary.
    is_in_repetition: bool,
    skipped_themselves: u32,
}

impl Reader {
    pub fn new(runner: Runner) -> Self {
        Self { runner, counts: Counts::default(), is_in_repetition: false, skipped_themselves: 0 }
    }

    /// Takes in one line; false if it need not be shown.
    pub fn read(&mut self, line: &str) -> bool {
        match self.runner {
            Runner::Whole => true,
            Runner::Vitest => {
                self.read_vitest(line);
                true
            }
            Runner::Cargo => self.read_cargo(line),
        }
    }

    /// What was counted, once the runner has ended. A failure that no test admits to counts as one.
    pub fn finish(mut self, is_success: bool) -> Counts {
        let themselves = self.skipped_themselves.min(self.counts.passed);
        self.counts.passed -= themselves;
        self.counts.skipped += themselves;
        if self.runner == Runner::Whole && is_success {
            self.counts.passed = 1;
        }
        if !is_success && self.counts.failed == 0 {
            self.counts.failed = 1;
        }
        self.counts
    }

    fn read_cargo(&mut self, line: &str) -> bool {
        if let Some(reason) = line.trim_start().strip_prefix("skipped: ") {
            self.skipped_themselves += 1;
            self.counts.add_reason(reason.trim());
            return true;
        }
        if line == "successes:" {
            self.is_in_repetition = true;
        } else if line == "failures:" || line.starts_with("test result:") {
            self.is_in_repetition = false;
        }
        if let Some(result) = line.strip_prefix("test result:") {
            for part in result.split([';', '.']) {
                self.take(part, &[("passed", 0), ("failed", 1), ("ignored", 2)]);
            }
        }
        !self.is_in_repetition
    }

    /// `Tests  1 failed | 11 passed | 1 skipped (13)`
    fn read_vitest(&mut self, line: &str) {
        if let Some(reason) = line.trim_start().strip_prefix("skipped: ") {
            self.counts.add_reason(reason.trim());
        }
        let Some(result) = line.trim().strip_prefix("Tests ") else {
            return;
        };
        for part in result.split(['|', '(']) {
            self.take(part, &[("passed", 0), ("failed", 1), ("skipped", 2), ("todo", 2)]);
        }
    }

    /// Adds "12 passed" to the count that the word stands for.
    fn take(&mut self, part: &str, words: &[(&str, u8)]) {
        let mut parts = part.split_whitespace();
        let (Some(number), Some(word)) = (parts.next(), parts.next()) else {
            return;
        };
        let (Ok(number), Some(which)) = (number.parse::<u32>(), words.iter().find(|(known, _)| *known == word)) else {
            return;
        };
        match which.1 {
            0 => self.counts.passed += number,
            1 => self.counts.failed += number,
            _ => self.counts.skipped += number,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(runner: Runner, output: &str, is_success: bool) -> (Counts, Vec<String>) {
        let mut reader = Reader::new(runner);
        let shown = output.lines().filter(|line| reader.read(line)).map(String::from).collect();
        (reader.finish(is_success), shown)
    }

    #[test]
    fn cargo_binaries_are_summed_and_self_skipped_tests_do_not_pass() {
        let (counts, shown) = counted(Runner::Cargo, include_str!("../fixtures/cargo.txt"), false);
        assert_eq!((counts.passed, counts.failed, counts.skipped), (3, 1, 2));
        assert_eq!(counts.reasons, ["../shared/data is not here"]);
        assert!(shown.iter().all(|line| !line.contains("noise")), "{shown:?}");
        assert!(shown.iter().any(|line| line.contains("assertion failed")));
    }

    #[test]
    fn vitest_is_counted() {
        let output = "skipped: no browser\n Test Files  1 failed | 1 passed (2)\n      Tests  1 failed | 11 passed | 1 skipped (13)\n";
        let (counts, _) = counted(Runner::Vitest, output, false);
        assert_eq!((counts.passed, counts.failed, counts.skipped), (11, 1, 1));
        assert_eq!(counts.reasons, ["no browser"]);
    }

    #[test]
    fn a_whole_check_is_one_test_and_a_silent_failure_is_a_failure() {
        assert_eq!(counted(Runner::Whole, "", true).0.passed, 1);
        assert_eq!(counted(Runner::Whole, "", false).0.failed, 1);
        assert_eq!(counted(Runner::Cargo, "error: could not compile", false).0.failed, 1);
    }
}

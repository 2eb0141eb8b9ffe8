//! The numbers of a measurement, and the table of all of them.

use crate::plan::{Measurement, name_of};
use std::collections::BTreeMap;
use std::fmt;

/// What a measurement gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Numbers {
    /// Messages delivered a second.
    pub rate: f64,
    /// Messages accepted a second.
    pub accept_rate: f64,
    /// CPU time of all processes for one message, in microseconds.
    pub cpu_micros: f64,
    /// The highest sum of proportional set sizes, in KiB.
    pub peak_kib: f64,
}

impl Numbers {
    /// One line for the way out of a namespace.
    pub fn line(&self) -> String {
        let Self { rate, accept_rate, cpu_micros, peak_kib } = self;
        format!("{MARK} {rate} {accept_rate} {cpu_micros} {peak_kib}")
    }

    /// From that line; None for any other.
    pub fn parse(line: &str) -> Option<Self> {
        let mut numbers = line.strip_prefix(MARK)?.split_whitespace().map(|word| word.parse::<f64>().ok());
        let mut next = || numbers.next().flatten();
        Some(Self { rate: next()?, accept_rate: next()?, cpu_micros: next()?, peak_kib: next()? })
    }

    /// The better of two runs, number by number: disturbance only makes things worse.
    fn better(self, other: Self) -> Self {
        Self {
            rate: self.rate.max(other.rate),
            accept_rate: self.accept_rate.max(other.accept_rate),
            cpu_micros: self.cpu_micros.min(other.cpu_micros),
            peak_kib: self.peak_kib.min(other.peak_kib),
        }
    }
}

/// The best numbers of each measurement.
#[derive(Debug, Default)]
pub struct Table(BTreeMap<(&'static str, usize, &'static str), Numbers>);

impl Table {
    /// Adds one run.
    pub fn add(&mut self, measurement: &Measurement, numbers: Numbers) {
        let key = (measurement.scenario.name(), measurement.per_connection, name_of(measurement.mta));
        self.0.entry(key).and_modify(|known| *known = known.better(numbers)).or_insert(numbers);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| scenario | per connection | system | delivered/s | accepted/s | CPU µs/message | peak MiB |"
        )?;
        writeln!(f, "| --- | ---: | --- | ---: | ---: | ---: | ---: |")?;
        for ((scenario, per_connection, system), numbers) in &self.0 {
            let Numbers { rate, accept_rate, cpu_micros, peak_kib } = numbers;
            let peak = peak_kib / 1024.0;
            writeln!(
                f,
                "| {scenario} | {per_connection} | {system} | {rate:.0} | {accept_rate:.0} | {cpu_micros:.0} | {peak:.0} |"
            )?;
        }
        Ok(())
    }
}

const MARK: &str = "numbers:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_pass_through_a_line_and_the_better_ones_stay() {
        let one = Numbers { rate: 10.0, accept_rate: 20.0, cpu_micros: 500.0, peak_kib: 2048.0 };
        assert_eq!(Numbers::parse(&one.line()), Some(one));
        assert_eq!(Numbers::parse("anything else"), None);
        let two = Numbers { rate: 12.0, cpu_micros: 600.0, ..one };
        assert_eq!(one.better(two), Numbers { rate: 12.0, ..one });
    }
}

//! `signalbox simulate`: a contact centre under a virtual clock, and what if.

use std::path::{Path, PathBuf};

use clap::Args;
use signalbox_sim::builtin;
use signalbox_sim::month::{Aim, Month, Staffing};
use signalbox_sim::report::Report;
use signalbox_sim::scenario::DAY_MS;
use signalbox_sim::{Options, Run, Scenario};

/// Mean patience of the month's log, as its authors give it; the aggregates hold the curve up to ten minutes only.
const MONTH_PATIENCE_S: f64 = 380.0;
/// Staffing of the month, from `--fit`: see docs/simulation.md.
const MONTH_STAFFING: Staffing = Staffing { level: 1.065, shape: 0.7 };
/// Seeds that only the fit uses, so that what is checked was never fitted on.
const FIT_SEEDS: [u64; 3] = [101, 102, 103];
const DAYS_MAX: u32 = 366;
const AGENTS_ADD_MAX: u32 = 1_000;
const FACTORS: std::ops::RangeInclusive<f64> = 0.01..=100.0;

/// Play a contact centre in virtual time: the real router, simulated customers and agents. A week takes a second.
///
/// Without a model the built-in bank is played: three queues, calls and chats, 7 to 21 h. With --data, a month is made from
/// a file of aggregates. With a what-if flag the same days are played twice, with the same customers, side by side.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  \
    signalbox simulate                                  a day in the built-in bank\n  \
    signalbox simulate --days 5 --agents-add 2          what if two more agents?\n  \
    signalbox simulate --patience-factor 0.5            what if patience halves?\n  \
    signalbox simulate --data call_centre_month.json    a real month, from its aggregates\n  \
    signalbox simulate --print-model > bank.json        a model to change; then --model bank.json")]
pub struct SimulateArgs {
    /// A model as JSON, or `builtin`.
    #[arg(long, value_name = "FILE", default_value = "builtin")]
    pub model: String,
    /// A month's aggregates as JSON, instead of a model; see docs/simulation.md for its fields.
    #[arg(long, value_name = "FILE", conflicts_with = "model")]
    pub data: Option<PathBuf>,
    /// Days, from a Monday on; with --data 28 unless you say otherwise.
    #[arg(long)]
    pub days: Option<u32>,
    /// The same seed gives the same days.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// What if there were so many more agents?
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub agents_add: u32,
    /// What if everybody's patience were multiplied by this?
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    pub patience_factor: f64,
    /// What if so many times as many came?
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    pub arrivals_factor: f64,
    /// Write everything as JSON to this file; `-` prints it instead of the text.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Play it twice, and show both side by side, even without a what-if.
    #[arg(long)]
    pub compare: bool,
    /// Find the staffing of --data anew and print it. Takes a few minutes.
    #[arg(long, requires = "data")]
    pub fit: bool,
    /// Check every fact against the router's promises. Slow.
    #[arg(long)]
    pub check: bool,
    /// Print the model as JSON and stop.
    #[arg(long)]
    pub print_model: bool,
}

impl SimulateArgs {
    fn what_if(&self) -> Option<String> {
        let mut parts = Vec::new();
        if self.agents_add > 0 {
            parts.push(format!("{} more agents", self.agents_add));
        }
        if self.patience_factor != 1.0 {
            parts.push(format!("patience × {}", self.patience_factor));
        }
        if self.arrivals_factor != 1.0 {
            parts.push(format!("arrivals × {}", self.arrivals_factor));
        }
        match parts.is_empty() {
            true => self.compare.then(|| "nothing changes".to_owned()),
            false => Some(parts.join(", ")),
        }
    }
}

/// Plays and prints.
///
/// # Errors
/// When the model cannot be read or run, or a file cannot be written.
pub async fn run(args: SimulateArgs) -> anyhow::Result<()> {
    // Nothing here waits: one thread computes until it is done.
    tokio::task::spawn_blocking(move || play(&args)).await?
}

fn play(args: &SimulateArgs) -> anyhow::Result<()> {
    let days = args.days.unwrap_or(if args.data.is_some() { 28 } else { 1 });
    anyhow::ensure!((1..=DAYS_MAX).contains(&days), "--days must be 1 to {DAYS_MAX}");
    anyhow::ensure!(args.agents_add <= AGENTS_ADD_MAX, "--agents-add must be at most {AGENTS_ADD_MAX}");
    anyhow::ensure!(FACTORS.contains(&args.patience_factor), "--patience-factor must be 0.01 to 100");
    anyhow::ensure!(FACTORS.contains(&args.arrivals_factor), "--arrivals-factor must be 0.01 to 100");
    let scenario = scenario(args)?;
    if args.print_model {
        println!("{}", serde_json::to_string_pretty(&scenario)?);
        return Ok(());
    }
    let base = report(&scenario, args, days, (1.0, 1.0))?;
    let what_if = args.what_if();
    let changed = match &what_if {
        Some(_) => Some(report(
            &scenario.with_more_agents(args.agents_add),
            args,
            days,
            (args.patience_factor, args.arrivals_factor),
        )?),
        None => None,
    };
    let prints_json = args.json.as_deref() == Some(Path::new("-"));
    if !prints_json {
        print!("{}", base.text());
        if let (Some(changed), Some(words)) = (&changed, &what_if) {
            print!("{}", base.beside(changed, words));
        }
    }
    write_json(args, &base, changed.as_ref(), what_if.as_deref())
}

fn write_json(
    args: &SimulateArgs,
    base: &Report,
    changed: Option<&Report>,
    what_if: Option<&str>,
) -> anyhow::Result<()> {
    let Some(path) = &args.json else { return Ok(()) };
    let all = serde_json::json!({ "base": base, "what_if": changed, "what_if_words": what_if });
    let text = serde_json::to_string_pretty(&all)?;
    if path == Path::new("-") {
        println!("{text}");
        return Ok(());
    }
    std::fs::write(path, text).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))
}

fn scenario(args: &SimulateArgs) -> anyhow::Result<Scenario> {
    if let Some(path) = &args.data {
        let month = Month::parse(&read(path)?, MONTH_PATIENCE_S)
            .map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
        let staffing = match args.fit {
            true => fitted(&month)?,
            false => MONTH_STAFFING,
        };
        return Ok(month.scenario(staffing)?);
    }
    if args.model == "builtin" {
        return Ok(builtin::bank()?);
    }
    let path = Path::new(&args.model);
    let scenario: Scenario = serde_json::from_str(&read(path)?).map_err(|error| {
        anyhow::anyhow!("{}: {error}; `signalbox simulate --print-model` shows a model that is right", path.display())
    })?;
    scenario.validate()?;
    Ok(scenario)
}

fn fitted(month: &Month) -> anyhow::Result<Staffing> {
    eprintln!("fitting the staffing to abandonment 17.9 % and 49.0 % of waits over within 20 s …");
    let staffing = month.fit(Aim { abandonment: 0.179, within_20s: 0.490 }, &FIT_SEEDS)?;
    eprintln!("level {:.3}, shape {:.2}", staffing.level, staffing.shape);
    Ok(staffing)
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))
}

fn report(scenario: &Scenario, args: &SimulateArgs, days: u32, factors: (f64, f64)) -> anyhow::Result<Report> {
    let options = Options {
        seed: args.seed,
        span_ms: i64::from(days) * DAY_MS,
        patience_factor: factors.0,
        arrivals_factor: factors.1,
        is_checked: args.check,
        ..Options::default()
    };
    let outcome = Run::new(scenario, options)?.finish()?;
    Ok(Report::new(scenario, &outcome, args.seed, f64::from(days)))
}

//! The figures for people to read.

use super::Cycles;
use super::kernels::{KernelRow, Loop};
use std::fmt::Write;

/// What was not found out.
const NONE: &str = "–";

pub(super) fn text(cycles: &Cycles) -> String {
    let mut text = String::new();
    // `String` refuses nothing.
    let Cycles { counter, ticks_per_cycle, operations, kernels, missing } = cycles;
    if !operations.is_empty() {
        let _ = writeln!(
            text,
            "{:<21}{:<14}{:>16}{:>24}{:>10}{:>9}{:>7}\n{:<21}{:<14}{:>8}{:>8}{:>8}{:>8}{:>8}{:>10}{:>9}{:>7}",
            "",
            "",
            "ticks",
            "core cycles",
            "instruc-",
            "bytes",
            "lines",
            "operation",
            "map",
            "median",
            "p90",
            "min",
            "median",
            "p90",
            "tions",
            "touched",
            "of 64",
        );
    }
    for row in operations {
        let touched = |of: fn(&super::Touched) -> u64| {
            row.touched.as_ref().map_or(NONE.into(), |touched| of(touched).to_string())
        };
        let (ticks, core) = (row.times.ticks, row.times.core_cycles);
        let _ = writeln!(
            text,
            "{:<21}{:<14}{:>8.0}{:>8.0}{:>8.0}{:>8.0}{:>8.0}{:>10}{:>9}{:>7}",
            row.operation,
            row.map,
            ticks.median,
            ticks.p90,
            core.minimum,
            core.median,
            core.p90,
            touched(|touched| touched.instructions),
            touched(|touched| touched.bytes),
            touched(|touched| touched.lines),
        );
    }
    if !kernels.is_empty() {
        if !operations.is_empty() {
            text.push('\n');
        }
        kernel_table(&mut text, kernels);
    }
    let _ = writeln!(
        text,
        "\nticks: {counter}; {ticks_per_cycle:.3} in a cycle of the core, at the end"
    );
    for what in missing {
        let _ = writeln!(text, "missing: {what}");
    }
    text
}

/// Core cycles for each scan.
fn kernel_table(text: &mut String, kernels: &[KernelRow]) {
    let _ = writeln!(
        text,
        "core cycles              scans that do not wait         each waits for the last\n\
         {:<15}{:<10}{:>9}{:>10}{:>12}{:>15}{:>10}",
        "scan", "set", "measured", "llvm-mca", "throughput", "measured", "llvm-mca",
    );
    for KernelRow { scan, set, independent, dependent } in kernels {
        let predicted = |of: &Loop, value: fn(&super::mca::Prediction) -> f64| {
            of.predicted.as_ref().map_or(NONE.into(), |of| format!("{:.2}", value(of)))
        };
        let _ = writeln!(
            text,
            "{scan:<15}{set:<10}{:>9.2}{:>10}{:>12}{:>15.2}{:>10}",
            independent.core_cycles.median,
            predicted(independent, |of| of.cycles),
            predicted(independent, |of| of.throughput),
            dependent.core_cycles.median,
            predicted(dependent, |of| of.cycles),
        );
    }
}

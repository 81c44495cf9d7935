//! Results as pictures.

use super::result::{Cell, Results};
use super::table::time;
use super::workload::{Keys, Row, Unit, Workload, size};
use plotters::coord::Shift;
use plotters::prelude::*;
use std::ops::Range;

/// Width and height.
const EXTENT: (u32, u32) = (760, 440);

/// One of these for each subject in turn, told apart by those who see few colours too (Okabe and Ito).
const COLOURS: [RGBColor; 7] = [
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0xe6, 0x9f, 0x00),
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0x56, 0xb4, 0xe9),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0x00, 0x00, 0x00),
];

/// The room for the names of the subjects.
const LEGEND: i32 = 190;

/// 99.9999 %: one in ten to this power is beyond.
const LAST_NINE: f64 = 6.0;

type Error = DrawingAreaErrorKind<std::io::Error>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Every picture with the name of its file: one for each workload and type of keys, and one for each
/// distribution of single operations.
///
/// # Errors
/// If the library that draws refuses.
pub(super) fn plots(results: &Results) -> Result<Vec<(String, String)>, String> {
    let rows = results.rows();
    let mut plots = Vec::new();
    let mut add = |name: String, draw: &dyn Fn(&Area) -> Result<(), Error>| {
        let mut svg = String::new();
        let area = SVGBackend::with_string(&mut svg, EXTENT).into_drawing_area();
        let drawn = area.fill(&WHITE).and_then(|()| draw(&area)).and_then(|()| area.present());
        drop(area);
        drawn.map_err(|error| format!("{name}: {error}"))?;
        plots.push((name, svg));
        Ok::<(), String>(())
    };
    for keys in Keys::ALL {
        for &workload in Workload::all() {
            let rows: Vec<Row> = rows
                .iter()
                .copied()
                .filter(|row| row.keys == keys && row.workload == workload)
                .collect();
            if workload.about().unit == Unit::Time {
                for row in rows {
                    add(file_name(row), &|area| distribution(area, results, row))?;
                }
            } else if let Some(&row) = rows.first() {
                add(file_name(row), &|area| over_size(area, results, &rows))?;
            }
        }
    }
    Ok(plots)
}

/// The name of the picture that a row is in.
pub(super) fn file_name(row: Row) -> String {
    let Row { keys, workload, size } = row;
    match workload.about().unit {
        Unit::Time => {
            let of = workload.name().replace("longest", "latency");
            format!("{of}-{}-{size}.svg", keys.name())
        }
        Unit::Nanoseconds | Unit::Bytes => format!("{}-{}.svg", workload.name(), keys.name()),
    }
}

/// A subject's colour and the shape of its marks.
#[derive(Clone, Copy)]
struct Look(usize);

impl Look {
    fn colour(self) -> RGBColor {
        COLOURS[self.0 % COLOURS.len()]
    }

    /// A mark at a pixel.
    fn mark(self, area: &Area, (x, y): (i32, i32)) -> Result<(), Error> {
        let style = self.colour().filled();
        match self.0 % 4 {
            0 => area.draw(&Circle::new((x, y), 5, style)),
            1 => area.draw(&TriangleMarker::new((x, y), 6, style)),
            2 => area.draw(&Rectangle::new([(x - 4, y - 4), (x + 4, y + 4)], style)),
            _ => area.draw(&Cross::new((x, y), 5, self.colour().stroke_width(2))),
        }
    }

    /// The `i`-th line of the legend.
    fn legend(self, area: &Area, i: usize, name: &str) -> Result<(), Error> {
        let (x, y) = (EXTENT.0 as i32 - LEGEND + 10, 60 + 24 * i as i32);
        area.draw(&PathElement::new([(x, y), (x + 26, y)], self.colour().stroke_width(2)))?;
        self.mark(area, (x + 13, y))?;
        legend(area, i, name)
    }
}

/// The text of the `i`-th line of the legend.
fn legend(area: &Area, i: usize, name: &str) -> Result<(), Error> {
    let (x, y) = (EXTENT.0 as i32 - LEGEND + 42, 60 + 24 * i as i32);
    area.draw(&Text::new(name.to_owned(), (x, y - 7), ("sans-serif", 16)))
}

/// An axis: where it begins and ends, what stands at it, and how its numbers are spelt.
struct Axis<'a> {
    range: Range<f64>,
    title: &'a str,
    labels: usize,
    spell: &'a dyn Fn(&f64) -> String,
}

type Chart<'a, 'b> = ChartContext<
    'a,
    SVGBackend<'b>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;

/// A chart with nothing in it yet.
fn chart<'a, 'b>(
    area: &'a Area<'b>,
    title: &str,
    x: Axis,
    y: Axis,
) -> Result<Chart<'a, 'b>, Error> {
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 20))
        .margin(8)
        .margin_right(LEGEND)
        .x_label_area_size(48)
        .y_label_area_size(72)
        .build_cartesian_2d(x.range, y.range)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_labels(x.labels)
        .y_labels(y.labels)
        .x_label_formatter(x.spell)
        .y_label_formatter(y.spell)
        .x_desc(x.title)
        .y_desc(y.title)
        .label_style(("sans-serif", 15))
        .axis_desc_style(("sans-serif", 16))
        .draw()?;
    Ok(chart)
}

/// A workload's median over the size of the map, with its spread.
fn over_size(area: &Area, results: &Results, rows: &[Row]) -> Result<(), Error> {
    let Row { workload, keys, .. } = rows[0];
    let about = workload.about();
    let log = |row: &Row| (row.size as f64).log2();
    let cells = rows.iter().flat_map(|row| results.subjects.iter().map(|it| (*row, it)));
    let highest = cells
        .filter_map(|(row, subject)| results.cell(row, subject))
        .map(|cell| cell.range().1)
        .fold(0.0, f64::max);
    let (first, last) = (log(&rows[0]), rows.last().map_or(0.0, log));
    let x = Axis {
        range: first.floor() - 0.5..last.ceil() + 0.5,
        title: "entries",
        // More would run into each other.
        labels: 11,
        spell: &|x| if x.fract() == 0.0 { format!("2^{x:.0}") } else { String::new() },
    };
    let title = match about.unit {
        Unit::Bytes => "bytes",
        Unit::Nanoseconds | Unit::Time => "ns per operation",
    };
    // A picture of zeros still has a height.
    let range = 0.0..(1.05 * highest).max(1e-3);
    let spell = |y: &f64| format!("{}", (y * 1000.0).round() / 1000.0);
    let y = Axis { range, title, labels: 8, spell: &spell };
    let mut chart = chart(area, &format!("{}: {}", about.title, keys.title()), x, y)?;
    let mut line = 0;
    for (i, subject) in results.subjects.iter().enumerate() {
        let look = Look(i);
        let cells: Vec<&Cell> = rows.iter().filter_map(|row| results.cell(*row, subject)).collect();
        if cells.is_empty() {
            continue;
        }
        let at = |cell: &Cell| (log(&cell.row), cell.median());
        let style = look.colour().stroke_width(2);
        chart.draw_series([PathElement::new(
            cells.iter().map(|cell| at(cell)).collect::<Vec<_>>(),
            style,
        )])?;
        for cell in cells {
            let (least, greatest) = cell.range();
            let x = log(&cell.row);
            let spread = vec![(x, least), (x, greatest)];
            chart.draw_series([PathElement::new(spread, look.colour())])?;
            look.mark(area, chart.backend_coord(&at(cell)))?;
        }
        look.legend(area, line, subject)?;
        line += 1;
    }
    Ok(())
}

/// How long the slowest operations took, up to which part of all.
fn distribution(area: &Area, results: &Results, row: Row) -> Result<(), Error> {
    let subjects = results.subjects.iter().map(|it| Some(it.as_str())).chain([None]);
    let curves: Vec<_> = subjects.map(|it| (it, quantiles(&results.latency(row, it)))).collect();
    let times = || curves.iter().flat_map(|(_, curve)| curve).map(|(_, time)| *time);
    let (low, high) = (times().fold(f64::MAX, f64::min), times().fold(0.0, f64::max));
    let x = Axis {
        range: 0.0..LAST_NINE,
        title: "percent of the operations that took no longer",
        labels: 7,
        spell: &|nines| percent(*nines),
    };
    let y = Axis {
        range: low.min(high).floor()..high.ceil().max(1.0),
        title: "one operation",
        labels: 10,
        spell: &|log| decade(*log),
    };
    let title = format!(
        "{}, {} entries: {}",
        row.workload.about().title.replace("longest ", "single "),
        size(row.size),
        row.keys.title()
    );
    let mut chart = chart(area, &title, x, y)?;
    let mut line = 0;
    for (i, (subject, curve)) in curves.into_iter().enumerate() {
        let Some(&last) = curve.last() else { continue };
        match subject {
            Some(subject) => {
                let look = Look(i);
                chart.draw_series([PathElement::new(curve, look.colour().stroke_width(2))])?;
                look.mark(area, chart.backend_coord(&last))?;
                look.legend(area, line, subject)?;
            }
            None => {
                let grey = RGBColor(0x99, 0x99, 0x99);
                chart.draw_series([PathElement::new(curve, grey.stroke_width(2))])?;
                let (x, y) = (EXTENT.0 as i32 - LEGEND + 10, 60 + 24 * line as i32);
                area.draw(&PathElement::new([(x, y), (x + 26, y)], grey.stroke_width(2)))?;
                legend(area, line, "an empty loop")?;
            }
        }
        line += 1;
    }
    Ok(())
}

/// The steps of a distribution: by how many nines most durations are exceeded, and the logarithm of
/// the duration in nanoseconds.
fn quantiles(pairs: &[(u64, u64)]) -> Vec<(f64, f64)> {
    let all: u64 = pairs.iter().map(|(_, count)| count).sum();
    let mut steps = Vec::new();
    let mut below = 0;
    for &(least, count) in pairs {
        let nines = |above: u64| (all as f64 / above.max(1) as f64).log10().min(LAST_NINE);
        let log = (least.max(1) as f64).log10();
        steps.push((nines(all - below), log));
        below += count;
        steps.push((nines(all - below), log));
    }
    steps
}

/// So many nines as a percentage: 0, 90, 99, 99.9.
fn percent(nines: f64) -> String {
    let digits = (nines.round() as usize).saturating_sub(2);
    format!("{:.digits$}", 100.0 - 100.0 / 10f64.powf(nines.round()))
}

/// The duration of this logarithm, if it is a whole one.
fn decade(log: f64) -> String {
    match (log - log.round()).abs() < 1e-6 {
        true => {
            let text = time(10f64.powf(log.round()));
            text.replace(".00", "").replace(".0", "")
        }
        false => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_ends_where_its_last_insert_stands() {
        // 90 of 100 took 10 ns, 9 took 100 ns, one 1000 ns.
        let steps = quantiles(&[(10, 90), (100, 9), (1000, 1)]);
        let expected = [(0.0, 1.0), (1.0, 1.0), (1.0, 2.0), (2.0, 2.0), (2.0, 3.0), (2.0, 3.0)];
        for (step, expected) in steps.iter().zip(expected) {
            assert!((step.0 - expected.0).abs() + (step.1 - expected.1).abs() < 1e-9, "{steps:?}");
        }
        assert_eq!(steps.len(), expected.len());
        assert_eq!(quantiles(&[(1, 1 << 40)])[1].0, LAST_NINE);
    }

    #[test]
    fn axes_are_labelled_in_nines_and_decades() {
        let nines = [0.0, 1.0, 2.0, 3.0, 6.0].map(percent);
        assert_eq!(nines, ["0", "90", "99", "99.9", "99.9999"]);
        assert_eq!([1.0, 2.0, 3.0, 7.0].map(decade), ["10 ns", "100 ns", "1 µs", "10 ms"]);
        assert_eq!(decade(2.5), "");
    }
}

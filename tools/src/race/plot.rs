//! The figures as pictures.

use super::mix::Mix;
use super::result::{Results, Row};
use super::table::thousands;
use plotters::coord::Shift;
use plotters::prelude::*;
use std::collections::BTreeSet;

/// Width and height.
const EXTENT: (u32, u32) = (800, 640);

/// The room below for the names of the marks.
const LEGEND: i32 = 40;

/// Told apart by those who see few colours too (Okabe and Ito).
const COLOURS: [RGBColor; 6] = [
    RGBColor(0x99, 0x99, 0x99),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0x00, 0x00, 0x00),
];

type Error = DrawingAreaErrorKind<std::io::Error>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// A series: its name, and its value of a row.
type Series = (String, Box<dyn Fn(&Row) -> Option<f64>>);

/// Every picture with the name of its file.
///
/// # Errors
/// If the library that draws refuses.
pub(super) fn plots(results: &Results) -> Result<Vec<(&'static str, String)>, String> {
    let mut until: Vec<Series> = vec![
        ("first overlap".into(), Box::new(|row| row.flag.until_overlap.map(|it| it as f64))),
        ("the flag notices".into(), Box::new(|row| row.flag.until_death.map(|it| it as f64))),
    ];
    for (i, release) in results.releases().into_iter().enumerate() {
        until.push((
            format!("{release} dies"),
            Box::new(move |row| row.go.get(i)?.until_death.map(|it| it as f64)),
        ));
    }
    let noticed: Vec<Series> = vec![
        ("of all overlaps".into(), Box::new(|row| row.flag.noticed())),
        ("of the first in a life".into(), Box::new(|row| row.flag.noticed_at_once())),
    ];
    let mut plots = Vec::new();
    for (name, title, series, log) in [
        ("race-operations.svg", "operations until …, median", &until, true),
        (
            "race-noticed.svg",
            "of a hundred overlaps, those that Go's flag notices",
            &noticed,
            false,
        ),
    ] {
        let mut svg = String::new();
        let area = SVGBackend::with_string(&mut svg, EXTENT).into_drawing_area();
        let drawn = picture(&area, results, title, series, log);
        drop(area);
        drawn.map_err(|error| format!("{name}: {error}"))?;
        plots.push((name, svg));
    }
    Ok(plots)
}

/// A panel for each mix.
fn picture(
    area: &Area,
    results: &Results,
    title: &str,
    series: &[Series],
    log: bool,
) -> Result<(), Error> {
    area.fill(&WHITE)?;
    let panels = area.titled(title, ("sans-serif", 20))?;
    let (panels, below) = panels.split_vertically(EXTENT.1 as i32 - 30 - LEGEND);
    let mixes: Vec<Mix> = {
        let there: BTreeSet<Mix> = results.rows.iter().map(|row| row.mix).collect();
        there.into_iter().collect()
    };
    let across = if mixes.len() > 1 { 2 } else { 1 };
    let value = |row: &Row| series.iter().filter_map(|(_, of)| of(row)).collect::<Vec<_>>();
    let all: Vec<f64> = results.rows.iter().flat_map(value).collect();
    let highest = all.iter().copied().fold(1.0, f64::max);
    // Percentages of their own scale; counts by decades.
    let top = if log { highest.log10().ceil().max(1.0) } else { 100.0 };
    for (panel, mix) in
        panels.split_evenly((mixes.len().div_ceil(across), across)).iter().zip(&mixes)
    {
        let rows: Vec<&Row> = results.rows.iter().filter(|row| row.mix == *mix).collect();
        chart(panel, *mix, &rows, series, top, log)?;
    }
    for (i, (name, _)) in series.iter().enumerate() {
        let x = 60 + 185 * i as i32;
        mark(&below, i, (x, 13))?;
        below.draw(&Text::new(name.clone(), (x + 12, 5), ("sans-serif", 15)))?;
    }
    area.present()
}

fn chart(
    panel: &Area,
    mix: Mix,
    rows: &[&Row],
    series: &[Series],
    top: f64,
    log: bool,
) -> Result<(), Error> {
    let spell_y = |y: &f64| match log {
        true if y.fract() == 0.0 => thousands(10f64.powf(*y) as u64),
        true => String::new(),
        false => format!("{y:.0}"),
    };
    let label = |row: &Row| match row.entries {
        small @ ..1024 => format!("{small} / {}", row.threads),
        large => format!("{}Ki / {}", large / 1024, row.threads),
    };
    let mut chart = ChartBuilder::on(panel)
        .caption(mix.title(), ("sans-serif", 16))
        .margin(6)
        .margin_right(14)
        .x_label_area_size(44)
        .y_label_area_size(66)
        .build_cartesian_2d(-0.5..rows.len() as f64 - 0.5, 0.0..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .x_labels(0)
        .y_labels(if log { top as usize + 1 } else { 6 })
        .y_label_formatter(&spell_y)
        .label_style(("sans-serif", 13))
        .draw()?;
    let (_, base) = chart.backend_coord(&(0.0, 0.0));
    for (i, row) in rows.iter().enumerate() {
        let (x, _) = chart.backend_coord(&(i as f64, 0.0));
        // Where marks of a row would cover each other they stand side by side.
        for (j, (_, of)) in series.iter().enumerate() {
            let Some(value) = of(row) else { continue };
            let y = if log { value.max(1.0).log10() } else { value };
            let (_, y) = chart.backend_coord(&(i as f64, y));
            let aside = 12 * j as i32 - 6 * (series.len() as i32 - 1);
            mark_at(panel, j, (x + aside, y))?;
        }
        let style = TextStyle::from(("sans-serif", 13).into_font());
        let centred = style.pos(plotters::style::text_anchor::Pos::new(
            plotters::style::text_anchor::HPos::Center,
            plotters::style::text_anchor::VPos::Top,
        ));
        absolute_text(panel, &label(row), (x, base + 8), &centred)?;
    }
    let (x, y) = (chart.backend_coord(&((rows.len() as f64 - 1.0) / 2.0, 0.0)).0, base + 25);
    let style = TextStyle::from(("sans-serif", 13).into_font());
    let centred = style.pos(plotters::style::text_anchor::Pos::new(
        plotters::style::text_anchor::HPos::Center,
        plotters::style::text_anchor::VPos::Top,
    ));
    absolute_text(panel, "entries / threads", (x, y), &centred)
}

/// From a pixel of the picture to one of the panel.
fn within(panel: &Area, (x, y): (i32, i32)) -> (i32, i32) {
    let (left, top) = panel.get_base_pixel();
    (x - left, y - top)
}

fn absolute_text(panel: &Area, text: &str, at: (i32, i32), style: &TextStyle) -> Result<(), Error> {
    panel.draw(&Text::new(text.to_owned(), within(panel, at), style.clone()))
}

fn mark_at(panel: &Area, series: usize, at: (i32, i32)) -> Result<(), Error> {
    mark(panel, series, within(panel, at))
}

fn mark(area: &Area, series: usize, (x, y): (i32, i32)) -> Result<(), Error> {
    let style = COLOURS[series % COLOURS.len()].filled();
    match series % 4 {
        0 => area.draw(&Circle::new((x, y), 5, style)),
        1 => area.draw(&TriangleMarker::new((x, y), 6, style)),
        2 => area.draw(&Rectangle::new([(x - 4, y - 4), (x + 4, y + 4)], style)),
        _ => area.draw(&Cross::new((x, y), 5, COLOURS[series % COLOURS.len()].stroke_width(2))),
    }
}

/** A report as one self-contained HTML page. */
import { escapeText, plotToSvg, shown } from "./plot.ts"
import { type Figure, keepsBound, type Report, type Section } from "./Report.ts"

/** A figure's bound in words; empty without one. */
export const boundOf = ({ bound }: Figure): string =>
  [
    ...(bound?.atLeast === undefined ? [] : [`at least ${shown(bound.atLeast)}`]),
    ...(bound?.atMost === undefined ? [] : [`at most ${shown(bound.atMost)}`]),
    ...(bound?.upperEndAtMost === undefined ? [] : [`upper end at most ${shown(bound.upperEndAtMost)}`])
  ].join(", ")

/** A figure's value with its confidence interval. */
export const valueOf = ({ plusMinus, value }: Figure): string =>
  plusMinus === undefined ? shown(value) : `${shown(value)} ± ${shown(plusMinus)}`

const row = (figure: Figure): string => {
  const bound = boundOf(figure)
  const verdict = bound === "" ? "" : keepsBound(figure) ? "kept" : "BROKEN"
  const cells = [figure.name, valueOf(figure), figure.unit, bound, verdict].map((cell) => `<td>${escapeText(cell)}</td>`).join("")
  return `<tr${verdict === "BROKEN" ? ' class="broken"' : ""}>${cells}</tr>`
}

const sectionOf = ({ figures, name, notes, plots, question }: Section): string =>
  [
    `<h2 id="${escapeText(name)}">${escapeText(name)}</h2>`,
    `<p>${escapeText(question)}</p>`,
    ...plots.map(plotToSvg),
    `<table><thead><tr><th>figure</th><th>value</th><th>unit</th><th>must be</th><th></th></tr></thead><tbody>`,
    ...figures.map(row),
    "</tbody></table>",
    ...(notes.length === 0 ? [] : [`<ul>${notes.map((note) => `<li>${escapeText(note)}</li>`).join("")}</ul>`])
  ].join("\n")

const STYLE =
  "body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}table{border-collapse:collapse;margin:1em 0}td,th{border:1px solid #ccc;padding:.2em .6em;text-align:left}.broken{background:#fdd}svg{max-width:100%;height:auto}"

export const reportToHtml = ({ holds, sections, seed, settings }: Report): string =>
  [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>gittensor simulate</title>',
    `<style>${STYLE}</style></head><body>`,
    "<h1>gittensor simulate</h1>",
    `<p>Seed ${seed}; ${Object.entries(settings)
      .map(([name, value]) => escapeText(`${name} ${value}`))
      .join(", ")}. ${holds ? "Every figure keeps its bound." : "Some figures break their bounds."}</p>`,
    ...sections.map(sectionOf),
    "</body></html>",
    ""
  ].join("\n")

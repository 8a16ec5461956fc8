/** A line plot as self-contained SVG. */
import type { Plot } from "./Report.ts"

/** The right edge of the plot; the legend starts there. */
const END = 550
const LEAST_LEGEND = 170
/** Approximate width of a letter. */
const LETTER = 6.6
const HEIGHT = 360
const LEFT = 64
const TOP = 40
const BOTTOM = 48
/** The palette of Okabe and Ito, which colour-blind readers can tell apart. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8c8c8c"]

export const escapeText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

/** About five steps of 1, 2 or 5 times a power of ten. */
const ticks = (from: number, to: number): ReadonlyArray<number> => {
  const span = Math.max(to - from, 1e-9)
  const power = 10 ** Math.floor(Math.log10(span / 5))
  const size = [1, 2, 5, 10].map((factor) => factor * power).find((one) => span / one <= 6) ?? 10 * power
  const first = Math.ceil(from / size)
  return Array.from({ length: Math.max(0, Math.floor(to / size) - first + 1) }, (_, index) => (first + index) * size)
}

/** The minimum and maximum, or 0 and 1 without values. */
const rangeOf = (values: ReadonlyArray<number>): readonly [number, number] =>
  values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)]

/** Formats a number for display. */
export const shown = (value: number): string => {
  const magnitude = Math.abs(value)
  const text = magnitude >= 1_000 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(magnitude >= 1 ? 2 : 3)
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text
}

export const plotToSvg = ({ lines, title, xLabel, yLabel }: Plot): string => {
  const points = lines.flatMap((line) => line.points)
  const [left, right] = rangeOf(points.map(([x]) => x))
  const [least, most] = rangeOf(points.map(([, y]) => y))
  // The axis starts at 0, unless all values lie far above it.
  const [low, high] = least > most / 2 ? [least - (most - least) / 10, most] : rangeOf([0, least, most])
  // Room for the legend.
  const legendWidth = Math.max(LEAST_LEGEND, Math.ceil(40 + LETTER * Math.max(0, ...lines.map(({ name }) => name.length))))
  const width = END + legendWidth
  const x = (value: number): number => LEFT + ((value - left) / (right - left || 1)) * (END - LEFT)
  const y = (value: number): number => HEIGHT - BOTTOM - ((value - low) / (high - low || 1)) * (HEIGHT - TOP - BOTTOM)
  const at = (value: number): string => value.toFixed(1)
  const text = (atX: number, atY: number, anchor: string, content: string, more = ""): string =>
    `<text x="${at(atX)}" y="${at(atY)}" text-anchor="${anchor}"${more}>${escapeText(content)}</text>`
  const bottom = HEIGHT - BOTTOM
  const grid = [
    ...ticks(low, high).map(
      (tick) =>
        `<line x1="${LEFT}" x2="${END}" y1="${at(y(tick))}" y2="${at(y(tick))}" stroke="#ddd"/>${text(LEFT - 6, y(tick) + 4, "end", shown(tick))}`
    ),
    ...ticks(left, right).map((tick) => text(x(tick), bottom + 18, "middle", shown(tick)))
  ]
  const drawn = lines.map(({ name, points: own }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? "#000"
    const path = own.map(([px, py], place) => `${place === 0 ? "M" : "L"}${at(x(px))} ${at(y(py))}`).join("")
    const dots =
      own.length > 40 ? "" : own.map(([px, py]) => `<circle cx="${at(x(px))}" cy="${at(y(py))}" r="3" fill="${colour}"/>`).join("")
    const legend = `<rect x="${END + 12}" y="${TOP + index * 18}" width="12" height="3" fill="${colour}"/>${text(END + 30, TOP + 5 + index * 18, "start", name)}`
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots}${legend}`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" font-family="sans-serif" font-size="12" fill="#333" role="img">`,
    `<title>${escapeText(title)}</title>`,
    `<rect width="${width}" height="${HEIGHT}" fill="#fff"/>`,
    text(LEFT, 22, "start", title, ' font-size="14" font-weight="bold"'),
    ...grid,
    `<line x1="${LEFT}" x2="${END}" y1="${bottom}" y2="${bottom}" stroke="#333"/>`,
    text((LEFT + END) / 2, HEIGHT - 10, "middle", xLabel),
    text(0, 0, "middle", yLabel, ` transform="translate(14 ${(TOP + bottom) / 2}) rotate(-90)"`),
    ...drawn,
    "</svg>"
  ].join("\n")
}

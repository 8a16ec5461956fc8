/** SVG pictures of 1200 × 630 for link previews. Strangers' text is cleaned, cut to its box and escaped. */
import { emblemOf, hueOf } from "../../../../story/emblem.ts"
import { drawable } from "./letters.ts"
import { measure } from "./measure.ts"
import { HEIGHT, WIDTH } from "./size.ts"

/** The page's dark colours: web/src/styles/tokens.css. */
const INK = "#eef1f4"
const MUTED_COLOUR = "#a3adb8"
const BACKGROUND = "#0d1014"
const SURFACE = "#151a20"
const LINE = "#28303a"
const COLOURS = { a: "#4cc4f5", b: "#ff9f5a" } as const
const SOFT = { a: "#0b2c3d", b: "#3b2210" } as const
const GOOD_COLOUR = "#4fcf90"

const escaped = Bun.escapeHTML

interface Style {
  readonly size: number
  readonly bold?: boolean
  readonly colour?: string
  readonly anchor?: "start" | "middle" | "end"
}

const words = (x: number, y: number, text: string, { size, bold = false, colour = INK, anchor = "start" }: Style): string =>
  `<text x="${x}" y="${y}" font-size="${size}" font-weight="${bold ? 800 : 500}" fill="${colour}" text-anchor="${anchor}">${escaped(text)}</text>`

const letters = new Intl.Segmenter("en", { granularity: "grapheme" })

/** The longest prefix that is no wider than `width`. */
const fittedPrefix = (text: string, size: number, width: number): string => {
  if (measure(text, size) <= width) return text
  const all = [...letters.segment(text)].map(({ segment }) => segment)
  let [least, most] = [0, all.length]
  while (least < most) {
    const middle = Math.ceil((least + most) / 2)
    if (measure(`${all.slice(0, middle).join("").trimEnd()}…`, size) <= width) least = middle
    else most = middle - 1
  }
  return `${all.slice(0, least).join("").trimEnd()}…`
}

/** Text on one line, in the largest of these sizes that fits, else cut. */
const line = (
  x: number,
  y: number,
  text: string,
  width: number,
  sizes: readonly [number, ...Array<number>],
  style: Omit<Style, "size">
) => {
  const shown = drawable(text)
  const smallest = sizes.at(-1) ?? sizes[0]
  const size = sizes.find((one) => measure(shown, one) <= width) ?? smallest
  return words(x, y, fittedPrefix(shown, size, width), { ...style, size })
}

/** Text on up to two lines. */
const lines = (x: number, y: number, text: string, width: number, size: number, style: Omit<Style, "size">): string => {
  const shown = drawable(text)
  if (measure(shown, size) <= width) return words(x, y, shown, { ...style, size })
  const all = shown.split(" ")
  let count = 1
  while (count < all.length && measure(all.slice(0, count + 1).join(" "), size) <= width) count += 1
  const second = all.slice(count).join(" ")
  return (
    words(x, y, fittedPrefix(all.slice(0, count).join(" "), size, width), { ...style, size }) +
    (second === "" ? "" : words(x, y + size * 1.25, fittedPrefix(second, size, width), { ...style, size }))
  )
}

const framed = (content: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="Archivo SemiBold"><rect width="${WIDTH}" height="${HEIGHT}" fill="${BACKGROUND}"/>${content}</svg>`

/** The logo: web/public/favicon.svg without its background. */
const mark = (x: number, y: number, scale: number): string =>
  `<g transform="translate(${x} ${y}) scale(${scale})"><g fill="none" stroke-width="3.5" stroke-linecap="round"><path d="M8 24v-3q0-6 8-8" stroke="${COLOURS.a}"/><path d="M24 24v-3q0-6-8-8" stroke="${COLOURS.b}"/></g><circle cx="8" cy="24" r="3.25" fill="${COLOURS.a}"/><circle cx="24" cy="24" r="3.25" fill="${COLOURS.b}"/><circle cx="16" cy="9" r="4.25" fill="${INK}"/></g>`

/** The site's name with its logo, and a word on the right. */
const top = (right: string, colour: string): string =>
  mark(56, 34, 1.6) +
  words(118, 70, "Gittensor", { size: 30, bold: true }) +
  line(1_140, 70, right, 640, [28], { bold: true, colour, anchor: "end" })

/** An account's emblem in the page's dark style: web/src/styles/components.css. Loads no picture. */
const emblem = (hotkey: string, x: number, y: number, radius: number, isDim: boolean): string => {
  const hue = hueOf(hotkey)
  const [first, second] = emblemOf(hotkey)
  const scale = radius / 3
  const tone = (from: number, saturation: number, lightness: number) =>
    `hsl(${(hue + from) % 360}, ${isDim ? 0 : saturation}%, ${lightness}%)`
  return (
    `<circle cx="${x}" cy="${y}" r="${radius}" fill="${tone(0, 35, 20)}"/>` +
    `<g transform="translate(${x - 2 * scale} ${y - 2 * scale}) scale(${scale})"><path d="${first}" fill="${tone(0, 70, 76)}"/><path d="${second}" fill="${tone(50, 75, 62)}"/></g>`
  )
}

/** An alpha sign, which the font lacks, as a path in a 1 by 1 square on the baseline. */
const ALPHA = "M.56-.52C.5-.24.4-.05.24-.05C.12-.05.06-.14.06-.28C.06-.42.14-.52.25-.52C.42-.52.44-.05.6-.05"

/** An amount of alpha on one line, in the largest of these sizes that fits. */
const amount = (x: number, y: number, text: string, width: number, sizes: readonly [number, ...Array<number>], anchor: "start" | "end") => {
  const unitOf = (size: number) => size * 0.85
  const size = sizes.find((one) => measure(text, one) + unitOf(one) <= width) ?? sizes.at(-1) ?? sizes[0]
  // The measured width is slightly too large, so end-anchored text places the unit first.
  const left = anchor === "end" ? x - size * 0.66 : x + measure(text, size) + size * 0.3
  return (
    words(anchor === "end" ? left - size * 0.22 : x, y, text, { size, bold: true, colour: GOOD_COLOUR, anchor }) +
    `<path transform="translate(${left} ${y}) scale(${size})" d="${ALPHA}" fill="none" stroke="${GOOD_COLOUR}" stroke-width=".11" stroke-linecap="round"/>`
  )
}

export interface Side {
  readonly hotkey: string
  readonly name: string
  readonly rating: string
  readonly state: "leads" | "won" | "lost" | "plain"
}

const STATES = { leads: "AHEAD", won: "WON", lost: "", plain: "" } as const

const player = (side: "a" | "b", { hotkey, name, rating, state }: Side): string => {
  const [middle, colour] = [side === "a" ? 310 : 890, COLOURS[side]]
  const lit = state === "leads" || state === "won"
  const dim = state === "lost"
  const panel = `<rect x="${middle - 250}" y="112" width="500" height="262" rx="24" fill="${lit ? SOFT[side] : SURFACE}" stroke="${lit ? colour : LINE}" stroke-width="${lit ? 5 : 2}"/>`
  const label =
    STATES[state] === ""
      ? ""
      : `<rect x="${middle - 64}" y="94" width="128" height="40" rx="20" fill="${colour}"/>${words(middle, 122, STATES[state], { size: 24, bold: true, colour: BACKGROUND, anchor: "middle" })}`
  const face = `<circle cx="${middle}" cy="204" r="62" fill="none" stroke="${dim ? LINE : colour}" stroke-width="4"/>${emblem(hotkey, middle, 204, 56, dim)}`
  return (
    panel +
    label +
    face +
    line(middle, 312, name, 460, [46, 40, 34, 28, 24], { bold: true, colour: dim ? MUTED_COLOUR : INK, anchor: "middle" }) +
    line(middle, 352, rating, 460, [28, 24], { colour: lit ? colour : MUTED_COLOUR, anchor: "middle" })
  )
}

export interface MatchDrawing {
  readonly a: Side
  readonly b: Side
  readonly phase: string
  readonly isLive: boolean
  /** The match's state in a sentence. */
  readonly headline: string
  /** Shares of the stake that voted for a and for b, from 0 to 1; null before the first vote. */
  readonly vote: { readonly a: number; readonly b: number } | null
  readonly reference: string
  readonly title: string | null
  /** In alpha. */
  readonly bounty: string
}

const tug = ({ a, b }: { readonly a: number; readonly b: number }): string => {
  const width = (share: number) => Math.round(Math.min(1, Math.max(0, share)) * 1_080)
  return (
    `<rect x="60" y="462" width="1080" height="14" rx="7" fill="${LINE}"/>` +
    `<rect x="60" y="462" width="${width(a)}" height="14" rx="7" fill="${COLOURS.a}"/>` +
    `<rect x="${1_140 - width(b)}" y="462" width="${width(b)}" height="14" rx="7" fill="${COLOURS.b}"/>`
  )
}

/** The bounty on the right, and what it is for on the left. */
const bottom = (reference: string, title: string | null, bounty: string): string =>
  line(60, 532, reference, 720, [26, 22], { colour: MUTED_COLOUR }) +
  (title === null ? "" : lines(60, 572, title, 720, 30, { bold: true })) +
  amount(1_140, 600, bounty, 330, [64, 52, 42, 34], "end")

/** Two miners and their state of play. */
export const drawMatch = ({ a, b, phase, isLive, headline, vote, reference, title, bounty }: MatchDrawing): string =>
  framed(
    top(isLive ? `LIVE · ${phase}` : phase, isLive ? GOOD_COLOUR : MUTED_COLOUR) +
      player("a", a) +
      player("b", b) +
      words(600, 262, "vs", { size: 44, bold: true, colour: MUTED_COLOUR, anchor: "middle" }) +
      line(600, 432, headline, 1_080, [40, 36, 32, 28, 25], { bold: true, anchor: "middle" }) +
      (vote === null ? `<rect x="60" y="468" width="1080" height="2" fill="${LINE}"/>` : tug(vote)) +
      bottom(reference, title, bounty)
  )

export interface IssueDrawing {
  readonly reference: string
  readonly title: string | null
  readonly state: string
  readonly isOpen: boolean
  /** In alpha. */
  readonly bounty: string
  /** How much of the bounty is funded, from 0 to 1. */
  readonly funded: number
}

export const drawIssue = ({ reference, title, state, isOpen, bounty, funded }: IssueDrawing): string =>
  framed(
    top(state, isOpen ? GOOD_COLOUR : MUTED_COLOUR) +
      (title === null ? "" : line(60, 176, reference, 1_080, [34, 28], { colour: MUTED_COLOUR })) +
      lines(60, 250, title ?? reference, 1_080, 60, { bold: true }) +
      amount(60, 506, bounty, 1_080, [96, 80, 64], "start") +
      `<rect x="60" y="548" width="1080" height="22" rx="11" fill="${LINE}"/>` +
      `<rect x="60" y="548" width="${Math.round(Math.min(1, Math.max(0, funded)) * 1_080)}" height="22" rx="11" fill="${GOOD_COLOUR}"/>`
  )

/** The site itself. */
export const drawGeneral = (facts: readonly [string, string, string]): string =>
  framed(
    mark(52, 126, 5.6) +
      words(270, 246, "Gittensor", { size: 110, bold: true }) +
      words(60, 370, "Two miners. One issue. The solution takes the bounty.", { size: 40, bold: true, colour: COLOURS.a }) +
      facts.map((fact, index) => line(60 + index * 370, 530, fact, 340, [34, 28, 24], { colour: INK })).join("")
  )

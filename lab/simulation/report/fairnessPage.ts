/** Generates docs/fairness.md from a report: for each question its result, plots, context and bounds. */
import { Array as Arrays } from "effect"
import { plainWords } from "../ratings/plainWords.ts"
import { boundOf, valueOf } from "./html.ts"
import { plotToSvg } from "./plot.ts"
import { type Figure, keepsBound, type Report, type Section } from "./Report.ts"

export interface Page {
  /** Relative to the documents' folder. */
  readonly path: string
  readonly content: string
}

/** The page and its plots. */
export const fairnessPages = (report: Report, command: string): ReadonlyArray<Page> => [
  { path: "fairness.md", content: pageOf(report, command) },
  ...report.sections.flatMap((section) =>
    section.plots.map((plot, index) => ({ path: plotPath(section, index), content: `${plotToSvg(plot)}\n` }))
  )
]

const plotPath = ({ name }: Section, index: number): string => `fairness/${name}-${index + 1}.svg`

const pageOf = ({ holds, sections, seed, settings }: Report, command: string): string =>
  [
    "# How fair it is, in figures",
    "",
    "Months of rounds were simulated: miners of known skill enrol, and the same functions that a validator runs pair and rate them. Every number",
    `below is computed. All ${sum(sections.map(({ figures }) => figures.length))} figures are in [fairness/report.json](fairness/report.json), under the name in brackets after each question;`,
    `\`gittensor simulate --scenario NAME\` plays one of them, and \`${command}\` plays all and writes this page.`,
    "",
    `The seed was ${seed}; the networks of validators had ${settings.miners} miners and ${settings.validators} validators. "±" is the 95 % interval of the mean over several seeds.`,
    `A bound is what a figure must keep. ${
      holds ? "Every figure keeps its bound" : "**Some figures break their bounds; they are marked**"
    }: the tables name the figures that have one, and of several like it the worst.`,
    "",
    "A simulation is only as good as its model of people. Here a miner's skill is a single number that stays fixed over the season; issues differ in difficulty",
    "but not in kind; maintainers are neutral. Real miners will differ.",
    "",
    ...sections.map((section) => `- [${section.question}](#${section.name})`),
    "",
    ...sections.flatMap((section, index) => sectionOf(section, new Set(sections.slice(0, index).flatMap(({ notes }) => notes))))
  ].join("\n")

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((all, one) => all + one, 0)

const sectionOf = (section: Section, told: ReadonlySet<string>): ReadonlyArray<string> => [
  `<a id="${section.name}"></a>`,
  "",
  `## ${section.question} (\`${section.name}\`)`,
  "",
  ...(plainWords[section.name]?.((name) => valueOf(lookUp(section)(name)), lookUp(section)) ?? []).flatMap((paragraph) => [paragraph, ""]),
  ...section.plots.flatMap((plot, index) => [`![${plot.title}](${plotPath(section, index)})`, ""]),
  ...broken(section),
  ...section.notes.flatMap((note) => (told.has(note) ? [] : [`- ${note}`])),
  "",
  ...bounds(section)
]

/** A figure's distance from its bound, in its unit. Negative: the bound is broken. */
const roomOf = ({ bound, plusMinus = 0, value }: Figure): number =>
  Math.min(
    value - (bound?.atLeast ?? Number.NEGATIVE_INFINITY),
    (bound?.atMost ?? Number.POSITIVE_INFINITY) - value,
    (bound?.upperEndAtMost ?? Number.POSITIVE_INFINITY) - value - plusMinus
  )

/** The common beginning of several names, whose parts are separated by commas. */
const commonName = (names: ReadonlyArray<string>): string => {
  const [first = [], ...others] = names.map((name) => name.split(", "))
  const differs = first.findIndex((part, index) => others.some((parts) => parts[index] !== part))
  return (differs === -1 ? first : first.slice(0, differs)).join(", ")
}

/** A section's bounds as table rows. Figures that differ only in their case share a row with the worst of them; equal rows are merged. */
const bounds = ({ figures }: Section): ReadonlyArray<string> => {
  const bounded = figures.filter((figure) => boundOf(figure) !== "")
  const alike = Object.values(Arrays.groupBy(bounded, (figure) => `${figure.name.split(", ", 1)[0]} ${boundOf(figure)}`))
  const rows = alike.map((group) => {
    const worst = group.reduce((one, other) => (roomOf(other) < roomOf(one) ? other : one))
    const name = commonName(group.map((figure) => figure.name))
    return { name, rest: `${boundWithVerdict(worst)}${unitOf(worst)} | ${valueOf(worst)} | ${group.length}` }
  })
  const joined = Object.entries(Arrays.groupBy(rows, ({ rest }) => rest))
  return bounded.length === 0
    ? []
    : [
        "| figure | must be | worst | of |",
        "|---|---|---|---|",
        ...joined.map(([rest, same]) => `| ${same.map(({ name }) => name).join("; ")} | ${rest} |`),
        ""
      ]
}

const unitOf = ({ unit }: Figure): string => (["count", "display"].includes(unit) ? "" : ` ${unit}`)

const boundWithVerdict = (figure: Figure): string => (keepsBound(figure) ? boundOf(figure) : `**broken:** ${boundOf(figure)}`)

const broken = ({ figures }: Section): ReadonlyArray<string> => {
  const wrong = figures.filter((figure) => !keepsBound(figure))
  return wrong.length === 0
    ? []
    : [`**Broken:** ${wrong.map((figure) => `${figure.name} is ${valueOf(figure)} (${boundOf(figure)})`).join("; ")}.`, ""]
}

/** Finds a figure by its name, with or without the brackets at its end. An unknown name is a defect of the prose. */
const lookUp =
  ({ figures, name: section }: Section) =>
  (name: string): Figure => {
    const figure = figures.find((one) => one.name === name || one.name.startsWith(`${name} (`))
    if (figure === undefined) throw new RangeError(`the section ${section} has no figure "${name}"`)
    return figure
  }

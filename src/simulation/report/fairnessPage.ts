/** Generates docs/fairness.md from a report: first prose for miners and validators, then tables with all figures. */
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
    "Everything here was simulated over months of rounds. Miners of known skill enrol, and the same functions that a validator runs pair and rate",
    "them. Every figure is computed; nothing on this page was typed by hand. Generate it again with",
    "",
    "```sh",
    command,
    "```",
    "",
    `The seed was ${seed}, the networks of validators had ${settings.miners} miners and ${settings.validators} validators; each section says how many rounds or seasons it is based on. "±" is the 95 % interval of the mean over several seeds. ${
      holds ? "Every figure keeps its bound." : "**Some figures break their bounds**; they are marked below, and the text says why."
    }`,
    "",
    "A simulation is only as good as its model of people. Here a miner's skill is a single number that stays fixed over the season; issues differ in difficulty",
    "but not in kind; maintainers are neutral. Real miners will differ.",
    "",
    ...sections.map((section) => `- [${section.question}](#${section.name})`),
    "",
    ...sections.flatMap(sectionOf)
  ].join("\n")

const sectionOf = (section: Section): ReadonlyArray<string> => [
  `<a id="${section.name}"></a>`,
  "",
  `## ${section.question}`,
  "",
  ...(plainWords[section.name]?.((name) => valueOf(lookUp(section)(name)), lookUp(section)) ?? []).flatMap((paragraph) => [paragraph, ""]),
  ...section.plots.flatMap((plot, index) => [`![${plot.title}](${plotPath(section, index)})`, ""]),
  ...broken(section),
  ...section.notes.map((note) => `- ${note}`),
  ...(section.notes.length === 0 ? [] : [""]),
  `<details><summary>All ${section.figures.length} figures (<code>gittensor simulate --scenario ${section.name}</code>)</summary>`,
  "",
  "| figure | value | unit | must be |",
  "|---|---|---|---|",
  ...section.figures.map(
    (figure) => `| ${figure.name} | ${valueOf(figure)} | ${figure.unit === "display" ? "" : figure.unit} | ${boundWithVerdict(figure)} |`
  ),
  "",
  "</details>",
  ""
]

const boundWithVerdict = (figure: Figure): string => {
  const bound = boundOf(figure)
  return bound === "" ? "" : keepsBound(figure) ? bound : `**${bound}: broken**`
}

const broken = ({ figures }: Section): ReadonlyArray<string> => {
  const wrong = figures.filter((figure) => !keepsBound(figure))
  return wrong.length === 0
    ? []
    : [`**Broken:** ${wrong.map((figure) => `${figure.name} is ${valueOf(figure)} (${boundOf(figure)})`).join("; ")}.`, ""]
}

/** Finds a figure by its name. An unknown name is a defect of the prose. */
const lookUp =
  ({ figures, name: section }: Section) =>
  (name: string): Figure => {
    const figure = figures.find((one) => one.name === name)
    if (figure === undefined) throw new RangeError(`the section ${section} has no figure "${name}"`)
    return figure
  }

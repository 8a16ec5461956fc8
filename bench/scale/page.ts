/** The tables of docs/scale.md, from docs/scale.json. */
import { Struct } from "effect"
import { ASSUMED, smallMachine, subnetOf, WALLS, type Wall } from "./limits.ts"
import { grown, type Machine, type Needs, needsOf, type Subnet, wallOf } from "./model.ts"
import { costsOf, type ScaleFigures, UNITS, type UnitCosts } from "./units.ts"

const TIMES = [1, 10, 100, 1_000]

/** A number that people read: three digits at least, with commas. */
const shown = (value: number): string =>
  value >= 100
    ? Math.round(value).toLocaleString("en-US")
    : value >= 10
      ? String(Math.round(value * 10) / 10)
      : String(Number(value.toPrecision(2)))

const bytes = (value: number): string => {
  const units = ["bytes", "kB", "MB", "GB", "TB"]
  const place = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)))
  return `${shown(value / 1_000 ** place)} ${units[place]}`
}

const whole = (value: number): string => Math.max(1, Math.ceil(value)).toLocaleString("en-US")

const table = (heads: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")

const measuredTable = ({ units }: ScaleFigures): string =>
  table(
    ["what", "cost", "for", "measured by"],
    Struct.keys(UNITS).map((name) => [UNITS[name].what, shown(units[name].value), UNITS[name].unit, `\`${UNITS[name].command}\``])
  )

const baselineTable = ({ history }: ScaleFigures, subnet: Subnet): string =>
  table(
    ["today's subnet", "figure", "source"],
    [
      ["repositories", shown(subnet.repositories), "[the built-in roster](../src/domain/roster/repositories.json)"],
      ["neurons", shown(subnet.miners), "the contract's bitmaps and today's network hold no more"],
      [
        "pull requests merged in 30 days",
        shown(history.mergedInWindow),
        `the busiest 30 days of ${history.repositories} of the subnet's repositories, added up: \`${history.command}\``
      ],
      ["pull requests in the window, with open and closed ones", shown(subnet.pullRequests), "the line above, by the merged part below"],
      ["files of a pull request", `${history.files}, of which ${history.comparedFiles} are parsed`, "the same histories"],
      ["blocks of a round, and of its attesting part", `${subnet.roundBlocks}, ${subnet.attestBlocks}`, "`gittensor owner deploy`"],
      ["days of a match", shown(subnet.competitionDays), "`gittensor owner deploy`"],
      ...Object.values(ASSUMED).map(({ what, value, source }) => [what, String(value), source])
    ]
  )

interface Row {
  readonly name: string
  readonly show: (needs: Needs) => string
}

const [TOKENS, QUESTIONS] = ["**tokens**, every round", "REST requests, points of a round"]
const [CORES, SECONDS] = ["**cores** that parse", "core seconds of a round: parsing, the rest"]

const ROWS: ReadonlyArray<Row> = [
  { name: "pull requests in the window", show: ({ pullRequests }) => shown(pullRequests) },
  { name: "new ones in an epoch", show: ({ newPullRequests }) => shown(newPullRequests) },
  { name: TOKENS, show: ({ tokens }) => `**${whole(tokens)}**` },
  {
    name: QUESTIONS,
    show: ({ restUsually, points }) => `${shown(restUsually)}, ${shown(points)}`
  },
  { name: "REST requests of a day's first round", show: ({ rest }) => shown(rest) },
  { name: "**tokens** for the first round to end in its epoch", show: ({ firstTokens }) => `**${whole(firstTokens)}**` },
  { name: "hours of the first round, 1 token, 2 cores", show: ({ firstHours }) => shown(firstHours) },
  { name: CORES, show: ({ parsingCores }) => `**${whole(parsingCores)}**` },
  {
    name: SECONDS,
    show: ({ parsingSeconds, mainSeconds }) => `${shown(parsingSeconds)}, ${shown(mainSeconds)}`
  },
  { name: "core hours to parse the first round", show: ({ firstParsingHours }) => shown(firstParsingHours) },
  { name: "texts for `commits.sqlite`", show: ({ commitCacheBytes }) => bytes(commitCacheBytes) },
  { name: "an epoch's evidence", show: ({ evidenceBytes }) => bytes(evidenceBytes) },
  { name: "**disk** for a year", show: ({ diskBytes }) => `**${bytes(diskBytes)}**` },
  {
    name: "JSON-RPC requests of a round, of a block",
    show: ({ requestsARound, requestsABlock }) => `${shown(requestsARound)}, ${shown(requestsABlock)}`
  },
  {
    name: "attestations of a day, and blocks that they fill in one round",
    show: ({ attestations, attestationBlocks }) => `${shown(attestations)}, ${shown(attestationBlocks)}`
  },
  { name: "events of the contract in a day", show: ({ eventsADay }) => shown(eventsADay) },
  { name: "rows of the **database** in a year", show: ({ rowsADay }) => shown(rowsADay * 365) },
  { name: "bytes of the **database** in a year", show: ({ databaseBytesADay }) => `**${bytes(databaseBytesADay * 365)}**` },
  { name: "cores of the index", show: ({ indexCores }) => shown(indexCores) }
]

const needsTable = (costs: UnitCosts, subnet: Subnet, machine: Machine, rows: ReadonlyArray<Row>): string => {
  const needs = TIMES.map((times) => needsOf(costs, grown(subnet, times), machine))
  return table(
    ["", ...TIMES.map((times) => `${times.toLocaleString("en-US")} ×`)],
    rows.map(({ name, show }) => [name, ...needs.map(show)])
  )
}

/** Where a wall stands today, and after the change that moves it. */
const placeOf = (wall: Wall, costs: UnitCosts, subnet: Subnet): { readonly today: number; readonly after: number } => {
  const at = (machine: Partial<Machine> = {}, changed: Partial<Subnet> = {}) =>
    wallOf(wall, costs, { ...subnet, ...changed }, { ...smallMachine, ...machine })
  return { today: at(), after: at(wall.by.machine, wall.by.subnet) }
}

const factor = (times: number): string => (Number.isFinite(times) ? `${shown(times)} ×` : "none")

const wallsOf = (costs: UnitCosts, subnet: Subnet) =>
  WALLS.map((wall) => ({ ...wall, ...placeOf(wall, costs, subnet) })).toSorted((a, b) => a.today - b.today)

const wallsTable = (costs: UnitCosts, subnet: Subnet): string =>
  table(
    ["wall at", "what", "behind it", "what moves it", "to"],
    wallsOf(costs, subnet).map(({ name, behind, moved, today, after }) => [`**${factor(today)}**`, name, behind, moved, factor(after)])
  )

const summary = (costs: UnitCosts, subnet: Subnet): string => {
  const walls = wallsOf(costs, subnet)
  const [first] = walls
  const below = (times: number) => walls.filter(({ today }) => today < times).length
  return [
    `With one token, two cores and 10 GB, the first wall is **${first?.name}**, at **${factor(first?.today ?? 0)}** today's subnet.`,
    `Of ${walls.length} limits, ${below(1)} ${below(1) === 1 ? "is" : "are"} passed today, ${below(10)} at 10 ×, ${below(100)} at 100 × and ${below(1_000)} at 1,000 ×.`
  ].join("\n")
}

/** The generated parts of docs/scale.md by name. */
export const scaleParts = (figures: ScaleFigures): Readonly<Record<string, string>> => {
  const [costs, subnet] = [costsOf(figures), subnetOf(figures)]
  return {
    "where the first wall stands": summary(costs, subnet),
    needs: needsTable(costs, subnet, smallMachine, ROWS),
    walls: wallsTable(costs, subnet),
    "today's subnet": baselineTable(figures, subnet),
    "unit costs": `Measured on: ${figures.machine}.\n\n${measuredTable(figures)}`
  }
}

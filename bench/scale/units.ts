/** The measured unit costs of docs/scale.json: what each is, its unit, and the command that measures it. */
import { readFileSync } from "node:fs"
import { Record, Schema, Struct } from "effect"

/** 2,000 pull requests in 50 repositories, of a validator with git. */
const CONTRIBUTIONS = "npm run bench -- contributions"
const INDEX = "npm run bench -- index"
const SCORING = "npm run bench -- scoring"
const ROUNDS = "npm run bench -- rounds"
const CONTRACT = "npm run bench -- contract"
const REPORT = "npm run bench -- report"
const SCALE = "npm run bench -- scale"

export const UNITS = {
  restFirst: {
    what: "REST requests for a pull request in the first round, beside those of git",
    unit: "a pull request",
    command: CONTRIBUTIONS
  },
  pointsFirst: { what: "GraphQL points for a pull request in the first round", unit: "a pull request", command: CONTRIBUTIONS },
  restNew: {
    what: "REST requests for a new pull request in a further round, each in another repository, whose lists have changed",
    unit: "a new pull request",
    command: CONTRIBUTIONS
  },
  pointsNew: { what: "GraphQL points for a new pull request in a further round", unit: "a new pull request", command: CONTRIBUTIONS },
  pointsLater: { what: "GraphQL points of a further round", unit: "a pull request of the window", command: CONTRIBUTIONS },
  listQuestions: {
    what: "questions of a further round for lists, answered by their ETags when nothing has changed",
    unit: "a repository",
    command: CONTRIBUTIONS
  },
  cpuLater: {
    what: "CPU seconds of a further round without parsing, the simulated GitHub's included",
    unit: "a pull request of the window",
    command: CONTRIBUTIONS
  },
  cpuRestarted: {
    what: "CPU seconds of a round that finds all scores and texts on disk, the simulated GitHub's included",
    unit: "a pull request of the window",
    command: CONTRIBUTIONS
  },
  cpuMegabyte: { what: "seconds of one core to parse and compare both versions of changed files", unit: "a megabyte", command: SCORING },
  fileMegabytes: { what: "megabytes of both versions of a changed source file, on average", unit: "a file", command: SCORING },
  commitsBytesPull: { what: "bytes of `commits.sqlite` beside the texts", unit: "a pull request", command: CONTRIBUTIONS },
  commitsBytesMegabyte: { what: "bytes of `commits.sqlite` for texts", unit: "a megabyte of texts", command: SCALE },
  scoredBytes: { what: "bytes of `scored.sqlite`", unit: "a pull request", command: CONTRIBUTIONS },
  filesBytes: { what: "bytes on disk of the caches of compared files", unit: "a compared file", command: CONTRIBUTIONS },
  evidenceBytes: { what: "bytes of an epoch's evidence, compressed", unit: "a pull request of the window", command: CONTRIBUTIONS },
  reportBytes: { what: "bytes of a validator's report", unit: "a miner", command: REPORT },
  eventRows: { what: "rows that an event of the contract makes, its own included", unit: "an event", command: INDEX },
  eventBytes: { what: "bytes of these rows and their indexes", unit: "an event", command: INDEX },
  blockBytes: { what: "bytes of the row of a block", unit: "a block", command: INDEX },
  eventCpu: { what: "CPU seconds of the index, start and quiet blocks included", unit: "an event", command: INDEX },
  requestsBlock: {
    what: "JSON-RPC requests of a validator, the dearest of twelve blocks, with 200 open issues",
    unit: "a block",
    command: ROUNDS
  },
  requestsRound: {
    what: "JSON-RPC requests of a validator for the contract's round, without any open issue",
    unit: "a round",
    command: SCALE
  },
  requestsIssue: { what: "further JSON-RPC requests of that round", unit: "an open issue", command: SCALE },
  blockSeconds: { what: "seconds to decide what to do, with 200 open issues", unit: "a block", command: ROUNDS },
  attestSeconds: {
    what: "block weight of an attestation by the last of 64 validators, in seconds of the chain's reference machine",
    unit: "an attestation",
    command: CONTRACT
  },
  blockWeightSeconds: {
    what: "block weight for all transactions of users together, in the same seconds",
    unit: "a block",
    command: CONTRACT
  }
} as const satisfies Readonly<Record<string, { readonly what: string; readonly unit: string; readonly command: string }>>

export type UnitName = keyof typeof UNITS

const names = Struct.keys(UNITS)

/** What a file of merged pull requests, one JSON object a line, says about a busy month. */
const HistoryFigures = Schema.Struct({
  command: Schema.String,
  repositories: Schema.Int,
  /** Merged in the busiest 30 days of each repository, added up. */
  mergedInWindow: Schema.Int,
  /** Of a merged pull request, on average. */
  files: Schema.Number,
  /** Of these, the files whose trees are compared. */
  comparedFiles: Schema.Number
})

const Measured = Schema.Struct({
  value: Schema.Number.pipe(Schema.finite(), Schema.nonNegative()),
  unit: Schema.String,
  command: Schema.String
})

export const ScaleFigures = Schema.Struct({
  /** Of the machine that measured. */
  machine: Schema.String,
  history: HistoryFigures,
  units: Schema.Record({ key: Schema.Literal(...names), value: Measured })
})
export interface ScaleFigures extends Schema.Schema.Type<typeof ScaleFigures> {}

export type UnitCosts = Readonly<Record<UnitName, number>>

export const FIGURES_FILE = "docs/scale.json"

const file = new URL(`../../${FIGURES_FILE}`, import.meta.url)

export const readFigures = (): ScaleFigures => Schema.decodeUnknownSync(Schema.parseJson(ScaleFigures))(readFileSync(file, "utf8"))

export const costsOf = ({ units }: ScaleFigures): UnitCosts => Record.map(units, ({ value }) => value)

/** The text of docs/scale.json; costs are rounded to four digits. A cost that is no number, or negative, is a defect. */
export const figuresText = (machine: string, history: ScaleFigures["history"], costs: UnitCosts): string => {
  const units = Record.map(costs, (value, name) => ({
    value: Number(value.toPrecision(4)),
    unit: UNITS[name].unit,
    command: UNITS[name].command
  }))
  return `${JSON.stringify(Schema.encodeSync(ScaleFigures)({ machine, history, units }), null, 2)}\n`
}

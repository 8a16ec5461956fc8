/**
 * `npm run bench -- scale [--history=FILE,FILE…]`: measures the unit costs of docs/scale.md with the other benchmarks on this machine, and writes
 * docs/scale.json; `npm run generate` makes the tables from it. Takes ten to twenty minutes. `--history`: files of merged pull requests, one JSON object a
 * line (`repository`, `merged_at`, `files`); without it the last count stays.
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { cpus, tmpdir, totalmem } from "node:os"
import { basename, join } from "node:path"
import { Effect } from "effect"
import { CommitCache, layerFile } from "../../src/layers/github/contributions/CommitCache.ts"
import { playRounds } from "../../test/support/rounds/rounds.ts"
import { measure } from "../contract/measure.ts"
import { contributions } from "../contributions/main.ts"
import { index } from "../index/main.ts"
import { report } from "../report/main.ts"
import { SEASON } from "../rounds/main.ts"
import { corpus } from "../scoring/corpus.ts"
import { scoring } from "../scoring/main.ts"
import { historyOf } from "./history.ts"
import { FIGURES_FILE, figuresText, readFigures, type UnitCosts } from "./units.ts"

const say = (line: string) => process.stderr.write(`${line}\n`)

/** A figure of another benchmark; a missing one is a defect, because nothing else could stand for it. */
const reading =
  (name: string, figures: Readonly<Record<string, number | undefined>>) =>
  (figure: string): number => {
    const value = figures[figure]
    if (value === undefined || !Number.isFinite(value)) throw new Error(`the benchmark ${name} has no figure ${figure}`)
    return value
  }

/** With git: requests that are neither git's, nor free, nor of GraphQL, whose queries cost a point each. */
const contributionCosts = Effect.map(contributions, (figures) => {
  const all = reading("contributions", figures)
  const read = (figure: string) => all(`git${figure.charAt(0).toUpperCase()}${figure.slice(1)}`)
  const rest = (round: string) => read(`${round}Requests`) - read(`${round}NotModified`) - read(`${round}Points`)
  const [pulls, changed] = [read("pullRequests"), read("changed")]
  return {
    restFirst: rest("first") / pulls,
    pointsFirst: read("firstPoints") / pulls,
    restNew: (rest("third") - rest("second")) / changed,
    pointsNew: (read("thirdPoints") - read("secondPoints")) / changed,
    pointsLater: read("secondPoints") / pulls,
    listQuestions: (read("secondNotModified") + rest("second")) / read("repositories"),
    cpuLater: read("secondCpuSeconds") / pulls,
    cpuRestarted: read("restartedCpuSeconds") / pulls,
    commitsBytesPull: read("commitsBytes") / pulls,
    scoredBytes: read("scoredBytes") / pulls,
    filesBytes: read("filesBytes") / read("comparedFiles"),
    evidenceBytes: read("evidenceBytes") / pulls
  }
})

const reportCosts = Effect.map(report, (figures) => {
  const read = reading("report", figures)
  return { reportBytes: read("reportBytes") / read("uids") }
})

const scoringCosts = Effect.map(scoring, (figures) => {
  const read = reading("scoring", figures)
  // Warm and on one core: what the parsing process and the program around it take together.
  const cpuMegabyte = read("oneCoreSteadyCpuSeconds") / read("steadyMegabytes")
  return { cpuMegabyte, fileMegabytes: read("megabytes") / read("pairs") }
})

/** What texts take in the cache of commits: the benchmark's own corpus, kept as a round keeps it. */
const commitsBytesMegabyte = Effect.gen(function* () {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-bench-commits-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  )
  const texts = [...corpus(say).values()].flat().flatMap(({ base, head }) => [base, head])
  const keep = Effect.gen(function* () {
    const cache = yield* CommitCache
    for (const [place, text] of texts.entries()) {
      const blob = new Bun.CryptoHasher("sha1").update(text).digest("hex")
      yield* cache.keep(new Map([[`file owner/repository ${blob}:src/${place}`, JSON.stringify({ blob, isBinary: false, text })]]))
    }
  })
  yield* Effect.provide(keep, layerFile(join(folder, "commits.sqlite"), Number.MAX_SAFE_INTEGER))
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  return bytes / (texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6)
}).pipe(Effect.scoped)

const indexCosts = Effect.map(index, (figures) => {
  const read = reading("index", figures)
  const events = read("storedEvents")
  return {
    eventRows: read("storedRows") / events,
    eventBytes: read("storedBytes") / events,
    blockBytes: read("storedBlocksBytes") / read("storedBlocks"),
    eventCpu: read("embeddedCpuSeconds") / events
  }
})

/** With many open issues and with few: what lies between grows with their number. */
const roundCosts = Effect.gen(function* () {
  const many = yield* Effect.scoped(playRounds(SEASON))
  const few = yield* Effect.scoped(playRounds({ ...SEASON, openIssues: SEASON.openIssues / 10 }))
  const timed = yield* Effect.scoped(playRounds(SEASON, true))
  const requestsIssue = Math.max(0, many.warm.requests.length - few.warm.requests.length) / (many.openIssues - few.openIssues)
  return {
    requestsBlock: many.block.requests.length,
    requestsIssue,
    requestsRound: Math.max(0, many.warm.requests.length - requestsIssue * many.openIssues),
    blockSeconds: timed.block.ms / 1_000
  }
})

const PICOSECONDS = 1e12

const contractCosts = Effect.map(measure(10, say), ({ rows, limits }) => {
  const attesting = rows.filter(({ message }) => message.startsWith("attest_enrolled"))
  if (attesting.length === 0) throw new Error("the benchmark contract has no attestation")
  return {
    attestSeconds: Math.max(...attesting.map(({ cost }) => Number(cost.refTime))) / PICOSECONDS,
    blockWeightSeconds: Number(limits.block) / PICOSECONDS
  }
})

const machine = (): string => {
  const [first] = cpus()
  return `${cpus().length} cores (${first?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB of memory, ${process.platform} ${process.arch}, Bun ${Bun.version}`
}

const history = () => {
  const wanted = process.argv.find((argument) => argument.startsWith("--history="))?.slice("--history=".length)
  if (wanted === undefined) return readFigures().history
  const files = wanted.split(",")
  return { command: `npm run bench -- scale --history=${files.map((file) => basename(file)).join(",")}`, ...historyOf(files) }
}

/** Measures all unit costs and writes docs/scale.json. */
export const scale = Effect.gen(function* () {
  const counted = history()
  const part = <A, E, R>(name: string, work: Effect.Effect<A, E, R>) =>
    Effect.tap(
      Effect.zipRight(
        Effect.sync(() => say(`measures ${name} …`)),
        work
      ),
      (found) => say(JSON.stringify(found))
    )
  const costs: UnitCosts = {
    ...(yield* part("contributions", contributionCosts)),
    ...(yield* part("a report", reportCosts)),
    ...(yield* part("the contract", contractCosts)),
    ...(yield* part("rounds", roundCosts)),
    ...(yield* part("the index", indexCosts)),
    commitsBytesMegabyte: yield* part("the cache of commits", commitsBytesMegabyte),
    ...(yield* part("scoring", scoringCosts))
  }
  yield* Effect.sync(() => writeFileSync(FIGURES_FILE, figuresText(machine(), counted, costs)))
  say(`${FIGURES_FILE} is written: npm run generate makes the tables of docs/scale.md`)
  return costs
})

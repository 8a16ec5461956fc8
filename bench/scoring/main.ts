/**
 * `npm run bench -- scoring [--json]`: measures how fast files of pull requests are compared, over two versions of well-known packages in five languages.
 * Both versions of a pair are parsed and counted; equal files are left out. `oneCore…`: the parser alone, in processor time, which other work on the
 * machine disturbs less; `cold` starts with a new process. `oneProcess…` and `allCores…`: pull requests of ten files through the service, in wall time.
 * `cached…`: the same again. `ratio…`: relative to the 90 parsed files and 2.9 MB a second of the program that validators run today.
 */
import { readdirSync, readFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { Effect, Layer } from "effect"
import type { ChangedFile } from "../../src/domain/contributions/ChangedFile.ts"
import { fileRulesOf } from "../../src/domain/contributions/FileRules.ts"
import { defaultRoster } from "../../src/domain/defaultRoster.ts"
import { layer, TreeDifferences } from "../../src/layers/parser/TreeDifferences.ts"
import * as FileScorer from "../../src/scoring/oss_contributions/score/FileScorer.ts"
import { corpus, type Pair } from "./corpus.ts"
import { parserWith } from "./parser.ts"

const PEER = { filesPerSecond: 90, megabytesPerSecond: 2.9 }
const FILES_OF_PULL_REQUEST = 10
const MANY_FILES = 10_000
const EXTENSIONS: Readonly<Record<string, string>> = { typescript: "ts", python: "py", rust: "rs", go: "go", java: "java" }

const rules = fileRulesOf(defaultRoster)
const rounded = (value: number): number => Math.round(value * 100) / 100
const megabytes = (pairs: ReadonlyArray<Pair>): number => pairs.reduce((sum, { base, head }) => sum + base.length + head.length, 0) / 1e6

const say = (line: string) => process.stderr.write(`${line}\n`)

const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Files and megabytes a second. */
const speed = (name: string, pairs: ReadonlyArray<Pair>, seconds: number): Record<string, number> => ({
  [`${name}FilesPerSecond`]: rounded((2 * pairs.length) / seconds),
  [`${name}MegabytesPerSecond`]: rounded(megabytes(pairs) / seconds)
})

/** The parser alone, in this process. */
const oneCore = async (pairs: ReadonlyArray<Pair>) => {
  const core = await parserWith(new Set(pairs.map(({ grammar }) => grammar)))
  const pass = () => {
    const before = processorSeconds()
    for (const { grammar, base, head } of pairs) core.difference(grammar, base, head, rules, 60_000)
    return processorSeconds() - before
  }
  const cold = pass()
  return { cold, warm: Math.min(pass(), pass()) }
}

const pullRequestsOf = <A>(files: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(files.length / FILES_OF_PULL_REQUEST) }, (_, index) =>
    files.slice(index * FILES_OF_PULL_REQUEST, (index + 1) * FILES_OF_PULL_REQUEST)
  )

/** Runs the service with a number of warm processes: seconds, and pull requests that took too long. */
const throughProcesses = (pairs: ReadonlyArray<Pair>, processes: number) =>
  Effect.gen(function* () {
    const { ofPullRequest } = yield* TreeDifferences
    const pass = Effect.gen(function* () {
      const before = performance.now()
      const found = yield* Effect.forEach(pullRequestsOf(pairs), (files) => ofPullRequest(files, rules), { concurrency: processes })
      return { seconds: (performance.now() - before) / 1000, exceeded: found.filter(({ _tag }) => _tag === "Exceeded").length }
    })
    const cold = yield* pass
    const warm = yield* pass
    return { cold, warm }
  }).pipe(Effect.provide(layer({ processes })))

/** Current and peak resident memory of this process's children, in MB; Linux only. */
const childrenMegabytes = (): { readonly now: number; readonly peak: number } => {
  const statuses = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/status`, "utf8")]
      } catch {
        return []
      }
    })
    .filter((status) => new RegExp(`^PPid:\\s+${process.pid}$`, "m").test(status))
  const sum = (field: string) =>
    statuses.reduce((total, status) => total + Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0) / 1000, 0)
  return { now: rounded(sum("VmRSS")), peak: rounded(sum("VmHWM")) }
}

const decoder = new TextDecoder()
const changedFile = ({ grammar, base, head }: Pair, index: number): ChangedFile => ({
  path: `src/${index}.${EXTENSIONS[grammar]}`,
  status: "modified",
  additions: 1,
  deletions: 1,
  changes: 2,
  isBinary: false,
  base: decoder.decode(base),
  head: decoder.decode(head)
})

/** Scores ten thousand different files, one pull request after another, and then again from the cache. */
const manyFiles = (pairs: ReadonlyArray<Pair>) =>
  Effect.gen(function* () {
    const { scoreFiles } = yield* FileScorer.FileScorer
    const files = (from: number) =>
      Array.from({ length: FILES_OF_PULL_REQUEST }, (_, offset) => {
        const index = from + offset
        const pair = pairs[index % pairs.length]
        if (pair === undefined) throw new Error("there are no pairs")
        const file = changedFile(pair, index)
        // Each pass changes the last line, so that every file is new.
        return { ...file, head: `${file.head}\n${"\n".repeat(Math.floor(index / pairs.length))}` }
      })
    const pass = Effect.gen(function* () {
      const before = performance.now()
      for (let from = 0; from < MANY_FILES / 2; from += FILES_OF_PULL_REQUEST) yield* scoreFiles(files(from), rules)
      return (performance.now() - before) / 1000
    })
    const first = yield* pass
    const children = childrenMegabytes()
    const again = yield* pass
    return {
      manyFiles: MANY_FILES,
      manyFilesSeconds: rounded(first),
      cachedFilesPerSecond: rounded(MANY_FILES / again),
      processMegabytes: rounded(process.memoryUsage.rss() / 1e6),
      parsingProcessesMegabytes: children.now,
      parsingProcessesPeakMegabytes: children.peak
    }
  }).pipe(Effect.provide(Layer.fresh(FileScorer.layer())))

/** Measures and returns the figures under their JSON names. Prints only what could not be fetched. */
export const scoring = Effect.gen(function* () {
  const found = yield* Effect.sync(() => corpus(say))
  const all = [...found.values()].flat()
  if (all.length === 0) return { pairs: 0 }
  const byLanguage: Array<Record<string, number>> = []
  const total = { cold: 0, warm: 0 }
  for (const [grammar, pairs] of found) {
    if (pairs.length === 0) continue
    const seconds = yield* Effect.promise(() => oneCore(pairs))
    total.cold += seconds.cold
    total.warm += seconds.warm
    byLanguage.push({
      [`${grammar}Pairs`]: pairs.length,
      [`${grammar}Megabytes`]: rounded(megabytes(pairs)),
      ...speed(`${grammar}OneCore`, pairs, seconds.warm)
    })
  }
  const cores = availableParallelism()
  const one = yield* throughProcesses(all, 1)
  const every = yield* throughProcesses(all, cores)
  const files = (2 * all.length) / total.warm
  return {
    pairs: all.length,
    megabytes: rounded(megabytes(all)),
    ...Object.assign({}, ...byLanguage),
    ...speed("oneCoreCold", all, total.cold),
    ...speed("oneCore", all, total.warm),
    ratioFiles: rounded(files / PEER.filesPerSecond),
    ratioMegabytes: rounded(megabytes(all) / total.warm / PEER.megabytesPerSecond),
    ...speed("oneProcessCold", all, one.cold.seconds),
    ...speed("oneProcess", all, one.warm.seconds),
    cores,
    ...speed("allCores", all, every.warm.seconds),
    allCoresToOneProcess: rounded(one.warm.seconds / every.warm.seconds),
    pullRequestsOverBudget: one.warm.exceeded + every.warm.exceeded,
    ...(yield* manyFiles(all))
  }
})

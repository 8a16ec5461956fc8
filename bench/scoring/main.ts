/**
 * `npm run bench -- scoring [--json]`: how fast changed files are compared, beside the program that validators run today, in one run: over two versions of
 * well-known packages in five languages, the same pairs for both, taking turns, ten files a pull request. Seconds are processor time of all processes of a
 * program, which other work on the machine disturbs less, and wall time; a ratio is the Python program's seconds by ours. The figures:
 *
 * - `cold…`: a fresh process for each language reads the pairs and compares them.
 * - `steady…`: warm processes compare new texts. `oneCore…` is pinned to a core, `allCores…` is not. The Python program uses one core.
 * - `chained…`: the same, where the old version is the new one of an earlier pull request, as in the history of a repository.
 * - `cached…`: the same texts again. `restarted…`: again, by a new process with the cache files of the first. Both without reading the pairs.
 * - `nativeParse…`: only the C parser that the Python program calls, over the texts of `steady…`: as fast as any program with that parser could be.
 * - `different…`: comparisons whose counts or sums are not the Python program's, to the last bit, of each language.
 * - `history…`: what the cache of parsed files saves on recorded histories: history.ts.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { fileRulesOf } from "../../src/domain/contributions/FileRules.ts"
import type { FileScore } from "../../src/domain/contributions/FileScore.ts"
import { defaultRoster } from "../../src/domain/defaultRoster.ts"
import { corpus, EXTENSIONS, type TextPair } from "./corpus.ts"
import { Driver, type Program, sumOf, type Took } from "./driver.ts"
import { historyFigures } from "./history.ts"
import { peerCommand } from "./peer.ts"

/** Parts of the corpus, compared one after the other; the first warms the processes up. */
const PARTS = 6
/** Passes from the cache, which are too short to measure one. */
const CACHED_PASSES = 10
const TEST_WEIGHT = 0.05

const say = (line: string) => process.stderr.write(`${line}\n`)
const rounded = (value: number): number => Math.round(value * 100) / 100
const bytesOf = (pairs: ReadonlyArray<TextPair>): number =>
  pairs.reduce((sum, { base, head }) => sum + Buffer.byteLength(base) + Buffer.byteLength(head), 0)

/** The next version of a file: without some of its lines. */
const edited = (text: string): string => {
  const lines = text.split("\n")
  const at = Math.floor(lines.length * 0.4)
  return lines.toSpliced(at, Math.max(1, Math.ceil(lines.length * 0.02))).join("\n")
}

const rules = fileRulesOf(defaultRoster)

/** The pairs of which our scores have other counts or sums than the Python program's, which are before the weight of language and test. */
const differentOf = (pairs: ReadonlyArray<TextPair>, oursFile: string, peerFile: string): ReadonlyArray<TextPair> => {
  const ours: ReadonlyArray<FileScore> = JSON.parse(readFileSync(oursFile, "utf8"))
  const peer: ReadonlyArray<ReadonlyArray<number>> = JSON.parse(readFileSync(peerFile, "utf8"))
  return pairs.filter(({ grammar }, index) => {
    const score = ours[index]
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = peer[index] ?? []
    const weight = (rules.languages.get(EXTENSIONS[grammar] ?? "")?.weight ?? 0) * (score?.isTest ? TEST_WEIGHT : 1)
    const sum = (count: number, total: number) => ({ count, score: total * weight })
    const wanted = { structuralAdded: sum(a, b), leafAdded: sum(c, d), structuralDeleted: sum(e, f), leafDeleted: sum(g, h) }
    return !Bun.deepEquals({ ...score?.difference }, wanted)
  })
}

const oursWith = (processes: number, oneCore: boolean, cache?: string): Program => ({
  command: [
    process.execPath,
    fileURLToPath(new URL("ours.ts", import.meta.url)),
    String(processes),
    ...(cache === undefined ? [] : [cache])
  ],
  oneCore
})

/** Seconds by the name of what was measured. */
class Times {
  readonly #parts = new Map<string, Array<Took>>()

  add(name: string, took: Took): void {
    this.#parts.set(name, [...(this.#parts.get(name) ?? []), took])
  }

  of(name: string): Took {
    return sumOf(this.#parts.get(name) ?? [])
  }

  has(name: string): boolean {
    return this.#parts.has(name)
  }

  get figures(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      [...this.#parts.keys()].flatMap((name) => [
        [`${name}CpuSeconds`, rounded(this.of(name).cpu)],
        [`${name}WallSeconds`, rounded(this.of(name).wall)]
      ])
    )
  }
}

/** Runs a program from its start to its end over one file of pairs. */
const once = async (program: Program, pairs: string, out: string): Promise<Took> => {
  const driver = new Driver(program)
  await driver.run("load", pairs)
  await driver.run("score", out)
  const took = driver.total()
  await driver.end()
  return took
}

const measure = async (byLanguage: ReadonlyMap<string, ReadonlyArray<TextPair>>, folder: string) => {
  const path = (name: string) => join(folder, name)
  const written = (name: string, pairs: ReadonlyArray<TextPair>) => {
    writeFileSync(path(name), pairs.map((pair) => JSON.stringify(pair)).join("\n"))
    return { pairs, file: path(name) }
  }
  const all = [...byLanguage.values()].flat()
  const cores = availableParallelism()
  const times = new Times()
  const unequal = new Map([...byLanguage.keys()].map((language) => [language, 0]))
  const peer = peerCommand(say)
  const peerProgram: Program | undefined = peer === undefined ? undefined : { command: peer, oneCore: true }
  const check = (pairs: ReadonlyArray<TextPair>) => {
    if (peerProgram === undefined) return
    for (const { grammar } of differentOf(pairs, path("ours.json"), path("peer.json")))
      unequal.set(grammar, (unequal.get(grammar) ?? 0) + 1)
  }

  for (const [language, pairs] of byLanguage) {
    if (pairs.length === 0) continue
    const { file } = written(`${language}.jsonl`, pairs)
    if (peerProgram !== undefined) times.add("peerCold", await once(peerProgram, file, path("peer.json")))
    times.add("coldOneCore", await once(oursWith(1, true), file, path("ours.json")))
    check(pairs)
  }

  const parts = Array.from({ length: PARTS }, (_, part) => all.filter((_, index) => index % PARTS === part))
  const cache = path("cache")
  mkdirSync(cache)
  const peerDriver = peerProgram === undefined ? undefined : new Driver(peerProgram)
  const one = new Driver(oursWith(1, true, cache))
  const every = new Driver(oursWith(cores, false))
  const scored = async (name: string, { pairs, file }: { readonly pairs: ReadonlyArray<TextPair>; readonly file: string }) => {
    if (peerDriver !== undefined) {
      await peerDriver.run("load", file)
      times.add(`peer${name}`, await peerDriver.run("score", path("peer.json")))
      times.add(`nativeParse${name}`, await peerDriver.run("parse", "-"))
    }
    await every.run("load", file)
    times.add(`allCores${name}`, await every.run("score", path("ours.json")))
    check(pairs)
    await one.run("load", file)
    times.add(`oneCore${name}`, await one.run("score", path("ours.json")))
    check(pairs)
  }
  const chained = (pairs: ReadonlyArray<TextPair>) => pairs.map(({ grammar, head }) => ({ grammar, base: head, head: edited(head) }))
  for (const [index, pairs] of parts.entries()) {
    const measured = index === 0 ? "WarmUp" : "Steady"
    await scored(measured, written(`part${index}.jsonl`, pairs))
    await scored(index === 0 ? "WarmUp" : "Chained", written(`next${index}.jsonl`, chained(pairs)))
  }
  const memory = one.memory()
  const steady = written("steady.jsonl", parts.slice(1).flat())
  await one.run("load", steady.file)
  await one.run("score", path("ours.json"))
  for (let pass = 0; pass < CACHED_PASSES; pass++) times.add("cachedPasses", await one.run("score", path("ours.json")))
  await one.end()
  const again = new Driver(oursWith(1, true, cache))
  await again.run("load", steady.file)
  times.add("restarted", await again.run("score", path("ours.json")))
  await Promise.all([again.end(), every.end(), peerDriver?.end()])

  const ratio = (mine: Took, theirs: Took, passes = 1) => ({
    cpu: rounded((theirs.cpu * passes) / mine.cpu),
    wall: rounded((theirs.wall * passes) / mine.wall)
  })
  const ratios: ReadonlyArray<readonly [name: string, mine: string, theirs: string, passes?: number]> = [
    ["cold", "coldOneCore", "peerCold"],
    ["steady", "oneCoreSteady", "peerSteady"],
    ["nativeParse", "nativeParseSteady", "peerSteady"],
    ["steadyAllCores", "allCoresSteady", "peerSteady"],
    ["chained", "oneCoreChained", "peerChained"],
    ["chainedAllCores", "allCoresChained", "peerChained"],
    ["cached", "cachedPasses", "peerSteady", CACHED_PASSES],
    ["restarted", "restarted", "peerSteady"]
  ]
  const compared = peerProgram === undefined ? [] : ratios
  return {
    pairs: all.length,
    megabytes: rounded(bytesOf(all) / 1e6),
    steadyPairs: steady.pairs.length,
    steadyMegabytes: rounded(bytesOf(steady.pairs) / 1e6),
    cachedPassesCount: CACHED_PASSES,
    cores,
    ...times.figures,
    ...Object.fromEntries(
      compared.flatMap(([name, mine, theirs, passes]) => {
        const { cpu, wall } = ratio(times.of(mine), times.of(theirs), passes)
        return [
          [`${name}CpuRatio`, cpu],
          [`${name}WallRatio`, wall]
        ]
      })
    ),
    allCoresToOneCore: rounded(times.of("oneCoreSteady").wall / times.of("allCoresSteady").wall),
    programMegabytes: rounded(memory.program),
    parsingProcessMegabytes: rounded(memory.others),
    ...(peerProgram === undefined ? {} : Object.fromEntries([...unequal].map(([language, number]) => [`different_${language}`, number]))),
    ...historyFigures()
  }
}

/** Measures and returns the figures under their JSON names. Prints only what is left out. */
export const scoring = Effect.acquireUseRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-bench-files-"))),
  (folder) => {
    const found = corpus(say)
    return [...found.values()].every((pairs) => pairs.length === 0)
      ? Effect.succeed({ pairs: 0 })
      : Effect.promise(() => measure(found, folder))
  },
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

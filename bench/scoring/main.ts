/**
 * `npm run bench -- scoring [--json]`: how fast changed files are compared: two versions of well-known packages in five languages, ten files a pull
 * request. Seconds are processor time of all processes of a program, which other work on the machine disturbs less, and wall time. The figures:
 *
 * - `cold…`: a fresh process for each language reads the pairs and compares them.
 * - `steady…`: warm processes compare new texts. `oneCore…` is pinned to a core, `allCores…` is not.
 * - `chained…`: the same, where the old version is the new one of an earlier pull request, as in the history of a repository.
 * - `cached…`: the same texts again. `restarted…`: again, by a new process with the cache files of the first. Both without reading the pairs.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { corpus, type TextPair } from "./corpus.ts"
import { Driver, type Program, sumOf, type Took } from "./driver.ts"

/** Parts of the corpus, compared one after the other; the first warms the processes up. */
const PARTS = 6
/** Passes from the cache, which are too short to measure one. */
const CACHED_PASSES = 10

/** What `--begin` compares, without a download. */
const ONE_PAIR: ReadonlyMap<string, ReadonlyArray<TextPair>> = new Map([
  ["typescript", [{ grammar: "typescript", base: "export const a = 1\n", head: "export const a = 2 + 3\n" }]]
])

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

  for (const [language, pairs] of byLanguage) {
    if (pairs.length === 0) continue
    const { file } = written(`${language}.jsonl`, pairs)
    times.add("coldOneCore", await once(oursWith(1, true), file, path("ours.json")))
  }

  const parts = Array.from({ length: PARTS }, (_, part) => all.filter((_, index) => index % PARTS === part))
  const cache = path("cache")
  mkdirSync(cache)
  const one = new Driver(oursWith(1, true, cache))
  const every = new Driver(oursWith(cores, false))
  const scored = async (name: string, file: string) => {
    await every.run("load", file)
    times.add(`allCores${name}`, await every.run("score", path("ours.json")))
    await one.run("load", file)
    times.add(`oneCore${name}`, await one.run("score", path("ours.json")))
  }
  const chained = (pairs: ReadonlyArray<TextPair>) => pairs.map(({ grammar, head }) => ({ grammar, base: head, head: edited(head) }))
  for (const [index, pairs] of parts.entries()) {
    const measured = index === 0 ? "WarmUp" : "Steady"
    await scored(measured, written(`part${index}.jsonl`, pairs).file)
    await scored(index === 0 ? "WarmUp" : "Chained", written(`next${index}.jsonl`, chained(pairs)).file)
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
  await Promise.all([again.end(), every.end()])

  return {
    pairs: all.length,
    megabytes: rounded(bytesOf(all) / 1e6),
    steadyPairs: steady.pairs.length,
    steadyMegabytes: rounded(bytesOf(steady.pairs) / 1e6),
    cachedPassesCount: CACHED_PASSES,
    cores,
    ...times.figures,
    allCoresToOneCore: rounded(times.of("oneCoreSteady").wall / times.of("allCoresSteady").wall),
    programMegabytes: rounded(memory.program),
    parsingProcessMegabytes: rounded(memory.others)
  }
}

/** Measures and returns the figures under their JSON names. Prints only what is left out. */
export const scoring = Effect.acquireUseRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-bench-files-"))),
  (folder) => {
    const found = process.argv.includes("--begin") ? ONE_PAIR : corpus(say)
    return [...found.values()].every((pairs) => pairs.length === 0)
      ? Effect.succeed({ pairs: 0 })
      : // Its programs need the folder until they end, also with --begin.
        Effect.uninterruptible(Effect.promise(() => measure(found, folder)))
  },
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

/**
 * `npm run bench -- duplicates`: how well near-duplicates are told from other work. It takes sources of well-known packages (those that are installed here, and those that
 * bench/scoring/corpus.ts fetches), changes each as a copyist would, and compares fingerprints. It writes its table into docs/reference/quality.md.
 *
 * Two measures of innocent work: all pairs of different files of a language, and pairs of files with one name from different packages, as two people give them who solve
 * the same task. The second is the nearest that sources of packages come to independent solutions of one issue.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { Effect } from "effect"
import { withPart } from "../../scripts/marked.ts"
import type { Fingerprints } from "../../src/layers/parsing/fingerprint.ts"
import { layer, TreeTallies } from "../../src/layers/parsing/TreeTallies.ts"
import { DUPLICATE } from "../../src/quality/rules/checks.ts"
import { containment, jaccard, sharedBy } from "../../src/quality/rules/duplicates.ts"
import { corpus } from "../scoring/corpus.ts"
import { mutations, randomOf } from "./mutations.ts"

interface Source {
  readonly grammar: string
  readonly text: string
  /** Of installed files: the package and the name. */
  readonly from?: { readonly package: string; readonly name: string; readonly path: string }
}

/** Of each language. */
const SAMPLE = 60
const BYTES = { least: 1_500, most: 30_000 }
const SEED = 22

const fits = (text: string): boolean => text.length >= BYTES.least && text.length <= BYTES.most

/** Also of a package that is installed inside of another. */
const packageOf = (path: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(path.split("node_modules/").at(-1) ?? path)?.[0] ?? path

/** JavaScript of all installed packages, without bundles and second builds of the same sources. */
const installed = (): ReadonlyArray<Source> =>
  readdirSync("node_modules", { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(?:js|mjs)$/.test(path) && !/(?:^|\/)(?:cjs|umd|bundle|dist\/browser)\/|\.min\.|\.bundle\.|bundle-/.test(path))
    .toSorted()
    .flatMap((path): ReadonlyArray<Source> => {
      const whole = join("node_modules", path)
      if (!statSync(whole).isFile() || statSync(whole).size > BYTES.most) return []
      const text = readFileSync(whole, "utf8")
      return fits(text) ? [{ grammar: "javascript", text, from: { package: packageOf(path), name: basename(path), path } }] : []
    })

const encoder = new TextEncoder()
const TOGETHER = 40

const fingerprintsOf = Effect.fn("bench.fingerprintsOf")(function* (sources: ReadonlyArray<Source>) {
  const { fingerprints } = yield* TreeTallies
  const found: Array<Fingerprints | undefined> = []
  for (let start = 0; start < sources.length; start += TOGETHER) {
    const part = sources.slice(start, start + TOGETHER)
    const answers = yield* fingerprints(part.map(({ grammar, text }) => ({ grammar, text: encoder.encode(text) })))
    for (const [index] of part.entries()) {
      const answer = answers._tag === "Exceeded" ? undefined : answers.versions[index]
      found.push(answer?._tag === "Fingerprinted" ? answer.fingerprints : undefined)
    }
  }
  return found
})

interface Compared {
  readonly jaccard: number
  readonly contained: number
}
const compare = (one: Fingerprints, other: Fingerprints): Compared => {
  const shared = sharedBy(one, other)
  return { jaccard: jaccard(shared, one.length, other.length), contained: containment(shared, one.length, other.length) }
}

const rowOf = (name: string, all: ReadonlyArray<Compared>): ReadonlyArray<string> => {
  const share = (holds: (one: Compared) => boolean) =>
    `${((100 * all.filter(holds).length) / Math.max(1, all.length)).toFixed(2).replace(/\.?0+$/, "")}%`
  const middle = all.map((one) => one.jaccard).toSorted((one, other) => one - other)[Math.floor(all.length / 2)] ?? 0
  return [
    name,
    String(all.length),
    (middle / 100).toFixed(2),
    share((one) => one.jaccard >= DUPLICATE.rejected),
    share((one) => one.jaccard >= DUPLICATE.shown || one.contained >= DUPLICATE.contained)
  ]
}

const HEAD = ["what was done", "pairs", "middle Jaccard", "rejected", "rejected or shown"] as const

const measure = Effect.gen(function* () {
  const random = randomOf(SEED)
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const fetched = [...corpus(say)].flatMap(([, pairs]) => pairs.map(({ grammar, head }): Source => ({ grammar, text: head })))
  const all = [...installed(), ...fetched.filter(({ text }) => fits(text))]
  const grammars = [...new Set(all.map(({ grammar }) => grammar))]
  const candidates = grammars.flatMap((grammar) =>
    all
      .filter((source) => source.grammar === grammar)
      .map((source) => [random(), source] as const)
      .toSorted(([one], [other]) => one - other)
      .slice(0, 2 * SAMPLE)
      .map(([, source]) => source)
  )
  const prints = yield* fingerprintsOf(candidates)
  const known = candidates.flatMap((source, index) => {
    const own = prints[index]
    return own !== undefined && own.length >= DUPLICATE.fewest ? [{ ...source, own }] : []
  })
  const sample = grammars.flatMap((grammar) => known.filter((source) => source.grammar === grammar).slice(0, SAMPLE))

  /** Says which innocent pairs would be rejected, so that people can look at them. */
  const sayIfRejected = (compared: Compared, one: Source, other: Source): Compared => {
    const nameOf = ({ from, text }: Source) => from?.path ?? text.slice(0, 60).replaceAll("\n", " ")
    if (compared.jaccard >= DUPLICATE.rejected) say(`${(compared.jaccard / 100).toFixed(2)}: ${nameOf(one)} | ${nameOf(other)}`)
    return compared
  }
  const rows: Array<ReadonlyArray<string>> = []
  for (const [name, mutate] of Object.entries(mutations)) {
    const changed = yield* fingerprintsOf(sample.map((source) => ({ ...source, text: mutate(source.text, source.grammar, random) })))
    rows.push(
      rowOf(
        name,
        sample.flatMap(({ own }, index) => (changed[index] === undefined ? [] : [compare(own, changed[index])]))
      )
    )
  }
  const different = sample.flatMap((one, index) =>
    sample
      .slice(index + 1)
      .flatMap((other) =>
        other.grammar === one.grammar && other.text !== one.text ? [sayIfRejected(compare(one.own, other.own), one, other)] : []
      )
  )
  rows.push(rowOf("different files of one language", different))

  const named = new Map<string, Array<Source>>()
  for (const source of all) {
    const name = source.from?.name
    if (name === undefined || name.startsWith("index.")) continue
    named.set(name, [...(named.get(name) ?? []), source])
  }
  const tasks = [...named.values()]
    .map((one) => [...new Map(one.map((source) => [source.from?.package ?? "", source])).values()])
    .filter((one) => one.length > 1)
  const solutions = tasks.flat()
  const ofSolutions = new Map((yield* fingerprintsOf(solutions)).map((own, index) => [solutions[index], own] as const))
  const independent = tasks.flatMap((task) =>
    task.flatMap((one, index) =>
      task.slice(index + 1).flatMap((other) => {
        const [left, right] = [ofSolutions.get(one), ofSolutions.get(other)]
        return left === undefined ||
          right === undefined ||
          left.length < DUPLICATE.fewest ||
          right.length < DUPLICATE.fewest ||
          one.text === other.text
          ? []
          : [sayIfRejected(compare(left, right), one, other)]
      })
    )
  )
  rows.push(rowOf("independent: one name, two packages", independent))

  const languages = grammars.map((grammar) => `${sample.filter((source) => source.grammar === grammar).length} ${grammar}`).join(", ")
  const table = [HEAD, HEAD.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n")
  const part = `Of ${sample.length} files (${languages}) with at least ${DUPLICATE.fewest} fingerprints:\n\n${table}`
  say(part)
  const path = "docs/reference/quality.md"
  writeFileSync(path, withPart(readFileSync(path, "utf8"), "duplicates", part, "npm run bench -- duplicates"))
  return Object.fromEntries(rows.map(([name = "", , , rejected = "", shown = ""]) => [name, `${rejected} rejected, ${shown} shown`]))
})

/** Measures, writes the table, and returns its figures. */
export const duplicates = Effect.provide(measure, layer())

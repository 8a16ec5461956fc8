/** Chooses the corpus's pairs from the packages' files. */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import languages from "../../../../src/domain/roster/languages.json"
import {
  archiveKey,
  byGrammar,
  bytesOf,
  OWN,
  type Package,
  type Pair,
  programsIn,
  type SubsetPair,
  type Texts,
  textsKey
} from "./corpus.ts"
import { folderOf, sha256Of } from "./fetch.ts"

/** Short enough for a corpus that parses in seconds, long enough to be meaningful. */
const BYTES = { least: 60, most: 24_000 } as const
/** More than needed, because some may turn out to be copies of other files. */
const PAIRS_OF_GRAMMAR = 110
/** The largest distance between neighbours where there are few files. */
const FURTHEST = 12

const grammarOf = (path: string): string | undefined => {
  const name = path.split("/").at(-1) ?? ""
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase()
  if (!name.includes(".") && extension !== "dockerfile" && extension !== "makefile") return undefined
  const rule = Object.entries(languages).find(([known]) => known === extension)?.[1]
  return rule !== undefined && "language" in rule ? rule.language : undefined
}

interface Found {
  readonly archive: string
  readonly path: string
  /** The path without the version. */
  readonly place: string
  readonly bytes: Uint8Array
}

/** An archive's files in a grammar's language, by path. */
const filesIn = ({ registry, name }: Package, version: string, grammar: string): ReadonlyArray<Found> => {
  const folder = folderOf({ registry, name, version })
  const root = join(folder, "files")
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => grammarOf(path) === grammar || (name.includes("/tree-sitter-") && /test\/corpus\/.*\.txt$/.test(path)))
    .filter((path) => statSync(join(root, path)).isFile() && statSync(join(root, path)).size <= 10 * BYTES.most)
    .sort()
    .flatMap((path) =>
      path.endsWith(".txt") ? programsIn(Buffer.from(bytesOf(folder, path)).toString("utf8")).map((_, index) => `${path}#${index}`) : [path]
    )
  return paths
    .map((path) => ({
      archive: archiveKey({ registry, name, version }),
      path,
      place: path.replaceAll(version.replace(/^v/, ""), ""),
      bytes: bytesOf(folder, path)
    }))
    .filter(({ path, bytes }) => bytes.length <= BYTES.most && bytes.length >= (path.includes("#") ? 1 : BYTES.least))
}

type Candidate = Omit<Pair, "values" | "broken"> & Texts

/** All pairs of a grammar in order of preference: versions of a file first, then neighbours, near ones first. */
const candidates = (grammar: string, all: ReadonlyArray<Package>): ReadonlyArray<Candidate> => {
  const versions: Array<Candidate> = []
  const neighbours: Array<Array<Candidate>> = Array.from({ length: FURTHEST }, () => [])
  const pair = (base: Found, head: Found): Candidate => ({
    grammar,
    base: [base.archive, base.path],
    head: [head.archive, head.path],
    texts: textsKey(base.bytes, head.bytes),
    baseBytes: base.bytes,
    headBytes: head.bytes
  })
  for (const one of all) {
    if (!one.grammars.includes(grammar)) continue
    const files = Object.keys(one.versions).map((version) => filesIn(one, version, grammar))
    const [before = [], after] = files
    if (after !== undefined) {
      const heads = new Map(after.map((found) => [found.place, found]))
      for (const base of before) {
        const head = heads.get(base.place)
        if (head !== undefined && Buffer.compare(base.bytes, head.bytes) !== 0) versions.push(pair(base, head))
      }
    }
    const last = after ?? before
    for (const [index, base] of last.entries())
      for (const [distance, into] of neighbours.entries()) {
        const head = last[index + distance + 1]
        if (head !== undefined) into.push(pair(base, head))
      }
  }
  const shuffled = (some: ReadonlyArray<Candidate>) =>
    some.toSorted((a, b) => (sha256Of(Buffer.from(a.texts)) < sha256Of(Buffer.from(b.texts)) ? -1 : 1))
  return [versions, ...neighbours].flatMap(shuffled)
}

export const choose = (grammars: ReadonlyArray<string>, all: ReadonlyArray<Package>): ReadonlyArray<Candidate> =>
  grammars.flatMap((grammar) => {
    const known = new Set<string>()
    return candidates(grammar, all)
      .filter(({ texts, baseBytes, headBytes }) => {
        if (known.has(texts) || Buffer.compare(baseBytes, headBytes) === 0) return false
        known.add(texts)
        return true
      })
      .slice(0, PAIRS_OF_GRAMMAR)
  })

/** Programs written for this corpus, in languages without packages in a registry. Some use syntax that their grammar does not support. */
export const ownPairs = (): ReadonlyArray<Candidate> => {
  const folder = join(import.meta.dirname, OWN)
  const names = readdirSync(folder).sort()
  return names.flatMap((name) => {
    const grammar = grammarOf(name)
    const next = names.find((other) => other > name && grammarOf(other) === grammar)
    if (grammar === undefined || next === undefined) return []
    const [baseBytes, headBytes] = [readFileSync(join(folder, name)), readFileSync(join(folder, next))]
    return [{ grammar, base: [OWN, name], head: [OWN, next], texts: textsKey(baseBytes, headBytes), baseBytes, headBytes }]
  })
}

/** Licences that allow copies of a file with the notice that test/support/scoring/corpus/NOTICE.md keeps. */
const PERMISSIVE = /^(?:MIT|BSD-[23]-Clause|Apache-2\.0|ISC|BSL-1\.0|TCL)(?: OR .*)?$/
const SUBSET_OF_GRAMMAR = 3
const SUBSET_BYTES = 2400

/** A few short pairs of each grammar with permissive licences, those without syntax errors first. */
export const chooseSubset = (
  found: ReadonlyArray<Pair & Texts>,
  own: ReadonlyArray<Pair & Texts>,
  all: ReadonlyArray<Package>
): ReadonlyArray<SubsetPair> => {
  const licences = new Map(
    all.flatMap((one) => Object.keys(one.versions).map((version) => [archiveKey({ ...one, version }), one.licence] as const))
  )
  const short = found.filter(
    ({ base, baseBytes, headBytes }) =>
      PERMISSIVE.test(licences.get(base[0]) ?? "") && [baseBytes, headBytes].every((bytes) => bytes.length <= SUBSET_BYTES)
  )
  const errors = ({ broken }: Pair) => Number(broken[0]) + Number(broken[1])
  const nodes = ({ values }: Pair) => values[0] + values[2] + values[4] + values[6]
  const chosen = [...byGrammar(short).values()].flatMap((some) =>
    some.toSorted((a, b) => errors(a) - errors(b) || nodes(b) - nodes(a)).slice(0, SUBSET_OF_GRAMMAR)
  )
  return [...chosen, ...own]
    .map(({ grammar, values, base, head, baseBytes, headBytes }) => ({
      grammar,
      values,
      from: [base, head] as const,
      licence: licences.get(base[0]) ?? "",
      base: Buffer.from(baseBytes).toString("utf8"),
      head: Buffer.from(headBytes).toString("utf8")
    }))
    .filter(({ base, head }) => !base.includes("\ufffd") && !head.includes("\ufffd"))
}

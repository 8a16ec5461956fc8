/**
 * The corpus: pairs of real files from packages of public registries, with the tree differences that today's program computes for them. packages.json
 * names the packages, pairs.jsonl.zst the pairs; the files themselves are fetched into a folder outside of the tree. subset.jsonl.zst has the texts
 * of a few short pairs of every language.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Archive, CACHE, fetched, folderOf, isFetched, sha256Of } from "./fetch.ts"

/** A package in one or two versions. Two give pairs of a file before and after; one gives pairs of neighbouring files. */
export interface Package extends Omit<Archive, "version" | "sha256"> {
  readonly licence: string
  /** SHA-256 of the archive by version. */
  readonly versions: Readonly<Record<string, string>>
  /** The grammars for which it has files. */
  readonly grammars: ReadonlyArray<string>
}

/** Counts and weight sums: structural nodes added and deleted, leaves added and deleted. */
export type Values = readonly [number, number, number, number, number, number, number, number]

/** An archive's name in pairs: registry, name and version. */
export const archiveKey = ({ registry, name, version }: Omit<Archive, "sha256">): string => `${registry} ${name} ${version}`

/** A file of an archive. `path`#n is the nth program in a file of tree-sitter's own tests. */
export type FileOf = readonly [archive: string, path: string]

export interface Pair {
  readonly grammar: string
  readonly base: FileOf
  readonly head: FileOf
  /** The first 16 digits of the SHA-256 of base and head, concatenated. */
  readonly texts: string
  readonly values: Values
  /** Whether the grammar finds a syntax error in base, in head. */
  readonly broken: readonly [boolean, boolean]
}

export const byGrammar = <A extends { readonly grammar: string }>(pairs: ReadonlyArray<A>): ReadonlyMap<string, ReadonlyArray<A>> => {
  const found = new Map<string, Array<A>>()
  for (const pair of pairs) found.set(pair.grammar, [...(found.get(pair.grammar) ?? []), pair])
  return found
}

/** The two compared texts. */
export interface Texts {
  readonly grammar: string
  readonly baseBytes: Uint8Array
  readonly headBytes: Uint8Array
}

const file = (name: string) => join(import.meta.dirname, name)
const PACKAGES = file("packages.json")
const PAIRS = file("pairs.jsonl.zst")
const SUBSET = file("subset.jsonl.zst")
const NOTICE = file("NOTICE.md")
/** Instead of an archive: the folder of programs written for this corpus. */
export const OWN = "own"

const readLines = <A>(path: string): ReadonlyArray<A> =>
  Buffer.from(Bun.zstdDecompressSync(readFileSync(path)))
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .map((line): A => JSON.parse(line))

const writeLines = (path: string, lines: ReadonlyArray<unknown>): void =>
  writeFileSync(path, Bun.zstdCompressSync(Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join("")), { level: 19 }))

export const packages = (): ReadonlyArray<Package> => JSON.parse(readFileSync(PACKAGES, "utf8"))
export const writePackages = (all: ReadonlyArray<Package>): void => writeFileSync(PACKAGES, `${JSON.stringify(all, null, 2)}\n`)

/** A line of the file. Archives are indexes into the list of packages, to keep it short. */
type Line = readonly [grammar: string, base: FileLine, head: FileLine, texts: string, values: Values, broken: 0 | 1 | 2 | 3]
type FileLine = readonly [archive: number, path: string]

const archivesOf = (all: ReadonlyArray<Package>): ReadonlyArray<Archive> =>
  all.flatMap(({ registry, name, versions }) => Object.entries(versions).map(([version, sha256]) => ({ registry, name, version, sha256 })))

export const pairs = (): ReadonlyArray<Pair> => {
  const keys = archivesOf(packages()).map(archiveKey)
  const fileOf = ([archive, path]: FileLine): FileOf => [keys[archive] ?? "", path]
  return readLines<Line>(PAIRS).map(([grammar, base, head, texts, values, broken]) => ({
    grammar,
    base: fileOf(base),
    head: fileOf(head),
    texts,
    values,
    broken: [(broken & 1) !== 0, (broken & 2) !== 0]
  }))
}

export const writePairs = (all: ReadonlyArray<Pair>): void => {
  const keys = archivesOf(packages()).map(archiveKey)
  const line = ([archive, path]: FileOf): FileLine => [keys.indexOf(archive), path]
  writeLines(
    PAIRS,
    all.map(({ grammar, base, head, texts, values, broken }) => [
      grammar,
      line(base),
      line(head),
      texts,
      values,
      Number(broken[0]) + 2 * Number(broken[1])
    ])
  )
}

/** A pair with its texts and its origin. */
export interface SubsetPair extends Pick<Pair, "grammar" | "values"> {
  readonly from: readonly [base: FileOf, head: FileOf]
  readonly licence: string
  readonly base: string
  readonly head: string
}

export const subset = (): ReadonlyArray<SubsetPair> => readLines<SubsetPair>(SUBSET)
export const writeSubset = (all: ReadonlyArray<SubsetPair>): void => {
  writeLines(SUBSET, all)
  writeFileSync(NOTICE, noticeOf(all))
}

/** The notice with the licences of the copied files. */
export const noticeOf = (all: ReadonlyArray<SubsetPair>): string => {
  const found = new Map<string, { readonly licence: string; readonly grammars: Set<string> }>()
  for (const { grammar, from, licence } of all)
    for (const [archive] of from)
      if (archive !== OWN) found.set(archive, { licence, grammars: (found.get(archive)?.grammars ?? new Set()).add(grammar) })
  const rows = [...found].sort(([a], [b]) => (a < b ? -1 : 1))
  return `# Where the corpus is from

\`packages.json\` names the packages whose files are compared, with their licences; these files are fetched for the comparison and are not in this tree. \`subset.jsonl.zst\` holds copies of a few short
files, each line with the archives and paths that they are from. They belong to the authors of these packages, under the packages' licences, all of which allow copies that keep this notice:

${rows.map(([archive, { licence, grammars }]) => `- ${archive}: ${licence} (${[...grammars].sort().join(", ")})`).join("\n")}

The files in \`own\` were written here.
`
}

export const notice = (): string => readFileSync(NOTICE, "utf8")

/** The programs in a file of tree-sitter's own tests: a title between lines of =, the program, a line of -, the tree. */
export const programsIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^===+\n(?:[^=\n][^\n]*\n)+===+\n([\s\S]*?)\n---+$/gm)].map(([, program = ""]) => `${program.trim()}\n`)

/** The bytes of a file in its archive's folder. */
export const bytesOf = (folder: string, path: string): Uint8Array => {
  const [name = "", index] = path.split(/#(?=\d+$)/)
  const bytes = readFileSync(join(folder, "files", name))
  return index === undefined ? bytes : Buffer.from(programsIn(bytes.toString("utf8"))[Number(index)] ?? "")
}

export const textsKey = (base: Uint8Array, head: Uint8Array): string => sha256Of(Buffer.from(sha256Of(base) + sha256Of(head))).slice(0, 16)

/** The folder of this corpus's files; another corpus uses another folder. */
const folder = (): string =>
  join(CACHE, sha256Of(Buffer.concat([Buffer.from(JSON.stringify(packages())), readFileSync(PAIRS)])).slice(0, 12))

/** The archives that are not fetched yet. */
export const missing = (): ReadonlyArray<Archive> => archivesOf(packages()).filter((one) => !isFetched(folderOf(one, folder())))

/** Fetches the missing archives, several in parallel. Returns the archives that could not be fetched, with the reason. */
export const fetchAll = async (atOnce = 6): Promise<ReadonlyMap<string, string>> => {
  const failed = new Map<string, string>()
  const wanted = new Map<string, Set<string>>()
  for (const { base, head } of pairs())
    for (const [archive, path] of [base, head]) wanted.set(archive, (wanted.get(archive) ?? new Set()).add(path.replace(/#\d+$/, "")))
  const left = [...missing()]
  const one = async () => {
    for (let archive = left.pop(); archive !== undefined; archive = left.pop())
      try {
        await fetched(archive, folderOf(archive, folder()), wanted.get(archiveKey(archive)))
      } catch (cause) {
        failed.set(archiveKey(archive), cause instanceof Error ? cause.message : String(cause))
      }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  return failed
}

/** The pairs with fetched archives, with their texts. Throws if a file differs from the one that the pair was made from. */
export const present = (all: ReadonlyArray<Pair>): ReadonlyArray<Pair & Texts> => {
  const root = folder()
  const folders = new Map(archivesOf(packages()).map((one) => [archiveKey(one), folderOf(one, root)]))
  const there = new Map([...folders].filter(([, one]) => isFetched(one)))
  return all.flatMap((pair): ReadonlyArray<Pair & Texts> => {
    const [from, to] = [there.get(pair.base[0]), there.get(pair.head[0])]
    if (from === undefined || to === undefined) return []
    const [base, head] = [bytesOf(from, pair.base[1]), bytesOf(to, pair.head[1])]
    if (textsKey(base, head) !== pair.texts)
      throw new Error(`${pair.base.join(" ")} or ${pair.head.join(" ")} is not the text that the pair was made of`)
    return [{ ...pair, baseBytes: base, headBytes: head }]
  })
}

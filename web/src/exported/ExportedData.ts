/** Answers the page's questions from exported files. Knows nothing of the browser but how to undo gzip. */
import type { Current, ExportedTable, TableIndex } from "../../../src/dashboard/api/definition/export.ts"
import { LOGIN } from "../../../src/dashboard/api/definition/place.ts"
import { Problem } from "../api/ask.ts"
import type { Miner } from "../api/types.ts"
import { listRules, type Rules } from "./filters.ts"

/** Reads a file; undefined if it is not there. `isCurrent`: not from a cache. */
export type ReadFile = (name: string, isCurrent: boolean) => Promise<Uint8Array<ArrayBuffer> | undefined>

/** What this program's exports have in `format`. */
const FORMAT = 2
/** Parts that are kept in memory, newest last. */
const CACHED_PARTS = 400
const PAGE_SIZE = 25

interface FoundRows {
  readonly table: ExportedTable
  /** The parameters of the path and of the query. */
  readonly given: ReadonlyMap<string, ReadonlyArray<string>>
}

const notExported = (what: string) =>
  new Problem(
    "missing",
    what,
    "This page is an export: it has the newest issues, matches, miners and epochs. Its operator's server may have more.",
    undefined
  )

const updated = () => new Problem("broken", "This page has been updated since you opened it.", "Reload the page.", undefined)

/** The parameters in a path that fits a pattern such as /v1/issues/:id. */
const matched = (pattern: string, path: string): ReadonlyArray<readonly [string, string]> | undefined => {
  const [parts, given] = [pattern.split("/"), path.split("/")]
  if (parts.length !== given.length) return undefined
  const found: Array<readonly [string, string]> = []
  for (const [index, part] of parts.entries()) {
    const value = given[index] ?? ""
    if (part.startsWith(":")) found.push([part.slice(1), decodeURIComponent(value)])
    else if (part !== value) return undefined
  }
  return found
}

const unzipped = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
  // Some web servers undo it themselves.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new TextDecoder().decode(bytes)
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text()
}

/** Parameters that name a miner, by its hotkey or its proven login. */
const MINERS = ["hotkey", "miner", "competitor", "a", "b"]

const rulesOf = (path: string): Rules => {
  const rules = listRules[path]
  if (rules === undefined) throw updated()
  return rules
}

const PAGING = ["limit", "cursor", "sort"]

/** Whether an item has all that was asked for. */
const isWanted = ({ filters }: Rules, given: FoundRows["given"]) => {
  const wanted = [...given].filter(([name]) => !PAGING.includes(name))
  for (const [name] of wanted)
    if (filters[name] === undefined)
      throw new Problem("refused", `There is no filter ${name}.`, "Reset the filters and try again.", undefined)
  return (item: unknown) => wanted.every(([name, values]) => filters[name]?.(item, values))
}

/** A cursor names the last item before it, so that it changes when items move. */
const cursorOf = (position: number, item: unknown): string => {
  let hash = 0
  for (const letter of JSON.stringify(item)) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0
  return `${position}.${hash >>> 0}`
}

export class ExportedData {
  #current: Current | undefined
  readonly #texts = new Map<string, Promise<unknown>>()

  constructor(
    readonly file: string,
    readonly read: ReadFile
  ) {}

  /** Reads which snapshot is the newest. Rejects only with a Problem. */
  async look(): Promise<Current> {
    const bytes = await this.read(this.file, true)
    if (bytes === undefined)
      throw new Problem("unreachable", "This page's data is not there.", "The page tries again in a few seconds.", 5_000)
    const current = JSON.parse(new TextDecoder().decode(bytes)) as Current
    if (current.format !== FORMAT) throw updated()
    this.#current = current
    return current
  }

  /** The answer's text, as a server would give it. Rejects only with a Problem. */
  async answer(address: string): Promise<string> {
    try {
      return await this.#answerFrom(this.#current ?? (await this.look()), address)
    } catch (error) {
      if (!(error instanceof PartIsGone)) throw error
      // The snapshot was replaced long ago, for example while the machine slept.
      return this.#answerFrom(await this.look(), address)
    }
  }

  async #answerFrom({ tables }: Current, address: string): Promise<string> {
    const { table, given } = this.#find(tables, address)
    const byHotkey = new Map(given)
    for (const name of MINERS) {
      const [miner] = given.get(name) ?? []
      if (miner !== undefined && LOGIN.test(miner)) byHotkey.set(name, [(await this.#hotkeyOf(tables, miner)) ?? miner])
    }
    return table.kind === "items" ? this.#listed(table, byHotkey) : this.#answered(table, byHotkey)
  }

  /** The hotkey that proves a login: of several the registered one, then the newest, as the API chooses. */
  async #hotkeyOf(tables: Current["tables"], login: string): Promise<string | undefined> {
    const { table } = this.#find(tables, `/v1/miners?login=${encodeURIComponent(login)}`)
    const found = await this.#wanted(table, new Map([["login", [login]]]), Number.POSITIVE_INFINITY)
    const [first] = (found as ReadonlyArray<Miner>).toSorted(
      (a, b) =>
        Number(a.uid === null) - Number(b.uid === null) ||
        (b.registeredAt?.block ?? -1) - (a.registeredAt?.block ?? -1) ||
        (a.hotkey < b.hotkey ? -1 : 1)
    )
    return first?.hotkey
  }

  /** The table with the most parameters that were given: a list of one validator before the whole list. */
  #find(tables: ReadonlyArray<ExportedTable>, address: string): FoundRows {
    const { pathname, searchParams } = new URL(address, "http://export")
    const found = tables.flatMap((table): ReadonlyArray<FoundRows> => {
      const path = matched(table.path, pathname)
      if (path === undefined) return []
      const given = new Map<string, ReadonlyArray<string>>(path.map(([name, value]) => [name, [value]]))
      for (const name of searchParams.keys()) given.set(name, searchParams.getAll(name))
      return table.by.every((name) => given.has(name)) ? [{ table, given }] : []
    })
    const [best] = found.toSorted((a, b) => b.table.by.length - a.table.by.length)
    if (best === undefined) throw notExported("This is not in the export.")
    return best
  }

  async #answered({ by, index, path }: ExportedTable, given: FoundRows["given"]): Promise<string> {
    const key = by.map((name) => given.get(name)?.[0] ?? "").join(" ")
    for (const { part, keys } of await this.#json<TableIndex>(index)) {
      const at = keys?.indexOf(key) ?? -1
      if (at < 0) continue
      const answer = (await this.#json<ReadonlyArray<unknown>>(part))[at]
      return JSON.stringify(isPage(answer) && answer.next !== null ? { ...answer, next: null, isCut: true } : answer)
    }
    throw notExported(by.length === 0 ? `${path} was not exported.` : `The export has no ${by.join(" and ")} ${key}.`)
  }

  /** The items of a list that were asked for, in its default order: at least `enough`, if it has as many. */
  async #wanted({ index, path }: ExportedTable, given: FoundRows["given"], enough: number): Promise<ReadonlyArray<unknown>> {
    const isOne = isWanted(rulesOf(path), given)
    const parts = await this.#json<TableIndex>(index)
    let items: ReadonlyArray<unknown> = []
    let at = 0
    while (at < parts.length && items.length < enough) {
      const some = parts.slice(at, enough < Number.POSITIVE_INFINITY && given.size <= 2 ? at + 1 : at + 6)
      at += some.length
      const rows = await Promise.all(some.map(({ part }) => this.#json<ReadonlyArray<unknown>>(part)))
      items = [...items, ...rows.flat().filter(isOne)]
    }
    return items
  }

  async #listed(table: ExportedTable, given: FoundRows["given"]): Promise<string> {
    const { path, isCut } = table
    const rules = rulesOf(path)
    const [limit, from] = [Number(given.get("limit")?.[0] ?? PAGE_SIZE), Number.parseInt(given.get("cursor")?.[0] ?? "0", 10)]
    const sort = rules.sorts?.[given.get("sort")?.[0] ?? ""]
    // In the default order, the parts after those that fill the page are not needed.
    const items = await this.#wanted(table, given, sort === undefined ? from + limit + 1 : Number.POSITIVE_INFINITY)
    const sorted = sort === undefined ? items : sort(items)
    const numbered = rules.renumber === undefined ? sorted : sorted.map(rules.renumber)
    const page = numbered.slice(from, from + limit)
    const isLast = numbered.length <= from + limit
    return JSON.stringify({ items: page, next: isLast ? null : cursorOf(from + limit, page.at(-1)), ...(isLast && isCut ? { isCut } : {}) })
  }

  /** A file's JSON, which never changes. */
  #json<A>(name: string): Promise<A> {
    const known = this.#texts.get(name) ?? this.#fetched(name)
    this.#texts.delete(name)
    this.#texts.set(name, known)
    known.catch(() => this.#texts.delete(name))
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= CACHED_PARTS) break
      this.#texts.delete(oldest)
    }
    return known as Promise<A>
  }

  async #fetched(name: string): Promise<unknown> {
    const bytes = await this.read(name, false)
    if (bytes === undefined) throw new PartIsGone()
    return JSON.parse(await unzipped(bytes))
  }
}

/** A part that its snapshot names is not there any more. */
class PartIsGone extends Problem {
  constructor() {
    super("busy", "A file of this export is gone.", "The page tries again in a few seconds.", 5_000)
  }
}

const isPage = (answer: unknown): answer is { readonly next: string | null } =>
  typeof answer === "object" && answer !== null && "items" in answer && "next" in answer

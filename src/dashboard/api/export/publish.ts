/**
 * Writes snapshots to a folder or a bucket so that a reader always finds a complete one: first the parts and the files that the page links, then `current.json`,
 * which switches to them. A process that is killed in between leaves the snapshot before, and parts and files that the next process uses or removes.
 */
import { Clock, Duration, Effect, Schema } from "effect"
import type { ObjectHeaders, ObjectStore } from "../../../layers/objects/ObjectStore.ts"
import { CURRENT, Current, EXPORT_FORMAT, FILE_NAME, PART_NAME } from "../definition/export.ts"
import type { Page, PageFile } from "../page/Page.ts"
import { makeFileWriter } from "./fileWriter.ts"
import { partsOf, type Snapshot } from "./tables.ts"

/** Tells the page where its data is, relative to index.html. */
const DATA = "gittensor-data"

/** A policy in the document itself can't restrict who frames it. */
const policyInDocument = (policy: string): string =>
  policy
    .split("; ")
    .filter((rule) => !rule.startsWith("frame-ancestors"))
    .join("; ")

const relative = (attribute: "href" | "src") => ({
  element: (element: HTMLRewriterTypes.Element) => {
    const address = element.getAttribute(attribute)
    if (address?.startsWith("/")) element.setAttribute(attribute, `.${address}`)
  }
})

/** index.html with relative addresses, the place of its data, and its policy. */
const exportedIndex = ({ index, policy }: Page): PageFile => {
  const html = new HTMLRewriter()
    .on("meta[charset]", {
      element: (element) => {
        element.after(`<meta name="${DATA}" content="${CURRENT}" />`, { html: true })
        element.after(`<meta http-equiv="Content-Security-Policy" content="${policyInDocument(policy)}" />`, { html: true })
      }
    })
    .on("link", relative("href"))
    .on("script", relative("src"))
    .on("noscript", { element: (element) => void element.setInnerContent("This page needs JavaScript.") })
    .transform(new TextDecoder().decode(index.bytes))
  return { ...index, bytes: new TextEncoder().encode(html) }
}

const FOR_EVER = "public, max-age=31536000, immutable"
/** A browser asks each time whether there is another version. */
const NO_CACHE = "no-cache"
/** How long parts and files that no snapshot needs are kept: readers of an earlier snapshot may still ask for them. */
export const GRACE = Duration.minutes(10)
/** Objects that are written at a time. */
const CONCURRENCY = 8

const INDEX = "index.html"
const encoder = new TextEncoder()
const encodeCurrent = Schema.encodeSync(Schema.parseJson(Current))

export interface Published {
  readonly parts: number
  /** Files that the page links. */
  readonly files: number
  readonly bytes: number
  readonly removed: number
}

const partHeaders: ObjectHeaders = { contentType: "application/gzip", cacheControl: FOR_EVER }

/** A publisher of one process. Only one may write to a place. */
export const makePublisher = (store: ObjectStore, page: Page) => {
  /** The parts and files in the store; undefined until it was listed. */
  let present: Set<string> | undefined
  /** Since when no snapshot needs a part or a file, in milliseconds since 1970. */
  const unused = new Map<string, number>()
  let isPageWritten = false
  const writeFiles = makeFileWriter(store, FOR_EVER)

  const put = (name: string, bytes: Uint8Array, headers: ObjectHeaders) => Effect.as(store.put(name, bytes, headers), bytes.length)

  const writePageFiles = Effect.forEach(
    page.files,
    ([path, { bytes, contentType }]) =>
      put(path.slice(1), bytes, { contentType, cacheControl: path.startsWith("/assets/") ? FOR_EVER : NO_CACHE }),
    { concurrency: CONCURRENCY, discard: true }
  )

  const listed = Effect.map(
    store.list,
    (objects) => new Set(objects.map(({ key }) => key).filter((key) => PART_NAME.test(key) || FILE_NAME.test(key)))
  )

  /** Removes what no snapshot has needed for a while. Another process may have left some of it. */
  const removeUnused = (needed: ReadonlySet<string>, known: Set<string>) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      for (const key of unused.keys()) if (needed.has(key)) unused.delete(key)
      for (const key of known) if (!needed.has(key) && !unused.has(key)) unused.set(key, now)
      const old = [...unused].filter(([, since]) => now - since >= Duration.toMillis(GRACE)).map(([key]) => key)
      if (old.length === 0) return 0
      // Forgotten first: what was deleted only in part must be written again when it is needed.
      for (const key of old) {
        known.delete(key)
        unused.delete(key)
      }
      yield* store.remove(old)
      return old.length
    })

  return Effect.fn("publish")(function* (snapshot: Snapshot) {
    const { tables, files, ...about } = snapshot
    const known = present ?? (yield* listed)
    present = known
    if (!isPageWritten) yield* writePageFiles
    const linked = yield* writeFiles(files, known)
    const parts = partsOf([...tables, ...linked.tables])
    const missing = [...parts.texts].filter(([name]) => !known.has(name))
    const lengths = yield* Effect.forEach(
      missing,
      ([name, text]) => Effect.tap(put(name, Bun.gzipSync(text), partHeaders), () => Effect.sync(() => known.add(name))),
      { concurrency: CONCURRENCY }
    )
    const exportedAt = new Date(yield* Clock.currentTimeMillis).toISOString()
    const current = encodeCurrent({ ...about, format: EXPORT_FORMAT, exportedAt, tables: parts.tables })
    yield* put(CURRENT, encoder.encode(current), { contentType: "application/json", cacheControl: NO_CACHE })
    if (!isPageWritten) {
      const { bytes, contentType } = exportedIndex(page)
      yield* put(INDEX, bytes, { contentType, cacheControl: NO_CACHE })
      isPageWritten = true
    }
    const removed = yield* removeUnused(new Set([...parts.texts.keys(), ...linked.names]), known)
    const bytes = lengths.reduce((sum, length) => sum + length, linked.bytes)
    const published: Published = { parts: missing.length, files: linked.files, bytes, removed }
    return published
  })
}

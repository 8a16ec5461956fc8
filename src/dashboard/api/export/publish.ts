/**
 * Writes snapshots to a folder or a bucket, so that readers always find a complete one: first parts and linked files, then `current.json`, which switches to
 * them. If the process is killed in between, the previous snapshot stays, and the next process uses or removes the extra files.
 */
import { Clock, Duration, Effect, Schema } from "effect"
import type { ObjectHeaders, ObjectStore } from "../../../layers/storage/objects/ObjectStore.ts"
import { CURRENT_FILE, Current, EXPORT_FORMAT, FILE_NAME, PART_NAME } from "../definition/export.ts"
import { CHECK } from "../definition/pages.ts"
import { checkFor, type Network, type Page, type PageFile } from "../page/Page.ts"
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
        element.after(`<meta name="${DATA}" content="${CURRENT_FILE}" />`, { html: true })
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
/** Browsers must revalidate each time. */
const NO_CACHE = "no-cache"
/** How long unused parts and files are kept for readers of an earlier snapshot. */
export const UNUSED_KEPT_FOR = Duration.minutes(10)
/** Objects written concurrently. */
const CONCURRENCY = 8

const INDEX = "index.html"
const encoder = new TextEncoder()
const encodeCurrent = Schema.encodeSync(Schema.parseJson(Current))

export interface Published {
  readonly parts: number
  /** Number of linked files. */
  readonly files: number
  readonly bytes: number
  readonly removed: number
}

const partHeaders: ObjectHeaders = { contentType: "application/gzip", cacheControl: FOR_EVER }

/** A publisher. Only one process may write to a place. `network`: of the matches, for the page's check of them. */
export const makePublisher = <E = never, R = never>(
  store: ObjectStore,
  page: Page,
  network: Effect.Effect<Network | undefined, E, R> = Effect.succeed(undefined)
) => {
  /** Names of parts and files in the store; undefined: not listed yet. */
  let present: Set<string> | undefined
  /** Since when a part or file has been unused, in milliseconds since 1970. */
  const unused = new Map<string, number>()
  let isPageWritten = false
  const writeFiles = makeFileWriter(store, FOR_EVER)

  const put = (name: string, bytes: Uint8Array, headers: ObjectHeaders) => Effect.as(store.put(name, bytes, headers), bytes.length)

  const pageFiles = Effect.map(network, (found) =>
    page.check === undefined ? [...page.files] : [...page.files, [CHECK, checkFor(page.check, found)] as const]
  )
  const writePageFiles = Effect.flatMap(pageFiles, (files) =>
    Effect.forEach(
      files,
      ([path, { bytes, contentType }]) =>
        put(path.slice(1), bytes, { contentType, cacheControl: path.startsWith("/assets/") ? FOR_EVER : NO_CACHE }),
      { concurrency: CONCURRENCY, discard: true }
    )
  )

  const listed = Effect.map(
    store.list,
    (objects) => new Set(objects.map(({ key }) => key).filter((key) => PART_NAME.test(key) || FILE_NAME.test(key)))
  )

  /** Removes parts and files that have been unused for `UNUSED_KEPT_FOR`, including those of earlier processes. */
  const removeUnused = (needed: ReadonlySet<string>, known: Set<string>) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      for (const key of unused.keys()) if (needed.has(key)) unused.delete(key)
      for (const key of known) if (!needed.has(key) && !unused.has(key)) unused.set(key, now)
      const old = [...unused].filter(([, since]) => now - since >= Duration.toMillis(UNUSED_KEPT_FOR)).map(([key]) => key)
      if (old.length === 0) return 0
      // Removed from `known` first: an object that was perhaps deleted must be written again when it is needed.
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
    yield* put(CURRENT_FILE, encoder.encode(current), { contentType: "application/json", cacheControl: NO_CACHE })
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

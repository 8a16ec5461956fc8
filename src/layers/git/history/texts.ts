/** Reads the texts of blobs where GitHub's API is sure to return the same text. */
import { Effect } from "effect"
import { extensionOf } from "../../../domain/fileExtension.ts"
import { bytesOf, MAXIMUM_BYTES, sizesOf } from "../changedFiles.ts"
import { fetchObjects } from "./clone.ts"
import type { RecordedComparison } from "./historyTask.ts"
import type { Budget } from "./queries.ts"

/** The most bytes of blobs that are read at once. */
const MOST_READ = 24 << 20

/** Files that begin so are images and documents to GitHub, whatever follows. */
const MAGIC = /^(?:GIF8[79]a|%PDF-)/

/** Control characters that no source text needs. Some begin other encodings. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is sought.
const CONTROL = /[\0-\u0008\u000b\u000e-\u001f\u007f\ufeff]/

const decoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true })

/**
 * The text of plain UTF-8; null for all other bytes. For those, and for byte order marks, GitHub guesses the encoding and whether it is text, by
 * undocumented rules; it is known to use https://github.com/brianmario/charlock_holmes.
 */
const plainText = (bytes: Uint8Array): string | null => {
  try {
    const text = decoder.decode(bytes)
    return MAGIC.test(text) || CONTROL.test(text) ? null : text
  } catch {
    return null
  }
}

/** The blobs of compared files with one of these extensions. */
export const objectsIn = (
  comparisons: ReadonlyArray<RecordedComparison | null>,
  extensions: ReadonlySet<string>
): ReadonlyArray<string> => {
  const files = comparisons.flatMap((one) => one?.files ?? []).filter(({ path }) => extensions.has(extensionOf(path)))
  const sides = files.flatMap(({ after, before }) => [before, after].flatMap((side) => side ?? []))
  return [...new Set(sides.flatMap(({ bytes, object }) => (bytes > MAXIMUM_BYTES ? [] : [object])))]
}

/** Texts of blobs, in order. null: it does not fit into this answer. `text` is null for a blob that is no text, and for more than 1,000,000 bytes. */
export const textsOf = Effect.fn("textsOf")(function* (folder: string, url: string, objects: ReadonlyArray<string>, budget: Budget) {
  yield* fetchObjects(folder, url, objects)
  const once = [...new Set(objects)]
  const sizes = yield* sizesOf(folder, once)
  const bytes = yield* bytesOf(folder, once, MOST_READ)
  return objects.map((object) => {
    const found = bytes.get(object)
    if (found === undefined) return (sizes.get(object) ?? Number.POSITIVE_INFINITY) > MAXIMUM_BYTES ? { text: null } : null
    const answer = { text: plainText(found) }
    return budget.take(answer) ? answer : null
  })
})

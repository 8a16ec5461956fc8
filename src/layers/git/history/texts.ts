/** Texts of objects, as far as GitHub's API is sure to show the same. */
import { Effect } from "effect"
import { extensionOf } from "../../../domain/fileExtension.ts"
import { bytesOf, MAXIMUM_BYTES, sizesOf } from "../changedFiles.ts"
import { fetchObjects } from "./clone.ts"
import type { RecordedComparison } from "./historyTask.ts"
import type { Budget } from "./queries.ts"

/** Bytes of objects that are read at once. */
const MOST_READ = 24 << 20

/** GitHub takes these for pictures and documents, whatever follows. */
const MAGIC = /^(?:GIF8[79]a|%PDF-)/

/** Control characters that no source text needs. Some begin other encodings. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is sought.
const CONTROL = /[\0-\u0008\u000b\u000e-\u001f\u007f\ufeff]/

const decoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true })

/**
 * The text of bytes that are plainly UTF-8. GitHub guesses the encoding of all others, and whether they are text, in a way that it has not written down; so does it
 * with byte order marks. https://github.com/brianmario/charlock_holmes is what it is known to use.
 */
const plainText = (bytes: Uint8Array): string | null => {
  try {
    const text = decoder.decode(bytes)
    return MAGIC.test(text) || CONTROL.test(text) ? null : text
  } catch {
    return null
  }
}

/** The objects with the contents of compared files that have one of these extensions. */
export const objectsIn = (
  comparisons: ReadonlyArray<RecordedComparison | null>,
  extensions: ReadonlySet<string>
): ReadonlyArray<string> => {
  const files = comparisons.flatMap((one) => one?.files ?? []).filter(({ path }) => extensions.has(extensionOf(path)))
  const sides = files.flatMap(({ after, before }) => [before, after].flatMap((side) => side ?? []))
  return [...new Set(sides.flatMap(({ bytes, object }) => (bytes > MAXIMUM_BYTES ? [] : [object])))]
}

/** null for what does not fit into this answer any more; no text for what is none, and for more than 1,000,000 bytes. */
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

/**
 * What is kept of contents where words may come from (`rules/contributions/had.ts`), beside the clone and by the object's name: contents are fetched and read once, and a
 * tree's next version costs what changed in it.
 */
import { join } from "node:path"
import { Array as Arrays, Effect } from "effect"
import { HAD_EDITION, type Print, printOf } from "../../../rules/contributions/had.ts"
import { languageOf } from "../../../rules/text/languages.ts"
import { type KeptValues, keptIn } from "../../storage/sqlite/kept.ts"
import { bytesOf, MAXIMUM_BYTES, type Side, sizesOf } from "../changedFiles.ts"
import { LINK, SUBMODULE } from "../listTree.ts"
import { NO_MODE } from "./changes.ts"
import { fetchObjects, KEPT_RUNS } from "./clone.ts"

/** Bytes of contents that are read at once; a larger one is not read. */
const MOST_READ = 24 << 20
/** Objects whose prints are in memory at once. */
const OBJECTS_AT_ONCE = 500
/** Bytes that the prints of one repository's contents may take on the disk: about one for each word. */
const MOST_KEPT = 256 << 20

const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

/** An object, read as a file of a language: its extension and the object's name. */
export type Content = string

export const contentAt = ({ mode, object }: Side, path: string): ReadonlyArray<Content> =>
  mode === NO_MODE || mode === LINK || mode === SUBMODULE ? [] : [`.${languageOf(path).name} ${object}`]

export const partsOf = (content: Content): readonly [path: string, object: string] => {
  const [path = "", object = ""] = content.split(" ")
  return [path, object]
}

export const objectsIn = (contents: ReadonlyArray<Content>): ReadonlyArray<string> => Arrays.dedupe(contents.map((one) => partsOf(one)[1]))

const COUNT_BYTES = 8

/** The prints of a repository's contents, beside its clone: the number of runs, the runs, and the lines. */
export const printsIn = (folder: string) =>
  keptIn<Print>({ file: join(folder, KEPT_RUNS), name: "the cache of runs", instead: "contents are read again instead" }, MOST_KEPT, {
    bytesOf: ({ lines, runs }) => {
      const bytes = new Uint8Array(COUNT_BYTES + runs.byteLength + lines.byteLength)
      new DataView(bytes.buffer).setUint32(0, runs.length, true)
      bytes.set(new Uint8Array(runs.buffer, runs.byteOffset, runs.byteLength), COUNT_BYTES)
      bytes.set(new Uint8Array(lines.buffer, lines.byteOffset, lines.byteLength), COUNT_BYTES + runs.byteLength)
      return bytes
    },
    valueOf: (bytes) => {
      const { buffer } = Uint8Array.from(bytes)
      const count = buffer.byteLength < COUNT_BYTES ? -1 : new DataView(buffer).getUint32(0, true)
      const end = COUNT_BYTES + count * Float64Array.BYTES_PER_ELEMENT
      if (count < 0 || end > buffer.byteLength || (buffer.byteLength - end) % Uint32Array.BYTES_PER_ELEMENT !== 0) return undefined
      return { runs: new Float64Array(buffer, COUNT_BYTES, count), lines: new Uint32Array(buffer, end) }
    }
  })

const keyOf = (content: Content): string => `${HAD_EDITION} ${content}`

/** The text of a content's first 1,000,000 bytes; one with a NUL byte is none. */
const textIn = (bytes: Uint8Array | undefined): string => {
  const read = bytes?.subarray(0, MAXIMUM_BYTES)
  return read === undefined || read.includes(0) ? "" : decoder.decode(read)
}

/** Contents in groups that are read at once. */
const groupsOf = (contents: ReadonlyArray<Content>, sizes: ReadonlyMap<string, number>): ReadonlyArray<ReadonlyArray<Content>> => {
  const groups: Array<Array<Content>> = []
  let left = 0
  for (const content of contents) {
    const size = Math.min(MOST_READ, sizes.get(partsOf(content)[1]) ?? 0)
    if (groups.length === 0 || size > left) {
      groups.push([])
      left = MOST_READ
    }
    groups.at(-1)?.push(content)
    left -= size
  }
  return groups
}

/** Tells the texts of contents, in groups, and fetches what is missing. */
export const eachText = Effect.fn("eachText")(function* <E, R>(
  folder: string,
  url: string,
  contents: ReadonlyArray<Content>,
  tell: (texts: ReadonlyMap<Content, string>) => Effect.Effect<void, E, R>
) {
  const objects = objectsIn(contents)
  if (objects.length === 0) return
  yield* fetchObjects(folder, url, objects)
  for (const group of groupsOf(contents, yield* sizesOf(folder, objects))) {
    const bytes = yield* bytesOf(folder, objectsIn(group), MOST_READ, MOST_READ)
    yield* tell(new Map(group.map((content) => [content, textIn(bytes.get(partsOf(content)[1]))])))
  }
})

/** Tells the print of each content, in any order. Contents are fetched and read where their prints are not kept. */
export const eachPrint = Effect.fn("eachPrint")(function* (
  folder: string,
  url: string,
  { find, keep }: KeptValues<Print>,
  contents: ReadonlyArray<Content>,
  tell: (content: Content, print: Print) => void
) {
  const unread: Array<Content> = []
  for (const some of Arrays.chunksOf(Arrays.dedupe(contents), OBJECTS_AT_ONCE)) {
    const kept = yield* find(some.map(keyOf))
    for (const content of some) {
      const print = kept.get(keyOf(content))
      if (print === undefined) unread.push(content)
      else tell(content, print)
    }
  }
  yield* eachText(folder, url, unread, (texts) => {
    const read = new Map([...texts].map(([content, text]) => [content, printOf(text, partsOf(content)[0])] as const))
    for (const [content, print] of read) tell(content, print)
    return keep(new Map([...read].map(([content, print]) => [keyOf(content), print])))
  })
})

/** Writes the files that an exported page links to. Their names are derived from their content, so each is written once. */
import { Array, Effect, Option } from "effect"
import { digestOf } from "../../../domain/quality/Artefact.ts"
import type { ObjectHeaders, ObjectStore } from "../../../layers/storage/objects/ObjectStore.ts"
import { artefactFile, type FileContent, type FileTable, type LinkedFile, type NamedFile } from "./linkedFiles.ts"
import type { Row, Table } from "./tables.ts"

/** Maximum of bytes per endpoint's files in an export. The newest files take precedence. */
const MOST_BYTES = 67_108_864
/** Files read and written concurrently. */
const CONCURRENCY = 8

const headersOf = ({ mediaType }: FileContent, cacheControl: string): ObjectHeaders => ({
  contentType: mediaType === "text/plain" ? "text/plain; charset=utf-8" : mediaType,
  cacheControl
})

const namedBy = ({ bytes, mediaType }: FileContent) => artefactFile(digestOf(bytes), mediaType, bytes.length)

interface FoundFile<E> {
  readonly file: LinkedFile<E, never>
  readonly about: NamedFile
  readonly content: FileContent | undefined
}

/** Makes a writer that remembers the files it has read. `cacheControl`: for immutable files. */
export const makeFileWriter = (store: ObjectStore, cacheControl: string, mostBytes = MOST_BYTES) => {
  /** File names of the previous snapshot, by version. */
  let known: ReadonlyMap<string, NamedFile> = new Map()

  /** Finds a file's name. Reads the file only if its name is unknown. */
  const find = <E>(file: LinkedFile<E, never>): Effect.Effect<ReadonlyArray<FoundFile<E>>, E> => {
    const about = known.get(file.version) ?? file.named
    if (about !== undefined) return Effect.succeed([{ file, about, content: undefined }])
    return Effect.map(file.read, Option.match({ onNone: () => [], onSome: (content) => [{ file, about: namedBy(content), content }] }))
  }

  /** Writes files that the store lacks, and returns their tables. Adds each name to `present` once its file is stored. */
  return Effect.fn("writeFiles")(function* <E>(tables: ReadonlyArray<FileTable<E>>, present: Set<string>) {
    const read = new Map<string, NamedFile>()
    const names = new Set<string>()
    const sum = { files: 0, bytes: 0 }

    /** The file's row. None if the index has deleted the file since the snapshot. */
    const write = ({ file, about, content }: FoundFile<E>) =>
      Effect.gen(function* () {
        const row = (name: string): ReadonlyArray<Row> => {
          names.add(name)
          return [{ key: file.key, json: JSON.stringify(name) }]
        }
        if (present.has(about.name)) return row(about.name)
        const found = content ?? Option.getOrUndefined(yield* file.read)
        if (found === undefined) return []
        // The document may have been replaced since the snapshot.
        const written = namedBy(found)
        const { name } = written
        read.set(file.version, written)
        yield* store.put(name, found.bytes, headersOf(found, cacheControl))
        present.add(name)
        sum.files += 1
        sum.bytes += found.bytes.length
        return row(name)
      })

    const writeTable = ({ path, by, files }: FileTable<E>) =>
      Effect.gen(function* () {
        const content: Array<Row> = []
        let bytes = 0
        let isCut = false
        for (const some of Array.chunksOf(files, CONCURRENCY)) {
          const found = (yield* Effect.forEach(some, find, { concurrency: CONCURRENCY })).flat()
          for (const { file, about } of found) read.set(file.version, about)
          const fitting = Array.takeWhile(found, ({ about }) => {
            bytes += about.bytes
            return bytes <= mostBytes
          })
          content.push(...(yield* Effect.forEach(fitting, write, { concurrency: CONCURRENCY })).flat())
          isCut = fitting.length < found.length
          if (isCut) break
        }
        const table: Table = { path, kind: "files", by, isCut, content }
        return table
      })

    const written = yield* Effect.forEach(tables, writeTable)
    known = read
    return { tables: written, names, ...sum }
  })
}

/** Chooses a compression that the client accepts, and compresses. */
import { promisify } from "node:util"
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync, zstdCompress, zstdCompressSync } from "node:zlib"

export type Encoding = "zstd" | "br" | "gzip"

/** Zstandard compresses an answer about as well as Brotli, in a third of the time. */
const FOR_ANSWERS: ReadonlyArray<Encoding> = ["zstd", "br", "gzip"]
/** Brotli makes scripts smallest. A file is compressed only once. */
const FOR_FILES: ReadonlyArray<Encoding> = ["br", "zstd", "gzip"]

/** Quality values of an Accept-Encoding header by encoding; 0: refused. */
const preferences = (header: string): ReadonlyMap<string, number> =>
  new Map(
    header.split(",").flatMap((part) => {
      const [name = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase())
      const quality = parameters.find((text) => text.startsWith("q="))?.slice(2)
      const value = quality === undefined ? 1 : Number(quality)
      return name === "" || !(value >= 0 && value <= 1) ? [] : [[name === "x-gzip" ? "gzip" : name, value] as const]
    })
  )

/**
 * The best encoding that the client accepts (RFC 9110, 12.5.3), for an answer or an immutable file; undefined: uncompressed. Own code, because negotiator
 * ignores x-gzip and accepts malformed qualities.
 */
export const chooseEncoding = (acceptEncoding: string | undefined, what: "answer" | "file" = "answer"): Encoding | undefined => {
  if (acceptEncoding === undefined || acceptEncoding.trim() === "") return undefined
  const qualities = preferences(acceptEncoding)
  const valueOf = (name: string) => qualities.get(name) ?? qualities.get("*") ?? 0
  const identity = qualities.get("identity") ?? 0
  const offered = what === "file" ? FOR_FILES : FOR_ANSWERS
  const [best] = offered.filter((name) => valueOf(name) > 0 && valueOf(name) >= identity).toSorted((a, b) => valueOf(b) - valueOf(a))
  return best
}

interface BrotliOptions {
  readonly params: Readonly<Record<number, number>>
}

const zstandard = promisify<Uint8Array, Uint8Array>(zstdCompress)
const gzipped = promisify(gzip)
const brotlied = promisify<Uint8Array, BrotliOptions, Uint8Array>(brotliCompress)

/** Log2 of the smallest window that holds the whole answer: the compressor allocates memory for the window. */
const windowOf = ({ length }: Uint8Array) =>
  Math.min(constants.BROTLI_DEFAULT_WINDOW, Math.max(constants.BROTLI_MIN_WINDOW_BITS, Math.ceil(Math.log2(length + 16))))

/** Brotli at level 4 is about as fast as gzip, and smaller. */
const brotliOf = (bytes: Uint8Array, level = 4): BrotliOptions => ({
  params: {
    [constants.BROTLI_PARAM_QUALITY]: level,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    [constants.BROTLI_PARAM_LGWIN]: windowOf(bytes)
  }
})
const GZIP = { level: 6 }

/** Bytes up to which compressing takes less time than the transfer to another thread. */
const WORTH_A_THREAD = 65_536

const atOnce: Readonly<Record<Encoding, (bytes: Uint8Array) => Uint8Array>> = {
  zstd: (bytes) => zstdCompressSync(bytes),
  br: (bytes) => brotliCompressSync(bytes, brotliOf(bytes)),
  gzip: (bytes) => gzipSync(bytes, GZIP)
}
const onAThread: Readonly<Record<Encoding, (bytes: Uint8Array) => Promise<Uint8Array>>> = {
  zstd: zstandard,
  br: (bytes) => brotlied(bytes, brotliOf(bytes)),
  gzip: (bytes) => gzipped(bytes, GZIP)
}

/** Compresses small answers synchronously, and large ones off the main thread. */
export const compress = async (encoding: Encoding, bytes: Uint8Array): Promise<Uint8Array> =>
  (bytes.length > WORTH_A_THREAD ? onAThread : atOnce)[encoding](bytes)

/** Brotli's best level makes a script a sixth smaller, and takes half a second of a thread. */
export const compressBest = (bytes: Uint8Array): Promise<Uint8Array> => brotlied(bytes, brotliOf(bytes, constants.BROTLI_MAX_QUALITY))

/** Bytes below which an answer is not compressed, because it fits into one packet anyway. */
export const WORTH_COMPRESSING = 1_024

/** Whether a content type is compressible text. Event streams are excluded: a compressor would buffer their messages. */
export const isCompressible = (contentType: string | undefined): boolean =>
  contentType !== undefined &&
  /^(?:text\/(?!event-stream)|application\/(?:[a-z.+-]*\+)?json|image\/svg\+xml|application\/javascript)/i.test(contentType)

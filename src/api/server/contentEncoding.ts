/** Chooses a compression that the client accepts, and compresses. */
import { promisify } from "node:util"
import { brotliCompress, constants, gzip } from "node:zlib"

export type Encoding = "br" | "gzip"

/** In our order of preference. */
const OFFERED: ReadonlyArray<Encoding> = ["br", "gzip"]

/** The quality values of an Accept-Encoding header by encoding; 0 means refused. */
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
 * The best encoding that the client accepts; undefined means uncompressed (RFC 9110, 12.5.3). Written by hand because negotiator ignores x-gzip and accepts
 * malformed qualities.
 */
export const chooseEncoding = (acceptEncoding: string | undefined): Encoding | undefined => {
  if (acceptEncoding === undefined || acceptEncoding.trim() === "") return undefined
  const qualities = preferences(acceptEncoding)
  const valueOf = (name: string) => qualities.get(name) ?? qualities.get("*") ?? 0
  const identity = qualities.get("identity") ?? 0
  const [best] = OFFERED.filter((name) => valueOf(name) > 0 && valueOf(name) >= identity).toSorted((a, b) => valueOf(b) - valueOf(a))
  return best
}

const gzipped = promisify(gzip)
const brotlied = promisify<Uint8Array, { readonly params: Readonly<Record<number, number>> }, Uint8Array>(brotliCompress)

/** Compresses off the main thread. Brotli at level 4 is about as fast as gzip, and smaller. */
export const compress = (encoding: Encoding, bytes: Uint8Array): Promise<Uint8Array> =>
  encoding === "gzip"
    ? gzipped(bytes, { level: 6 })
    : brotlied(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } })

/** Bytes below which an answer is not compressed, because it fits one packet anyway. */
export const WORTH_COMPRESSING = 1_024

/** Whether a content type is compressible text. An event stream is excluded because its messages must not wait in a compressor. */
export const isCompressible = (contentType: string | undefined): boolean =>
  contentType !== undefined &&
  /^(?:text\/(?!event-stream)|application\/(?:[a-z.+-]*\+)?json|image\/svg\+xml|application\/javascript)/i.test(contentType)

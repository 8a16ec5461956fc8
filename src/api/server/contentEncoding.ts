/** Which compression a client takes, and doing it. */
import { promisify } from "node:util"
import { brotliCompress, constants, gzip } from "node:zlib"

export type Encoding = "br" | "gzip"

/** In the order in which we like them. */
const OFFERED: ReadonlyArray<Encoding> = ["br", "gzip"]

/** How much a client likes what stands in an Accept-Encoding, by name; 0 for what it refuses. */
const preferences = (header: string): ReadonlyMap<string, number> =>
  new Map(
    header.split(",").flatMap((part) => {
      const [name = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase())
      const quality = parameters.find((text) => text.startsWith("q="))?.slice(2)
      const value = quality === undefined ? 1 : Number(quality)
      return name === "" || !(value >= 0 && value <= 1) ? [] : [[name === "x-gzip" ? "gzip" : name, value] as const]
    })
  )

/** The best encoding that the client takes; none: as it is (RFC 9110, 12.5.3). */
export const chooseEncoding = (acceptEncoding: string | undefined): Encoding | undefined => {
  if (acceptEncoding === undefined || acceptEncoding.trim() === "") return undefined
  const liked = preferences(acceptEncoding)
  const valueOf = (name: string) => liked.get(name) ?? liked.get("*") ?? 0
  const identity = liked.get("identity") ?? 0
  const [best] = OFFERED.filter((name) => valueOf(name) > 0 && valueOf(name) >= identity).toSorted((a, b) => valueOf(b) - valueOf(a))
  return best
}

const gzipped = promisify(gzip)
const brotlied = promisify<Uint8Array, { readonly params: Readonly<Record<number, number>> }, Uint8Array>(brotliCompress)

/** Compressed off the only thread. Level 4 of brotli is about as quick as gzip and smaller. */
export const compress = (encoding: Encoding, bytes: Uint8Array): Promise<Uint8Array> =>
  encoding === "gzip"
    ? gzipped(bytes, { level: 6 })
    : brotlied(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } })

/** Answers shorter than this fit in a packet anyway. */
export const WORTH_COMPRESSING = 1_024

/** Whether a content type is text that shrinks. A stream of events is text too, but must not wait for a compressor. */
export const isCompressible = (contentType: string | undefined): boolean =>
  contentType !== undefined &&
  /^(?:text\/(?!event-stream)|application\/(?:[a-z.+-]*\+)?json|image\/svg\+xml|application\/javascript)/i.test(contentType)

/** An animated PNG of pictures of one size: each one's pixels are taken over as they are compressed. */
import { crc32 } from "node:zlib"

interface Chunk {
  readonly type: string
  readonly data: Buffer
}

const SIGNATURE_BYTES = 8
const END = "IEND"

const chunksOf = (png: Buffer): ReadonlyArray<Chunk> => {
  const chunks: Array<Chunk> = []
  for (let at = SIGNATURE_BYTES; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const [length, type] = [png.readUInt32BE(at), png.toString("latin1", at + 4, at + 8)]
    chunks.push({ type, data: png.subarray(at + 8, at + 8 + length) })
  }
  return chunks
}

const numbers = (...values: ReadonlyArray<number>): Buffer => {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index)
  return bytes
}

const written = ({ type, data }: Chunk): Buffer => {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data])
  return Buffer.concat([numbers(data.length), named, numbers(crc32(named))])
}

/** `pictures`: PNGs as a browser makes them. Each is shown for so many milliseconds, and after the last one it begins again. */
export const movingPicture = (pictures: ReadonlyArray<{ readonly png: Buffer; readonly milliseconds: number }>): Buffer => {
  const [first] = pictures
  const header = first === undefined ? undefined : chunksOf(first.png)[0]?.data
  if (first === undefined || header === undefined) throw new Error("a moving picture needs a first one")
  let place = 0
  const frames = pictures.flatMap(({ png, milliseconds }, index) => {
    const chunks = chunksOf(png)
    if (!chunks[0]?.data.equals(header)) throw new Error(`picture ${index + 1} has another size or form than the first one`)
    const delay = Buffer.alloc(6)
    delay.writeUInt16BE(milliseconds, 0)
    delay.writeUInt16BE(1_000, 2)
    const size = numbers(header.readUInt32BE(0), header.readUInt32BE(4), 0, 0)
    const control = { type: "fcTL", data: Buffer.concat([numbers(place++), size, delay]) }
    const pixels = chunks
      .filter(({ type }) => type === "IDAT")
      .map(({ data }) => (index === 0 ? { type: "IDAT", data } : { type: "fdAT", data: Buffer.concat([numbers(place++), data]) }))
    return [control, ...pixels]
  })
  return Buffer.concat([
    first.png.subarray(0, SIGNATURE_BYTES),
    ...[
      { type: "IHDR", data: header },
      { type: "acTL", data: numbers(pictures.length, 0) },
      ...frames,
      { type: END, data: Buffer.alloc(0) }
    ].map(written)
  ])
}

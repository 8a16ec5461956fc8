/** Pictures of one size become frames of an animated PNG, whose pixels are theirs. */
import { crc32, deflateSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { movingPicture } from "../../../scripts/movingPicture.ts"

const chunk = (type: string, data: Buffer): Buffer => {
  const out = Buffer.alloc(12 + data.length)
  out.writeUInt32BE(data.length)
  out.write(type, 4, "latin1")
  data.copy(out, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length)
  return out
}

/** A picture of `width` grey points in one line. */
const png = (width: number, grey: number): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(1, 4)
  header[8] = 8
  const pixels = deflateSync(Buffer.from([0, ...Array.from({ length: width }, () => grey)]))
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))])
}

const typesOf = (bytes: Buffer): ReadonlyArray<string> => {
  const types: Array<string> = []
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const end = at + 8 + bytes.readUInt32BE(at)
    assert.strictEqual(bytes.readUInt32BE(end), crc32(bytes.subarray(at + 4, end)), "the checksum")
    types.push(bytes.toString("latin1", at + 4, at + 8))
  }
  return types
}

describe("a moving picture", () => {
  it("has a frame for each picture, and the first one for who cannot see it move", () => {
    const [first, second] = [png(2, 10), png(2, 200)]
    const moving = movingPicture([
      { png: first, milliseconds: 1_000 },
      { png: second, milliseconds: 2_500 }
    ])
    assert.deepStrictEqual(typesOf(moving), ["IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "IEND"])
    const pixels = second.subarray(second.indexOf("IDAT") + 4, second.indexOf("IEND") - 8)
    assert.isAbove(moving.indexOf(pixels), 0)
    // 2,500 thousandths of a second.
    assert.strictEqual(moving.readUInt32BE(moving.lastIndexOf("fcTL") + 4 + 20), 2_500 * 65_536 + 1_000)
  })

  it("takes no pictures of different sizes, and not none", () => {
    assert.throws(() => movingPicture([png(2, 1), png(3, 1)].map((one) => ({ png: one, milliseconds: 1 }))), /picture 2/)
    assert.throws(() => movingPicture([]), /first/)
  })
})

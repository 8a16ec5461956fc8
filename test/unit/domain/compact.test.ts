import { assert, describe, it } from "@effect/vitest"
import { compactSize, decodeCompact, encodeCompact } from "../../../src/domain/compact.ts"

/** From the SCALE specification and parity-scale-codec's tests. */
const KNOWN: ReadonlyArray<readonly [bigint, string]> = [
  [0n, "00"],
  [1n, "04"],
  [42n, "a8"],
  [63n, "fc"],
  [64n, "0101"],
  [69n, "1501"],
  [16_383n, "fdff"],
  [16_384n, "02000100"],
  [1_073_741_823n, "feffffff"],
  [1_073_741_824n, "0300000040"],
  [4_294_967_295n, "03ffffffff"],
  [4_294_967_296n, "070000000001"],
  [100_000_000_000_000n, "0b00407a10f35a"],
  [18_446_744_073_709_551_615n, "13ffffffffffffffff"]
]

describe("compact numbers", () => {
  it.each(KNOWN)("%d is %s", (number, hex) => {
    assert.strictEqual(encodeCompact(number).toHex(), hex)
    const bytes = Uint8Array.fromHex(`${hex}ff`)
    assert.strictEqual(decodeCompact(bytes), number)
    assert.strictEqual(compactSize(bytes[0] ?? 0), hex.length / 2)
    if (number < 2n ** 53n) assert.strictEqual(encodeCompact(Number(number)).toHex(), hex)
  })

  it("are refused where bytes are missing", () => {
    for (const hex of ["", "01", "020001", "03000000", "07ffffffff"])
      assert.throws(() => decodeCompact(Uint8Array.fromHex(hex)), RangeError)
  })
})

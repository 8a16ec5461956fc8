import { calculate_state_root } from "@acala-network/chopsticks-executor"
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { compact, ScaleReader } from "../../../lab/devnet/chain/codec/scale.ts"
import { orderedTrieRoot, trieRoot } from "../../../lab/devnet/chain/codec/trieRoot.ts"

const bytes = (maxLength: number) => fc.uint8Array({ maxLength })
// few distinct bytes give long shared prefixes and keys that are prefixes of others
const key = fc.oneof(
  bytes(6),
  fc.array(fc.constantFrom(0, 1, 16, 17), { maxLength: 40 }).map((list) => new Uint8Array(list))
)
const pairs = fc.uniqueArray(fc.tuple(key, fc.oneof(bytes(40), fc.uint8Array({ minLength: 30, maxLength: 34 }))), {
  maxLength: 60,
  selector: ([name]) => name.toHex()
})

describe("trieRoot", () => {
  for (const layout of [0, 1] as const) {
    it(`matches smoldot's, layout ${layout}`, async () => {
      await fc.assert(
        fc.asyncProperty(pairs, async (entries) => {
          const expected: unknown = await calculate_state_root(
            entries.map(([name, value]) => [`0x${name.toHex()}`, `0x${value.toHex()}`]),
            layout
          )
          assert.strictEqual(`0x${trieRoot(entries, layout).toHex()}`, expected)
        }),
        { numRuns: 150 }
      )
    })
  }

  it("over a list is the root over compact-encoded positions", () => {
    const values = Array.from({ length: 300 }, (_, index) => new Uint8Array([index & 255, index >> 8]))
    const entries = values.map((value, index) => [compact(index), value] as const)
    assert.strictEqual(orderedTrieRoot(values, 0).toHex(), trieRoot([...entries].reverse(), 0).toHex())
  })
})

describe("compact numbers", () => {
  it("survive a round trip", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (number) => {
        const reader = new ScaleReader(compact(number))
        assert.strictEqual(reader.compact(), number)
        assert.strictEqual(reader.remaining, 0)
      })
    )
    for (const [number, hex] of [
      [0n, "00"],
      [63n, "fc"],
      [64n, "0101"],
      [16383n, "fdff"],
      [16384n, "02000100"],
      [1073741823n, "feffffff"],
      [1073741824n, "0300000040"]
    ] as const) {
      assert.strictEqual(compact(number).toHex(), hex)
    }
  })
})

import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { compact, concat } from "../../../lab/devnet/chain/codec/scale.ts"
import { Overlay } from "../../../lab/devnet/chain/state/Overlay.ts"
import { StateStore } from "../../../lab/devnet/chain/state/StateStore.ts"

const keys = ["00", "01", "0100", "0101", "02", "ab", "abcd", "ff"]
const key = fc.constantFrom(...keys)
const value = fc.nat(255).map((byte) => new Uint8Array([byte]))

type Step =
  | { readonly do: "set"; readonly key: string; readonly value: Uint8Array | null }
  | { readonly do: "append"; readonly key: string; readonly value: Uint8Array }
  | { readonly do: "removePrefix"; readonly key: string; readonly limit: number | undefined }
  | { readonly do: "begin" | "commit" | "rollback" }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("set" as const), key, value: fc.option(value, { nil: null }) }),
  fc.record({ do: fc.constant("append" as const), key, value }),
  fc.record({ do: fc.constant("removePrefix" as const), key, limit: fc.option(fc.nat(3), { nil: undefined }) }),
  fc.record({ do: fc.constantFrom("begin" as const, "commit" as const, "rollback" as const) })
)

/** SCALE lists of single bytes. Anything else counts as an empty list, as in Substrate's append. */
const appended = (before: Uint8Array | undefined, item: Uint8Array): Uint8Array => {
  const mode = before === undefined ? 1 : (before[0] ?? 0) & 3
  // the values here are one byte: a compact number in one-byte mode, or the start of a truncated one
  if (before === undefined || (before.length === 1 && mode !== 0)) return concat([compact(1), item])
  // 252 encodes a length of 63; one more item needs the two-byte mode.
  const [length, width] = mode === 1 ? [((before[0] ?? 0) | ((before[1] ?? 0) << 8)) >> 2, 2] : [(before[0] ?? 0) >> 2, 1]
  return concat([compact(length + 1), before.subarray(width), item])
}

class Model {
  private readonly stack: Array<Map<string, Uint8Array>> = []
  constructor(
    readonly base: ReadonlyMap<string, Uint8Array>,
    public state = new Map(base)
  ) {}
  run(step: Step): void {
    switch (step.do) {
      case "set":
        if (step.value === null) this.state.delete(step.key)
        else this.state.set(step.key, step.value)
        return
      case "append":
        this.state.set(step.key, appended(this.state.get(step.key), step.value))
        return
      case "removePrefix": {
        let fromBase = 0
        for (const name of [...this.state.keys()].sort().filter((name) => name.startsWith(step.key))) {
          if (this.base.has(name)) {
            if (step.limit !== undefined && fromBase >= step.limit) continue
            fromBase++
          }
          this.state.delete(name)
        }
        return
      }
      case "begin":
        this.stack.push(new Map(this.state))
        return
      case "commit":
        this.stack.pop()
        return
      case "rollback":
        this.state = this.stack.pop() ?? this.state
    }
  }
}

/** Appends once more: the length of a list of 63 items grows to two bytes. */
const longer: Step = { do: "append", key: "00", value: Uint8Array.of(0) }

describe("Overlay", () => {
  it("behaves like a state with nested transactions under any operations", () => {
    fc.assert(
      fc.property(fc.dictionary(key, value), fc.array(step, { maxLength: 60 }), (base, steps) => {
        const start = new Map(Object.entries(base))
        const store = new StateStore()
        store.write(
          0,
          [...start].map(([name, bytes]) => ({ child: "", key: name, value: bytes }))
        )
        const overlay = new Overlay(store.at(0))
        const model = new Model(start)
        for (const one of steps) {
          model.run(one)
          switch (one.do) {
            case "set":
              overlay.set("", one.key, one.value)
              break
            case "append":
              overlay.append(one.key, one.value)
              break
            case "removePrefix":
              overlay.removePrefix("", one.key, one.limit)
              break
            default:
              overlay[one.do]()
          }
          for (const name of keys) {
            assert.deepStrictEqual(overlay.get("", name), model.state.get(name), `${one.do}: value of ${name}`)
            const next = [...model.state.keys()].sort().find((other) => other > name)
            assert.strictEqual(overlay.nextKey("", name), next, `${one.do}: key after ${name}`)
          }
          assert.deepStrictEqual(
            [...overlay.keys("", "01")],
            [...model.state.keys()].sort().filter((name) => name.startsWith("01"))
          )
        }
        overlay.rollbackTo(0)
        store.write(1, overlay.changes())
        for (const name of keys) assert.deepStrictEqual(store.at(1).get("", name), overlay.get("", name))
      }),
      { numRuns: 500, examples: [[{ "00": Uint8Array.of(252) }, [longer, longer]]] }
    )
  })
})

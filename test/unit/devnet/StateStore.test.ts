import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { SortedKeys } from "../../../lab/devnet/chain/state/SortedKeys.ts"
import { type Change, StateStore } from "../../../lab/devnet/chain/state/StateStore.ts"

const key = fc.constantFrom("", "00", "01", "0100", "0101", "02", "0201", "ab", "abcd", "ff")
const child = fc.constantFrom("", "aa", "bb")
const value = fc.option(
  fc.nat(255).map((byte) => new Uint8Array([byte])),
  { nil: null }
)
const change: fc.Arbitrary<Change> = fc.record({ child, key, value })
const history = fc.array(fc.array(change, { maxLength: 8 }), { minLength: 1, maxLength: 40 })

/** A full copy of the state per block: slow and simple. */
const naive = (blocks: ReadonlyArray<ReadonlyArray<Change>>): ReadonlyArray<Map<string, Uint8Array>> => {
  const states: Array<Map<string, Uint8Array>> = []
  for (const changes of blocks) {
    const state = new Map(states.at(-1) ?? [])
    for (const { child, key, value } of changes) {
      if (value === null) state.delete(`${child}/${key}`)
      else state.set(`${child}/${key}`, value)
    }
    states.push(state)
  }
  return states
}

const keysIn = (
  state: Map<string, Uint8Array> | undefined,
  child: string,
  prefix: string,
  after: string | undefined
): ReadonlyArray<string> =>
  [...(state?.keys() ?? [])]
    .filter((name) => name.startsWith(`${child}/`))
    .map((name) => name.slice(child.length + 1))
    .filter((name) => name.startsWith(prefix) && (after === undefined || name > after))
    .sort()

const store = (blocks: ReadonlyArray<ReadonlyArray<Change>>, retention: number): StateStore => {
  const made = new StateStore(retention)
  blocks.forEach((changes, number) => {
    made.write(number, changes)
  })
  return made
}

describe("StateStore", () => {
  it("reads every retained block like a full copy per block", () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 50 }), child, key, key, (blocks, retention, trie, prefix, after) => {
        const made = store(blocks, retention)
        const model = naive(blocks)
        assert.strictEqual(made.floor, Math.max(0, blocks.length - 1 - retention))
        for (let number = made.floor; number < blocks.length; number++) {
          const view = made.at(number)
          for (const name of ["", "00", "01", "0100", "0101", "02", "0201", "ab", "abcd", "ff"]) {
            assert.deepStrictEqual(view.get(trie, name), model[number]?.get(`${trie}/${name}`))
            assert.strictEqual(view.nextKey(trie, name), keysIn(model[number], trie, "", name)[0])
          }
          assert.deepStrictEqual([...view.keys(trie, prefix)], keysIn(model[number], trie, prefix, undefined))
          assert.deepStrictEqual([...view.keys(trie, prefix, after)], keysIn(model[number], trie, prefix, after))
        }
      }),
      { numRuns: 300 }
    )
  })

  it("drops versions that no retained block sees", () => {
    const made = new StateStore(2)
    for (let number = 0; number < 100; number++) {
      made.write(number, [
        { child: "", key: "aa", value: new Uint8Array([number]) },
        { child: "", key: number.toString(16).padStart(4, "0"), value: new Uint8Array([1]) },
        { child: "", key: (number - 5).toString(16).padStart(4, "0"), value: null }
      ])
    }
    assert.strictEqual(made.floor, 97)
    // "aa", the five newest keys, and the removed keys that a retained block can still read
    assert.isAtMost(made.size, 1 + 5 + 2)
  })

  it("keeps what was removed by one of several blocks in a single write", () => {
    const made = store([[{ child: "", key: "aa", value: new Uint8Array([1]) }], [{ child: "", key: "aa", value: null }]], 10)
    assert.isUndefined(made.at(1).get("", "aa"))
    assert.deepStrictEqual(made.at(0).get("", "aa"), new Uint8Array([1]))
  })
})

describe("SortedKeys", () => {
  it("stays sorted through thousands of insertions and deletions", () => {
    const step = fc.tuple(fc.boolean(), fc.nat(3000))
    fc.assert(
      fc.property(fc.array(step, { minLength: 2000, maxLength: 4000 }), fc.nat(3000), (steps, from) => {
        const keys = new SortedKeys()
        const model = new Set<string>()
        for (const [add, number] of steps) {
          const name = number.toString(16).padStart(4, "0")
          if (add) keys.add(name)
          else keys.delete(name)
          if (add) model.add(name)
          else model.delete(name)
        }
        const start = from.toString(16).padStart(4, "0")
        const sorted = [...model].sort()
        assert.deepStrictEqual([...keys.from("", false)], sorted)
        assert.deepStrictEqual(
          [...keys.from(start, false)],
          sorted.filter((name) => name >= start)
        )
        assert.deepStrictEqual(
          [...keys.from(start, true)],
          sorted.filter((name) => name > start)
        )
      }),
      { numRuns: 10 }
    )
  })
})

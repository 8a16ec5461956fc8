import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { type HoldInputs, hold } from "../../../src/rules/consensus/hold.ts"

const neurons = [
  { uid: 0, hotkey: "owner" },
  { uid: 1, hotkey: "a" },
  { uid: 2, hotkey: "b" },
  { uid: 3, hotkey: "c" }
]

const facts: HoldInputs = {
  weights: [
    { uid: 3, value: 7 },
    { uid: 1, value: 65_535 },
    { uid: 2, value: 0 }
  ],
  weighedNeurons: neurons,
  neurons,
  epochsWithout: 1,
  lastUpdate: 1_000,
  activityCutoff: 5_000,
  nextBlock: 6_001
}

describe("hold", () => {
  it("never pays a UID that changed hands", () => {
    const hotkeys = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { minLength: 6, maxLength: 6 })
    fc.assert(
      fc.property(
        hotkeys,
        hotkeys,
        fc.nat(6),
        fc.nat(6),
        fc.array(fc.nat(3), { maxLength: 8 }),
        (before, now, weighed, registered, values) => {
          const listed = (all: ReadonlyArray<string>, count: number) => all.slice(0, count).map((hotkey, uid) => ({ uid, hotkey }))
          const weights = values.map((value, uid) => ({ uid, value }))
          const held = hold({ ...facts, weights, weighedNeurons: listed(before, weighed), neurons: listed(now, registered) })
          const expected = weights.filter(({ uid, value }) => value > 0 && uid < Math.min(weighed, registered) && before[uid] === now[uid])
          assert.deepStrictEqual(held._tag === "SendAgain" ? held.weights : [], expected)
        }
      ),
      { numRuns: 300 }
    )
  })
})

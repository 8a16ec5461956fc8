import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import * as Tokens from "../../../src/layers/github/client/tokens.ts"

describe("tokens", () => {
  const three = Tokens.make(["a", "b", "c"].map((token) => Redacted.make(token)))

  it("are used in turn, skipping resting and refused ones", () => {
    let tokens = Tokens.refuse(Tokens.rest(three, 1, "core", 100), 2, 0, 1000)
    const turns: Array<number | string> = []
    for (const now of [0, 0, 100, 100, 100]) {
      const choice = Tokens.choose(tokens, "core", now)
      turns.push(choice._tag === "Use" ? choice.slot : choice._tag)
      if (choice._tag === "Use") tokens = Tokens.tokenUsed(tokens, choice.slot)
    }
    assert.deepStrictEqual(turns, [0, 0, 1, 0, 1])
    assert.deepStrictEqual(Tokens.choose(tokens, "core", 1000), { _tag: "Use", slot: 2 })
    assert.strictEqual(Tokens.choose(tokens, "graphql", 0)._tag, "Use", "GraphQL has a limit of its own")
  })

  it("are refused for longer each time, up to a minute, until GitHub knows them", () => {
    let [tokens, now] = [three, 0]
    const rests: Array<number> = []
    for (let time = 0; time < 7; time++) {
      tokens = Tokens.refuse(Tokens.refuse(tokens, 1, now, 2_000), 1, now, 2_000)
      const until = tokens.slots[1]?.refusedUntil ?? 0
      rests.push((until - now) / 1_000)
      assert.strictEqual(tokens.slots.map(Tokens.isUnknown)[1], time >= 4)
      now = until
    }
    assert.deepStrictEqual(rests, [2, 4, 8, 16, 32, 60, 60])
    assert.deepStrictEqual(Tokens.tokenAnswered(tokens, 1).slots[1], three.slots[1])
  })

  it("say when the first is free again, and when GitHub knows none", () => {
    const resting = [0, 1, 2].reduce((tokens, slot) => Tokens.rest(tokens, slot, "core", 100 + slot), three)
    assert.deepStrictEqual(Tokens.choose(resting, "core", 0), { _tag: "Rest", until: 100, isRefused: false })
    const refusedOnce = [0, 1, 2].reduce((tokens, slot) => Tokens.refuse(tokens, slot, 0, 50 + slot), three)
    assert.deepStrictEqual(Tokens.choose(refusedOnce, "core", 0), { _tag: "Rest", until: 50, isRefused: true })
    const times = [0, 100, 1_000, 10_000, 100_000]
    const unknown = times.reduce((all, at) => [0, 1, 2].reduce((tokens, slot) => Tokens.refuse(tokens, slot, at, 50), all), three)
    assert.deepStrictEqual(Tokens.choose(unknown, "core", 100_000), { _tag: "AllRefused" })
    assert.deepStrictEqual(Tokens.choose(unknown, "core", 100_800), { _tag: "Use", slot: 0 }, "it is tried again")
  })

  it("may be absent, which counts as one way of asking", () => {
    assert.deepStrictEqual(Tokens.choose(Tokens.make([]), "core", 0), { _tag: "Use", slot: 0 })
  })
})

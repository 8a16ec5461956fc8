/** When a validator notes stake: at the turn of the day, when there is less stake than noted, and at a secret block. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { ContractRefusal } from "../../../src/contract-client/codec.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import * as Notes from "../../../src/scoring/issue_competitions/notes.ts"
import { silentChain } from "../../support/github/silentChain.ts"
import { account, hotkey } from "../../support/rules/world.ts"

const DAY = 50
const TURNED_AT = 290
const VALIDATORS = [1, 2, 3]
const ALPHA = 1_000_000_000n

/** Three validators that check each head in turn. `stake`: the first validator's present stake, by two coldkeys, of which 10 α are noted. */
const scene = (first: { stake: bigint; isNews: boolean }) => {
  const validators = VALIDATORS.map((id) => ({ hotkey: hotkey(id), coldkeys: [account("coldkey", id), account("coldkey", 10 + id)] }))
  const noted = { before: 10n * ALPHA, day: 10n * ALPHA, since: 10n * ALPHA }
  const reads = { stakes: 0 }
  const services = Layer.mergeAll(
    Layer.succeed(
      Chain,
      silentChain({ hashesOf: (blocks) => Effect.succeed(blocks.map((block) => `0x${String(block).padStart(64, "0")}`)) })
    ),
    Layer.mock(Contract, {
      address: hotkey(9),
      encode: () => "0x",
      stateAt: () => Effect.succeed({ config: { day: DAY, roundLength: 300, attestBlocks: 50 }, validators } as never),
      read: (name) =>
        name === "noteWeights"
          ? Effect.suspend(() =>
              first.isNews
                ? Effect.succeed(null as never)
                : Effect.fail(new ContractRefusal({ contractMessage: "note_weights", error: { _tag: "NothingToDo" } }))
            )
          : Effect.succeed({
              validators: validators.map((one) => ({ ...one, noted, weight: 10n * ALPHA })),
              total: 30n * ALPHA,
              turnedAt: TURNED_AT
            } as never)
    }),
    Layer.mock(Subnet, {
      netuid: 74,
      stakeOf: (of) =>
        Effect.sync(() => {
          reads.stakes += 1
          return of === hotkey(1) ? first.stake / 2n : 5n * ALPHA
        })
    })
  )
  return Effect.gen(function* () {
    const steps = yield* Effect.forEach(VALIDATORS, (id) =>
      Effect.map(
        Notes.make(hotkey(id), (below) => below - 1),
        (step) => [id, step] as const
      )
    )
    /** Which validators note stake at each of these heads. */
    const noting = (from: number, to: number) =>
      Effect.forEach(
        Array.from({ length: to - from }, (_, index) => from + index),
        (number) =>
          Effect.map(
            Effect.filter(steps, ([, step]) => Effect.map(step({ number, hash: "0x" }), ({ length }) => length > 0)),
            (found) => found.map(([id]) => id)
          )
      ).pipe(Effect.provide(services))
    return { noting, reads }
  }).pipe(Effect.provide(services))
}

describe("noting weights", () => {
  it.effect("sends nothing while all is as noted, and reads no stake then", () =>
    Effect.gen(function* () {
      const { noting, reads } = yield* scene({ stake: 10n * ALPHA, isNews: false })
      assert.deepStrictEqual((yield* noting(TURNED_AT, TURNED_AT + DAY)).flat(), [])
      assert.strictEqual(reads.stakes, 0)
    })
  )

  it.effect("is one validator's at each head while one has less than noted, each in turn", () =>
    Effect.gen(function* () {
      const { noting } = yield* scene({ stake: 9n * ALPHA, isNews: true })
      const heads = yield* noting(300, 312)
      assert.isTrue(heads.every(({ length }) => length === 1))
      assert.sameMembers(
        [0, 4, 8].map((head) => heads[head]?.[0]),
        VALIDATORS
      )
    })
  )

  it.effect("leaves the chain's rounding to the turn, or to a look that is drawn", () =>
    Effect.gen(function* () {
      const { noting } = yield* scene({ stake: 10n * ALPHA - 4n, isNews: true })
      const looks = yield* noting(TURNED_AT, TURNED_AT + DAY)
      const drawn = [DAY / 2 - 1, DAY - 1]
      assert.deepStrictEqual(looks.filter((_, index) => !drawn.includes(index)).flat(), [])
      for (const index of drawn) assert.deepStrictEqual(looks[index], VALIDATORS, "the last block of each half day, as drawn here")
    })
  )

  it.effect("turns the day when it is due, the first validator at once and the others if it does not", () =>
    Effect.gen(function* () {
      const { noting } = yield* scene({ stake: 10n * ALPHA, isNews: true })
      const due = TURNED_AT + DAY
      assert.deepStrictEqual((yield* noting(due - 3, due)).flat().length, 0)
      const heads = yield* noting(due, due + 12)
      assert.strictEqual(heads[0]?.length, 1)
      assert.strictEqual(heads[11]?.length, 3)
    })
  )
})

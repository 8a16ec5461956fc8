/** Round numbers repeat or fall when the round length changes: the latest round is that of the latest block. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { fromUids } from "../../../src/domain/UidBitmap.ts"
import { ALICE, BOB, ISSUE, seed, VALIDATOR } from "../../support/api/seed.ts"
import { asked } from "../../support/api/support.ts"
import { variants } from "../../support/database/support.ts"

const Enrolment = Schema.Struct({
  enrolment: Schema.Struct({
    round: Schema.Number,
    validators: Schema.Number,
    miners: Schema.Array(Schema.Struct({ uid: Schema.Number, enrolledBy: Schema.Number }))
  })
})
const Listed = Schema.Struct({ items: Schema.Array(Schema.Struct({ round: Schema.Number, at: Schema.Struct({ block: Schema.Number }) })) })
const Active = Schema.Struct({ items: Schema.Array(Schema.Struct({ round: Schema.Number, at: Schema.Number })) })

/** A second event in a block, for rows that need one. */
const EXTRA = 77

describe.each(variants.filter(({ skip }) => !skip))("lengthened rounds on the $name database", ({ layer }) => {
  it.scoped("do not make an old round the latest one", () =>
    Effect.gen(function* () {
      yield* seed
      const sql = yield* SqlClient
      const get = yield* asked
      const eventAt = (block: number) =>
        sql`INSERT INTO events SELECT (jsonb_populate_record(e, ${JSON.stringify({ block, index: EXTRA, extrinsic: null, call_position: null })}::jsonb)).* FROM events e WHERE e.block = 12 LIMIT 1`
      const attest = (block: number, round: number, validator: string, ...uids: ReadonlyArray<number>) =>
        Effect.zipRight(
          eventAt(block),
          sql`INSERT INTO attestations ${sql.insert({ issue: ISSUE, round, validator, enrolled: fromUids(uids), skipped: fromUids([]), block, event: EXTRA })}
            ON CONFLICT (issue, round, validator) DO UPDATE SET enrolled = excluded.enrolled, block = excluded.block, event = excluded.event`
        )
      const lengthFrom = (block: number, length: number) =>
        Effect.zipRight(
          eventAt(block),
          sql`INSERT INTO config_changes SELECT (jsonb_populate_record(g, ${JSON.stringify({ block, event: EXTRA, config: { roundLength: length } })}::jsonb)).*
            FROM config_changes g WHERE g.block = 3`
        )
      const enrolment = Effect.flatMap(get(`/v1/issues/${ISSUE}`), ({ body }) => Schema.decodeUnknown(Enrolment)(body)).pipe(
        Effect.map((found) => found.enrolment)
      )
      yield* sql`DELETE FROM attestations`
      yield* lengthFrom(4, 4)
      yield* attest(13, 3, VALIDATOR, 1, 2)
      yield* attest(14, 3, BOB, 2, 3)
      yield* attest(17, 4, VALIDATOR, 1)
      assert.deepInclude(yield* enrolment, { round: 4, validators: 1 })

      // Rounds of 10 blocks: the number falls, and then an earlier number repeats.
      yield* lengthFrom(20, 10)
      yield* attest(21, 2, VALIDATOR, 1, 2)
      assert.deepStrictEqual(yield* enrolment, {
        round: 2,
        validators: 1,
        miners: [
          { uid: 1, enrolledBy: 1 },
          { uid: 2, enrolledBy: 1 }
        ]
      })
      yield* attest(31, 3, VALIDATOR, 2)
      assert.deepStrictEqual(
        yield* enrolment,
        { round: 3, validators: 1, miners: [{ uid: 2, enrolledBy: 1 }] },
        "Bob's is of the old round 3"
      )

      const listed = yield* Effect.flatMap(get("/v1/attestations"), ({ body }) => Schema.decodeUnknown(Listed)(body))
      assert.deepStrictEqual(
        listed.items.map(({ at, round }) => [at.block, round]),
        [
          [31, 3],
          [21, 2],
          [17, 4],
          [14, 3]
        ]
      )
      const active = yield* Effect.flatMap(get(`/v1/miners/${ALICE}/activity`), ({ body }) => Schema.decodeUnknown(Active)(body))
      assert.deepStrictEqual(
        active.items.map(({ at, round }) => [at, round]),
        [
          [21, 2],
          [17, 4]
        ]
      )
    }).pipe(Effect.provide(layer))
  )
})

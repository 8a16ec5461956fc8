/** An audit's findings about records that are scored again. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { rescoreEpoch } from "../../../src/consensus/audit/rescoreEpoch.ts"
import { RecordUnclear } from "../../../src/domain/MeasuredRecord.ts"
import { openRecords } from "../../../src/domain/Opening.ts"
import type { ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import { minersBehind, recordOf, report, rooted } from "../../support/validator/reports.ts"

const EPOCH = 20_000

const auditOf = (record: ScoredRecord) => {
  const validator = report(EPOCH).validator
  const told = { ...report(EPOCH), ...rooted(minersBehind([record]), validator, [record]) }
  const unclear = (one: ScoredRecord) => Effect.fail(new RecordUnclear({ ...one, why: "it was scored in an earlier epoch" }))
  return rescoreEpoch([told], new Map([[validator, openRecords([record], validator, [0])]]), unclear)
}

describe("an audit of kept records", () => {
  it.effect("names those of an epoch that was not past, and leaves others unclear, since the tempo may have been shorter", () =>
    Effect.gen(function* () {
      const kinds: ReadonlyArray<readonly [number, string]> = [
        [EPOCH - 1, "record unclear"],
        [EPOCH, "wrong record"],
        [EPOCH - 3_601, "record unclear"]
      ]
      for (const [kept, kind] of kinds) {
        const { findings, unclear } = yield* auditOf(recordOf(4, 1, { kept }))
        assert.deepStrictEqual(
          findings.map(({ kind }) => kind),
          [kind],
          String(kept)
        )
        assert.strictEqual(unclear.points > 0, kind === "record unclear")
      }
    })
  )
})

/** The bytes of what validators keep and show each other, as docs/reference/consensus.md promises them. */
import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { openRecords } from "../../../src/domain/Opening.ts"
import { rootedIn } from "../../../src/domain/ScoredRecord.ts"
import { make } from "../../../src/layers/storage/dataFolder/Reports.ts"
import { folder } from "../../support/folder.ts"
import { hotkey } from "../../support/rules/world.ts"
import { minersBehind, recordOf, records, report, retention, validator } from "../../support/validator/reports.ts"

const DRAWS = 16
/** 360 blocks of 12 seconds. */
const EPOCH_SECONDS = 4_320

describe("the bytes of", () => {
  it.scoped("a year of reports and a month of evidence, of 256 miners and 2,000 pull requests", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const archive = yield* make(path, validator, retention)
      const behind = records(2_000)
      const body = { ...report(1), miners: minersBehind(behind), ...rootedIn(behind, validator.address) }
      const miners = body.miners.map(({ uid }) => ({
        ...{ uid, hotkey: hotkey(uid), account: String(10_000_000 + uid) },
        repositories: [
          {
            ...{ repository: "acme/gadgets", pullRequests: uid / 7, issues: 0 },
            components: {
              pull_requests: behind
                .filter((one) => one.uid === uid)
                .map(({ number, score, tokens, earned }) => ({ number, base: score, tokens, earned }))
            }
          }
        ]
      }))
      yield* archive.keep(body, { records: behind, kept: [], miners })
      const bytesOf = (suffix: string) =>
        statSync(join(path, readdirSync(path).find((name) => name.endsWith(suffix)) ?? assert.fail(suffix))).size
      const epochs = (time: Duration.Duration) => Duration.toSeconds(time) / EPOCH_SECONDS
      const all = epochs(retention.reports) * bytesOf(".report.json") + epochs(retention.evidence) * bytesOf(".evidence.json.gz")
      assert.isAtMost(all, 380_000_000)
    })
  )

  it("the openings of a report with 100,000 records", () => {
    const one = recordOf(1, 1)
    const behind = Array.from({ length: 100_000 }, (_, number) => ({ ...one, number }))
    const points = Array.from({ length: DRAWS }, (_, draw) => Math.floor((behind.length * one.earned * draw) / DRAWS))
    const shown = openRecords(behind, validator.address, points)
    assert.lengthOf(shown, DRAWS)
    assert.isAtMost(JSON.stringify(shown).length, 34_000)
  })
})

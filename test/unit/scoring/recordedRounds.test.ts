import { existsSync, readFileSync } from "node:fs"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer, Record, Schema } from "effect"
import { RoundRecord } from "../../../src/domain/contributions/RoundRecord.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import { layerBuiltIn } from "../../../src/layers/chain/roster/Roster.ts"
import { roundDocument } from "../../../src/scoring/oss_contributions/explain/roundDocument.ts"
import { filesToLoad } from "../../../src/scoring/oss_contributions/load/filesToLoad.ts"
import * as FileScorer from "../../../src/scoring/oss_contributions/score/FileScorer.ts"
import { scoreRecordedRound } from "../../../src/scoring/oss_contributions/score/scoreRecordedRound.ts"
import { processes } from "../../support/processes.ts"
import { differences, Want } from "./rules/rounds.ts"

const VECTORS = new URL("../../../../shared/vectors/scoring_rounds.json", import.meta.url)
const OWN = new URL("round.jsonl", import.meta.url)

const Given = Schema.Struct({ ...RoundRecord.fields, want: Want })
const decode = Schema.decodeUnknownSync(Given)
const decodeMany = Schema.decodeUnknownSync(Schema.parseJson(Schema.Struct({ rounds: Schema.Array(Given) })))

const check = ({ want, ...record }: typeof Given.Type) =>
  Effect.map(scoreRecordedRound(record), (round) => {
    assert.deepStrictEqual(round.exceeded, [])
    return differences(roundDocument(round.record, round, defaultRoster.emission), want)
  })

layer(Layer.merge(Layer.provide(FileScorer.layer({ processes: 1 }), processes), layerBuiltIn))("a recorded round", (it) => {
  it.effect("with files in six languages matches the subnet's public program", () =>
    Effect.map(check(decode(JSON.parse(readFileSync(OWN, "utf8")))), (found) => assert.deepStrictEqual(found, []))
  )

  it.effect("pays a file for what was not had before: by its own share, or by its pull request's in an older record", () =>
    Effect.gen(function* () {
      const scoreOf = (fields: object, had?: number) => {
        const text = Array.from(
          { length: 9 },
          (_, index) => `export const f${index} = (row: Row) => (row.size > ${index} ? row.size : ${index})\n`
        )
        const file = { filename: "a.ts", status: "added", additions: 9, changes: 9, head_content: text.join("") }
        const pull = {
          ...{ repo_full_name: "acme/site", pr_number: 1, state: "MERGED", author_github_id: "100", author_login: "ada" },
          ...{ created_at: "2026-10-01T12:00:00Z", merged_at: "2026-10-01T13:00:00Z", merged_by_login: "maud" },
          ...{ base_ref: "main", default_branch: "main", scoring_data_stored: true, ...fields }
        }
        const record = Schema.decodeUnknownSync(RoundRecord)({
          ...{
            now: "2026-10-01T18:00:00Z",
            scoring: "work",
            repos: { "acme/site": { emission_share: 1 } },
            uids: { "1": "100" },
            issues: {}
          },
          pulls: { "100": [pull] },
          files: { "acme/site#1": [{ ...file, ...(had === undefined ? {} : { had_share: had }) }] }
        })
        return Effect.map(
          scoreRecordedRound(record),
          ({ miners }) => miners[0]?.contributions.get("acme/site")?.pullRequests[0]?.factors.base ?? 0
        )
      }
      const whole = yield* scoreOf({})
      assert.isAbove(whole, 0)
      assert.closeTo(yield* scoreOf({}, 500_000), 0.55 * whole, 1e-9)
      assert.closeTo(yield* scoreOf({ copied_share: 500_000 }), 0.55 * whole, 1e-9)
      assert.strictEqual(yield* scoreOf({ copied_share: 500_000 }, 0), whole)
    })
  )

  describe.skipIf(!existsSync(VECTORS))("of ../shared/vectors/scoring_rounds.json", () => {
    it.effect("comes out as wanted, each of them", () =>
      Effect.gen(function* () {
        const { rounds } = decodeMany(readFileSync(VECTORS, "utf8"))
        assert.isAtLeast(rounds.length, 20)
        const found = yield* Effect.forEach(rounds, check)
        assert.deepStrictEqual(
          found.flatMap((lines, index) => lines.map((line) => `round ${index}: ${line}`)),
          []
        )
      })
    )

    it.effect("has its files loaded one repository after the other, whoever wrote them", () =>
      Effect.sync(() => {
        const runs = decodeMany(readFileSync(VECTORS, "utf8")).rounds.map(({ pulls, ...record }) => {
          const withCommits = Record.map(pulls, (all) => all.map((pull) => ({ ...pull, base_sha: "base", head_sha: "head" })))
          const places = filesToLoad({ ...record, pulls: withCommits }, true).map(({ repository }) => repository)
          return places.filter((one, index) => one !== places[index - 1])
        })
        assert.isAbove(Math.max(...runs.map(({ length }) => length)), 1)
        for (const run of runs) assert.strictEqual(run.length, new Set(run).size)
      })
    )
  })
})

import { existsSync, readFileSync } from "node:fs"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { fileRulesOf } from "../../../../src/domain/contributions/FileRules.ts"
import { defaultRoster } from "../../../../src/domain/defaultRoster.ts"
import * as FileScorer from "../../../../src/scoring/oss_contributions/score/FileScorer.ts"
import { casesIn } from "../../../support/conformance/lines.ts"
import { processes } from "../../../support/processes.ts"

const SHARED = new URL("../../../../../shared/vectors/file_scores.json", import.meta.url)
const Wanted = Schema.Struct({ score: Schema.Number, method: Schema.String, nodes: Schema.Number, test: Schema.Boolean })
const Given = Schema.Struct({
  path: Schema.String,
  status: Schema.String,
  additions: Schema.Number,
  deletions: Schema.Number,
  base: Schema.NullOr(Schema.String),
  head: Schema.NullOr(Schema.String),
  want: Wanted
})
const decodeLine = Schema.decodeUnknownSync(Schema.parseJson(Given))
const decodeShared = Schema.decodeUnknownSync(Schema.parseJson(Schema.Struct({ files: Schema.Array(Given) })))
const rules = fileRulesOf(defaultRoster)

/** Files whose result differs, with both results. Scores must be equal to the last bit. */
const different = Effect.fn(function* (given: ReadonlyArray<typeof Given.Type>) {
  const scorer = yield* FileScorer.FileScorer
  const found = yield* Effect.forEach(given, ({ want, ...file }) =>
    Effect.map(scorer.scoreFiles([{ ...file, changes: file.additions + file.deletions, isBinary: false }], rules), ({ files: [score] }) => {
      const got = { score: score?.score, method: score?.method, nodes: score?.nodes, test: score?.isTest }
      return { path: file.path, got, want }
    })
  )
  return found.filter(({ got, want }) => !Bun.deepEquals({ ...got }, { ...want }))
})

layer(Layer.provide(FileScorer.layer({ processes: 1 }), processes))("files", (it) => {
  it.effect("of 38 languages score as the subnet's public program says, to the last bit", () =>
    Effect.gen(function* () {
      const given = casesIn("files.jsonl").map((line) => decodeLine(line))
      assert.isAtLeast(given.length, 100)
      assert.deepStrictEqual(yield* different(given), [])
    })
  )

  describe.skipIf(!existsSync(SHARED))("of ../shared/vectors/file_scores.json", () => {
    it.effect("score as wanted, each of them", () =>
      Effect.gen(function* () {
        const { files } = decodeShared(readFileSync(SHARED, "utf8"))
        assert.isAtLeast(files.length, 140)
        assert.deepStrictEqual(yield* different(files), [])
      })
    )
  })
})

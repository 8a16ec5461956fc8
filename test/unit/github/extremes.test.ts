/** Decoders accept or refuse any answer of git and GitHub: none of them throws, and every timestamp fits a `Date`. */
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Either, FastCheck as fc, Schema } from "effect"
import { Time } from "../../../src/domain/github/answerParts.ts"
import * as contributions from "../../../src/domain/github/ContributionAnswers.ts"
import { File } from "../../../src/domain/github/IssueAnswers.ts"
import { Instant, instantText } from "../../../src/domain/Instant.ts"
import { AskedStanding, RecordAnswer } from "../../../src/layers/git/history/historyTask.ts"
import { Gist, Repository } from "../../../src/layers/github/client/rest.ts"
import { OwnCommit } from "../../../src/layers/github/evidence/ownCommits.ts"
import * as evidence from "../../../src/layers/github/evidence/queries.ts"

const extreme = fc.constantFrom<unknown>(
  null,
  undefined,
  -1,
  0.5,
  2 ** 53,
  -(2 ** 63),
  1e308,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  "",
  "\u0000\u001b[2J\u202e",
  "\ud800",
  "__proto__",
  "constructor",
  "x".repeat(100_000),
  "+275760-09-13T00:00:00.000Z",
  "+3200000-01-01T00:00:00Z",
  "-271821-04-20T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "0000-00-00T00:00:00Z",
  [],
  {},
  [[[[[[]]]]]]
)

/** A value with one of its parts replaced. */
const mutated = (value: unknown, path: ReadonlyArray<number>, by: unknown): unknown => {
  const [first, ...rest] = path
  if (first === undefined || typeof value !== "object" || value === null) return by
  const keys = Object.keys(value)
  const key = keys[first % Math.max(1, keys.length)]
  if (key === undefined) return by
  const changed = Object.entries(value).map(([name, part]) => [name, name === key ? mutated(part, rest, by) : part] as const)
  return Array.isArray(value) ? changed.map(([, part]) => part) : Object.fromEntries(changed)
}

const DECODERS: Readonly<Record<string, Schema.Schema<unknown, never>>> = Object.fromEntries(
  Object.entries({
    ...Object.fromEntries(Object.entries({ ...evidence, ...contributions }).filter(([, one]) => Schema.isSchema(one))),
    AskedStanding,
    File,
    Gist,
    Instant,
    OwnCommit,
    RecordAnswer,
    Repository,
    Time
  })
) as never

describe("a decoder", () => {
  for (const [name, schema] of Object.entries(DECODERS))
    it(`of ${name} refuses or holds what no type foresaw`, () => {
      const encoded = Arbitrary.make(Schema.encodedSchema(schema))
      const decode = Schema.decodeUnknownEither(schema)
      fc.assert(
        fc.property(encoded, fc.array(fc.nat(50), { maxLength: 6 }), extreme, (value, path, by) => {
          const decoded = decode(mutated(value, path, by))
          if (Either.isRight(decoded)) JSON.stringify(decoded.right)
        }),
        { numRuns: 60 }
      )
    })

  it("of times gives none that a date cannot be", () => {
    fc.assert(
      fc.property(fc.oneof(extreme, fc.string(), fc.date().map(String)), (value) => {
        const [time, instant] = [Schema.decodeUnknownEither(Time)(value), Schema.decodeUnknownEither(Instant)(value)]
        if (Either.isRight(time)) assert.isString(new Date(time.right + 86_400_000).toISOString())
        if (Either.isRight(instant)) assert.isString(instantText(instant.right))
      })
    )
  })
})

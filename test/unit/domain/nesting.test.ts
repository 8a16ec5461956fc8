import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, ParseResult, Schema } from "effect"
import * as fc from "fast-check"
import { problemOf, shortenedLine } from "../../../src/domain/jsonProblem.ts"
import { nestsDeeperThan } from "../../../src/domain/nesting.ts"
import { costOf, leastOf, ratioOf } from "../../support/strangers/measured.ts"

/** The depth of a value, computed recursively. */
const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

describe("how deep JSON is nested", () => {
  it("is told from its bytes", () => {
    fc.assert(
      fc.property(fc.json({ depthSize: "medium" }), fc.nat(4), fc.boolean(), (text, most, isSpaced) => {
        const spaced = isSpaced ? JSON.stringify(JSON.parse(text), null, 2) : text
        const isDeeper = depthOf(JSON.parse(text)) > most
        assert.strictEqual(nestsDeeperThan(most, spaced), isDeeper)
        assert.strictEqual(nestsDeeperThan(most, Buffer.from(spaced)), isDeeper)
      })
    )
  })

  it("does not count what is in texts, however they end", () => {
    const brackets = "[{".repeat(200)
    for (const text of [`"${brackets}"`, `"\\"${brackets}"`, `["é${brackets}\\\\", "${brackets}"]`, `{"${brackets}":1}`, `"${brackets}`])
      assert.isFalse(nestsDeeperThan(3, text), text.slice(0, 10))
    for (const text of [`"\\\\"${brackets}`, `["x", ${brackets}`]) assert.isTrue(nestsDeeperThan(100, text), text.slice(0, 10))
  })

  it.effect("is found in linear time", () =>
    Effect.gen(function* () {
      for (const part of ["[]", '"\\""', "\\", '"', "{}[],"]) {
        const cost = (size: number) => {
          const bytes = Buffer.from(part.repeat(size / part.length))
          return costOf(Effect.sync(() => nestsDeeperThan(100, bytes)))
        }
        yield* cost(8_000_000)
        const ratio = Effect.map(Effect.all([cost(8_000_000), cost(2_000_000)]), ([larger, smaller]) => ratioOf(larger, smaller, 5))
        assert.isAtMost(yield* leastOf(ratio, 6), 6, part)
      }
    })
  )

  it("does not stop a problem from being told, of which the beginning is shown", () => {
    const schema = Schema.parseJson(
      Schema.Struct({ a: Schema.String, b: Schema.optional(Schema.Array(Schema.Struct({ c: Schema.Number }))) })
    )
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`
    for (const [text, place] of [
      [`{"a":${deep}}`, "a: Expected string, actual"],
      [`{"a":"x","b":[${deep}]}`, "b[0]: Expected a JSON object, actual"]
    ] as const) {
      const decoded = Schema.decodeUnknownEither(schema)(text)
      const problem = Either.isLeft(decoded) ? problemOf(decoded.left) : "none"
      assert.isTrue(problem.startsWith(`${place} [[[[`), problem)
      assert.strictEqual(problem, shortenedLine(`${place} ${"[".repeat(1_000)}`))
    }
  })

  it("leaves the text of a problem as it was", () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: "medium", maxDepth: 20 }), (value) => {
        const error = Either.getOrThrow(Either.flip(Schema.decodeUnknownEither(Schema.Struct({ a: Schema.Undefined }))({ a: value })))
        const [whole] = ParseResult.ArrayFormatter.formatErrorSync(error)
        assert.strictEqual(problemOf(error), shortenedLine(`a: ${whole?.message}`))
      })
    )
  })
})

/** A judge's answer as its server may send it: the parsed result, and the cost of parsing. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as fc from "fast-check"
import { readAnswer } from "../../../../src/rules/quality/duel/answer.ts"
import { costOf, leastOf, ratioOf } from "../../../support/strangers/measured.ts"

const shares = { correctness: 60, grounding: 50, progress: 70, protocol: 40, efficiency: 50 }
const ANSWER = JSON.stringify(shares)
const FENCE = "```"

const isRead = (text: string): boolean => Either.isRight(readAnswer(text))

describe("a judge's answer", () => {
  it("may stand in a fence of its own lines, and in nothing else", () => {
    const fenced = [
      `${FENCE}json\n${ANSWER}\n${FENCE}`,
      `${FENCE}\n${ANSWER}\n${FENCE}`,
      ` \n${FENCE}json \t\n\n ${ANSWER}\r\n  ${FENCE}\n\n`,
      `${FENCE}\r\n\n${ANSWER}\n \n${FENCE}`
    ]
    for (const text of fenced) assert.isTrue(isRead(text), text)
    const others = [
      `${FENCE}yaml\n${ANSWER}\n${FENCE}`,
      `${FENCE} json\n${ANSWER}\n${FENCE}`,
      `${FENCE}json\n${ANSWER}${FENCE}`,
      `${FENCE}json ${ANSWER}\n${FENCE}`,
      `${FENCE}json\n${ANSWER}\n`,
      `${FENCE}json\n${ANSWER}\n${FENCE}\n${FENCE}json\n${ANSWER}\n${FENCE}`,
      `Here it is:\n${FENCE}json\n${ANSWER}\n${FENCE}`,
      FENCE,
      `${FENCE}json\n${FENCE}`,
      ""
    ]
    for (const text of others) assert.isFalse(isRead(text), text)
  })

  // The regular expression of the former parser, on texts that are short enough for it.
  const pattern = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/
  const part = fc.constantFrom(FENCE, "`", "json", "\n", " ", "\t", "\r", ANSWER, "x")
  it("is found where the pattern of a fence finds it", () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), fc.boolean(), (parts, isFenced) => {
        const inside = parts.join("")
        const text = isFenced ? `${FENCE}json\n${inside}${FENCE}` : inside
        assert.deepStrictEqual(Either.getRight(readAnswer(text)), Either.getRight(readAnswer(pattern.exec(text)?.[1] ?? text)))
      }),
      { numRuns: 2_000 }
    )
  })

  it.effect("costs linear time, whatever it is", () =>
    Effect.gen(function* () {
      const kinds: ReadonlyArray<(size: number) => string> = [
        (size) => `${FENCE}json\n${"\n".repeat(size)}x`,
        (size) => `${FENCE}${" \n".repeat(size / 2)}${FENCE}x`,
        (size) => `${"\n".repeat(size)}x`,
        (size) => `${FENCE}\n`.repeat(size / 4),
        (size) => `${FENCE}json\n${"[".repeat(size)}\n${FENCE}`,
        (size) => `${FENCE}json\n"${"\\u0061".repeat(size / 6)}"\n${FENCE}`
      ]
      for (const [index, kind] of kinds.entries()) {
        const cost = (size: number) => {
          const text = kind(size)
          return costOf(Effect.sync(() => readAnswer(text)))
        }
        const ratio = Effect.map(Effect.all([cost(1_000_000), cost(250_000)]), ([larger, smaller]) => ratioOf(larger, smaller, 10))
        assert.isAtMost(yield* leastOf(ratio, 6), 6, `kind ${index}`)
      }
    })
  )

  it("is none where it is nested deeply", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`
    assert.deepStrictEqual(readAnswer(`{"correctness":${deep}}`), Either.left("it is nested too deeply"))
  })
})

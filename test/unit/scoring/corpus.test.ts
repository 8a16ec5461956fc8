/**
 * Tree differences of real files against those of today's program. A few short pairs of every language are in the tree; the whole corpus is compared
 * where `node scripts/run.mjs scripts/corpus.ts` has fetched it: .ci/checks does both.
 */
import { setImmediate } from "node:timers/promises"
import { assert, describe, it } from "@effect/vitest"
import { fileRulesOf } from "../../../src/domain/contributions/FileRules.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import { grammars } from "../../../src/layers/parsing/grammars.ts"
import {
  byGrammar,
  missing,
  notice,
  noticeOf,
  OWN,
  pairs,
  present,
  subset,
  type Texts,
  type Values
} from "../../support/scoring/corpus/corpus.ts"
import { differenceIn, parser } from "../../support/scoring/engine.ts"

const BUDGET_MS = 60_000
const rules = fileRulesOf(defaultRoster)

type Wanted = Texts & { readonly values: Values }

/** After this many pairs the test yields: the test runner gives up on a test that does not respond for a minute. */
const BREATH = 100

/** The pairs whose values differ from the expected ones. */
const different = async <A extends Wanted>(all: ReadonlyArray<A>): Promise<ReadonlyArray<A & { readonly got: Values }>> => {
  const core = parser(undefined, byGrammar(all).keys())
  const found: Array<A & { readonly got: Values }> = []
  for (const [index, pair] of all.entries()) {
    if (index % BREATH === 0) await setImmediate()
    const { difference } = differenceIn(core, { grammar: pair.grammar, base: pair.baseBytes, head: pair.headBytes }, rules, BUDGET_MS)
    const { structuralAdded: a, structuralDeleted: b, leafAdded: c, leafDeleted: d } = difference
    const got: Values = [a.count, a.score, b.count, b.score, c.count, c.score, d.count, d.score]
    if (!Bun.deepEquals(got, pair.values)) found.push({ ...pair, got })
  }
  return found
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const short = subset().map((pair) => ({ ...pair, baseBytes: bytes(pair.base), headBytes: bytes(pair.head) }))
const isAsked = process.env.GITTENSOR_TEST_CORPUS === "true"
const absent = missing().length
const why = isAsked
  ? `${absent} packages of it are not there`
  : "skipped: it takes half a minute, and GITTENSOR_TEST_CORPUS=true with the packages of scripts/corpus.ts"

describe("tree differences of real files", () => {
  it("in the tree are those of today's program, to the last bit", async () => {
    assert.deepStrictEqual(await different(short), [])
    assert.isAtLeast(byGrammar(short).size, 45)
    const [first] = short
    if (first === undefined) return assert.fail("there are no pairs")
    // the comparison detects a wrong value
    assert.lengthOf(await different([{ ...first, values: [1, 0, 0, 0, 0, 0, 0, 0] }]), 1)
  })

  it("number a hundred pairs or more of every language but those that no registry has files of", () => {
    const found = byGrammar(pairs())
    const few = Object.keys(grammars).filter((grammar) => (found.get(grammar)?.length ?? 0) < 100)
    assert.deepStrictEqual(few.sort(), ["gleam", "heex", "prisma"])
  })

  it("keep the notice of their authors", () => {
    assert.strictEqual(notice(), noticeOf(subset()))
    for (const { licence, from } of short) assert.isTrue(licence !== "" || from[0][0] === OWN, from.join())
  })

  it.skipIf(!isAsked)(`of the whole corpus are those of today's program, to the last bit (${why})`, async () => {
    const there = present(pairs())
    const others = await different(there)
    assert.deepStrictEqual(
      others.map(({ grammar, base, head, got, values }) => ({ grammar, base, head, got, values })),
      []
    )
  })
})

/** A resource is gone only after every check for hours found it missing, whatever the checks and their answers. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { isMissing, isProved, recordSighting, whyNotCounted } from "../../../src/domain/absence.ts"
import type { Watch } from "../../../src/domain/Watch.ts"
import { GONE_FOR } from "../../support/figures.ts"

interface Seen {
  readonly block: number
  readonly seen: string | null
  readonly counts: boolean
}

/** The partial sums of numbers. */
const sums = (numbers: ReadonlyArray<number>) => numbers.map((_, last) => numbers.slice(0, last + 1).reduce((sum, one) => sum + one, 0))

/** Checks in the order of their blocks. */
const looks = fc
  .array(
    fc.record({
      passed: fc.integer({ min: 0, max: 700 }),
      seen: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, fc.constantFrom("", "MEMBER", "OWNER")),
      counts: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false))
    }),
    { minLength: 1, maxLength: 60 }
  )
  .map((all) => {
    const blocks = sums(all.map(({ passed }) => passed))
    return all.map(({ counts, seen }, index): Seen => ({ block: 1_000 + (blocks[index] ?? 0), seen, counts }))
  })

const watchAfter = (all: ReadonlyArray<Seen>): Watch | undefined =>
  all.reduce<Watch | undefined>(
    (before, { block, counts, seen }) => recordSighting(before, { seen }, { block, counts, needed: GONE_FOR }),
    undefined
  )

describe("what is missing", () => {
  it("is proved to be gone only by six hours of looks that all missed it", () => {
    fc.assert(
      fc.property(looks, (all) => {
        if (!isProved(watchAfter(all), GONE_FOR)) return
        const run = all.slice(all.findLastIndex(({ seen }) => seen !== null) + 1).filter(({ counts }) => counts)
        assert.isAtLeast(run.length, 7)
        assert.isAtLeast((run.at(-1)?.block ?? 0) - (run.at(0)?.block ?? 0), GONE_FOR)
      })
    )
  })

  it("is proved by looks that are never more than an hour apart, if it is gone", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 60 }), (pauses) => {
        const all = sums([0, ...pauses]).map((block): Seen => ({ block, seen: null, counts: true }))
        assert.strictEqual(isProved(watchAfter(all), GONE_FOR), (all.at(-1)?.block ?? 0) >= GONE_FOR)
      })
    )
  })

  it("is there again as soon as one look sees it, also one that would not count", () => {
    fc.assert(
      fc.property(looks, fc.constantFrom("", "MEMBER"), fc.boolean(), (all, seen, counts) => {
        const watch = watchAfter([...all, { block: 100_000, seen, counts }])
        assert.isFalse(isMissing(watch))
        assert.strictEqual(watch?.last ?? "", seen)
      })
    )
  })

  it("keeps what was last known of it, and looks that do not count change nothing", () => {
    fc.assert(
      fc.property(looks, (all) => {
        const last = all.findLast(({ seen }) => seen !== null)?.seen ?? ""
        assert.strictEqual(watchAfter(all)?.last ?? "", last)
        const before = watchAfter(all)
        assert.strictEqual(recordSighting(before, { seen: null }, { block: 1_000_000, counts: false, needed: GONE_FOR }), before)
      })
    )
  })

  it("is written down anew once a day while it is there", () => {
    const first = watchAfter([{ block: 100, seen: "MEMBER", counts: true }])
    const again = (block: number) => recordSighting(first, { seen: "MEMBER" }, { block, counts: true, needed: GONE_FOR })
    assert.strictEqual(again(7_299), first)
    assert.strictEqual(again(7_300)?.lastLook, 7_300)
  })
})

describe("a look", () => {
  it("counts while as many owners are seen as are missing, the known repository among them", () => {
    const why = (gone: ReadonlyArray<string>, found: ReadonlyArray<string>) => whyNotCounted(null, "gists", { gone, found })
    assert.isNull(why(["ada", "Ada"], []))
    assert.isNull(why(["ada", "bob"], ["cleo"]))
    assert.strictEqual(why(["ada", "bob"], []), "gists of 2 owners are gone at once, and those of only 0 are there")
    assert.strictEqual(whyNotCounted("it is ill", "gists", { gone: [], found: ["ada"] }), "it is ill")
  })
})

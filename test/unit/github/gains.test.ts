/** The rule by which a merge counts as a net change of the default branch, on invented branches. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { type Landing, whyNothingLanded } from "../../../src/rules/contributions/fromGitHub/landedChanges.ts"

const landing = (number: number, more: Partial<Landing> = {}): Landing => ({
  number,
  by: `commit ${number}`,
  place: number,
  head: `commit ${number}`,
  patchId: `patch ${number}`,
  isEmpty: false,
  takenBack: null,
  ...more
})

/** Branches whose steps are one merge each, with commits that came along; few patches, so that many are equal. */
const branches = fc
  .array(
    fc.record({
      patchId: fc.constantFrom(null, "a", "b", "c"),
      isEmpty: fc.boolean(),
      takenBack: fc.constantFrom(null, null, "was taken back"),
      carrier: fc.option(fc.nat(19), { nil: undefined })
    }),
    { maxLength: 20 }
  )
  .map((all) =>
    all.map(({ carrier, ...one }, index) =>
      landing(index + 1, { ...one, ...(carrier === undefined ? {} : { by: `commit ${carrier + 1}`, place: carrier + 1 }) })
    )
  )

describe("what the default branch gained", () => {
  it("is what merges changed, each change by the first one that still stands", () => {
    const gained = whyNothingLanded([
      landing(5, { patchId: "patch 1" }),
      landing(4, { patchId: "patch 3" }),
      landing(3, { takenBack: "was taken back" }),
      landing(2, { isEmpty: true }),
      landing(1),
      landing(6, { by: "commit 1", place: 1 }),
      landing(7, { by: "commit 100", place: 8 }),
      landing(8, { patchId: null }),
      landing(9, { patchId: null })
    ])
    assert.deepStrictEqual(Object.fromEntries(gained), {
      1: null,
      2: "the default branch had all of it already",
      3: "it was taken back",
      4: null,
      5: "#1 brought the same change before",
      6: "#1 brought it to the default branch",
      7: null,
      8: null,
      9: null
    })
  })

  it("is the same in whatever order merges are listed, and never pays one patch twice", () => {
    fc.assert(
      fc.property(branches, fc.infiniteStream(fc.nat()), (landings, keys) => {
        const gained = whyNothingLanded(landings)
        const shuffled = landings.map((one) => ({ one, key: keys.next().value ?? 0 })).toSorted((a, b) => a.key - b.key)
        assert.deepStrictEqual(
          new Map([...whyNothingLanded(shuffled.map(({ one }) => one))].toSorted(([a], [b]) => a - b)),
          new Map([...gained].toSorted(([a], [b]) => a - b))
        )
        const paid = landings.filter(({ number }) => gained.get(number) === null)
        const patches = paid.flatMap(({ patchId }) => patchId ?? [])
        assert.strictEqual(new Set(patches).size, patches.length)
        for (const one of paid) assert.isFalse(one.isEmpty || one.takenBack !== null)
        for (const one of paid) assert.isFalse(one.by !== one.head && landings.some(({ by, head }) => by === head && head === one.by))
        // A patch that stands alone anywhere is paid once.
        for (const { by, head, isEmpty, patchId, takenBack } of landings)
          if (by === head && !isEmpty && takenBack === null && patchId !== null) assert.include(patches, patchId)
      })
    )
  })
})

/** A list's shown rows while the list changes during reading. */
import { afterEach, assert, describe, it, vi } from "@effect/vitest"
import * as fc from "fast-check"
import { hold, nothingHeld } from "../../../web/src/data/hold.ts"
import { HANDS_OFF, Hands } from "../../../web/src/live/hands.ts"

interface Row {
  readonly id: number
  readonly version: number
}
const keyOf = ({ id }: Row) => `${id}`
const rows = (...ids: ReadonlyArray<number>) => ids.map((id): Row => ({ id, version: 1 }))
const newer = (...ids: ReadonlyArray<number>) => ids.map((id): Row => ({ id, version: 2 }))
const ids = (items: ReadonlyArray<Row>) => items.map(({ id }) => id)

describe("a list under its reader", () => {
  it("updates rows in place, grows at its end, and holds back new rows above", () => {
    const shown = rows(3, 2, 1)
    assert.deepStrictEqual(hold(shown, newer(3, 2, 1), keyOf, false), nothingHeld(newer(3, 2, 1)))
    assert.deepStrictEqual(hold(shown, newer(3, 2, 1, 0), keyOf, false), nothingHeld(newer(3, 2, 1, 0)))
    assert.deepStrictEqual(hold(shown, newer(5, 4, 3, 2, 1), keyOf, false), { ...nothingHeld(newer(3, 2, 1)), waiting: 2 })
    assert.deepStrictEqual(hold(shown, newer(3, 7, 1), keyOf, false), { ...nothingHeld(newer(3, 1)), waiting: 1 })
    assert.deepStrictEqual(hold(shown, newer(1, 2, 3), keyOf, false), { ...nothingHeld(newer(3, 2, 1)), isReordered: true })
  })

  it("shows new rows at once if it was empty, and no removed rows", () => {
    assert.deepStrictEqual(hold([], newer(2, 1), keyOf, false), nothingHeld(newer(2, 1)))
    assert.deepStrictEqual(hold(rows(2, 1), [], keyOf, false), nothingHeld([]))
    assert.deepStrictEqual(hold(rows(2, 1), newer(4, 3), keyOf, false), nothingHeld(newer(4, 3)))
    assert.deepStrictEqual(hold(rows(3, 2, 1), newer(3, 1), keyOf, false), nothingHeld(newer(3, 1)))
  })

  it("keeps rows that new ones pushed beyond the part that was read", () => {
    assert.deepStrictEqual(ids(hold(rows(3, 2, 1), newer(4, 3, 2), keyOf, true).items), [3, 2, 1])
    assert.deepStrictEqual(hold(rows(3, 2, 1), newer(9, 8, 7), keyOf, true), { ...nothingHeld(rows(3, 2, 1)), waiting: 3, isGap: true })
  })

  it("shows no row twice, loses none, and equals the answer when nothing is held back", () => {
    const set = fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 8 })
    fc.assert(
      fc.property(set, set, fc.boolean(), (before, after, more) => {
        const held = hold(rows(...before), newer(...after), keyOf, more)
        const shown = ids(held.items)
        assert.strictEqual(new Set(shown).size, shown.length)
        assert.strictEqual(after.filter((id) => !shown.includes(id)).length, held.waiting)
        for (const { id, version } of held.items) assert.strictEqual(version, after.includes(id) ? 2 : 1)
        if (!more) assert.isTrue(shown.every((id) => after.includes(id)))
        // Shown rows stay in order.
        assert.deepStrictEqual(
          shown.filter((id) => before.includes(id)),
          before.filter((id) => shown.includes(id))
        )
        if (!more && held.waiting === 0 && !held.isReordered) assert.deepStrictEqual(shown, after)
        // Holding again changes nothing if the answer is the same.
        assert.deepStrictEqual(ids(hold(held.items, newer(...after), keyOf, more).items), shown)
      })
    )
  })
})

describe("the reader's hands", () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it("are off until something is touched, and again a while after the last touch", () => {
    vi.useFakeTimers()
    const page = new EventTarget()
    const hands = new Hands(page)
    const told: Array<boolean> = []
    const leave = hands.subscribe(() => told.push(hands.areOff()))
    assert.isTrue(hands.areOff())
    page.dispatchEvent(Object.assign(new Event("pointermove"), { movementX: 0, movementY: 0 }))
    assert.isTrue(hands.areOff(), "a mouse that rests is no hand")
    page.dispatchEvent(Object.assign(new Event("pointermove"), { movementX: 0, movementY: 1 }))
    vi.advanceTimersByTime(HANDS_OFF - 1)
    page.dispatchEvent(new Event("keydown"))
    vi.advanceTimersByTime(HANDS_OFF - 1)
    assert.deepStrictEqual([hands.areOff(), told], [false, [false]])
    vi.advanceTimersByTime(1)
    assert.deepStrictEqual([hands.areOff(), told], [true, [false, true]])
    leave()
    page.dispatchEvent(new Event("wheel"))
    assert.deepStrictEqual([hands.areOff(), told], [false, [false, true]])
  })
})

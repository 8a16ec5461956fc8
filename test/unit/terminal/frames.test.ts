/** The text of the miner's screen, cell by cell, compared with the snapshots in frames/. */
import { join } from "node:path"
import { assert, describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { Event, Model, Viewer } from "../../../src/cli/mine/screen/model.ts"
import { view } from "../../../src/cli/mine/screen/view.ts"
import { frameOf, lineWidth } from "../../../src/layers/machine/terminal/screen/line.ts"
import {
  board,
  HEAD,
  having,
  hotkeyOf,
  issueOf,
  issues,
  key,
  keys,
  matchOf,
  NOON,
  named,
  opening,
  ready,
  resized,
  screenOf,
  status
} from "./fixture.ts"

const nobody: Viewer = { _tag: "Nobody", why: "no key at ~/.bittensor/wallets/default/hotkeys/default" }
const boardOf = (over: Partial<typeof board>): Event => ({ _tag: "BoardRead", board: { ...board, ...over }, now: NOON })
const competition = (over: Parameters<typeof matchOf>[2]): ReadonlyArray<Event> => [
  boardOf({ issues: [issueOf(1, { status: "Competing", competition: 4 })], matches: new Map([[4, matchOf(4, 1, over)]]) }),
  key("w")
]
const many = Array.from({ length: 10_000 }, (_, index) => issueOf(index + 1))

/** Snapshots by file name. */
const pictures: Readonly<Record<string, () => Model>> = {
  "connecting-80x24": () => having([]),
  "remembered-80x24": () => opening([]),
  "unreachable-80x24": () => having([{ _tag: "BoardFailed", why: 'the chain at wss://chain.example did not answer "connect"' }]),
  "issues-80x24": () => having(ready),
  "issues-44x20": () => having([resized(44, 20), ...ready]),
  "issues-130x30": () => having([resized(130, 30), ...ready]),
  "issues-80x12": () => having([resized(80, 12), ...ready, ...keys("end")]),
  "issues-10000-80x24": () => having([boardOf({ issues: many }), ...keys("pagedown", "pagedown", "down")]),
  "mine-80x24": () => having([...ready, ...keys("f", "f")]),
  "search-80x24": () => having([...ready, named, key("/"), ...keys(..."widgets"), key("space"), ...keys(..."4")]),
  "none-80x24": () => having([boardOf({ issues: [], matches: new Map() })]),
  "nobody-80x24": () => having([{ _tag: "BoardRead", board, now: NOON }, key("e")], nobody),
  "unregistered-80x24": () =>
    having([{ _tag: "BoardRead", board, now: NOON }, { _tag: "StatusRead", status: { ...status, uid: null } }, key("e")]),
  "lost-80x24": () =>
    having([
      ...ready,
      { _tag: "Tick", now: NOON + 120_000, zone: 60 },
      { _tag: "BoardFailed", why: "no connection to wss://chain.example; trying again" }
    ]),
  "question-80x24": () => having([...ready, key("e")]),
  "skip-80x24": () => having([...ready, key("s")]),
  "sent-80x24": () =>
    having([
      ...ready,
      ...keys("e", "y"),
      { _tag: "Done", notice: { tone: "good", text: "enrolled for issue 2 until block 1,241,767: 3 of 3 validators accepted it" } }
    ]),
  "named-80x24": () => having([...ready, named]),
  "named-160x30": () => having([resized(160, 30), ...ready, named]),
  "help-80x24": () => having([...ready, key("?")]),
  "small-30x8": () => having([resized(30, 8), ...ready])
}

/** Screens of a match, whose contents `match.test.ts` tests. */
const matches: ReadonlyArray<() => Model> = [
  () => having(competition({ submissionsFrom: HEAD + 100 })),
  () => having([...ready, ...keys("end", "up", "w")]),
  () => having([resized(50, 24), ...ready, ...keys("end", "up", "w")]),
  () => having(competition({ deadline: HEAD - 1 })),
  () => having(competition({ deadline: HEAD - 2 })),
  () => having([...ready, ...keys("end", "w")]),
  () => having(competition({ status: { _tag: "Won", winner: 1, pullRequest: 18, at: HEAD - 100 }, issueStatus: "Paid" })),
  () => having(competition({ status: { _tag: "Expired", at: HEAD - 5 }, deadline: HEAD - 20 })),
  () => having(competition({ status: { _tag: "Void", reason: { _tag: "SubmittedTooEarly", hotkey: hotkeyOf(3) }, at: HEAD - 5 } })),
  () => having([...ready, named, ...keys("end", "up", "w")]),
  () => having([resized(160, 30), ...competition({}), named])
]

describe("the miner's screen", () => {
  for (const [name, model] of Object.entries(pictures))
    it(`looks like frames/${name}.txt`, async () => {
      await expect(`${screenOf(model()).join("\n")}\n`).toMatchFileSnapshot(join(import.meta.dirname, `frames/${name}.txt`))
    })

  it("fits any size, in every state", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(pictures), ...matches),
        fc.integer({ min: 1, max: 220 }),
        fc.integer({ min: 1, max: 70 }),
        (model, columns, rows) => {
          const size = { columns, rows }
          const lines = view({ ...model(), size })
          assert.isAtMost(lines.length, Math.max(rows, 3))
          const frame = frameOf(lines, size)
          assert.strictEqual(frame.length, rows)
          for (const line of frame) assert.isAtMost(lineWidth(line), columns)
        }
      ),
      { numRuns: 500 }
    )
  })

  it("fits with names of any width: wide characters, emoji, combining marks", () => {
    const name = fc.array(fc.constantFrom("漢字", "🎉", "👩‍👩‍👧", "🇩🇪", "e\u0301", "ｗ", "ไทย", "\u200d", "a", "-", "ı"), {
      minLength: 1,
      maxLength: 40
    })
    fc.assert(
      fc.property(name, fc.integer({ min: 36, max: 140 }), fc.integer({ min: 10, max: 40 }), (parts, columns, rows) => {
        const size = { columns, rows }
        const named = issueOf(1, { repository: parts.join("") })
        for (const line of frameOf(view({ ...having([boardOf({ issues: [named, issueOf(2)] })]), size }), size))
          assert.isAtMost(lineWidth(line), columns)
      })
    )
  })

  it("says on its last line how to leave, at every readable size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 36, max: 200 }), fc.integer({ min: 10, max: 60 }), (columns, rows) => {
        assert.include(screenOf(having([resized(columns, rows), ...ready])).at(-1), "q quit")
      })
    )
  })

  it("keeps the selected row visible", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("up", "down", "pageup", "pagedown", "home", "end", "f", "/", "4", "escape"), { maxLength: 30 }),
        fc.integer({ min: 10, max: 40 }),
        (names, rows) => {
          const model = having([resized(80, rows), boardOf({ issues: [...issues, ...many.slice(10, 60)] }), ...keys(...names)])
          if (model.selected !== null)
            assert.lengthOf(
              screenOf(model).filter((line) => line.startsWith("▸")),
              1
            )
        }
      )
    )
  })

  it("removes control and direction characters from other people's text", () => {
    const evil = "acme/\u001b[2J\u001b]0;owned\u0007\u202ewidgets\u0000"
    const shown = screenOf(having([boardOf({ issues: [issueOf(1, { repository: evil })] })]))
    assert.notMatch(shown.join(""), /[\p{Cc}\u202e]/u)
    assert.include(shown.join(""), "acme/")
  })

  it("draws ten thousand issues in a time that grows with their number at most", () => {
    let reads = 0
    const counted = many.map(
      (issue) =>
        new Proxy(issue, {
          get: (target, name, receiver) => {
            reads += 1
            return Reflect.get(target, name, receiver)
          }
        })
    )
    const model = having([boardOf({ issues: counted })])
    reads = 0
    assert.lengthOf(screenOf(model), 24)
    assert.isAbove(reads, 0)
    assert.isBelow(reads, 8 * many.length, "every issue is looked at a few times at most")
  })
})

/** What a screen shows of the last one while it connects: kept on the disk, marked with its age, replaced by the news, never acted on. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { memoryIn, type Place, toRemember } from "../../../src/cli/mine/screen/memory.ts"
import type { Event, Model } from "../../../src/cli/mine/screen/model.ts"
import { update } from "../../../src/cli/mine/screen/update.ts"
import { folder as temporary } from "../../support/folder.ts"
import {
  board,
  connected,
  having,
  hotkeyOf,
  issueOf,
  key,
  keys,
  ME,
  NOON,
  named,
  opening,
  ready,
  screenOf,
  seen,
  viewer
} from "./fixture.ts"

const text = (model: Model): string => screenOf(model).join("\n")

const here: Place = { endpoint: "wss://chain.example", netuid: 74, contract: hotkeyOf(9), hotkey: ME }

describe("a screen's beginning", () => {
  it("is the list of the last one, marked with its age, whether or not the chain answers", () => {
    assert.include(text(opening([])), "Issues  as of 2 min ago. Connecting to wss://chain.example …")
    assert.include(text(opening([{ _tag: "BoardFailed", why: "away" }])), "as of 2 min ago. wss://chain.example does not answer")
    assert.isNull(toRemember(having([])), "what the chain has not told is not kept")
    assert.isNull(toRemember(opening([connected])))
  })

  it("lets nothing be sent, watched or opened", () => {
    const asking = ["e", "s", "w", "return", "m", "o", "y"]
    for (const first of asking)
      for (const second of asking) {
        const model = opening([connected, key(first)])
        assert.isNull(model.question)
        assert.deepStrictEqual([...update(opening([]), key(first)).commands, ...update(model, key(second)).commands], [])
      }
    assert.include(text(opening(keys("e"))), "wait until the chain has answered")
    assert.notInclude(text(opening([key("e"), connected, ...ready])), "wait until")
  })

  it("gives the live list its titles and logins, marked until GitHub has told them again", () => {
    assert.notInclude(text(having(ready)), "amber-kite")
    const live = [connected, ...ready]
    assert.include(text(opening(live)), "amber-kite")
    assert.include(text(opening(live)), "some titles and names are as of 2 min ago")
    if (named._tag !== "GitHubRead") return assert.fail()
    const { known } = named
    const renamed: Event = { ...named, known: { ...known, titles: new Map([[2, "Renamed"]]), logins: new Map([[33, "new-name"]]) } }
    const partly = opening([...live, renamed])
    assert.include(text(partly), "acme/widgets#42  Renamed")
    assert.strictEqual(partly.known.titles.get(1), known.titles.get(1))
    assert.strictEqual(partly.known.logins.get(33), "new-name")
    assert.strictEqual(partly.known.logins.get(42), "hazel-rook")
    assert.strictEqual(toRemember(partly)?.at, NOON - 120_000, "it is as old as its oldest part")
    const relinked: Event = { ...named, known: { ...known, accounts: new Map([[ME, 50]]), logins: new Map() } }
    assert.notInclude(text(opening([...live, relinked])), "amber-kite")
    const news = opening([...live, named])
    assert.notInclude(text(news), "as of")
    assert.strictEqual(toRemember(news)?.at, board.at - (news.ahead ?? 0))
  })

  it("is forgotten as soon as another chain answers", () => {
    const other = opening([{ _tag: "Connected", genesis: "0x02" }])
    assert.strictEqual(text(other), text(having([])))
    assert.notInclude(text(opening([{ _tag: "Connected", genesis: "0x02" }, ...ready])), "amber-kite")
  })

  it("has no control or direction characters of other people's text", () => {
    if (seen === null) return assert.fail("nothing was kept")
    const evil = having([], viewer, { ...seen, list: ["\u001b[2Jacme\u202e"], titles: new Map([[2, "\u001b]0;owned\u0007"]]) })
    for (const model of [evil, update(update(evil, connected).model, { _tag: "BoardRead", board, now: NOON }).model])
      assert.notMatch(screenOf(model).join(""), /[\p{Cc}\u202e]/u)
  })

  it.scoped("is kept for the same chain, contract and hotkey, and within bounds", () =>
    Effect.gen(function* () {
      const folder = join(yield* temporary, "screens")
      const memory = memoryIn(folder, here)
      assert.isNull(yield* memory.recall)
      yield* memory.keep(having([]))
      assert.isNull(yield* memory.recall)
      yield* memory.keep(having([connected, ...ready, named]))
      assert.deepStrictEqual(yield* memory.recall, seen)
      const others: ReadonlyArray<Partial<Place>> = [
        { endpoint: "wss://other.example" },
        { netuid: 75 },
        { contract: hotkeyOf(8) },
        { hotkey: null }
      ]
      for (const other of others) assert.isNull(yield* memoryIn(folder, { ...here, ...other }).recall)

      const issues = Array.from({ length: 5_000 }, (_, index) => issueOf(index + 1))
      const titles = new Map(issues.map(({ id }) => [id, "t".repeat(1_000)]))
      const many = having([connected, { _tag: "BoardRead", board: { ...board, issues }, now: NOON }])
      yield* memory.keep({ ...many, size: { columns: 2_000, rows: 3_000 }, known: { ...many.known, titles } })
      const bounded = yield* memory.recall
      assert.strictEqual(bounded?.titles.size, 1_000)
      assert.isAtMost(bounded?.list.length ?? Infinity, 200)
      assert.lengthOf(readdirSync(folder), 1)
    })
  )

  it.scoped("is nothing where the file is damaged or the folder cannot be used, and the next screen's end mends it", () =>
    Effect.gen(function* () {
      const folder = yield* temporary
      const memory = memoryIn(folder, here)
      yield* memory.keep(having([connected, ...ready]))
      const [name = ""] = readdirSync(folder)
      const whole = readFileSync(join(folder, name), "utf8")
      for (const damaged of ["", whole.slice(0, -9), whole.replace('"list":[', '"list":[7,'), "null"]) {
        writeFileSync(join(folder, name), damaged)
        assert.isNull(yield* memory.recall, damaged.slice(0, 40))
      }
      yield* memory.keep(having([connected, ...ready, named]))
      assert.deepStrictEqual(yield* memory.recall, seen)
      const nowhere = memoryIn(join(folder, name), here)
      yield* nowhere.keep(having([connected, ...ready]))
      assert.isNull(yield* nowhere.recall)
    })
  )
})

/** How keys change the miner's screen, and which actions they request. */
import { assert, describe, it } from "@effect/vitest"
import { openerOf } from "../../../src/cli/mine/screen/browser.ts"
import { type Command, type Event, listedIssues, type Viewer } from "../../../src/cli/mine/screen/model.ts"
import { update } from "../../../src/cli/mine/screen/update.ts"
import { board, having, issueOf, key, keys, ME, matchOf, NOON, named, ready, status, viewer } from "./fixture.ts"

/** The actions that the last of these events requests. */
const asked = (events: ReadonlyArray<Event>, who: Viewer = viewer): ReadonlyArray<Command> => {
  const last = events.at(-1)
  return last === undefined ? [] : update(having(events.slice(0, -1), who), last).commands
}

/** What is typed behind the slash, and the issues that it finds. */
const SOUGHT: ReadonlyArray<readonly [string, ReadonlyArray<number>]> = [
  ["CACHE grows", [2]],
  ["grows cache", [2]],
  ["漢字", [3]],
  ["a-repository", [3]],
  ["#44", [4]],
  ["amber", [2, 1, 5]],
  ["none of these", []]
]

describe("a miner's keys", () => {
  it("send nothing before the question is answered with yes", () => {
    const question = having([...ready, key("e")])
    assert.deepStrictEqual(question.question, { choice: "enrol", issue: 2 })
    assert.deepStrictEqual(asked([...ready, key("e")]), [])
    for (const no of ["n", "escape", "return", "q"]) {
      assert.deepStrictEqual(asked([...ready, ...keys("e", no)]), [], no)
      assert.strictEqual(having([...ready, ...keys("e", no)]).notice?.text, "nothing was sent")
    }
    for (const other of ["e", "space", "x"]) assert.isNotNull(having([...ready, ...keys("e", other)]).question, other)
    assert.isNotNull(having([...ready, key("e"), key("y", { shift: true })]).question)
    assert.deepStrictEqual(asked([...ready, ...keys("e", "y")]), [{ _tag: "Send", choice: "enrol", issue: 2 }])
    assert.deepStrictEqual(asked([...ready, ...keys("down", "s", "y")]), [{ _tag: "Send", choice: "skip", issue: 3 }])
  })

  it("act on the issue that the question named, even if another moved to the top meanwhile", () => {
    const newer: Event = {
      _tag: "BoardRead",
      board: { ...board, issues: [issueOf(9, { bounty: 10n ** 15n }), ...board.issues] },
      now: NOON
    }
    assert.deepStrictEqual(asked([...ready, key("e"), newer, key("y")]), [{ _tag: "Send", choice: "enrol", issue: 2 }])
    assert.strictEqual(having([...ready, key("down"), newer]).selected, 3, "the selection stays with its issue")
  })

  it("send one thing at a time, and reload when it is done", () => {
    const sending = [...ready, ...keys("e", "y")]
    assert.isTrue(having(sending).busy)
    assert.isNull(having([...sending, key("e")]).question)
    const done: Event = { _tag: "Done", notice: { tone: "good", text: "done" } }
    assert.deepStrictEqual(asked([...sending, done]), [{ _tag: "Refresh" }])
    assert.isNotNull(having([...sending, done, key("e")]).question)
  })

  it("ask no question if the miner cannot send, or the answer would be refused", () => {
    const locked: Viewer = { _tag: "Address", hotkey: ME, why: "wrong password" }
    assert.deepInclude(having([...ready, key("e")], locked), { question: null, notice: { tone: "bad", text: "wrong password" } })
    const competing = having([...ready, ...keys("down", "down", "down", "e")])
    assert.isNull(competing.question)
    assert.include(competing.notice?.text, "issue 1 is competing")
    const unregistered: Event = { _tag: "StatusRead", status: { ...status, uid: null } }
    assert.include(having([...ready, unregistered, key("s")]).notice?.text, "not registered")
  })

  it("watch a competition even after its end, and stop watching it", () => {
    const watching = [...ready, ...keys("end", "w")]
    assert.deepStrictEqual(asked(watching), [{ _tag: "Watch", competition: 3 }])
    assert.deepStrictEqual(having([...watching, key("n")]).page, { _tag: "Competition", id: 4 })
    assert.deepStrictEqual(having([...watching, ...keys("?", "x")]).page, { _tag: "Competition", id: 3 })
    assert.deepStrictEqual(asked([...watching, key("escape")]), [{ _tag: "Watch", competition: null }])
    assert.include(having([...ready, key("w")]).notice?.text, "nobody competes for issue 2")
    assert.deepStrictEqual(asked([...ready, key("m")]), [{ _tag: "Watch", competition: 4 }])
  })

  it("open the issue and the pull request on GitHub, and nothing else", () => {
    assert.deepStrictEqual(asked([...ready, key("o")]), [{ _tag: "Open", address: "https://github.com/acme/widgets/issues/42" }])
    const strange: Event = { _tag: "BoardRead", board: { ...board, issues: [issueOf(1, { repository: "a b/../c?d=$(e)" })] }, now: NOON }
    assert.deepStrictEqual(asked([strange, key("o")]), [{ _tag: "Open", address: "https://github.com/a%20b/../c%3Fd%3D%24(e)/issues/41" }])
    assert.deepStrictEqual(asked([...ready, ...keys("end", "w", "p")]), [
      { _tag: "Open", address: "https://github.com/acme/widgets/pull/12" }
    ])
    const unvoted: Event = { _tag: "BoardRead", board: { ...board, matches: new Map([[4, matchOf(4, 1)]]) }, now: NOON }
    assert.deepStrictEqual(asked([...ready, unvoted, ...keys("m", "p")]), [])
  })

  it("search the list by title, repository, number or miner; Enter keeps the search, Esc clears it", () => {
    const typing = (text: string) => [
      key("/"),
      ...keys(...text).map((one) => (one._tag === "Typed" && one.key.name === " " ? key("space") : one))
    ]
    const shown = (...events: ReadonlyArray<Event>) => listedIssues(having([...ready, named, ...events])).map(({ id }) => id)
    const all = shown()
    for (const [text, ids] of SOUGHT) {
      assert.deepStrictEqual(shown(...typing(text)), ids, text)
      assert.isBelow(ids.length, all.length, text)
    }
    const kept = [...typing("q#42"), key("backspace"), key("backspace"), key("backspace"), key("return")]
    assert.deepStrictEqual(having([...ready, ...kept, key("down")]).search, "q")
    assert.deepStrictEqual(asked([...ready, ...typing("q")]), [], "a letter of the search is no command")
    assert.deepStrictEqual(shown(...typing("42"), key("return")), [2])
    assert.strictEqual(having([...ready, ...typing("42"), key("return"), key("e")]).question?.issue, 2)
    assert.deepStrictEqual(shown(...typing("42"), key("escape")), all)
    assert.deepStrictEqual(shown(...typing("42"), key("return"), key("escape")), all)
  })

  it("quit, redraw and give the terminal to the shell, even during a question", () => {
    const ctrl = (name: string) => key(name, { ctrl: true })
    for (const before of [[], ready, [...ready, key("e")], [...ready, key("?")]]) {
      assert.deepStrictEqual(asked([...before, ctrl("c")]), [{ _tag: "Quit" }])
      assert.deepStrictEqual(asked([...before, ctrl("l")]), [{ _tag: "Redraw" }])
      assert.deepStrictEqual(asked([...before, ctrl("z")]), [{ _tag: "Suspend" }])
    }
    assert.deepStrictEqual(asked([key("q")]), [{ _tag: "Quit" }])
  })
})

describe("a browser", () => {
  it("is opened only on a display, and never inside the terminal", () => {
    assert.strictEqual(openerOf("linux", { DISPLAY: ":0" }), "xdg-open")
    assert.strictEqual(openerOf("linux", { WAYLAND_DISPLAY: "wayland-0" }), "xdg-open")
    assert.strictEqual(openerOf("darwin", {}), "open")
    assert.strictEqual(openerOf("linux", { WSL_DISTRO_NAME: "Debian" }), "wslview")
    assert.strictEqual(openerOf("linux", { BROWSER: "firefox" }), "firefox")
    assert.isUndefined(openerOf("linux", {}))
    assert.isUndefined(openerOf("linux", { BROWSER: "sh -c 'x' %s" }))
    assert.isUndefined(openerOf("darwin", { SSH_CONNECTION: "10.0.0.1 1 10.0.0.2 22" }))
  })
})

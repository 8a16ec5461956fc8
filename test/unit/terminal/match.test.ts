/** The text of a match's screen on small, usual and wide terminals: the page's words, and a clock that runs down by itself. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { BoardMatch } from "../../../src/cli/mine/screen/board.ts"
import type { KnownTexts } from "../../../src/cli/mine/screen/gitHub.ts"
import type { Event } from "../../../src/cli/mine/screen/model.ts"
import type { Findings } from "../../../src/cli/mine/screen/scoreboard.ts"
import { view } from "../../../src/cli/mine/screen/view.ts"
import { frameOf } from "../../../src/layers/machine/terminal/screen/line.ts"
import { paint } from "../../../src/layers/machine/terminal/screen/paint.ts"
import { clockOf } from "../../../src/story/clock.ts"
import { TRACK } from "../../../src/story/track.ts"
import { board, HEAD, having, hotkeyOf, issueOf, key, keys, matchOf, NOON, named, resized, screenOf, voted } from "./fixture.ts"

const WIDTHS = [60, 80, 120] as const

const boardOf = (over: Partial<BoardMatch> = {}, at = {}, now = NOON): Event => ({
  _tag: "BoardRead",
  board: { ...board, issues: [issueOf(1, { status: "Competing", competition: 4 })], matches: new Map([[4, matchOf(4, 1, over)]]), ...at },
  now
})

/** The events that open the match. */
const opened = (over: Partial<BoardMatch> = {}, known: Event = named): ReadonlyArray<Event> => [known, boardOf(over), key("w")]

const shown = (events: ReadonlyArray<Event>, width: number, rows = 40) => screenOf(having([resized(width, rows), ...events]))
/** The text without line breaks. */
const read = (events: ReadonlyArray<Event>, width: number, rows = 40) => shown(events, width, rows).join(" ").replace(/\s+/g, " ")

const found: Findings = [
  {
    head: { hotkey: hotkeyOf(3), repository: "Acme/Widgets", number: 18, commit: "c1" },
    state: "verified",
    fault: null,
    gate: { passed: true, fault: null },
    verification: { verdict: "verified", failToPass: { count: 1, first: [] }, own: null },
    at: NOON - 650_000
  }
]
const findings: Event = { _tag: "FindingsRead", match: 4, findings: found }

/** GitHub's answers with these changes. */
const knowing = (change: (known: KnownTexts) => Partial<KnownTexts>): Event => {
  if (named._tag !== "GitHubRead") throw new Error("the fixture tells what GitHub says")
  return { _tag: "GitHubRead", known: { ...named.known, ...change(named.known) } }
}

const marks = (line: string | undefined): number => line?.match(/●/g)?.length ?? 0

describe.each(WIDTHS)("the screen of a match, %i columns wide", (width) => {
  it("says who is ahead and why, how long it goes on, and how far both are", () => {
    const lines = shown([...opened(), findings], width)
    const text = lines.join(" ").replace(/\s+/g, " ")
    assert.include(text, "amber-kite got #18 approved · hazel-rook has #19 in draft")
    assert.include(text, "Ahead: passes all checks, approved, 1 failing test now passes")
    assert.include(text, "≈ 1 d until the deadline")
    const names = lines.findIndex((line) => line.trim().split(/ +/).join(" ") === TRACK.join(" "))
    assert.isAbove(names, 0)
    assert.deepStrictEqual([marks(lines[names - 1]), marks(lines[names + 1])], [4, 1])
    assert.include(text, "amber-kite #18 open · checks pass · approved")
    assert.include(text, "hazel-rook #19 open · draft · checks fail")
    for (const line of lines) assert.isAtMost(Bun.stringWidth(line), width)
  })

  it("tells it play by play, the newest first, with who took the lead", () => {
    const text = read([...opened(), findings], width)
    const shownMatch = [
      "a-maintainer approves amber-kite’s #18",
      "1 validator finds: with amber-kite’s #18, 1 failing test now passes",
      "All checks of amber-kite’s #18 pass",
      "amber-kite pushes to #18 3 times",
      "hazel-rook opens #19 as a draft",
      "amber-kite takes the lead: is first with an open pull request",
      "amber-kite opens #18",
      "amber-kite and hazel-rook started to compete for the issue"
    ].map((sentence) => text.indexOf(sentence))
    assert.notInclude(shownMatch, -1)
    assert.deepStrictEqual(
      shownMatch,
      shownMatch.toSorted((one, other) => one - other)
    )
  })

  it("shows the vote in the place of the way, and that validators decide after a merge", () => {
    const merged = knowing(({ pulls }) => ({
      pulls: new Map(
        [...pulls].map(([issue, all]) => [
          issue,
          all?.map((one) => (one.number === 18 ? { ...one, state: "merged" as const, mergedAt: NOON - 60_000 } : one)) ?? null
        ])
      )
    }))
    const unvoted = read(opened({}, merged), width)
    assert.include(unvoted, "validators decide: no vote yet")
    assert.notInclude(unvoted, "≈ 1 d")
    const votes = voted({ choice: { _tag: "Solved", hotkey: hotkeyOf(3), pullRequest: 18 }, weight: 63n, since: HEAD - 120 })
    const text = read(opened(votes, merged), width)
    assert.include(text, "validators decide: 21% so far, 50.01% needed")
    assert.match(text, /solved by amber-kite, #18 +█+░+│░+ +21% 1 v +120/)
    assert.include(text, "solved by amber-kite, #18 has 21% of the weight, which is not enough to settle it")
    assert.notInclude(text, "○")
  })

  it("says that a match is level, and before it begins the odds", () => {
    const same = knowing(({ pulls }) => ({
      pulls: new Map(
        [...pulls].map(([issue, all]) => [issue, all?.map((one) => ({ ...one, draft: true, checks: null, review: null })) ?? null])
      ),
      plays: new Map()
    }))
    const level = shown(opened({}, same), width)
    assert.isTrue(level.some((line) => line.trim() === "level"))
    assert.notInclude(level.join(" "), "odds")
    const before = read(
      opened(
        {},
        knowing(() => ({ pulls: new Map([[1, []]]), plays: new Map() }))
      ),
      width
    )
    assert.include(before, "pre-match odds 49%")
    assert.include(before, "pre-match odds 51%")
  })
})

describe("a pull request that was opened before the match", () => {
  const before = knowing(({ pulls }) => ({
    pulls: new Map([[1, (pulls.get(1) ?? []).map((one) => ({ ...one, createdAt: NOON - 9_000_000 }))]])
  }))

  it("is too early, unless its author has it from an earlier match for the issue: then it may count", () => {
    assert.include(read(opened({}, before), 80), "amber-kite #18 too early")
    const side = (uid: number) => ({ uid, hotkey: hotkeyOf(uid), coldkey: hotkeyOf(uid) })
    const earlier = [{ a: side(3), b: side(9), startedAt: HEAD - 1_000 }]
    const text = read(opened({ earlier }, before), 80)
    assert.include(text, "amber-kite #18 open")
    assert.include(text, "hazel-rook #19 too early")
  })
})

describe("the end of a match", () => {
  const won: Partial<BoardMatch> = {
    status: { _tag: "Won", winner: 1, pullRequest: 19, at: HEAD - 1 },
    issueStatus: "Solved"
  }
  const winner = /★ +You won 100 α +★/

  it("is celebrated for those who watch it, and only for a while", () => {
    const watched = [...opened(), boardOf(won)]
    assert.match(read(watched, 80), winner)
    assert.notMatch(read([...watched, { _tag: "Tick", now: NOON + 30_000, zone: 0 }], 80), winner)
    assert.notMatch(read(opened(won), 80), winner)
    const text = read(opened(won), 80)
    assert.include(text, "hazel-rook won with #19")
    assert.include(text, "hazel-rook beat amber-kite on the issue with #19")
    assert.isTrue(shown(opened(won), 80).some((line) => /^ {60,}Winner$/.test(line)))
  })

  const ends: ReadonlyArray<readonly [string, Partial<BoardMatch>, ReadonlyArray<string>]> = [
    ["paid", { ...won, issueStatus: "Paid" }, ["hazel-rook won with #19 · paid", "ended block"]],
    ["expired", { status: { _tag: "Expired", at: HEAD - 5 } }, ["No verdict in time · the bounty stays"]],
    [
      "unsolved",
      { status: { _tag: "Unsolved", at: HEAD - 5, slashA: true, slashB: true } },
      ["Nobody solved it in time · at the cost of both competitors"]
    ],
    [
      "void",
      { status: { _tag: "Void", reason: { _tag: "SubmittedTooEarly", hotkey: hotkeyOf(3) }, at: HEAD - 5 } },
      ["amber-kite opened a pull request too early · void"]
    ],
    ["overdue", { deadline: HEAD - 302, expiresFrom: HEAD }, ["no decision in time: anyone may expire it now"]],
    ["too early", { submissionsFrom: HEAD + 100 }, ["until pull requests count"]]
  ]
  it.each(ends)("or its middle is told as on the page: %s", (_, over, sentences) => {
    const text = read(opened(over), 80)
    for (const sentence of sentences) assert.include(text, sentence)
  })
})

describe("a token that GitHub does not know", () => {
  it("is named on every page with what to do, beside titles and logins, which a wide list shows too", () => {
    const refused = knowing(() => ({ isRefused: true, pulls: new Map() }))
    for (const page of [[], [key("w")], [key("?")]])
      assert.include(
        read([refused, boardOf(), ...page], 80),
        "GitHub does not know the token: it was revoked or has expired: create another and set GITTENSOR_GITHUB_TOKEN"
      )
    assert.include(read(opened({}, refused), 80), "amber-kite")
    const title = named._tag === "GitHubRead" ? (named.known.titles.get(1) ?? "") : ""
    assert.include(shown([refused, boardOf()], 200).join("\n"), `acme/widgets#41  ${title}`)
  })
})

describe("a match's clock", () => {
  const left = (events: ReadonlyArray<Event>): string =>
    shown(events, 120)
      .find((line) => line.includes(" until "))
      ?.trim() ?? ""

  it("goes by the chain's blocks: a machine's wrong clock changes nothing", () => {
    const at = (off: number) =>
      shown([named, boardOf({}, {}, NOON + off), key("w"), { _tag: "Tick", now: NOON + off + 5_000, zone: 0 }], 80)
    assert.deepStrictEqual(at(3 * 3_600_000), at(0))
    assert.deepStrictEqual(at(-3 * 3_600_000), at(0))
    assert.include(at(0).join(" "), "≈ 23 h 59 min")
  })

  it("runs down by itself, whatever blocks come, until the estimate is re-based, which it says", () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 40_000 }), blocks: fc.integer({ min: 0, max: 3 }) })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
        const events: Array<Event> = [...opened()]
        let [now, block] = [NOON, HEAD]
        for (const { wait, blocks } of steps) {
          now += wait
          block += blocks
          events.push(blocks === 0 ? { _tag: "Tick", now, zone: 0 } : boardOf({}, { block, at: now - 4_000 }, now))
        }
        const last: Event = { _tag: "Tick", now, zone: 0 }
        assert.strictEqual(left([...events, last]), left([...opened(), last]))
      })
    )
    const rebased = boardOf({}, { pace: { block: HEAD + 50, time: NOON, milliseconds: 6_000, blocks: 7_200 } }, NOON)
    const later = (wait: number): Event => ({ _tag: "Tick", now: NOON + wait, zone: 0 })
    assert.match(left([...opened(), rebased, later(9_000)]), /^≈ 11 h 5\d min until the deadline.*a new estimate$/)
    assert.notInclude(left([...opened(), rebased, later(10_000)]), "a new estimate")
    assert.match(left([...opened(), boardOf({}, { pace: null })]), /^7,200 blocks until the deadline {2}block [\d,]+$/)
  })

  it("has words for each stretch", () => {
    const block = 7
    assert.deepStrictEqual(clockOf({ phase: "submissions", until: { block, what: "deadline" }, deciding: "no vote yet" }), {
      _tag: "Deciding",
      block,
      what: "validators decide: no vote yet"
    })
    assert.deepStrictEqual(clockOf({ phase: "verdict", until: { block, what: "settlement" }, deciding: "60% so far, 50% needed" }), {
      _tag: "Left",
      block,
      what: "until the votes have stood long enough"
    })
  })
})

describe("a match's keys", () => {
  it("scroll the play-by-play to its ends, and not beyond", () => {
    const at = (...names: ReadonlyArray<string>) => having([...opened(), ...keys(...names)]).scroll
    assert.deepStrictEqual([at("up"), at("down", "down", "up"), at("home"), at("end")], [0, 1, 0, 7])
    assert.strictEqual(at("end", "pagedown", "down", "up"), 6)
    const last = shown([...opened(), key("end")], 80, 24).join(" ")
    assert.include(last, "Play by play  from 8 of 8")
    assert.include(last, "started to compete")
    assert.notInclude(last, "approves")
  })
})

describe("strangers' bytes in a match", () => {
  it("bring no control characters, fit every width, and leave the words of others whole", () => {
    const evil = fc.array(
      fc.constantFrom("\u001b[2J", "\u001b]0;owned\u0007", "\u202e", "\u0000", "\r\n", "漢字", "👩‍👩‍👧", "e\u0301", "שלום", "مرحبا", "x"),
      { minLength: 1, maxLength: 12 }
    )
    fc.assert(
      fc.property(evil, fc.integer({ min: 36, max: 140 }), fc.boolean(), (parts, columns, isFound) => {
        const name = parts.join("")
        const known = knowing(({ pulls, plays }) => ({
          titles: new Map([[1, name]]),
          logins: new Map([
            [33, name],
            [42, `${name}2`]
          ]),
          pulls: new Map([...pulls].map(([issue, all]) => [issue, all?.map((one) => ({ ...one, title: name, author: name })) ?? null])),
          plays: new Map([...plays].map(([place, steps]) => [place, steps.map((one) => ({ ...one, by: name }))]))
        }))
        const size = { columns, rows: 40 }
        const model = having([resized(columns, 40), ...opened({}, known), ...(isFound ? [findings] : [])])
        const frame = frameOf(view(model), size)
        for (const line of frame) assert.isAtMost(Bun.stringWidth(line.map(({ text }) => text).join("")), columns)
        // Without the screen's own control sequences, the remaining bytes contain none.
        const bytes = paint(undefined, frame, columns, { colours: true, unicode: true })
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the screen's own sequences are what is taken away
        assert.notMatch(bytes.replace(/\u001b\[(\?2026[hl]|[0-9;]*[mHKJ])/g, ""), /[\p{Cc}\u202a-\u202e]/u)
      }),
      { numRuns: 200 }
    )
  })
})

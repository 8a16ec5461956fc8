/** A match play by play: sentences, and the changes of the lead. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { PLAY_KINDS, type PlayKind } from "../../../src/domain/Play.ts"
import { millisecondsOf, type Pull, sideOf } from "../../../src/story/competitor.ts"
import { leadOf } from "../../../src/story/lead.ts"
import { commentaryOf, type Play, playsByDates, tellPlay } from "../../../src/story/plays.ts"
import { plain } from "../../../src/story/sentence.ts"

const START = Date.parse("2026-11-01T00:00:00Z")
const minute = (at: number) => new Date(START + at * 60_000).toISOString()

const [ANT, BEE] = ["5Ant", "5Bee"]

const play = (at: number, hotkey: string, kind: PlayKind, more: Partial<Play> = {}): Play => ({
  at: minute(at),
  repository: "acme/widgets",
  number: hotkey === ANT ? 37 : 41,
  hotkey,
  kind,
  by: null,
  commit: null,
  times: 1,
  validators: null,
  tests: null,
  ...more
})

const moment = (block: number) => ({ block, time: null })
const player = (hotkey: string, login: string) => ({ hotkey, login, rating: 1_500, provisional: false, expected: 0.5 })

const match = (plays: ReadonlyArray<Play>, pullRequests: ReadonlyArray<Pull> = []) => ({
  status: "Running" as const,
  a: player(ANT, "mossy-lantern"),
  b: player(BEE, "juniper-fox"),
  submissionsFrom: moment(100),
  deadline: moment(1_000),
  outcomeUntil: moment(1_200),
  winner: null,
  pullRequest: null,
  reason: null,
  unsolved: null,
  collateral: "0",
  slash: "0",
  pullRequests,
  plays
})

const leads = (plays: ReadonlyArray<Play>, pullRequests: ReadonlyArray<Pull> = []) =>
  commentaryOf(match(plays, pullRequests)).flatMap(({ play, lead }) => (lead === null ? [] : [[play.kind, lead.leader, lead.text]]))

describe("the commentary", () => {
  it("tells each step in a sentence, and quotes nobody's control characters", () => {
    const about = { login: "mossy-lantern", early: false }
    const tell = (kind: PlayKind, more: Partial<Play> = {}) => plain(tellPlay(play(1, ANT, kind, more), about))
    assert.deepStrictEqual(
      [
        tell("opened"),
        tell("openedAsDraft"),
        tell("pushed"),
        tell("pushed", { times: 4_970 }),
        tell("passing"),
        tell("approved", { by: "ac\u0007me\n" }),
        tell("changesRequested"),
        tell("dismissed", { by: "acme" }),
        tell("reverted"),
        tell("gateRejected", { validators: 1 }),
        tell("verified", { validators: 2, tests: 1 }),
        tell("unproven", { validators: 1, tests: 0 })
      ],
      [
        "mossy-lantern opens #37",
        "mossy-lantern opens #37 as a draft",
        "mossy-lantern pushes to #37",
        "mossy-lantern pushes to #37 4,970 times",
        "All checks of mossy-lantern’s #37 pass",
        "ac me approves mossy-lantern’s #37",
        "A reviewer requests changes of mossy-lantern’s #37",
        "The review of mossy-lantern’s #37 by acme no longer counts",
        "mossy-lantern’s #37 is reverted",
        "The gate of 1 validator rejects mossy-lantern’s #37",
        "2 validators find: with mossy-lantern’s #37, 1 failing test now passes",
        "1 validator finds: with mossy-lantern’s #37, no test tells the difference"
      ]
    )
    assert.strictEqual(plain(tellPlay(play(1, ANT, "opened"), { ...about, early: true })), "mossy-lantern opens #37, too early to count")
    assert.strictEqual(plain(tellPlay({ ...play(1, ANT, "closed"), hotkey: null }, about)), "Somebody’s #37 is closed without a merge")
    for (const kind of PLAY_KINDS) assert.match(tell(kind), /#37/)
    // The page writes figures in its reader's locale; everything else is unchanged.
    assert.deepInclude(tellPlay(play(1, ANT, "pushed", { times: 4_970 }), about), { kind: "figure", text: "4,970" })
  })

  it("names who takes the lead, why, and when both are level again", () => {
    assert.deepStrictEqual(
      leads([
        play(1, ANT, "openedAsDraft"),
        play(2, BEE, "opened"),
        play(3, ANT, "ready"),
        play(4, BEE, "passing"),
        play(5, ANT, "passing"),
        play(6, ANT, "approved", { by: "acme" }),
        play(7, ANT, "changesRequested", { by: "acme" }),
        play(8, BEE, "approved", { by: "acme" }),
        play(9, ANT, "merged")
      ]),
      [
        ["openedAsDraft", "a", "mossy-lantern takes the lead: is first with a draft"],
        ["opened", "b", "juniper-fox takes the lead: is first with an open pull request"],
        ["ready", null, "Level: both have a pull request open"],
        ["passing", "b", "juniper-fox takes the lead: passes checks first"],
        ["passing", null, "Level: both pass all checks"],
        ["approved", "a", "mossy-lantern takes the lead: is approved first"],
        ["changesRequested", "b", "juniper-fox takes the lead: passes all checks; of mossy-lantern’s, changes are requested"],
        ["merged", "a", "mossy-lantern takes the lead: is merged first"]
      ]
    )
  })

  it("forgets the checks and findings of a head that a push replaced, and counts each reviewer's last word", () => {
    const before = { commit: "old" }
    assert.deepStrictEqual(
      leads([
        play(1, ANT, "opened"),
        play(1, BEE, "opened"),
        play(2, ANT, "pushed", { commit: "new" }),
        play(3, ANT, "passing", before),
        play(3, ANT, "verified", { ...before, validators: 3, tests: 1 }),
        play(4, ANT, "approved", { by: "acme" }),
        play(5, ANT, "approved", { by: "other" }),
        play(6, ANT, "dismissed", { by: "acme" }),
        play(7, ANT, "dismissed", { by: "other" })
      ]),
      [
        ["approved", "a", "mossy-lantern takes the lead: is approved first"],
        ["dismissed", null, "Level: both have a pull request open"]
      ]
    )
  })

  it("lets validators' findings decide between two that are as far, by what most of them say", () => {
    const opened = [play(1, ANT, "opened"), play(1, BEE, "opened")]
    assert.deepStrictEqual(
      leads([...opened, play(2, ANT, "unproven", { validators: 2 }), play(3, BEE, "verified", { validators: 2, tests: 1 })]),
      [["verified", "b", "juniper-fox takes the lead: 1 failing test now passes"]]
    )
    const gated = [...opened, play(2, BEE, "gatePassed", { validators: 3 })]
    assert.deepStrictEqual(leads(gated), [])
    assert.strictEqual(leads([...gated, play(3, BEE, "verified", { validators: 1, tests: 1 })]).length, 1)
    assert.deepStrictEqual(leads([...opened, play(2, ANT, "broken", { validators: 1 })]), [
      ["broken", "b", "juniper-fox takes the lead: of mossy-lantern’s, it breaks a test"]
    ])
    assert.deepStrictEqual(
      leads([...opened, play(2, BEE, "unproven", { validators: 2 }), play(3, BEE, "verified", { validators: 1, tests: 1 })]),
      []
    )
  })

  it("puts nobody ahead by what came too early or was taken back", () => {
    const early: Pull = {
      number: 37,
      hotkey: ANT,
      state: "open",
      createdAt: minute(1),
      mergedAt: null,
      early: true,
      repository: "acme/widgets"
    }
    assert.deepStrictEqual(leads([play(1, ANT, "opened"), play(2, ANT, "passing")], [early]), [])
    assert.deepStrictEqual(leads([play(1, ANT, "merged"), play(2, ANT, "reverted")]), [
      ["merged", "a", "mossy-lantern takes the lead: is merged first"],
      ["reverted", null, "Nobody is ahead any more"]
    ])
  })

  it("compares only after all that happened at one moment", () => {
    assert.deepStrictEqual(leads([play(1, ANT, "opened"), play(1, ANT, "passing"), play(1, BEE, "opened"), play(1, BEE, "passing")]), [])
  })

  it("tells of a pull request whose steps are not known what its dates say", () => {
    const listed = { ...{ number: 37, repository: "acme/widgets", hotkey: ANT, state: "open" as const, early: null }, createdAt: minute(1) }
    const kinds = (mergedAt: string | null, closedAt: string | null) =>
      playsByDates({ ...listed, mergedAt, closedAt }).map(({ kind }) => kind)
    assert.deepStrictEqual(
      [kinds(null, null), kinds(null, minute(2)), kinds(minute(2), minute(2))],
      [["opened"], ["opened", "closed"], ["opened", "merged"]]
    )
  })
})

const anyPlays = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: 20 }),
      hotkey: fc.constantFrom(ANT, BEE),
      kind: fc.constantFrom(...PLAY_KINDS),
      by: fc.option(fc.constantFrom("acme", "other")),
      commit: fc.option(fc.constantFrom("1", "2")),
      validators: fc.option(fc.integer({ min: 1, max: 3 })),
      number: fc.integer({ min: 1, max: 3 })
    }),
    { maxLength: 12 }
  )
  .map((plays) =>
    plays
      .toSorted((one, other) => one.at - other.at)
      .map(({ at, hotkey, kind, number, ...more }) => play(at, hotkey, kind, { ...more, number: number + (hotkey === ANT ? 30 : 40) }))
  )

/** A pull request after all these plays: each field by the last play that changed it. */
const pullAfter = ({ at, hotkey, number, repository }: Play, steps: ReadonlyArray<Play>): Pull => {
  const kinds = steps.map(({ kind }) => kind)
  const since = steps.findLast(({ kind }) => kind === "pushed")?.commit ?? null
  const checked = steps
    .slice(steps.findLastIndex(({ kind }) => kind === "pushed") + 1)
    .findLast(
      ({ kind, commit }) => (kind === "passing" || kind === "failing") && (since === null || commit === null || commit === since)
    )?.kind
  const words = new Map(
    steps.flatMap(({ kind, by }) => (kind === "approved" || kind === "changesRequested" || kind === "dismissed" ? [[by, kind]] : []))
  )
  const said = new Set(words.values())
  const ended = kinds.findLast((kind) => kind === "merged" || kind === "closed" || kind === "reopened")
  return {
    ...{ number, repository, hotkey, createdAt: at, early: null },
    mergedAt: steps.findLast(({ kind }) => kind === "merged")?.at ?? null,
    state: ended === "merged" || ended === "closed" ? ended : "open",
    draft: !["ready", undefined].includes(kinds.findLast((kind) => kind === "openedAsDraft" || kind === "draft" || kind === "ready")),
    checks: checked === "passing" || checked === "failing" ? checked : null,
    review: said.has("changesRequested") ? "changesRequested" : said.has("approved") ? "approved" : null
  }
}

/** The leader after all these plays, computed from scratch. */
const leaderAfter = (plays: ReadonlyArray<Play>) => {
  const numbers = [...new Set(plays.map(({ number }) => number))]
  const pulls = numbers.flatMap((number) => {
    const [first, ...others] = plays.filter((one) => one.number === number)
    return first === undefined ? [] : [pullAfter(first, [first, ...others])]
  })
  const now = match(plays, pulls)
  return leadOf(sideOf(now, "a"), sideOf(now, "b")).leader
}

describe("every commentary", () => {
  it("is the same when the sides are exchanged, and never names the same leader twice in a row", () => {
    fc.assert(
      fc.property(anyPlays, (plays) => {
        const one = match(plays)
        const told = commentaryOf(one).flatMap(({ lead }) => lead ?? [])
        const exchanged = commentaryOf({ ...one, a: one.b, b: one.a }).flatMap(({ lead }) => lead ?? [])
        assert.deepStrictEqual(
          exchanged.map(({ text }) => text),
          told.map(({ text }) => text)
        )
        for (const [index, { leader, text }] of told.entries()) {
          assert.notStrictEqual(leader, index === 0 ? null : told[index - 1]?.leader)
          assert.notMatch(text, /undefined|null|further/)
        }
      }),
      { numRuns: 500 }
    )
  })

  it("has as leader after each moment the one that all steps until then put ahead", () => {
    fc.assert(
      fc.property(anyPlays, (plays) => {
        let leader: "a" | "b" | null = null
        for (const [index, { lead }] of commentaryOf(match(plays)).entries()) {
          if (lead !== null) leader = lead.leader
          const [now, next] = [plays[index], plays[index + 1]]
          if (now !== undefined && next !== undefined && millisecondsOf(now.at) === millisecondsOf(next.at)) continue
          assert.strictEqual(leader, leaderAfter(plays.slice(0, index + 1)))
        }
      }),
      { numRuns: 2_000 }
    )
  })
})

/** The text of an issue's comment, for any names and figures. */
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import {
  type Commenter,
  type CommentSubject,
  commentOf as commentFor,
  hashOf,
  lastWordOf,
  markOf,
  movedWordOf
} from "../../../src/dashboard/comments/text.ts"
import { asCode } from "../../../src/story/markdown.ts"

const COMMENTER: Commenter = {
  chain: "0x1",
  contract: "5Contract",
  publicUrl: "https://page.example",
  contact: "https://owner.example",
  author: 77
}

const PACE = { block: 15, time: Date.UTC(2026, 0, 1, 0, 0, 15), milliseconds: 12_000, blocks: 7_200 }

const commentOf = (commenter: Commenter, subject: Omit<CommentSubject, "pace">, pace: CommentSubject["pace"] = PACE) =>
  commentFor(
    commenter,
    { ...subject, pace },
    { repository: "acme/widgets", because: 'its .gittensor.yml says "bounties: true" for acme/widgets' }
  )

const ISSUE: CommentSubject["issue"] = {
  id: 1,
  status: "Competing",
  funded: "100000000000",
  target: "100000000000",
  paid: null,
  reason: null,
  outcome: null
}

const COMPETITION: NonNullable<CommentSubject["match"]>["competition"] = {
  id: 1,
  status: "Running",
  a: { hotkey: "5Ant", login: null, rating: 1_600, provisional: false, expected: 0.64 },
  b: { hotkey: "5Bee", login: null, rating: 1_500, provisional: true, expected: 0.36 },
  bounty: "100000000000",
  submissionsFrom: { block: 18, time: null },
  deadline: { block: 39, time: null },
  expiresFrom: { block: 97, time: null },
  winner: null,
  pullRequest: null,
  reason: null,
  slashA: null,
  slashB: null,
  collateral: "1000000000",
  slash: "500000000"
}

const match = (names: readonly [string | null, string | null], more: Partial<typeof COMPETITION> = {}): CommentSubject["match"] => ({
  competition: {
    ...COMPETITION,
    a: { ...COMPETITION.a, login: names[0] },
    b: { ...COMPETITION.b, login: names[1] },
    ...more
  },
  block: 20,
  quorum: 5_000
})

const competing = (names: readonly [string | null, string | null]): Omit<CommentSubject, "pace"> => ({
  issue: { ...ISSUE, status: "Competing" },
  match: match(names)
})

describe("the comment on an issue", () => {
  it("says in ten lines who asked and how to stop it, who runs it, how much it is, that only two are paid, until when, and how both stand", () => {
    const text = commentOf(COMMENTER, competing(["alice", "bob"]))
    const places = [
      'Asked for: its .gittensor.yml says "bounties: true" for acme/widgets.',
      "[open that file](https://github.com/acme/widgets/edit/HEAD/.gittensor.yml) and write `bounties: false`",
      "https://owner.example",
      "https://page.example/how-it-works?part=maintainers",
      "100 α",
      "α is this subnet's token",
      "https://page.example/competitions/1",
      "`alice` and `bob`, and **nobody else is paid**",
      "Deadline: block 39, about 2026-01-01 00:00 UTC",
      "- `alice`: no pull request yet",
      "- `bob`: no pull request yet",
      "id 77",
      "SHA-256",
      "https://page.example/issues/1"
    ].map((part) => text.indexOf(part))
    assert.notInclude(places, -1)
    assert.deepStrictEqual(
      places,
      places.toSorted((one, other) => one - other)
    )
    assert.isAtMost(text.split("\n").filter((line) => line !== "" && !line.startsWith("<!--")).length, 10)
    assert.strictEqual(text.split("\n")[0], markOf(COMMENTER, 1))
  })

  it("says before there is a match that two people will be drawn, and nobody else is paid", () => {
    const subject = { issue: { ...ISSUE, funded: "20000000000" }, match: null }
    const funding = commentOf(COMMENTER, { ...subject, issue: { ...subject.issue, status: "Funding" } })
    assert.include(
      funding,
      "It has 20 of 100 α so far, and nobody competes for it yet. Two people will be drawn, and **nobody else is paid**."
    )
    assert.include(
      commentOf(COMMENTER, { ...subject, issue: { ...subject.issue, status: "Open" } }),
      "It is funded, and nobody competes for it yet."
    )
  })

  it("tells what it ended with, and the payment's block", () => {
    const paid = { hotkey: COMPETITION.a.hotkey, coldkey: "5Cold", amount: "100000000000", at: { block: 29, time: "2026-01-01T00:00:29Z" } }
    const text = commentOf(COMMENTER, {
      issue: { ...ISSUE, status: "Paid", paid },
      match: match(["alice", "bob"], { winner: "a", pullRequest: 77 })
    })
    assert.include(text, "100 α went to `alice`, for pull request no. 77, in block 29")
  })

  it("tells what votes with the quorum say, and from when on it can be settled; then that it is final", () => {
    const outcome = {
      choice: { _tag: "Unsolved", slashA: true, slashB: false },
      state: "tooYoung",
      weight: "51",
      totalWeight: "100",
      from: { block: 7_215, time: null }
    } as const
    assert.include(
      commentOf(COMMENTER, { issue: { ...ISSUE, outcome }, match: match(["alice", "bob"]) }),
      "Validators vote that nobody solved the issue in time, at the cost of one competitor. That is settled from block 7,215, about 2026-01-02 00:00 UTC on, unless they vote otherwise before."
    )
    assert.include(
      commentOf(COMMENTER, { issue: { ...ISSUE, outcome: { ...outcome, state: "tooLight", from: null } }, match: match(["alice", "bob"]) }),
      "Two people compete"
    )
    assert.include(
      commentOf(COMMENTER, { issue: { ...ISSUE, status: "Solved" }, match: match(["alice", "bob"], { winner: "b" }) }),
      "**Solved** by `bob`. That is final, and the bounty can be paid now."
    )
  })

  it("stays the same while only blocks go by", () => {
    const subject = competing(["alice", "bob"])
    const later: typeof subject = { ...subject, match: subject.match === null ? null : { ...subject.match, block: 25 } }
    assert.strictEqual(hashOf(commentOf(COMMENTER, subject)), hashOf(commentOf(COMMENTER, later)))
    assert.include(commentOf(COMMENTER, subject, null), "Deadline: block 39. Their pull requests", "no time where nothing is known of it")
  })

  it("has another mark for each issue, contract and chain", () => {
    const marks = [
      markOf(COMMENTER, 1),
      markOf(COMMENTER, 2),
      markOf({ ...COMMENTER, chain: "0x2" }, 1),
      markOf({ ...COMMENTER, contract: "5Other" }, 1)
    ]
    assert.strictEqual(new Set(marks).size, 4)
  })

  it("mentions nobody, links nothing of strangers, and is short, whatever their names are", () =>
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.string({ unit: fc.constantFrom(..."@#`|[]<>*_\n a1"), maxLength: 300 }),
        (one, other) => {
          const text = commentOf(COMMENTER, competing([one, other]))
          assert.notInclude(text, "@")
          assert.notMatch(text, /#\d/)
          assert.isBelow(text.length, 65_536)
          const plain = commentOf(COMMENTER, competing(["a", "b"]))
          // Names are in code spans of one line, so they affect no other text.
          const shapeOf = (whole: string) => whole.replace(/`[^`\n]*`/g, "``")
          assert.strictEqual(shapeOf(text), shapeOf(plain))
        }
      )
    ))

  it("has last words that mention nobody", () => {
    for (const text of [lastWordOf(COMMENTER, 1), movedWordOf(COMMENTER, 1)]) {
      assert.notInclude(text, "@")
      assert.strictEqual(text.split("\n")[0], markOf(COMMENTER, 1))
    }
  })
})

describe("a stranger's name as code", () => {
  it("keeps logins as they are", () => {
    for (const name of ["octocat", "a-b-c", "dependabot[bot]", "5Grwva…utQY"]) assert.strictEqual(asCode(name), `\`${name}\``)
    assert.strictEqual(asCode("@all `x` <b>"), "`·all ·x· ·b·`")
  })
})

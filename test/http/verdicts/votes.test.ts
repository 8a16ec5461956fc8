/** From a competition on the chain to the vote: which requests are sent, and what changes nothing. */
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import type { Competition } from "../../../src/contract-client/generated.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import { hotkey } from "../../support/rules/world.ts"
import { blockAt, competition, type Daemon, daemon, issueOf, S, started } from "./daemon.ts"
import { BOB, begin, CLEO, day, number, WIDGETS } from "./story.ts"

/** Freshly started validators with these competitions. */
const scene = (...competitions: ReadonlyArray<Competition>) =>
  Effect.gen(function* () {
    const story = yield* begin
    const commits: Array<(validator: Daemon) => void> = []
    const commit = (...given: Parameters<Daemon["commit"]>) => void commits.push((validator) => validator.commit(...given))
    /** The vote of a freshly started validator, at a time of the chain. */
    const vote = (when: number, issue = 1) =>
      Effect.gen(function* () {
        const validator = yield* daemon(story, { competitions })
        for (const each of commits) each(validator)
        yield* validator.look(blockAt(when))
        return validator.vote(issue)
      })
    return { story, commit, vote }
  })

describe("a vote", () => {
  inEachVersion("needs no coldkey, no registration and no gist: the attested accounts count", () =>
    Effect.gen(function* () {
      const { story, vote } = yield* scene(competition(1))
      yield* story.control.addFault({ payload: { fault: { _tag: "Status", status: 502, times: 1_000, path: "^/gists" } } })
      assert.strictEqual(yield* vote(day(5)), "No vote: IssueOpen")
      yield* story.solve("bob")
      assert.strictEqual(yield* vote(day(4)), "No vote: AheadOfChain", "its finalised head is a day behind")
      assert.strictEqual(yield* vote(day(6)), "Solved by Bob with #2")
      assert.strictEqual(yield* vote(day(20)), "Solved by Bob with #2", "after the deadline, in the time of grace")
    })
  )

  inEachVersion("ends a match where the roster says that the repository's people want no bounties", () =>
    Effect.gen(function* () {
      const story = yield* begin
      const validator = yield* daemon(story, { competitions: [competition(1)], refusals: ["ACME/widgets"] })
      yield* validator.look(blockAt(day(20)))
      assert.strictEqual(validator.vote(), "Cancelled: NotPlanned")
    })
  )

  inEachVersion("is withdrawn and cast anew where it weighs less than nine tenths of what it would, and its operator's is not", () =>
    Effect.gen(function* () {
      const story = yield* begin
      const validator = yield* daemon(story, { competitions: [competition(1)] })
      yield* story.solve("bob")
      const look = (days: number) => Effect.map(validator.look(blockAt(day(days))), () => validator.sent.splice(0))
      assert.deepStrictEqual(yield* look(6), ["voteOutcome"])
      validator.stake.of = 110n
      assert.deepStrictEqual(yield* look(7), [])
      validator.stake.of = 112n
      assert.deepStrictEqual(yield* look(8), ["withdrawOutcomeVote and", "voteOutcome"])
      assert.strictEqual(validator.vote(), "Solved by Bob with #2")
      assert.deepStrictEqual(yield* look(9), [])
      yield* validator.restart
      validator.stake.of = 1_000n
      assert.deepStrictEqual(yield* look(10), [], "without its files the vote counts as its operator's")
    })
  )

  inEachVersion("is cast for a solution after the subnet's end, taken back, and for nothing else", () =>
    Effect.gen(function* () {
      const story = yield* begin
      const ended = (refusals: ReadonlyArray<string>) =>
        Effect.tap(daemon(story, { competitions: [competition(1)], refusals }), ({ subnet }) => Object.assign(subnet, { hasEnded: true }))
      const [validator, refused] = [yield* ended([]), yield* ended([WIDGETS])]
      const look = (one: Daemon, days: number) => Effect.map(one.look(blockAt(day(days))), () => one.sent.splice(0))
      assert.deepStrictEqual(yield* look(refused, 20), [], "the contract takes no vote for another end")
      refused.subnet.hasEnded = false
      assert.deepStrictEqual(yield* look(refused, 21), ["voteOutcome"], "the chain was wrong")
      assert.strictEqual(refused.vote(), "Cancelled: NotPlanned")
      yield* story.solve("bob")
      assert.deepStrictEqual(yield* look(validator, 6), ["voteOutcome"])
      assert.strictEqual(validator.vote(), "Solved by Bob with #2")
      yield* story.control.reopenIssue({ payload: { repository: WIDGETS, number: number(1), by: "maintainer", at: day(7) } })
      assert.deepStrictEqual(yield* look(validator, 8), ["withdrawOutcomeVote"])
    })
  )

  inEachVersion("uses the account linked at the round's first block, whatever is linked during the match", () =>
    Effect.gen(function* () {
      const { story, vote, commit } = yield* scene(competition(1))
      const dan = yield* story.control.user({ payload: { login: "dan" } })
      commit(BOB, S + 1, dan.id)
      commit(CLEO, started + 1, story.bob.id)
      yield* story.solve("dan", day(4), day(5), { files: [{ path: "README.md", additions: 3, deletions: 1 }] })
      assert.strictEqual(yield* vote(day(6)), "No vote: CanBeUndone")
      yield* story.control.reopenIssue({ payload: { repository: WIDGETS, number: number(1), by: "maintainer", at: day(6) } })
      yield* story.solve("bob", day(6), day(7))
      assert.strictEqual(yield* vote(day(8)), "Solved by Bob with #3")
    })
  )

  inEachVersion("is cast for each issue that a pull request closes, by each match's own dates", () =>
    Effect.gen(function* () {
      const late = competition(2, { startedAt: started + 1, submissionsFrom: blockAt(day(6)) })
      const others = competition(3, { a: { uid: 5, hotkey: hotkey(5), coldkey: hotkey(15) } })
      const { story, vote, commit } = yield* scene(competition(1), late, others)
      commit(hotkey(5), S - 1, 999)
      for (const title of ["Two", "Three"]) yield* story.control.openIssue({ payload: { repository: WIDGETS, title, author: "ada" } })
      const solution = yield* story.solve("bob", day(4), day(5), { closes: [1, 2, 3] })
      assert.strictEqual(yield* vote(day(8), 1), `Solved by Bob with #${solution}`)
      assert.strictEqual(yield* vote(day(8), 2), "No vote: CanBeUndone")
      assert.strictEqual(yield* vote(day(16), 2), "Cancelled: SubmittedTooEarly by Bob")
      assert.strictEqual(yield* vote(day(16), 3), "Cancelled: SolvedOutside", "Bob does not compete there")
    })
  )

  inEachVersion("is cast though another issue has a defect in the program itself", () =>
    Effect.gen(function* () {
      const story = yield* begin
      yield* story.solve("bob")
      const competitions = [competition(2), competition(1)]
      const broken = Object.defineProperty(issueOf(competition(2)), "registeredAt", {
        get: () => {
          throw new Error("a defect")
        }
      })
      const validator = yield* daemon(story, { competitions, issues: [broken, issueOf(competition(1))] })
      yield* validator.look(blockAt(day(6)))
      assert.deepStrictEqual([validator.vote(1), validator.vote(2)], ["Solved by Bob with #2", "No vote: not asked"])
    })
  )

  inEachVersion("is not cast while GitHub does not say whether a competitor's account still exists", () =>
    Effect.gen(function* () {
      const { story, vote } = yield* scene(competition(1))
      yield* story.solve("dan")
      yield* story.control.deleteUser({ payload: { login: "dan" } })
      yield* story.control.addFault({ payload: { fault: { _tag: "Status", status: 502, times: 1_000, path: "^/user/" } } })
      assert.match((yield* Effect.flip(vote(day(16)))).message, /^no issue could be judged: issue 1: GitHub .*502/)
      yield* story.control.removeFaults({ payload: {} })
      assert.strictEqual(yield* vote(day(16)), "Cancelled: SolvedOutside")
    })
  )

  inEachVersion("becomes the same for validators with different heads once they have looked again", () =>
    Effect.gen(function* () {
      const { story, vote } = yield* scene(competition(1))
      const looks: Array<string> = []
      const look = Effect.flatMap(vote(day(14)), (found) => Effect.sync(() => looks.push(found)))
      yield* story.control.close({
        payload: { repository: WIDGETS, number: number(1), reason: "not_planned", by: "maintainer", at: day(4) }
      })
      yield* look
      yield* story.control.reopenIssue({ payload: { repository: WIDGETS, number: number(1), by: "maintainer", at: day(5) } })
      yield* look
      yield* story.solve("cleo", day(5), day(6))
      yield* look
      yield* story.control.changeRepository({ payload: { repository: WIDGETS, private: true } })
      yield* look
      yield* story.control.changeRepository({ payload: { repository: WIDGETS, private: false } })
      yield* look
      assert.deepStrictEqual(looks, [
        "No vote: CanBeUndone",
        "No vote: IssueOpen",
        "Solved by Cleo with #2",
        "No vote: GoneRecently",
        "Solved by Cleo with #2"
      ])
      assert.strictEqual(yield* vote(day(20)), "Solved by Cleo with #2")
    })
  )

  inEachVersion("by hand stays until the record says otherwise, and /health lists what waits for people", () =>
    Effect.gen(function* () {
      const story = yield* begin
      yield* story.solve("bob")
      yield* story.solve("cleo")
      const validator = yield* daemon(story, { competitions: [competition(1)] })
      const look = (when: number) => Effect.map(validator.look(blockAt(when)), () => validator.vote())
      assert.strictEqual(yield* look(day(6)), "No vote: SharedWork")
      assert.match(
        (yield* validator.notes).join(),
        /acme\/widgets#1 \(#2 and #3 were merged for it\. Whose work solved it\? https:\/\/github\.com\/acme\/widgets\/pull\/2 /
      )
      validator.voteByHand(1, { _tag: "Solved", hotkey: CLEO, pullRequest: 3 })
      assert.strictEqual(yield* look(day(7)), "Solved by Cleo with #3", "it is left alone")
      yield* story.control.reopenIssue({ payload: { repository: WIDGETS, number: number(1), by: "maintainer", at: day(8) } })
      assert.strictEqual(yield* look(day(9)), "Solved by Cleo with #3", "that it is open is no contradiction")
      assert.deepStrictEqual(yield* validator.notes, [])
      yield* story.control.revertPullRequest({ payload: { repository: WIDGETS, number: number(3), by: "maintainer", at: day(8, 60) } })
      yield* story.solve("bob", day(9), day(10), { files: [{ path: "src/bob.ts", additions: 90, deletions: 1 }] })
      assert.strictEqual(yield* look(day(11)), "Solved by Bob with #5", "the record says otherwise")
      yield* story.control.reopenIssue({ payload: { repository: WIDGETS, number: number(1), by: "maintainer", at: day(12) } })
      assert.strictEqual(yield* look(day(13)), "No vote: IssueOpen", "the program's own vote is taken back")
    })
  )

  inEachVersion("is for whose lines the validator itself saw first, and nothing where it was not watching", () =>
    Effect.gen(function* () {
      const story = yield* begin
      const contents = [{ path: "src/hinge.ts", base: null, head: Array.from({ length: 40 }, (_, line) => `oil(${line})\n`).join("") }]
      const [watching, late] = [
        yield* daemon(story, { competitions: [competition(1)] }),
        yield* daemon(story, { competitions: [competition(1)] })
      ]
      yield* story.open("bob", day(4), { contents })
      yield* watching.look(blockAt(day(4, 600)))
      const copy = yield* story.open("cleo", day(5), { contents })
      yield* watching.look(blockAt(day(5, 600)))
      yield* story.merge(copy, day(6))
      yield* watching.look(blockAt(day(7)))
      yield* late.look(blockAt(day(7)))
      assert.deepStrictEqual([watching.vote(), late.vote()], ["Solved by Bob with #2", "No vote: WorkUnproved"])
    })
  )
})

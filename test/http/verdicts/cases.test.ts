/** Plays every case of docs/verdicts.md over HTTP before a validator's verdict loop, and compares the document with them. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { folder } from "../../support/folder.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import type { Case } from "./Case.ts"
import { sections } from "./cases.ts"
import { blockAt, competition, daemon, HOUR } from "./daemon.ts"
import { withTables } from "./document.ts"
import { begin, CLEO, day, SUBMISSIONS_FROM } from "./story.ts"

/** The votes after each look. */
const watch = ({ challenge, cleo, headAt, hours, later = {}, play, windowEndsAt }: Case) =>
  Effect.gen(function* () {
    const story = yield* begin
    const first = headAt === undefined ? blockAt(day(28)) : blockAt(headAt)
    const won = { _tag: "Won", winner: 0, pullRequest: 2, at: first - HOUR } as const
    const isRestarted = Object.values(later).includes("restart")
    const validator = yield* daemon(story, {
      competitions: [competition(1, challenge === true ? { status: won } : {})],
      times: {
        ...(headAt === undefined ? {} : { [first]: headAt }),
        ...(windowEndsAt === undefined ? {} : { [blockAt(SUBMISSIONS_FROM)]: windowEndsAt })
      },
      ...(isRestarted ? { folder: yield* folder } : {})
    })
    if (cleo !== undefined) validator.commit(CLEO, 1_000, cleo === "Bob's" ? story.bob.id : null)
    yield* play(story)
    const votes: Array<string> = []
    const waits = () => votes.at(-1) === "No vote: GoneRecently" || votes.at(-1) === "No vote: Settling"
    const last = headAt === undefined ? (hours ?? 1) : 0
    for (let hour = 0; hour <= last || (hours === undefined && headAt === undefined && waits() && hour < 9); hour++) {
      const happening = later[hour]
      if (happening === "restart") yield* validator.restart
      else if (happening !== undefined) yield* happening(story)
      yield* validator.look(first + hour * HOUR)
      votes.push(validator.vote())
    }
    return votes
  })

const GONE = /^Cancelled: (Deleted|Transferred|RepositoryGone)$/

for (const { title, cases } of sections) {
  describe(title, () => {
    for (const one of cases) {
      inEachVersion(`${one.what} → ${one.verdict}`, () =>
        Effect.gen(function* () {
          const votes = yield* watch(one)
          assert.strictEqual(votes.at(-1), one.verdict, votes.join("; "))
          // Whatever takes a bounty away because something is gone, takes six hours of looks.
          assert.isTrue(
            votes.every((vote, look) => !GONE.test(vote) || look >= 6),
            votes.join("; ")
          )
          // And whatever else takes it away, two looks after the first.
          assert.isTrue(
            votes.every((vote, look) => !vote.startsWith("Cancelled") || look >= 2),
            votes.join("; ")
          )
          if (one.later === undefined && !one.verdict.startsWith("Cancelled"))
            assert.deepStrictEqual(new Set(votes), new Set([one.verdict]), "the same again")
        })
      )
    }
  })
}

it("docs/verdicts.md lists these cases, and every reason for no vote", () => {
  const text = readFileSync(new URL("../../../docs/verdicts.md", import.meta.url), "utf8")
  assert.strictEqual(text, withTables(text), "write it anew: npm run generate")
})

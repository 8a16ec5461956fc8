/** How a validator watches a case. */
import { Effect } from "effect"
import { folder } from "../../support/folder.ts"
import type { Case } from "./Case.ts"
import { blockAt, competition, daemon, HOUR } from "./daemon.ts"
import { beginWith, CLEO, day, SUBMISSIONS_FROM } from "./story.ts"

/** The votes after each check. `files`: the repository's initial files, if git can fetch it. */
export const watch = ({ cleo, headAt, hours, later = {}, play, countsFrom }: Case, files?: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const story = yield* beginWith(files)
    const first = headAt === undefined ? blockAt(day(28)) : blockAt(headAt)
    const isRestarted = Object.values(later).includes("restart")
    const validator = yield* daemon(story, {
      competitions: [competition(1)],
      times: {
        ...(headAt === undefined ? {} : { [first]: headAt }),
        ...(countsFrom === undefined ? {} : { [blockAt(SUBMISSIONS_FROM)]: countsFrom })
      },
      ...(isRestarted ? { folder: yield* folder } : {})
    })
    if (cleo !== undefined) validator.commit(CLEO, 1_000, cleo === "Bob's" ? story.bob.id : null)
    yield* play(story)
    const votes: Array<string> = []
    const waits = () => votes.at(-1) === "No vote: GoneRecently"
    const last = headAt === undefined ? (hours ?? 1) : 0
    for (let hour = 0; hour <= last || (hours === undefined && headAt === undefined && waits() && hour < 9); hour++) {
      const happening = later[hour]
      if (happening === "restart") yield* validator.restart
      else if (happening !== undefined) yield* happening(story)
      yield* validator.look(first + hour * HOUR).pipe(Effect.catchTag("NothingJudged", () => Effect.void))
      votes.push(validator.vote())
    }
    return votes
  })

/** The worker of `recordTask`. */
import { Effect } from "effect"
import { serveTask } from "../../machine/confined/serveTask.ts"
import { asUnusable } from "../GitUnusable.ts"
import { changesOf } from "./changes.ts"
import { update } from "./clone.ts"
import { comparisonsOf } from "./comparisons.ts"
import { type RecordAnswer, recordTask } from "./historyTask.ts"
import { parentsOf } from "./parents.ts"
import { placesOf } from "./places.ts"
import { arrivalOf, Budget, hasBetween, since } from "./queries.ts"
import { standingsOf } from "./standings.ts"
import { objectsIn, textsOf } from "./texts.ts"

/** The most bytes of JSON for all lists of one answer, less than a task may answer. */
const MOST_ANSWERED = 24 << 20

export const main = serveTask(recordTask, ({ url, pullRequests, ...question }, { clone = "" }) =>
  Effect.gen(function* () {
    const { branch, head, heads } = yield* update(clone, url, pullRequests)
    const budget = new Budget(MOST_ANSWERED)
    const comparisons = yield* comparisonsOf(clone, url, question.comparisons, head, budget)
    const compared = objectsIn(comparisons, new Set(question.textsOf))
    const texts = yield* textsOf(clone, url, [...question.texts, ...compared], budget)
    const answer: RecordAnswer = {
      branch,
      head,
      heads,
      arrivals: yield* Effect.forEach(question.arrivals, (commit) => arrivalOf(clone, head, commit)),
      since: yield* Effect.forEach(question.since, (asked) => since(clone, head, asked, budget)),
      standings: yield* standingsOf(clone, url, head, question.standings),
      between: yield* Effect.forEach(question.between, (asked) => hasBetween(clone, head, asked)),
      changes: yield* changesOf(clone, url, question.changes, budget),
      comparisons,
      parents: yield* parentsOf(clone, url, question.parents, budget),
      comparedTexts: compared.flatMap((object, index) => {
        const found = texts[question.texts.length + index] ?? null
        return found === null ? [] : [{ object, ...found }]
      }),
      texts: texts.slice(0, question.texts.length),
      ...(yield* placesOf(clone, url, head, question, budget))
    }
    return answer
  }).pipe(Effect.catchTags(asUnusable))
)

/** Whether the project's people want comments and statuses, cached. */
import { Clock, Duration, Effect } from "effect"
import { type ConsentRecord, consentOf, withRefusals } from "../../domain/consent.ts"
import type { IssueRef } from "../../domain/IssueRef.ts"
import type { Chosen, GitHubComments } from "../../layers/github/GitHubComments.ts"

/** How they asked for comments on an issue, as a phrase; null: they did not, or want none there. */
export interface Asked {
  /** `owner/name` today. */
  readonly repository: string
  readonly because: string | null
}

/** An answer of GitHub's for each key, cached for `believed`. */
const remembered = <K extends string | IssueRef, A, E>(believed: Duration.Duration, read: (key: K) => Effect.Effect<A, E>) => {
  const known = new Map<string, { readonly at: number; readonly answer: A }>()
  return (key: K) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const name = String(key)
      const before = known.get(name)
      if (before !== undefined && now - before.at < Duration.toMillis(believed)) return before.answer
      const answer = yield* read(key)
      known.set(name, { at: now, answer })
      return answer
    })
}

/** Whether what is said on the issue, or by the roster, keeps comments off it. */
const isUnwanted = (record: ConsentRecord): boolean => {
  const consent = consentOf(record)
  return consent._tag === "Refused" || (consent._tag === "Unknown" && consent.isForPeople)
}

/** Makes the function that says who asked for comments on an issue; null: GitHub does not show it. `refusals`: those of the roster. */
export const makeAsked = (
  github: typeof GitHubComments.Service,
  believed: Duration.Duration,
  refusals: Effect.Effect<ReadonlyArray<string>> = Effect.succeed([])
) => {
  const chosenOf = remembered(believed, github.choices)
  const consentAt = remembered(believed, github.consent)
  const becauseOf = ({ choices, file, isArchived, repository }: Chosen, refused: ReadonlyArray<string>) => {
    const consent = consentOf(withRefusals({ repository, isArchived, file, issue: null }, refused))
    // A choices file inherited from another repository, for example by a fork, is no request.
    return choices.comments && consent._tag === "Asked" ? consent.because : null
  }
  return (ref: IssueRef) =>
    Effect.gen(function* () {
      const chosen = yield* chosenOf(ref.repository)
      if (chosen === null) return null
      const because = becauseOf(chosen, yield* refusals)
      const record = because === null ? null : yield* consentAt(ref)
      return { repository: chosen.repository, because: record !== null && isUnwanted(record) ? null : because } satisfies Asked
    })
}

/** A competition with its issue, for previews, pictures and feeds. */
import { Effect, Option } from "effect"
import { findCompetition } from "../queries/competitions.ts"
import { findIssue } from "../queries/issues.ts"

type Found<A> = A extends Option.Option<infer One> ? One : never

export interface Match {
  readonly competition: Found<Effect.Effect.Success<ReturnType<typeof findCompetition>>>
  /** The issue's bounty in rao; null if the index does not have the issue. */
  readonly bounty: string | null
}

/** The competition with this id, if there is one. */
export const findMatch = (id: number) =>
  Effect.gen(function* () {
    const found = yield* findCompetition(id)
    if (Option.isNone(found)) return Option.none<Match>()
    const issue = yield* findIssue(found.value.issue.id)
    return Option.some<Match>({ competition: found.value, bounty: Option.isSome(issue) ? issue.value.target : null })
  })

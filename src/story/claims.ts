/** What a match's page says of it, in the form in which it can be checked against the chain: by `verify.html`, or by `gittensor audit --match`. */

interface Side {
  readonly uid: number
  readonly hotkey: string
  readonly coldkey: string
  /** In points. */
  readonly rating: number
  readonly ratingAfter: number | null
}

interface At {
  readonly block: number
}

/** The fields of the API's match that are claims. Amounts and weights are in rao. */
export interface ClaimedMatch {
  readonly id: number
  readonly issue: { readonly id: number }
  readonly startedAt: At
  readonly a: Side
  readonly b: Side
  readonly status: string
  readonly winner: "a" | "b" | null
  readonly pullRequest: number | null
  readonly reason: unknown
  readonly slashA: boolean | null
  readonly slashB: boolean | null
  readonly endedAt: At | null
  readonly votes: ReadonlyArray<{
    readonly kind: string
    readonly validator: string
    readonly since: At
    readonly endedAt: At | null
    readonly endedBy: string | null
    readonly inPassingTally: boolean | null
    readonly weight: string
    readonly totalWeight: string
  }>
  readonly paid: { readonly at: At; readonly amount: string; readonly coldkey: string } | null
}

const milliPoints = (points: number) => Math.round(points * 1_000)

const sideOf = ({ uid, hotkey, coldkey, rating, ratingAfter }: Side) => ({
  uid,
  hotkey,
  coldkey,
  rating: milliPoints(rating),
  ratingAfter: ratingAfter === null ? null : milliPoints(ratingAfter)
})

const endOf = ({ status, winner, pullRequest, reason, slashA, slashB }: ClaimedMatch, at: number) => {
  if (status === "Won") return { status, at, winner, pullRequest }
  if (status === "Unsolved") return { status, at, slashA, slashB }
  return status === "Void" ? { status, at, reason } : { status, at }
}

/** The claims about a match that has ended; undefined while it runs. */
export const claimsOf = (match: ClaimedMatch) => {
  const { id, issue, startedAt, a, b, endedAt, votes, paid } = match
  if (endedAt === null) return undefined
  const stood = votes.filter(
    ({ kind, endedAt: left, endedBy, weight }) =>
      kind === "outcome" && weight !== "0" && left?.block === endedAt.block && (endedBy === "passed" || endedBy === "lapsed")
  )
  return {
    match: id,
    issue: issue.id,
    startedAt: startedAt.block,
    a: sideOf(a),
    b: sideOf(b),
    end: endOf(match, endedAt.block),
    votes: stood.map(({ validator, since, weight, inPassingTally }) => ({
      validator,
      since: since.block,
      weight,
      passed: inPassingTally === true
    })),
    totalWeight: stood[0]?.totalWeight ?? null,
    payment: paid === null ? null : { at: paid.at.block, amount: paid.amount, coldkey: paid.coldkey }
  }
}

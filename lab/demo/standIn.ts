/** The GitHub stand-in of the demo, and who reads it. */
import { Effect } from "effect"
import type { PullRequestFact } from "../devnet/github/facts/GitHubFacts.ts"
import type { Held } from "../devnet/github/facts/history.ts"

/** The stand-in limits requests as GitHub does, but a demo that runs for hours needs more than one account may send. */
const LIMITS = {
  core: 1_000_000,
  anonymous: 1_000_000,
  graphql: 1_000_000,
  pointsPerMinute: 1_000_000,
  contentPerMinute: 1_000_000,
  contentPerHour: 1_000_000
}

export interface StandInPlan {
  readonly facts: ReadonlyArray<PullRequestFact>
  readonly held: Held
  /** What each repository has at first. Undefined: nobody knows, so the validators don't look into pull requests. */
  readonly files: ((repository: string) => Readonly<Record<string, string>>) | undefined
}

/** Starts it on a free port. It ends with the scope. */
export const startStandIn = ({ facts, held, files }: StandInPlan) =>
  Effect.promise(() => import("../devnet/github/StandIn.ts")).pipe(
    Effect.flatMap(({ start }) => start({ port: 0, facts, heldBack: held, limits: LIMITS, ...(files === undefined ? {} : { files }) }))
  )
export type StandIn = Effect.Effect.Success<ReturnType<typeof startStandIn>>

/** The token of a new account that reads GitHub, or of the account with this login if the facts already have one. */
export const tokenFor = ({ control }: StandIn, login: string) =>
  control.createUser({ payload: { login } }).pipe(
    Effect.catchTag("Refused", () => control.user({ payload: { login } })),
    Effect.map(({ token }) => token),
    Effect.orDie
  )

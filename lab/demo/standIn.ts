/** The demo's GitHub stand-in, and the tokens of its readers. */
import { Effect } from "effect"
import type { PullRequestFact } from "../devnet/github/facts/GitHubFacts.ts"
import type { HeldBack } from "../devnet/github/facts/history.ts"

/** The stand-in limits requests as GitHub does, but a demo of hours needs more than one account's limit. */
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
  readonly held: HeldBack
  /** Each repository's initial files. Undefined: unknown, so the validators check no pull requests. */
  readonly files: ((repository: string) => Readonly<Record<string, string>>) | undefined
}

/** Starts the stand-in on a free port, until the scope ends. */
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

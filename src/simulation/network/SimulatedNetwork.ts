/** What a simulated validator stands on: what is the same for everybody, and what it sees of it. */
import type * as Competitions from "./competitions.ts"
import type { GitHubRecord } from "./gitHubRecord.ts"
import type { Ledger } from "./ledger.ts"
import type { Population } from "./population.ts"

export interface SimulatedNetwork {
  readonly netuid: number
  readonly ledger: Ledger
  readonly competitions: ReturnType<typeof Competitions.make>
  readonly population: Population
  readonly record: GitHubRecord
  /** What an account is to a repository, in GitHub's words. */
  readonly associationOf: (account: number, repository: string) => string
  /** Blocks from the first block of the pair phase until the chain has the round's drand pulse. */
  readonly pulseAfter: number
}

/** What one validator sees now. */
export interface ValidatorAccess {
  /** The last block that is final for it. */
  readonly head: () => number
  /** Whether the chain answers it and takes its transactions. */
  readonly reachesChain: () => boolean
  readonly reachesGitHub: () => boolean
  /** Whether it reads the contract as the program does, with what that remembers of the past; otherwise from the model's state. */
  readonly remembers?: boolean
}

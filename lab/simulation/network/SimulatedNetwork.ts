/** The network that all simulated validators share, and one validator's access to it. */
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
  /** An account's association with a repository in GitHub's terms. */
  readonly associationOf: (account: number, repository: string) => string
  /** Blocks from the start of the pair phase until the chain has the round's drand pulse. */
  readonly pulseAfter: number
}

/** What one validator can reach now. */
export interface ValidatorAccess {
  /** The last block that is final for this validator. */
  readonly head: () => number
  /** Whether the chain answers it and accepts its transactions. */
  readonly reachesChain: () => boolean
  readonly reachesGitHub: () => boolean
  /** Whether the contract is read through the program's caches, as the program does; otherwise straight from the model's state. */
  readonly remembers?: boolean
}

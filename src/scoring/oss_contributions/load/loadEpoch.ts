/** Loads the evidence for an epoch's scores: the miners' linked GitHub accounts, and GitHub's public record. */
import { Effect } from "effect"
import type { MissingEvidence } from "../../../domain/contributions/MissingEvidence.ts"
import type { RoundRecord } from "../../../domain/contributions/RoundRecord.ts"
import type { Epoch } from "../../../domain/Epoch.ts"
import type { Metagraph } from "../../../domain/Metagraph.ts"
import { type BlockReference, Chain } from "../../../layers/chain/node/Chain.ts"
import { Roster } from "../../../layers/chain/roster/Roster.ts"
import { Contributions } from "../../../layers/github/contributions/Contributions.ts"
import { minersAt } from "./minersAt.ts"

export interface CurrentEpoch extends Epoch {
  /** In blocks. */
  readonly tempo: number
  readonly head: BlockReference
}

/** GitHub answered nothing: evidence is missing for every repository. */
const nothingLoaded = ({ now, repositories, uids }: Pick<RoundRecord, "now" | "uids"> & typeof Roster.Service, why: string) => {
  const record: RoundRecord = { now, repos: repositories, uids, pulls: {}, issues: {}, files: {}, maintainer_uids_by_repo: {} }
  const missing: ReadonlyArray<MissingEvidence> = Object.keys(repositories).map((repository) => ({ repository, account: null, why }))
  return { record, missing, names: {} }
}

/** Loads the record as of the epoch's first block, whenever in the epoch it runs. `metagraph`: at the head. */
export const loadEpoch = Effect.fn("loadEpoch")(function* (metagraph: Metagraph, { firstBlock, head }: CurrentEpoch) {
  const [chain, contributions, roster] = yield* Effect.all([Chain, Contributions, Roster])
  // The genesis block has no timestamp.
  const number = Math.max(1, firstBlock)
  const hash = yield* chain.hashOf(number)
  const now = (yield* chain.timeAt(hash)) * 1_000
  const { hotkeys, accounts, unanswered, unseen, pruned } = yield* minersAt({ number, hash }, head, metagraph)
  const uids = Object.fromEntries([...hotkeys].map(([uid, hotkey]) => [String(uid), accounts.get(hotkey)?.toString() ?? null]))
  const loaded = yield* contributions
    .load({ now, repositories: roster.repositories, uids, goesOn: true })
    .pipe(Effect.catchTag("GitHubUnavailable", ({ message }) => Effect.succeed(nothingLoaded({ ...roster, now, uids }, message))))
  const { record, missing, names } = loaded
  return { record, missing, names, hotkeys, unanswered, unseen, pruned }
})

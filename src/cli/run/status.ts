/** A miner's standing, as `gittensor mine status` shows it. */
import { Effect } from "effect"
import type { Competition } from "../../contract-client/generated.ts"
import * as GitHub from "../../layers/GitHub.ts"
import * as GitHubAccounts from "../../layers/GitHubAccounts.ts"
import { Wallet } from "../../layers/Wallet.ts"
import { statusOf } from "../../miner/status.ts"
import { print } from "../../terminal/output.ts"
import type { KeyOptions } from "../options.ts"
import { walletLayer } from "./keys.ts"
import { type ContractOptions, contractLayer } from "./layers.ts"

const points = (milliPoints: number | null): string => (milliPoints === null ? "none" : (milliPoints / 1000).toFixed(1))

const line = (competition: Competition, hotkey: string): string => {
  const side = competition.a.hotkey === hotkey ? 0 : 1
  const rival = side === 0 ? competition.b.hotkey : competition.a.hotkey
  const { status } = competition
  const end =
    status._tag === "Won" ? (status.winner === side ? `won by pull request ${status.pullRequest}` : "lost") : status._tag.toLowerCase()
  return `  competition ${competition.id} on issue ${competition.issue} against ${rival}: ${end}; submissions from block ${competition.submissionsFrom}, deadline ${competition.deadline}`
}

export interface Options extends ContractOptions {
  readonly key: KeyOptions
  readonly json: boolean
}

export const run = (options: Options) =>
  Effect.gen(function* () {
    const hotkey = yield* (yield* Wallet).hotkeyAddress
    const standing = yield* statusOf(hotkey)
    yield* print(options.json, standing, (s) => [
      `${s.hotkey} ${s.uid === null ? "is not registered" : `has UID ${s.uid} since block ${s.registeredAt}`}`,
      `GitHub: ${s.githubAccount === null ? s.githubLink : `account ${s.githubAccount}`}`,
      `rating ${points(s.ratingMilliPoints)}${s.provisional ? "?" : ""} after ${s.games} games${s.rank === null ? "" : `, rank ${s.rank} of ${s.ranked}`}${s.eligible ? "" : ", too low to be paired"}`,
      ...s.attested.map(
        ({ issue, repository, number, validators }) =>
          `  enrolled for issue ${issue} (${repository}#${number}) at ${validators.length} validators this round`
      ),
      ...s.competitions.map((competition) => line(competition, s.hotkey))
    ])
  }).pipe(
    Effect.provide(GitHubAccounts.layer),
    Effect.provide(contractLayer(options)),
    Effect.provide(GitHub.layer),
    Effect.provide(walletLayer(options.key))
  )

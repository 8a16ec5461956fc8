/** Links a hotkey to a GitHub account. */
import { Effect } from "effect"
import * as GitHub from "../../layers/github/GitHub.ts"
import { print } from "../../layers/machine/terminal/output.ts"
import { linkGitHub as link } from "../../roles/miner/linkGitHub.ts"
import { chainLayer, type Network } from "../shared/chainServices.ts"
import { confirm, withKey } from "../shared/keys.ts"
import type { KeyOptions } from "../shared/options.ts"

export interface LinkGitHubOptions {
  readonly network: Network
  readonly key: KeyOptions
  readonly yes: boolean
  readonly json: boolean
}

export const run = (options: LinkGitHubOptions) =>
  withKey("hotkey", options.key, (hotkey) =>
    Effect.gen(function* () {
      yield* confirm("Publish a gist under your GitHub account that names your hotkey?", options.yes)
      const { account, gist, commitment, inclusion, rivals } = yield* link(hotkey)
      const block = inclusion?.block.number ?? null
      yield* print(
        options.json,
        { hotkey: hotkey.address, account, gist, commitment, block, transaction: inclusion?.extrinsicHash ?? null, rivals },
        () => [
          `${hotkey.address} is ${block === null ? "already " : ""}linked with the GitHub account ${account.login} (${account.id}): gist ${gist}${block === null ? "" : `, block ${block}`}`,
          ...rivals.map((rival) => `  ${rival} named this account before: where its link is proven, yours does not count`)
        ]
      )
    }).pipe(Effect.provide(chainLayer(options.network)), Effect.provide(GitHub.layer))
  )

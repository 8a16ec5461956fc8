/** Links a hotkey to a GitHub account. */
import { Effect } from "effect"
import * as GitHub from "../../layers/github/GitHub.ts"
import { print } from "../../layers/machine/terminal/output.ts"
import { linkGitHub as link, linkedNow } from "../../roles/miner/linkGitHub.ts"
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
      const before = yield* linkedNow(hotkey.address)
      const { id, login } = yield* Effect.flatMap(GitHub.GitHub, ({ viewer }) => viewer)
      const ends =
        before === null || before === id
          ? ""
          : `${hotkey.address} is linked with the GitHub account ${before} now, not with ${login} (${id}). In a match that runs, if that link is proven, pull requests of ${before} count until its end, and those of ${login} do not. `
      yield* confirm(`${ends}Publish a gist under your GitHub account that names your hotkey?`, options.yes)
      const { account, gist, commitment, inclusion, rivals } = yield* link(hotkey)
      const block = inclusion?.block.number ?? null
      yield* print(
        options.json,
        { hotkey: hotkey.address, account, gist, commitment, block, transaction: inclusion?.extrinsicHash ?? null, before, rivals },
        () => [
          `${hotkey.address} is ${block === null ? "already " : ""}linked with the GitHub account ${account.login} (${account.id}): gist ${gist}${block === null ? "" : `, block ${block}`}`,
          ...(ends === "" ? [] : [`  ${before} was linked before: in a match that runs, its pull requests count if that link is proven`]),
          ...rivals.map((rival) => `  ${rival} named this account before: where its link is proven, yours does not count`)
        ]
      )
    }).pipe(Effect.provide(chainLayer(options.network)), Effect.provide(GitHub.layer))
  )

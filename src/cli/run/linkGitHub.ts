/** Linking a hotkey with a GitHub account. */
import { Effect } from "effect"
import * as GitHub from "../../layers/GitHub.ts"
import { linkGitHub as link } from "../../miner/linkGitHub.ts"
import { print } from "../../terminal/output.ts"
import type { KeyOptions } from "../options.ts"
import { confirm, withKey } from "./keys.ts"
import { chainLayer, type Network } from "./layers.ts"

export interface Options {
  readonly network: Network
  readonly key: KeyOptions
  readonly yes: boolean
  readonly json: boolean
}

export const run = (options: Options) =>
  withKey("hotkey", options.key, (hotkey) =>
    Effect.gen(function* () {
      yield* confirm("Publish a gist under your GitHub account that names your hotkey?", options.yes)
      const { account, gist, commitment, inclusion } = yield* link(hotkey)
      yield* print(
        options.json,
        { hotkey: hotkey.address, account, gist, commitment, block: inclusion.block.number, transaction: inclusion.extrinsicHash },
        () => [
          `${hotkey.address} is linked with the GitHub account ${account.login} (${account.id}): gist ${gist}, block ${inclusion.block.number}`
        ]
      )
    }).pipe(Effect.provide(chainLayer(options.network)), Effect.provide(GitHub.layer))
  )

/** `gittensor mine link-github`. */
import * as Command from "@effect/cli/Command"
import { Effect } from "effect"
import * as GitHub from "../../layers/GitHub.ts"
import { linkGitHub as link } from "../../miner/linkGitHub.ts"
import { print } from "../../terminal/output.ts"
import { confirm, withKey } from "../keys.ts"
import { chainLayer, json, key, network, yes } from "../options.ts"

export const linkGitHub = Command.make("link-github", { network, key, yes, json }, (options) =>
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
).pipe(Command.withDescription("link your hotkey with the GitHub account of GITTENSOR_GITHUB_TOKEN; the token goes nowhere else"))

/** Signs a roster. */
import { Effect, Option } from "effect"
import { readRoster } from "../../../layers/chain/roster/readRoster.ts"
import { print } from "../../../layers/machine/terminal/output.ts"
import { unpinnedRepositories } from "../../../roles/owner/pinRoster.ts"
import { signRoster, writeSignedRoster } from "../../../roles/owner/roster.ts"
import { poolDocuments } from "../../../rules/weights/pools.ts"
import { type ContractOptions, contractLayer } from "../../shared/chainServices.ts"
import { withKey } from "../../shared/keys.ts"
import type { KeyOptions } from "../../shared/options.ts"
import { emissionText } from "../../shared/poolText.ts"

export interface SignOptions extends ContractOptions {
  readonly file: string
  readonly rosterVersion: Option.Option<number>
  readonly out: Option.Option<string>
  readonly key: KeyOptions
  readonly json: boolean
}

export const run = (options: SignOptions) =>
  Effect.gen(function* () {
    // Read first, so that an invalid roster is reported before the password is requested.
    const roster = yield* readRoster(options.file)
    yield* withKey("hotkey", options.key, (hotkey) =>
      Effect.gen(function* () {
        const { signed, sha256 } = yield* signRoster(hotkey, roster, Option.getOrUndefined(options.rosterVersion))
        const { version } = signed.body
        const byName = unpinnedRepositories(roster)
        const file = Option.getOrElse(options.out, () => `roster-${version}.json`)
        yield* writeSignedRoster(file, signed)
        yield* print(
          options.json,
          {
            file,
            version,
            sha256,
            signer: hotkey.address,
            repositories: Object.keys(roster.repositories).length,
            withoutId: byName.length,
            pools: poolDocuments(roster.emission)
          },
          () => [
            `signed version ${version} of the roster, ${Object.keys(roster.repositories).length} repositories: ${file}`,
            `  sha256    ${sha256}`,
            `  emission  ${emissionText(roster.emission)}`,
            ...(byName.length === 0
              ? []
              : [
                  `  ${byName.length} repositories are known by name only: if somebody else takes over such a name, their repository is scored. "gittensor owner roster pin" writes the ids`
                ]),
            `upload it unchanged to every mirror, then commit to it with: gittensor owner roster publish ${file}`
          ]
        )
      }).pipe(Effect.provide(contractLayer(options)))
    )
  })

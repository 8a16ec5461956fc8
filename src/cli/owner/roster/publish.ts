/** Commits to a signed roster. */
import { Effect } from "effect"
import { readSignedRoster } from "../../../layers/chain/roster/readRoster.ts"
import { print } from "../../../layers/machine/terminal/output.ts"
import { checkRoster, commitToRoster } from "../../../roles/owner/roster.ts"
import { type ContractOptions, contractLayer } from "../../shared/chainServices.ts"
import { withSigner } from "../../shared/keys.ts"
import type { KeyOptions } from "../../shared/options.ts"
import { spend } from "../../shared/spend.ts"

export interface PublishOptions extends ContractOptions {
  readonly file: string
  readonly key: KeyOptions
  readonly yes: boolean
  readonly dryRun: boolean
  readonly json: boolean
}

const appliesText = (nextEpoch: number | null): string =>
  nextEpoch === null
    ? "it applies from the next epoch's first block on; until then the one before it does"
    : `it applies from block ${nextEpoch}, where the next epoch begins; until then the one before it does`

export const run = (options: PublishOptions) =>
  Effect.gen(function* () {
    const signed = yield* readSignedRoster(options.file)
    yield* withSigner("hotkey", options, (signer) =>
      Effect.gen(function* () {
        const { version, sha256, text, before, already, block, nextEpoch } = yield* checkRoster(signer.address, signed)
        const facts = { file: options.file, version, sha256, signer: signer.address, commitment: text }
        const upload = `validators need its bytes: upload ${options.file} unchanged to every mirror, and check with: gittensor owner roster show URL…`
        if (already)
          return yield* print(options.json, { ...facts, sent: false, block: block ?? null, transaction: null, nextEpoch }, () => [
            `version ${version} of the roster is already on the chain`,
            upload
          ])
        const instead = before === undefined ? "" : `, instead of version ${before.version}`
        yield* spend(options, {
          planned: { ...facts, nextEpoch },
          plannedLines: [
            `would commit to version ${version} of the roster${instead}`,
            `  sha256      ${sha256}`,
            `  commitment  ${text}`,
            `  hotkey      ${signer.address}`,
            appliesText(nextEpoch),
            "nothing was sent"
          ],
          question: `Commit to version ${version} of the roster${instead}? Every validator scores by it from the next epoch on.`,
          send: Effect.gen(function* () {
            const { inclusion, nextEpoch } = yield* commitToRoster(yield* signer.key, { version, sha256 })
            return { ...facts, block: inclusion?.block.number ?? null, transaction: inclusion?.extrinsicHash ?? null, nextEpoch }
          }),
          doneLines: (done) => [
            done.transaction === null
              ? `version ${version} of the roster is already on the chain`
              : `committed to version ${version} of the roster${instead} (block ${done.block}, ${done.transaction})`,
            appliesText(done.nextEpoch),
            upload
          ]
        })
      }).pipe(Effect.provide(contractLayer(options)))
    )
  })

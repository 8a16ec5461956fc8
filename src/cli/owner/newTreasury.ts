/** Creates another treasury and hands it over to the contract. The contract uses it after a change of settings. */
import { Effect } from "effect"
import { formatAlpha } from "../../domain/Amount.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import { showBirth } from "../../roles/owner/birth.ts"
import {
  checkFunds,
  createTreasury,
  creationSteps,
  firstStakeSteps,
  giveFirstStake,
  handOver,
  handOverSteps
} from "../../roles/owner/keylessTreasury.ts"
import { contractLayer } from "../shared/chainServices.ts"
import type { CallOptions } from "../shared/contractCall.ts"
import { withSigner } from "../shared/keys.ts"
import { printSteps, spend } from "../shared/spend.ts"

export const run = (options: CallOptions) =>
  withSigner("coldkey", options, (signer) =>
    Effect.gen(function* () {
      const [{ address: contract }, { netuid }] = yield* Effect.all([Contract, Subnet])
      const owner = signer.address
      const { needed } = yield* checkFunds(owner)
      const steps = [...creationSteps(netuid), `utility.batchAll(${firstStakeSteps(contract)})`, ...handOverSteps(owner, contract)]
      const does = `register a neuron on subnet ${netuid} that nobody holds a key to, with the contract ${contract} as its only proxy`
      yield* spend(options, {
        planned: { contract, owner, netuid, costRao: needed, steps },
        plannedLines: [
          `would ${does}, for ${formatAlpha(needed)} TAO`,
          ...steps.map((step, index) => `  ${index + 1}  ${step}`),
          "nothing was sent"
        ],
        question: `Shall ${owner} ${does}? A registration and deposits cost ${formatAlpha(needed)} TAO.`,
        send: Effect.gen(function* () {
          const key = yield* signer.key
          const onStep = printSteps(options.json)
          const treasury = yield* createTreasury(key, onStep)
          yield* giveFirstStake(key, treasury, contract, onStep)
          yield* handOver(key, treasury, contract, onStep)
          return { contract, owner, ...treasury }
        }),
        doneLines: ({ treasuryBirth }) => [`the contract uses it after: gittensor owner config set treasury=${showBirth(treasuryBirth)}`]
      })
    }).pipe(Effect.provide(contractLayer(options)))
  )

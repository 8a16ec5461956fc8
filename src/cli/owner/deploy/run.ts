/** Deploys a contract with the settings of the command line. */
import { Effect, Option, Schema } from "effect"
import { ContractConfig } from "../../../contract-client/generated.ts"
import { formatAlpha } from "../../../domain/Amount.ts"
import { Chain } from "../../../layers/chain/Chain.ts"
import { checkDeployment, deploy } from "../../../owner/deploy.ts"
import { type ContractSettings, defaultSettings, parseAssignment } from "../../../owner/settings.ts"
import { chainLayer, type Network } from "../../shared/chainServices.ts"
import { type Signer, withSigner } from "../../shared/keys.ts"
import type { KeyOptions } from "../../shared/options.ts"
import { printSteps, type SpendOptions, spend } from "../../shared/spend.ts"
import { settingsTable } from "../settingsTable.ts"

const settingsSchema = ContractConfig.pipe(Schema.omit("netuid", "treasuryHotkey", "treasuryColdkey"))

/** The default settings, overridden by those of the command line. */
const withOverrides = (overrides: Iterable<readonly [string, string]>) =>
  Effect.gen(function* () {
    const given = yield* Effect.forEach(overrides, ([name, text]) => parseAssignment(name, text))
    // Each value has already been checked against its bounds, so a failure here is a bug.
    return yield* Effect.orDie(Schema.decodeUnknown(settingsSchema)({ ...defaultSettings, ...Object.fromEntries(given) }))
  })

export interface DeployOptions extends SpendOptions {
  readonly network: Network
  readonly key: KeyOptions
  readonly set: Option.Option<Iterable<readonly [string, string]>>
}

const deployAs = (signer: Signer, settings: ContractSettings, options: DeployOptions) =>
  Effect.gen(function* () {
    const { endpoint } = yield* Chain
    const { netuid } = options.network
    const owner = signer.address
    const { cost, gas, steps } = yield* checkDeployment(owner, settings)
    yield* spend(options, {
      planned: { owner, netuid, settings, costRao: cost, steps, dryRun: { gas } },
      plannedLines: [
        `would deploy a contract on subnet ${netuid} as ${owner}, for ${formatAlpha(cost)} TAO, with these settings`,
        ...settingsTable(settings),
        "in these transactions",
        ...steps.map((step, index) => `  ${index + 1}  ${step}`),
        "nothing was sent"
      ],
      question: `Deploy a contract on subnet ${netuid} at ${endpoint} as ${owner}? A registration and deposits cost ${formatAlpha(cost)} TAO.`,
      send: Effect.gen(function* () {
        const { contract, treasuryColdkey, treasuryHotkey } = yield* deploy(yield* signer.key, settings, printSteps(options.json))
        return { contract, treasuryColdkey, treasuryHotkey, owner }
      }),
      doneLines: ({ contract }) => [
        `contract ${contract}`,
        `use it with --contract ${contract}, or GITTENSOR_CONTRACT=${contract}`,
        ...(settings.ownerDelay === 0
          ? [
              "its settings, validators and code change at once; when all is set up, let changes wait: gittensor owner config set owner-delay=1d"
            ]
          : [])
      ]
    })
  })

export const run = (options: DeployOptions) =>
  Effect.gen(function* () {
    const settings = yield* withOverrides(Option.getOrElse(options.set, () => []))
    yield* withSigner("coldkey", options, (owner) => deployAs(owner, settings, options).pipe(Effect.provide(chainLayer(options.network))))
  })

/** Deploys a contract with the settings of the command line. */
import { Effect, Option, Schema } from "effect"
import { ContractConfig } from "../../contract-client/generated.ts"
import { AccountAddress } from "../../domain/Account.ts"
import { formatAlpha } from "../../domain/Amount.ts"
import { InvalidInput } from "../../domain/failures.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { checkDeployment, deploy, type FirstValidator } from "../../roles/owner/deploy.ts"
import { defaultsOn, invalidSetting, parseAssignment, type SettingName, type SettingValue } from "../../roles/owner/settings.ts"
import { chainLayer, type Network } from "../shared/chainServices.ts"
import { type Signer, withSigner } from "../shared/keys.ts"
import type { KeyOptions } from "../shared/options.ts"
import { printSteps, type SpendOptions, spend } from "../shared/spend.ts"
import { settingsTable } from "./settingsTable.ts"

const settingsSchema = ContractConfig.pipe(
  Schema.omit("netuid", "devChain", "treasuryHotkey", "treasuryColdkey", "treasuryBirth", "rosterSigner", "rosterSignerSince"),
  Schema.extend(Schema.Struct({ rosterSigner: Schema.optionalWith(AccountAddress, { exact: true }) }))
)

type Overrides = Partial<Record<SettingName, SettingValue>>

/** The settings of the command line. With `keepSetup` the owner delay is 0, otherwise it is positive. */
const overridesOf = (given: Iterable<readonly [string, string]>, keepSetup: boolean) =>
  Effect.gen(function* () {
    const named: Overrides = Object.fromEntries(yield* Effect.forEach(given, ([name, text]) => parseAssignment(name, text)))
    const delay = named.ownerDelay
    if (delay !== undefined && (delay === 0) !== keepSetup)
      return yield* invalidSetting(
        `ownerDelay=${delay}`,
        keepSetup ? "with --keep-setup it is 0: set it when the set-up ends" : "it is 0 only with --keep-setup"
      )
    return keepSetup ? { ...named, ownerDelay: 0 } : named
  })

/** The settings of the command line on top of the chain's defaults. */
const completedSettings = (overrides: Overrides, isDevelopment: boolean) =>
  // Each value was already checked against its bounds, so a failure here is a bug.
  Effect.orDie(Schema.decodeUnknown(settingsSchema)({ ...defaultsOn(isDevelopment), ...overrides }))

/** Reads `HOTKEY:COLDKEY:COLDKEY`. */
const parseValidator = (text: string) => {
  const [hotkey, ...coldkeys] = text.split(":")
  return Schema.decodeUnknown(Schema.Struct({ hotkey: AccountAddress, coldkeys: Schema.Array(AccountAddress).pipe(Schema.maxItems(4)) }))({
    hotkey,
    coldkeys
  }).pipe(
    Effect.mapError(
      () => new InvalidInput({ message: `--validator ${text}: write it as HOTKEY, or as HOTKEY:COLDKEY with up to 4 coldkeys` })
    )
  )
}

export interface DeployOptions extends SpendOptions {
  readonly network: Network
  readonly key: KeyOptions
  readonly set: Option.Option<Iterable<readonly [string, string]>>
  readonly validators: ReadonlyArray<string>
  readonly keepSetup: boolean
}

const deployAs = (signer: Signer, overrides: Overrides, validators: ReadonlyArray<FirstValidator>, options: DeployOptions) =>
  Effect.gen(function* () {
    const { endpoint, isDevelopment } = yield* Chain
    const given = yield* completedSettings(overrides, isDevelopment)
    const { netuid } = options.network
    const owner = signer.address
    const { cost, gas, steps, settings } = yield* checkDeployment(owner, given, validators)
    yield* spend(options, {
      planned: { owner, netuid, settings, validators, costRao: cost, steps, dryRun: { gas } },
      plannedLines: [
        `would deploy a contract on subnet ${netuid} as ${owner}, for ${formatAlpha(cost)} TAO, with these settings`,
        ...settingsTable(settings),
        "in these transactions",
        ...steps.map((step, index) => `  ${index + 1}  ${step}`),
        "nothing was sent"
      ],
      question: `Deploy a contract on subnet ${netuid} at ${endpoint} as ${owner}? A registration and deposits cost ${formatAlpha(cost)} TAO.`,
      send: Effect.gen(function* () {
        const deployed = yield* deploy(yield* signer.key, settings, printSteps(options.json), validators)
        return { ...deployed, owner, inSetup: settings.ownerDelay === 0 }
      }),
      doneLines: ({ contract }) => [
        `contract ${contract}`,
        `use it with --contract ${contract}, or GITTENSOR_CONTRACT=${contract}`,
        ...(settings.ownerDelay === 0
          ? [
              "it is being set up: changes apply at once, no bounty is filled and no match starts; end this with: gittensor owner config set owner-delay=1d"
            ]
          : validators.length === 0
            ? ["it has no validators yet: add them with gittensor owner validators add, each waits for the owner's delay"]
            : [])
      ]
    })
  })

export const run = (options: DeployOptions) =>
  Effect.gen(function* () {
    const overrides = yield* overridesOf(
      Option.getOrElse(options.set, () => []),
      options.keepSetup
    )
    const validators = yield* Effect.forEach(options.validators, parseValidator)
    yield* withSigner("coldkey", options, (owner) =>
      deployAs(owner, overrides, validators, options).pipe(Effect.provide(chainLayer(options.network)))
    )
  })

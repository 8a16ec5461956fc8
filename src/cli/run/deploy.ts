/** Deploying a contract, with the settings of the command line. */
import { Console, Effect, Option, Schema } from "effect"
import { ContractConfig } from "../../contract-client/generated.ts"
import { formatAlpha } from "../../domain/Amount.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { Chain } from "../../layers/Chain.ts"
import { checkDeployment, deploy } from "../../owner/deploy.ts"
import { defaultSettings, type Settings } from "../../owner/settings.ts"
import { print, toJson } from "../../terminal/output.ts"
import type { KeyOptions } from "../options.ts"
import { confirm, withKey } from "./keys.ts"
import { chainLayer, type Network } from "./layers.ts"

export class InvalidSetting extends Schema.TaggedError<InvalidSetting>()("InvalidSetting", {
  setting: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `--set ${this.setting}: ${this.reason}`
  }
}

const names = Object.keys(defaultSettings)
const settingsSchema = ContractConfig.pipe(Schema.omit("netuid", "treasuryHotkey", "treasuryColdkey"))

/** `roundLength=20` → the setting with its type. */
const withOverrides = (overrides: Iterable<readonly [string, string]>) =>
  Effect.gen(function* () {
    const merged: Record<string, unknown> = { ...defaultSettings }
    for (const [name, value] of overrides) {
      if (!names.includes(name))
        return yield* new InvalidSetting({ setting: name, reason: `there is no such setting: ${names.join(", ")}` })
      if (name === "weighting") merged[name] = { _tag: value }
      else if (!/^\d{1,20}$/.test(value))
        return yield* new InvalidSetting({ setting: `${name}=${value}`, reason: "it must be a whole number" })
      else merged[name] = name === "minBounty" ? BigInt(value) : Number(value)
    }
    return yield* Schema.decodeUnknown(settingsSchema)(merged).pipe(
      Effect.mapError(
        (error) => new InvalidSetting({ setting: [...overrides].map((pair) => pair.join("=")).join(" "), reason: error.message })
      )
    )
  })

export interface Options {
  readonly network: Network
  readonly key: KeyOptions
  readonly set: Option.Option<Iterable<readonly [string, string]>>
  readonly yes: boolean
  readonly dryRun: boolean
  readonly json: boolean
}

const deployAs = (owner: KeyPair, settings: Settings, options: Options) =>
  Effect.gen(function* () {
    const { endpoint } = yield* Chain
    const cost = yield* checkDeployment(owner.address, settings)
    if (options.dryRun)
      return yield* print(
        options.json,
        { owner: owner.address, netuid: options.network.netuid, settings, costRao: cost, sent: false },
        (plan) => [toJson(plan)]
      )
    yield* confirm(
      `Deploy a contract on subnet ${options.network.netuid} at ${endpoint} as ${owner.address}? A registration and deposits cost ${formatAlpha(cost)} TAO.`,
      options.yes
    )
    const made = yield* deploy(owner, settings, ({ name, detail, inclusion }) =>
      options.json ? Effect.void : Console.log(`#${inclusion.block.number}  ${inclusion.extrinsicHash}  ${name}: ${detail}`)
    )
    yield* print(
      options.json,
      { contract: made.contract, treasuryColdkey: made.treasuryColdkey, treasuryHotkey: made.treasuryHotkey, owner: owner.address },
      ({ contract }) => [`contract ${contract}`, `use it with --contract ${contract}, or GITTENSOR_CONTRACT=${contract}`]
    )
  })

export const run = (options: Options) =>
  Effect.gen(function* () {
    const settings = yield* withOverrides(Option.getOrElse(options.set, () => []))
    yield* withKey("coldkey", options.key, (owner) => deployAs(owner, settings, options).pipe(Effect.provide(chainLayer(options.network))))
  })

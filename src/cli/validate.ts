/** `gittensor validate`: the validator's daemon. */
import { mkdirSync } from "node:fs"
import { isIPv4 } from "node:net"
import { homedir } from "node:os"
import { join } from "node:path"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Config, Console, Duration, Effect, Layer, Option, Schema } from "effect"
import type { KeyPair } from "../domain/KeyPair.ts"
import * as Dendrite from "../layers/Dendrite.ts"
import * as EloStore from "../layers/EloStore.ts"
import * as Enrolments from "../layers/Enrolments.ts"
import * as GitHub from "../layers/GitHub.ts"
import * as GitHubAccounts from "../layers/GitHubAccounts.ts"
import * as Journal from "../layers/Journal.ts"
import { SubnetView } from "../layers/SubnetView.ts"
import { print, toJson } from "../terminal/output.ts"
import { checkMayValidate, daemon, makeShared, once as onceEach, StepsFailed } from "../validator/daemon.ts"
import { withKey } from "./keys.ts"
import { Lifetime } from "./Lifetime.ts"
import {
  type ContractOptions,
  contract,
  contractLayer,
  dryRun,
  folder as folderOption,
  invalid,
  json,
  key,
  network,
  port
} from "./options.ts"

const once = Options.boolean("once").pipe(Options.withDescription("each loop's step one time; fails when one of them failed"))

const axonHost = Options.text("axon-host").pipe(Options.withDescription("the address the axon listens on"), Options.withDefault("0.0.0.0"))
const axonPort = port("axon-port", "the axon's port; 0 takes a free one", 8091)
const axonAddress = Options.text("axon-ip").pipe(
  Options.withDescription("the public IPv4 address to publish on the subnet; without it nothing is published"),
  Options.mapEffect((text) =>
    isIPv4(text) ? Effect.succeed(text) : Effect.fail(invalid(`--axon-ip "${text}" is not an IPv4 address: write it like 203.0.113.7`))
  ),
  Options.optional
)

const UNITS: Readonly<Record<string, (amount: number) => Duration.Duration>> = {
  ms: Duration.millis,
  s: Duration.seconds,
  m: Duration.minutes
}

const verdictEvery = Options.text("verdict-interval").pipe(
  Options.withPseudoName("time"),
  Options.withDescription("how often GitHub is looked at"),
  Options.withDefault("3m"),
  Options.mapEffect((text) => {
    const [, amount = "", unit = ""] = /^([1-9]\d{0,6})(ms|s|m)$/.exec(text) ?? []
    const duration = UNITS[unit]?.(Number(amount))
    return duration === undefined
      ? Effect.fail(invalid(`--verdict-interval "${text}" is not a time: write it like 3m, 90s or 500ms`))
      : Effect.succeed(duration)
  })
)

const data = folderOption("data").pipe(
  Options.withDescription("where enrolments and the vote journal are kept (default ~/.gittensor/<hotkey>)"),
  Options.withFallbackConfig(Config.string("GITTENSOR_DATA")),
  Options.optional
)

export class UnusableDataFolder extends Schema.TaggedError<UnusableDataFolder>()("UnusableDataFolder", {
  folder: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the folder ${this.folder} can't hold the validator's data (${this.reason}): choose another with --data`
  }
}

interface Wishes extends ContractOptions {
  readonly once: boolean
  readonly data: Option.Option<string>
  readonly axonHost: string
  readonly axonPort: number
  readonly axonAddress: Option.Option<string>
  readonly verdictEvery: Duration.Duration
  readonly dryRun: boolean
  readonly json: boolean
}

const validateAs = (hotkey: KeyPair, options: Wishes) =>
  Effect.gen(function* () {
    const folder = Option.getOrElse(options.data, () => join(homedir(), ".gittensor", hotkey.address))
    yield* Effect.try({
      try: () => mkdirSync(folder, { recursive: true, mode: 0o700 }),
      catch: (cause) => new UnusableDataFolder({ folder, reason: cause instanceof Error ? cause.message : String(cause) })
    })
    const mode = options.dryRun ? "dry-run" : "send"
    yield* checkMayValidate(hotkey)
    const shared = yield* makeShared
    const services = Layer.mergeAll(
      Enrolments.layer({ file: join(folder, "enrolments.sqlite") }),
      Dendrite.layer,
      GitHubAccounts.layer
    ).pipe(
      Layer.provideMerge(Layer.succeed(SubnetView, shared.view)),
      Layer.provideMerge(Journal.layer(join(folder, "journal.sqlite"))),
      Layer.provideMerge(EloStore.layer(join(folder, "ratings.sqlite")))
    )
    const run = Effect.gen(function* () {
      if (options.once) {
        const outcomes = yield* onceEach(hotkey, mode)
        yield* print(options.json, { hotkey: hotkey.address, mode, steps: outcomes }, ({ steps }) =>
          steps.map(({ name, good }) => `${good ? "done  " : "failed"}  ${name}`)
        )
        const failed = outcomes.filter(({ good }) => !good).map(({ name }) => name)
        return failed.length > 0 ? yield* new StepsFailed({ steps: failed }) : undefined
      }
      yield* daemon(shared, {
        hotkey,
        mode,
        verdictEvery: options.verdictEvery,
        listen: { hostname: options.axonHost, port: options.axonPort },
        publicAddress: Option.getOrUndefined(options.axonAddress),
        onReady: (axon) =>
          Console.log(
            options.json
              ? toJson({ ready: true, hotkey: hotkey.address, axon: { ...axon } })
              : `validating as ${hotkey.address}, axon on ${axon.hostname}:${axon.port}`
          )
      })
    })
    yield* run.pipe(Effect.provide(services))
  }).pipe(Effect.scoped, Effect.provide(contractLayer(options)), Effect.provide(GitHub.layer))

export const validate = Command.make(
  "validate",
  { once, network, contract, key, data, axonHost, axonPort, axonAddress, verdictEvery, dryRun, json },
  (options) =>
    Effect.gen(function* () {
      if (!options.once) yield* (yield* Lifetime).untilStopped
      yield* withKey("hotkey", options.key, (hotkey) => validateAs(hotkey, options))
    })
).pipe(Command.withDescription("validate: attest, pair, judge, keep up, set weights"))

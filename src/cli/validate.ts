/** `gittensor validate`: the validator's daemon. */
import { mkdirSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Config, Console, Duration, Effect, Layer, Option, Schema } from "effect"
import * as Dendrite from "../layers/Dendrite.ts"
import * as EloStore from "../layers/EloStore.ts"
import * as Enrolments from "../layers/Enrolments.ts"
import * as GitHub from "../layers/GitHub.ts"
import * as GitHubAccounts from "../layers/GitHubAccounts.ts"
import * as Journal from "../layers/Journal.ts"
import { SubnetView } from "../layers/SubnetView.ts"
import { Wallet } from "../layers/Wallet.ts"
import { checkMayValidate, daemon, makeShared, once as onceEach } from "../validator/daemon.ts"
import { walletLayer } from "./keys.ts"
import { contract, contractLayer, dryRun, json, key, network } from "./options.ts"
import { toJson } from "./output.ts"

const once = Options.boolean("once").pipe(Options.withDescription("each loop's step one time; fails when one of them failed"))

const axonHost = Options.text("axon-host").pipe(Options.withDescription("the address the axon listens on"), Options.withDefault("0.0.0.0"))
const axonPort = Options.integer("axon-port").pipe(
  Options.withSchema(Schema.Int.pipe(Schema.between(0, 65_535))),
  Options.withDescription("the axon's port; 0 takes a free one"),
  Options.withDefault(8091)
)
const axonAddress = Options.text("axon-ip").pipe(
  Options.withDescription("the public IPv4 address to publish on the subnet; without it nothing is published"),
  Options.withSchema(
    Schema.String.pipe(
      Schema.pattern(/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/, { message: () => "an IPv4 address, like 203.0.113.7" })
    )
  ),
  Options.optional
)

const verdictEvery = Options.text("verdict-interval").pipe(
  Options.withDescription("how often GitHub is looked at"),
  Options.withSchema(
    Schema.String.pipe(
      Schema.filter((text) => /^\d+(ms|s|m)$/.test(text) || "a time like 3m, 90s or 500ms"),
      Schema.transform(Schema.DurationFromSelf, {
        strict: true,
        decode: (text) => {
          const amount = Number.parseInt(text, 10)
          return text.endsWith("ms") ? Duration.millis(amount) : text.endsWith("m") ? Duration.minutes(amount) : Duration.seconds(amount)
        },
        encode: (duration) => `${Duration.toMillis(duration)}ms`
      })
    )
  ),
  Options.withDefault(Duration.minutes(3))
)

const data = Options.directory("data").pipe(
  Options.withDescription("where enrolments and the vote journal are kept (default ~/.gittensor/<hotkey>)"),
  Options.withFallbackConfig(Config.string("GITTENSOR_DATA")),
  Options.optional
)

export const validate = Command.make(
  "validate",
  { once, network, contract, key, data, axonHost, axonPort, axonAddress, verdictEvery, dryRun, json },
  (options) =>
    Effect.gen(function* () {
      const hotkey = yield* (yield* Wallet).hotkey
      const folder = Option.getOrElse(options.data, () => join(homedir(), ".gittensor", hotkey.address))
      yield* Effect.sync(() => mkdirSync(folder, { recursive: true, mode: 0o700 }))
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
        if (options.once) return yield* onceEach(hotkey, mode)
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
    }).pipe(
      Effect.scoped,
      Effect.provide(contractLayer({ ...options.network, contract: options.contract })),
      Effect.provide(GitHub.layer),
      Effect.provide(walletLayer(options.key))
    )
).pipe(Command.withDescription("validate: attest, pair, judge, keep up, set weights"))

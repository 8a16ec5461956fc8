/** Running a validator: its services, and each step once or the daemon. */
import { mkdirSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { Console, type Duration, Effect, Layer, Option, Schema } from "effect"
import type { KeyPair } from "../../domain/KeyPair.ts"
import * as Dendrite from "../../layers/Dendrite.ts"
import * as EloStore from "../../layers/EloStore.ts"
import * as Enrolments from "../../layers/Enrolments.ts"
import * as GitHub from "../../layers/GitHub.ts"
import * as GitHubAccounts from "../../layers/GitHubAccounts.ts"
import * as Journal from "../../layers/Journal.ts"
import { SubnetView } from "../../layers/SubnetView.ts"
import { print, toJson } from "../../terminal/output.ts"
import { checkMayValidate, daemon, makeShared, once as onceEach, StepsFailed } from "../../validator/daemon.ts"
import { Lifetime } from "../Lifetime.ts"
import type { KeyOptions } from "../options.ts"
import { withKey } from "./keys.ts"
import { type ContractOptions, contractLayer } from "./layers.ts"

export class UnusableDataFolder extends Schema.TaggedError<UnusableDataFolder>()("UnusableDataFolder", {
  folder: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the folder ${this.folder} can't hold the validator's data (${this.reason}): choose another with --data`
  }
}

export interface Options extends ContractOptions {
  readonly once: boolean
  readonly key: KeyOptions
  readonly data: Option.Option<string>
  readonly axonHost: string
  readonly axonPort: number
  readonly axonAddress: Option.Option<string>
  readonly verdictEvery: Duration.Duration
  readonly dryRun: boolean
  readonly json: boolean
}

const validateAs = (hotkey: KeyPair, options: Options) =>
  Effect.gen(function* () {
    const folder = Option.getOrElse(options.data, () => join(homedir(), ".gittensor", hotkey.address))
    yield* Effect.try({
      try: () => mkdirSync(folder, { recursive: true, mode: 0o700 }),
      catch: (cause) => new UnusableDataFolder({ folder, reason: cause instanceof Error ? cause.message : String(cause) })
    })
    const mode = options.dryRun ? "dry-run" : "send"
    const metagraph = yield* checkMayValidate(hotkey)
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
        metagraph,
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

export const run = (options: Options) =>
  Effect.gen(function* () {
    if (!options.once) yield* (yield* Lifetime).untilStopped
    yield* withKey("hotkey", options.key, (hotkey) => validateAs(hotkey, options))
  })

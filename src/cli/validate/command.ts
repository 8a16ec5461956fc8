/** `gittensor validate`: the validator's daemon. */
import { isIP } from "node:net"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Config, Effect, Option } from "effect"
import { WEIGHT_MODES } from "../../consensus/WeightMode.ts"
import {
  allowBuildScripts,
  byDefault,
  contract,
  data,
  dryRun,
  invalid,
  json,
  judges,
  key,
  metricsOptions,
  network,
  onByDefault,
  optionally,
  port,
  rosterSource,
  time,
  USUAL_METRICS_PORT,
  whenRun,
  wholeOption,
  workDatabase
} from "../shared/options.ts"

const once = Options.boolean("once").pipe(Options.withDescription("run each loop's step once; fails if one of them fails"))

const axonHost = Options.text("axon-host").pipe(byDefault("0.0.0.0", "the address the axon listens on"))
const axonPort = port("axon-port", "the axon's port; 0 chooses a free one", 8091)
const metrics = metricsOptions(`the axon's port and 1000, so ${USUAL_METRICS_PORT}`)
const axonConnections = wholeOption("axon-connections", "number", 16, 1_000_000).pipe(
  optionally("simultaneous connections to the axon (default 4096, or half of the open-file limit)")
)
const axonAddress = Options.text("axon-ip").pipe(
  Options.withDescription(
    "the public address to publish on the subnet (default: publish nothing); miners without IPv6 reach only an IPv4 address"
  ),
  Options.withFallbackConfig(Config.string("GITTENSOR_AXON_IP")),
  Options.mapEffect((text) =>
    isIP(text) === 0 || /%|^::ffff:/i.test(text)
      ? Effect.fail(invalid(`--axon-ip "${text}" is not an address: write it like 203.0.113.7, or 2001:db8::7 with --axon-host ::`))
      : // As the chain's own is written.
        Effect.succeed(isIP(text) === 4 ? text : new URL(`http://[${text}]`).hostname.slice(1, -1))
  ),
  Options.optional
)

const verdictEvery = time("verdict-interval", "how often to check GitHub", "3m")

const standBy = wholeOption("stand-by", "blocks", 0, 7_200).pipe(
  optionally(
    "how long activity of another process with this hotkey keeps this one from voting (default: a round, at most 240 blocks; 0: never)"
  )
)

const modeOf = (text: string) =>
  Option.match(Option.fromNullable(WEIGHT_MODES.find((mode) => mode === text)), {
    onNone: () => Effect.fail(invalid(`--weight-mode "${text}" is not one of ${WEIGHT_MODES.join(", ")}`)),
    onSome: Effect.succeed
  })

const weightMode = Options.text("weight-mode").pipe(
  Options.withPseudoName("mode"),
  byDefault(
    "own",
    "how weights for contributions are set: own (by this validator's scores), consensus (by all validators' reports), shadow (own, and reports are exchanged and counted)"
  ),
  Options.mapEffect(modeOf)
)

const quality = onByDefault("quality", "look at competitors' pull requests, by the gate (default); it changes no vote")

const verify = Options.boolean("verify").pipe(
  Options.withDescription(
    "also run the tests of competitors' pull requests, in a sandbox: strangers' code on the machine of this hotkey; `gittensor work --take verify` runs them on another one"
  )
)

export const validate = Command.make(
  "run",
  {
    once,
    network,
    contract,
    key,
    data,
    axonHost,
    axonPort,
    axonAddress,
    axonConnections,
    ...metrics,
    verdictEvery,
    standBy,
    roster: rosterSource,
    weightMode,
    quality,
    verify,
    allowBuildScripts,
    judges: Options.optional(judges),
    workDatabase: Options.optional(workDatabase),
    dryRun,
    json
  },
  whenRun(() => import("./validate.ts"))(({ run }) => run)
).pipe(Command.withDescription("run the daemon; the same as `gittensor validate` alone"))

/** `gittensor validate`: the daemon as a composition of layers. Each loop is one scoped layer; the daemon's end closes the scopes from the top down. */
import { Duration, Effect, Layer, Option } from "effect"
import type { KeyPair } from "../../domain/KeyPair.ts"
import type { Metagraph } from "../../domain/Metagraph.ts"
import * as Axon from "../../layers/chain/axon/Axon.ts"
import * as AxonEndpoints from "../../layers/chain/axon/AxonEndpoints.ts"
import * as Ping from "../../layers/chain/axon/synapses/ping.ts"
import * as TokenRefusal from "../../layers/chain/axon/synapses/tokenRefusal.ts"
import * as TokenCheck from "../../layers/github/client/TokenCheck.ts"
import { supervised } from "../../layers/machine/effects/supervise.ts"
import * as MetricsListener from "../../layers/machine/http/MetricsListener.ts"
import { LONG_RUNNING, tidyMemory } from "../../layers/machine/telemetry/memory.ts"
import * as ActiveProcess from "../../layers/protection/ActiveProcess.ts"
import { HotkeyGuard } from "../../layers/protection/HotkeyGuard.ts"
import { type JudgingOptions, judging } from "../../quality/judging.ts"
import * as Judging from "../../quality/loop.ts"
import { qualityRoutes } from "../../quality/routes/qualityRoutes.ts"
import * as SeenByVerdicts from "../../quality/SeenByVerdicts.ts"
import * as QualityView from "../../quality/store/QualityView.ts"
import * as EnrolmentGossip from "../../scoring/issue_competitions/enrolments/EnrolmentGossip.ts"
import * as EnrolmentSubmission from "../../scoring/issue_competitions/enrolments/EnrolmentSubmission.ts"
import * as HeldEnrolments from "../../scoring/issue_competitions/enrolments/HeldEnrolments.ts"
import { warnIfUnscored } from "../../scoring/oss_contributions/ContributionScoring.ts"
import { watchBoxes } from "./loops/box.ts"
import { watchClock } from "./loops/clock.ts"
import { watchFees } from "./loops/fees.ts"
import * as HotkeyLoop from "./loops/hotkey.ts"
import { atEachHead, atIntervals } from "./loops/loop.ts"
import { watchEdition, watchTreasury } from "./loops/notes.ts"
import * as Steps from "./loops/steps.ts"
import * as Progress from "./Progress.ts"
import { liveness, routes, tellServiceManager, watchEventLoop } from "./vitals.ts"

export interface DaemonAddresses {
  readonly axon: { readonly hostname: string; readonly port: number }
  readonly metrics: MetricsListener.MetricsAddress
}

export interface DaemonOptions {
  readonly hotkey: KeyPair
  /** Whether this process's own tasks may read untrusted bytes; workers may do so in its place. */
  readonly readsStrangers: boolean
  /** A step that takes longer is abandoned. */
  readonly stepLimit: Duration.Duration
  /** The result of `checkMayValidate`. */
  readonly metagraph: Metagraph
  /** Interval between two checks of GitHub. */
  readonly verdictEvery: Duration.Duration
  readonly listen: Pick<Axon.AxonOptions, "hostname" | "port" | "connections">
  /** How competitors' pull requests are judged. Undefined: they are not judged. */
  readonly quality: JudgingOptions | undefined
  /** Address that serves health and metrics. */
  readonly metrics: MetricsListener.MetricsAddress
  /** The address to publish on the subnet. Undefined: nothing is published. */
  readonly publicAddress: string | undefined
  readonly version: string
  /** Called once the axon listens and the loops run. */
  readonly onReady: (addresses: DaemonAddresses) => Effect.Effect<void>
}

/** Allowed time between the ends of two steps, by loop. */
const progress = ({ stepLimit, verdictEvery }: DaemonOptions) => {
  const allowance = (between: Duration.Duration) => Duration.sum(Duration.times(stepLimit, 1.5), between)
  const atHeads = allowance(Duration.zero)
  return Progress.layer({
    hotkey: atHeads,
    gossip: atHeads,
    round: atHeads,
    upkeep: atHeads,
    roster: atHeads,
    consensus: atHeads,
    weights: atHeads,
    verdicts: allowance(verdictEvery)
  })
}

/** The axon's endpoints of every validator, without those of the consensus services. */
const endpoints = ({ hotkey }: DaemonOptions) =>
  Layer.mergeAll(
    Ping.layer,
    TokenRefusal.layer,
    EnrolmentSubmission.layer,
    EnrolmentGossip.layer,
    HeldEnrolments.layer,
    Layer.unwrapEffect(
      Effect.map(HotkeyGuard, ({ instance, isAtWork }) => ActiveProcess.layer({ id: instance, hotkey, atWork: isAtWork }))
    ),
    AxonEndpoints.routes(liveness),
    AxonEndpoints.routes(qualityRoutes(hotkey))
  )

const axon = (options: DaemonOptions) => Axon.layer({ hotkey: options.hotkey, ...options.listen }).pipe(Layer.provide(endpoints(options)))

const loops = ({ hotkey, quality, stepLimit, verdictEvery }: DaemonOptions) =>
  Layer.unwrapScoped(
    Effect.map(Steps.make(hotkey), ({ consensus, gossip, roster, round, upkeep, verdicts, weights }) =>
      Layer.mergeAll(
        quality === undefined ? Layer.empty : Judging.layer(judging(quality), stepLimit),
        atEachHead({ name: "gossip", stepLimit }, gossip),
        atEachHead({ name: "round", stepLimit }, round),
        atEachHead({ name: "upkeep", stepLimit }, upkeep),
        atEachHead({ name: "roster", stepLimit }, roster),
        atEachHead(
          { name: "consensus", stepLimit },
          Option.getOrElse(consensus, () => () => Effect.void)
        ),
        atEachHead({ name: "weights", stepLimit }, weights),
        atIntervals({ name: "verdicts", stepLimit, every: verdictEvery }, verdicts)
      )
    )
  )

const background = <R>(name: string, work: Effect.Effect<unknown, never, R>) =>
  Layer.scopedDiscard(Effect.forkScoped(supervised(name, work)))

const housekeeping = ({ hotkey, readsStrangers }: DaemonOptions) =>
  Layer.mergeAll(
    readsStrangers ? background("boxes", watchBoxes) : Layer.empty,
    background("clock", watchClock),
    background("fees", watchFees(hotkey)),
    background("treasury", watchTreasury),
    background("edition", watchEdition),
    background("service manager", tellServiceManager),
    background("GitHub tokens", Effect.orDie(TokenCheck.hourly)),
    background("event loop", watchEventLoop),
    background("memory", tidyMemory(LONG_RUNNING))
  )

const ready = ({ hotkey, onReady }: DaemonOptions, metrics: MetricsListener.MetricsAddress) =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const axon = yield* Axon.Axon
      yield* onReady({ axon, metrics })
      yield* Effect.logInfo("validating").pipe(
        Effect.annotateLogs({
          hotkey: hotkey.address,
          axon: `${axon.hostname}:${axon.port}`,
          metrics: `${metrics.hostname}:${metrics.port}`
        })
      )
      yield* warnIfUnscored
    })
  )

/** The judging services between the verdict loop, the judging loop and the axon. */
const aroundJudging = ({ quality }: DaemonOptions) =>
  QualityView.stateLayer.pipe(
    Layer.provideMerge(quality === undefined ? QualityView.layerNone : Layer.merge(QualityView.layer, SeenByVerdicts.layer))
  )

/** The daemon. Once the layer is built, the axon listens and all loops run. */
const layer = (options: DaemonOptions) =>
  Effect.flatMap(routes(options.version), (shown) => MetricsListener.serve(shown, options.metrics)).pipe(
    Effect.map((metrics) =>
      ready(options, metrics).pipe(
        Layer.provide(Layer.merge(loops(options), housekeeping(options))),
        Layer.provide(HotkeyLoop.layer(options)),
        Layer.provide(axon(options))
      )
    ),
    Layer.unwrapScoped,
    Layer.provide(Layer.merge(progress(options), aroundJudging(options)))
  )

/** Runs until it is interrupted. */
export const run = (options: DaemonOptions) => Layer.launch(layer(options)).pipe(Effect.onInterrupt(() => Effect.logInfo("stopped")))

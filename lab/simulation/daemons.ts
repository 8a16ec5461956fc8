/**
 * Honest validators as complete daemons: the validator's own steps with its real enrolment store, gossip, journal and history of ratings, on the
 * simulated chain and GitHub. Every validator checks every enrolment's signature, which is slow, so seasons are short. They must have the same
 * results as with `behaviour.ts`.
 */

import { Clock, Context, Effect, Layer, Logger, LogLevel, Schema, type Scope } from "effect"
import type { AccountAddress } from "../../src/domain/Account.ts"
import { AxonUnreachable, Dendrite } from "../../src/layers/chain/axon/Dendrite.ts"
import { GossipAnswer, GossipRequest } from "../../src/layers/chain/axon/wire/synapses.ts"
import type { BlockReference } from "../../src/layers/chain/node/Chain.ts"
import { SubnetView } from "../../src/layers/chain/subnet/SubnetView.ts"
import * as HotkeyGuard from "../../src/layers/protection/HotkeyGuard.ts"
import * as Journal from "../../src/layers/protection/Journal.ts"
import * as OwnVotes from "../../src/layers/protection/OwnVotes.ts"
import * as Watches from "../../src/layers/storage/dataFolder/Watches.ts"
import * as Concerns from "../../src/roles/validator/Concerns.ts"
import * as Steps from "../../src/roles/validator/loops/steps.ts"
import * as Sender from "../../src/roles/validator/Sender.ts"
import * as SubnetEnd from "../../src/roles/validator/SubnetEnd.ts"
import * as EnrolmentGossip from "../../src/scoring/issue_competitions/enrolments/EnrolmentGossip.ts"
import * as Enrolments from "../../src/scoring/issue_competitions/enrolments/Enrolments.ts"
import * as Rosters from "../../src/scoring/rosters/Rosters.ts"
import * as Services from "./network/services.ts"
import type { HonestBehaviour, SeasonContext } from "./validators/behaviour.ts"
import type { Validator } from "./validators/Validator.ts"

type Running =
  | Services.Services
  | SubnetView
  | Enrolments.Enrolments
  | Journal.Journal
  | Concerns.Concerns
  | Rosters.Rosters
  | Sender.Sender
  | SubnetEnd.SubnetEnd
  | OwnVotes.OwnVotes
  | Watches.Watches

interface Daemon {
  readonly validator: Validator
  readonly context: Context.Context<Running>
  readonly steps: Effect.Effect.Success<ReturnType<typeof Steps.make>>
}

const decodeRequest = Schema.decodeUnknown(GossipRequest)
const encodeAnswer = Schema.encode(GossipAnswer)

const UNREACHABLE_AXON = { ip: "127.0.0.1", port: 1 }

const honestOf = (validators: ReadonlyArray<Validator>) => validators.filter(({ hostile }) => !hostile)

/** The subnet as a daemon sees it. */
const viewOf = ({ network, viewpointOf, validators }: SeasonContext, validator: Validator) => {
  const { ledger, netuid, population } = network
  const whitelisted = new Set(validators.map(({ hotkey }) => hotkey.address))
  const axons = honestOf(validators).map(({ hotkey }) => ({ ...UNREACHABLE_AXON, hotkey: hotkey.address }))
  return SubnetView.of({
    genesisHash: ledger.genesisHash,
    netuid,
    contract: ledger.world().state.contract,
    current: Effect.sync(() => {
      const { head } = viewpointOf(validator)
      const registered = new Set(population.metagraphAt(head).neurons.map(({ hotkey }) => hotkey))
      return {
        currentBlock: head,
        isRegistered: (hotkey) => registered.has(hotkey),
        stakeOf: () => 0n,
        isValidator: (hotkey) => whitelisted.has(hotkey),
        validatorAxons: axons
      }
    })
  })
}

/** Daemons exchange the encoded form that would travel by HTTP. */
const dendriteOf = ({ conditionOf }: SeasonContext, daemons: ReadonlyMap<AccountAddress, Daemon>, from: Validator) =>
  Dendrite.of({
    send: ({ body, to }) =>
      Effect.suspend(() => {
        const peer = daemons.get(to.hotkey)
        const [here, there] = [conditionOf(from), peer === undefined ? undefined : conditionOf(peer.validator)]
        if (peer === undefined || there === undefined || there.offline || there.island !== here.island)
          return new AxonUnreachable({ ...UNREACHABLE_AXON, reason: "it does not answer" })
        return decodeRequest(body).pipe(
          Effect.flatMap(EnrolmentGossip.answerPeer),
          Effect.flatMap((answer) => encodeAnswer(answer)),
          Effect.orDie,
          Effect.provide(peer.context)
        )
      })
  })

/** Opens a daemon's files in memory and builds its steps. */
const startDaemon = (season: SeasonContext, validator: Validator) =>
  Effect.gen(function* () {
    const { conditionOf, network, viewpointOf } = season
    const { ledger } = network
    const basic = Services.make(network, {
      head: () => viewpointOf(validator).head,
      reachesChain: () => !conditionOf(validator).cutOff,
      reachesGitHub: () => !conditionOf(validator).gitHubSilent,
      remembers: true
    })
    const view = viewOf(season, validator)
    const store = yield* Effect.provideService(Enrolments.make({ file: ":memory:" }), SubnetView, view)
    const stores = basic.pipe(
      Context.add(SubnetView, view),
      Context.add(Enrolments.Enrolments, store),
      Context.add(Journal.Journal, yield* Journal.make(":memory:")),
      Context.add(Concerns.Concerns, yield* Concerns.make),
      Context.merge(yield* Layer.build(Rosters.layerBuiltIn)),
      Context.add(OwnVotes.OwnVotes, yield* OwnVotes.makeInMemory),
      Context.add(Watches.Watches, yield* Watches.make({ file: ":memory:", chain: ledger.genesisHash }))
    )
    const end = yield* Effect.provide(SubnetEnd.make, stores)
    const sender = yield* Sender.make(validator.hotkey).pipe(Effect.provide(HotkeyGuard.unopposed), Effect.provide(stores))
    const context: Context.Context<Running> = stores.pipe(Context.add(Sender.Sender, sender), Context.add(SubnetEnd.SubnetEnd, end))
    const steps = yield* Effect.provide(Steps.make(validator.hotkey), context)
    return { validator, context, steps } satisfies Daemon
  })

/** The time of the newest block, by which failed peers are retried. */
const clockOf = ({ network: { ledger } }: SeasonContext): Clock.Clock => {
  const now = () => ledger.timeOf(ledger.block())
  const nanos = () => BigInt(now()) * 1_000_000n
  const real = Clock.make()
  return {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: now,
    unsafeCurrentTimeNanos: nanos,
    currentTimeMillis: Effect.sync(now),
    currentTimeNanos: Effect.sync(nanos),
    sleep: (duration) => real.sleep(duration)
  }
}

/** The behaviour of daemons. Closing the scope closes their in-memory files. */
export const make = (season: SeasonContext): Effect.Effect<HonestBehaviour, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { conditionOf, network, viewpointOf, validators } = season
    const honestOnes = honestOf(validators)
    const daemons = new Map<AccountAddress, Daemon>()
    for (const validator of honestOnes) daemons.set(validator.hotkey.address, yield* startDaemon(season, validator))
    const clock = clockOf(season)

    const run = (
      validator: Validator,
      step: (daemon: Daemon, head: BlockReference) => Effect.Effect<unknown, unknown, Running | Dendrite>
    ): void => {
      const daemon = daemons.get(validator.hotkey.address)
      if (daemon === undefined) return
      const { head } = viewpointOf(validator)
      const effect = step(daemon, { number: head, hash: network.ledger.hashOf(head) }).pipe(
        Effect.provideService(Dendrite, dendriteOf(season, daemons, validator)),
        Effect.provide(daemon.context),
        // Like the daemon, retries a failed step with the next head.
        Effect.ignore,
        Effect.withClock(clock),
        Logger.withMinimumLogLevel(LogLevel.None),
        Effect.withTracerEnabled(false)
      )
      Effect.runSync(effect)
    }

    const fetched = new Map<Validator, number>()
    /** Delivers miners' new messages to the validator's axon. */
    const open = (validator: Validator): void => {
      const { enrolments, next } = validator.holder.acceptedFrom(fetched.get(validator) ?? 0)
      fetched.set(validator, next)
      run(validator, () =>
        Effect.forEach(enrolments, ({ signed }) => Effect.flatMap(Enrolments.Enrolments, (store) => Effect.ignore(store.submit(signed))))
      )
    }
    const round = (validator: Validator) =>
      run(validator, ({ steps }, head) => Effect.zipRight(Effect.ignore(steps.gossip(head)), steps.round(head)))

    const behaviour: HonestBehaviour = {
      gossip: () => {
        for (const validator of honestOnes) if (!conditionOf(validator).offline) open(validator)
      },
      attest: round,
      pair: round,
      judge: (validator) => run(validator, ({ steps }, head) => steps.verdicts(head)),
      keepUp: (validator) => run(validator, ({ steps }, head) => steps.upkeep(head))
    }
    return behaviour
    // Opening in-memory files cannot fail in a way that a caller could handle.
  }).pipe(Effect.orDie)

/** A validator's axon: the endpoints that this subnet's validators serve. */
import { Effect, Layer } from "effect"
import type { Enrolments } from "../store/Enrolments.ts"
import type { SubnetView } from "../subnet/SubnetView.ts"
import * as Axon from "./Axon.ts"
import * as SynapseHandlers from "./SynapseHandlers.ts"
import * as ActiveProcess from "./synapses/ActiveProcess.ts"
import * as EnrolmentGossip from "./synapses/EnrolmentGossip.ts"
import * as EnrolmentSubmission from "./synapses/EnrolmentSubmission.ts"
import * as HeldEnrolments from "./synapses/HeldEnrolments.ts"
import * as tokenRefusal from "./synapses/tokenRefusal.ts"
import { PingSynapse } from "./wire/synapses.ts"

export interface ValidatorAxonOptions<E = never, R = never> extends Axon.AxonOptions<E, R> {
  /** This process, for others with the same hotkey. Absent: such questions are refused. */
  readonly process?: ActiveProcess.OwnProcess
}

const ping: SynapseHandlers.SynapseHandler = { synapse: PingSynapse, callers: "registered", handle: () => Effect.succeed({}) }

export const layer = <E = never, R = never>(options: ValidatorAxonOptions<E, R>) =>
  Axon.layer(options).pipe(
    Layer.provide(
      SynapseHandlers.layer<Enrolments | SubnetView>([
        ping,
        EnrolmentSubmission.handler,
        EnrolmentGossip.handler,
        HeldEnrolments.handler,
        ActiveProcess.handler(options.process),
        ...tokenRefusal.handlers
      ])
    )
  )

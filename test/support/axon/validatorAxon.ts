/** An axon with the enrolment endpoints of a validator's axon. */
import type * as HttpRouter from "@effect/platform/HttpRouter"
import { Effect, Layer } from "effect"
import * as Axon from "../../../src/layers/chain/axon/Axon.ts"
import * as AxonEndpoints from "../../../src/layers/chain/axon/AxonEndpoints.ts"
import * as Ping from "../../../src/layers/chain/axon/synapses/ping.ts"
import * as TokenRefusal from "../../../src/layers/chain/axon/synapses/tokenRefusal.ts"
import * as EnrolmentGossip from "../../../src/scoring/issue_competitions/enrolments/EnrolmentGossip.ts"
import * as EnrolmentSubmission from "../../../src/scoring/issue_competitions/enrolments/EnrolmentSubmission.ts"
import * as HeldEnrolments from "../../../src/scoring/issue_competitions/enrolments/HeldEnrolments.ts"

export interface ValidatorAxonOptions extends Axon.AxonOptions {
  /** Further public routes. */
  readonly routes?: HttpRouter.HttpRouter
}

export const layer = ({ routes, ...options }: ValidatorAxonOptions) =>
  Axon.layer(options).pipe(
    Layer.provide([
      Ping.layer,
      TokenRefusal.layer,
      EnrolmentSubmission.layer,
      EnrolmentGossip.layer,
      HeldEnrolments.layer,
      routes === undefined ? Layer.empty : AxonEndpoints.routes(Effect.succeed(routes))
    ]),
    Layer.provide(AxonEndpoints.layer)
  )

/** The axon's endpoint for miners' enrolments. */
import { Effect, Schema } from "effect"
import { SignedEnrolment } from "../../../domain/Enrolment.ts"
import { RequestRefused, synapse } from "../../../layers/chain/axon/AxonEndpoints.ts"
import { EnrolmentSynapse } from "../../../layers/chain/axon/wire/synapses.ts"
import { type EnrolmentStoreFailed, Enrolments } from "./Enrolments.ts"

/** A failing disk is logged here and answered with status 500, without its path. */
export const refuseWhenStoreFails = ({ message }: EnrolmentStoreFailed) =>
  Effect.zipRight(Effect.logError(message), new RequestRefused({ status: 500, text: "the enrolment could not be stored" }))

const decode = Schema.decodeUnknown(SignedEnrolment)

export const layer = synapse({
  synapse: EnrolmentSynapse,
  callers: "registered",
  handle: (body) =>
    Effect.gen(function* () {
      const signed = yield* Effect.mapError(
        decode(body),
        () =>
          new RequestRefused({
            status: 422,
            text: "enrolment refused: its text or signature is not in the form of gittensor/enrolment/v1"
          })
      )
      const store = yield* Enrolments
      const { issue, choice, sequence } = yield* store.submit(signed).pipe(
        Effect.catchTags({
          EnrolmentRefused: ({ status, message, reason }) => new RequestRefused({ status, text: message, reason }),
          EnrolmentStoreFailed: refuseWhenStoreFails
        })
      )
      yield* Effect.logDebug("enrolment stored").pipe(Effect.annotateLogs({ issue, choice, sequence }))
      return { ...signed, accepted: true }
    })
})

/** Common parts of all control endpoints. */
import { HttpApiEndpoint, HttpApiSchema } from "@effect/platform"
import type { Schema } from "effect"
import { Refused } from "../state/Step.ts"

const Refusal = Refused.annotations(HttpApiSchema.annotations({ status: 409 }))

/** An endpoint at `/_control/<name>`. A refused step is answered with 409 and the reason. */
export const post = <Name extends string, P, PI, A, AI>(name: Name, payload: Schema.Schema<P, PI>, success: Schema.Schema<A, AI>) =>
  HttpApiEndpoint.post(name, `/_control/${name}`).setPayload(payload).addSuccess(success).addError(Refusal)

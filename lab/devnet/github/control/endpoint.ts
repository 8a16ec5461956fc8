/** Common parts of all control endpoints. */
import { HttpApiEndpoint, HttpApiSchema } from "@effect/platform"
import { Schema } from "effect"
import { IssueNumber, RepositoryName } from "../../../../src/domain/IssueRef.ts"
import { Refused } from "../state/Step.ts"

/** Milliseconds since 1970; defaults to the stand-in's clock. */
export const at = Schema.optional(Schema.NonNegativeInt)
export const Login = Schema.NonEmptyString
export const place = { repository: RepositoryName, number: IssueNumber }

/** A submodule: a commit of another repository. */
const Submodule = Schema.Struct({ submodule: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{40}$/)), of: RepositoryName })

/** The content at a path: text, arbitrary bytes, or a submodule. */
export const Content = Schema.Union(Schema.String, Schema.Struct({ base64: Schema.String }), Submodule)

const Refusal = Refused.annotations(HttpApiSchema.annotations({ status: 409 }))

/** An endpoint at `/_control/<name>`. A refused step is answered with 409 and the reason. */
export const post = <Name extends string, P, PI, A, AI>(name: Name, payload: Schema.Schema<P, PI>, success: Schema.Schema<A, AI>) =>
  HttpApiEndpoint.post(name, `/_control/${name}`).setPayload(payload).addSuccess(success).addError(Refusal)

/**
 * The stand-in's control endpoints and their client. They make events happen on the stand-in and inject failures, for development and tests. GitHub
 * has no such paths.
 */
import { FetchHttpClient, HttpApi, HttpApiClient, HttpApiGroup } from "@effect/platform"
import { Effect, Schema } from "effect"
import { Pages } from "../Engine.ts"
import { Fault } from "../server/faults.ts"
import { OwnerRefusalForm } from "../server/ownerRefusals.ts"
import { Login } from "../state/asked.ts"
import { accounts } from "./accounts.ts"
import { post } from "./endpoint.ts"
import { items } from "./items.ts"

/** Control endpoints for the conditions of answers: page size, rate limits, faults. */
const RequestCountsSchema = Schema.Struct({ requests: Schema.Int, git: Schema.Int, notModified: Schema.Int, faults: Schema.Int })

const conditions = HttpApiGroup.make("conditions", { topLevel: true })
  .add(post("setPages", Pages, Schema.Null))
  .add(
    post(
      "setRateLimit",
      Schema.Struct({
        login: Schema.NullOr(Login),
        resource: Schema.Literal("core", "graphql"),
        remaining: Schema.NonNegativeInt,
        resetInSeconds: Schema.NonNegativeInt
      }),
      Schema.Null
    )
  )
  .add(post("refuseByOwner", Schema.Struct({ owner: Login, login: Login, form: Schema.NullOr(OwnerRefusalForm) }), Schema.Null))
  .add(post("addFault", Schema.Struct({ fault: Fault }), Schema.Null))
  .add(post("removeFaults", Schema.Struct({}), Schema.Null))
  .add(post("countRequests", Schema.Struct({}), RequestCountsSchema))

export class ControlApi extends HttpApi.make("stand-in").add(accounts).add(items).add(conditions) {}

/** A client for the stand-in that listens at `url`, in this process or another. */
export const makeControl = (url: string) => HttpApiClient.make(ControlApi, { baseUrl: url }).pipe(Effect.provide(FetchHttpClient.layer))

export type Control = Effect.Effect.Success<ReturnType<typeof makeControl>>

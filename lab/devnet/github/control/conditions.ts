/** Control endpoints for the conditions that the stand-in answers under: page size, clock, rate limits, faults. */
import { HttpApiGroup } from "@effect/platform"
import { Schema } from "effect"
import { Pages } from "../Engine.ts"
import { Fault } from "../server/faults.ts"
import { OwnerRefusalForm } from "../server/ownerRefusals.ts"
import { Login, post } from "./endpoint.ts"

const RequestCountsSchema = Schema.Struct({ requests: Schema.Int, git: Schema.Int, notModified: Schema.Int, faults: Schema.Int })

export const conditions = HttpApiGroup.make("conditions", { topLevel: true })
  .add(post("setPages", Pages, Schema.Null))
  .add(post("setClock", Schema.Struct({ at: Schema.NullOr(Schema.NonNegativeInt) }), Schema.Null))
  .add(post("advanceClock", Schema.Struct({ by: Schema.NonNegativeInt }), Schema.Null))
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

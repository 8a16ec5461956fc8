/** The API under /v1. The server, the typed client and the OpenAPI description are derived from this definition. */
import * as HttpApi from "@effect/platform/HttpApi"
import * as OpenApi from "@effect/platform/OpenApi"
import { chain } from "./chain.ts"
import { competitions } from "./competitions.ts"
import { consensus } from "./consensus.ts"
import { BadRequest, InternalError, TooManyRequests, Unavailable } from "./errors.ts"
import { issues } from "./issues.ts"
import { miners } from "./miners.ts"
import { money } from "./money.ts"
import { onlyOneErrorShape } from "./openApi.ts"
import { records } from "./records.ts"
import { repositories } from "./repositories.ts"
import { validators } from "./validators.ts"

export const VERSION_PREFIX = "/v1"

export class Api extends HttpApi.make("gittensor")
  .add(issues)
  .add(repositories)
  .add(competitions)
  .add(miners)
  .add(money)
  .add(validators)
  .add(consensus)
  .add(records)
  .add(chain)
  .prefix(VERSION_PREFIX)
  .addError(BadRequest)
  .addError(TooManyRequests)
  .addError(InternalError)
  .addError(Unavailable)
  .annotateContext(
    OpenApi.annotations({
      title: "Gittensor",
      version: "1.0.0",
      description:
        "The Gittensor subnet: issues with bounties, matches of two miners, votes, payments and ratings. Read-only. Amounts are decimal strings in rao (10⁻⁹). Times are ISO 8601 and come with their block. Lists are paged: send `next` as `cursor` to get the next page.",
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
      servers: [{ url: "/", description: "The server that this document comes from" }],
      transform: onlyOneErrorShape
    })
  ) {}

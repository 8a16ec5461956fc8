/** Runs tests of the GitHub layer in each version of GitHub's REST API. */
import { it } from "@effect/vitest"
import { Context, Effect, type Scope } from "effect"
import { API_VERSIONS, type ApiVersionName } from "../../../src/devnet/github/rest/ApiVersion.ts"

/** The version for which the services of `story.ts` and `contributionStory.ts` ask. */
export class AskedVersion extends Context.Reference<AskedVersion>()("gittensor/test/AskedVersion", {
  defaultValue: (): ApiVersionName => API_VERSIONS[0]
}) {}

/** A test for each version. */
export const inEachVersion = <A, E>(name: string, test: () => Effect.Effect<A, E, Scope.Scope>): void => {
  for (const version of API_VERSIONS)
    it.scopedLive(`${name} (REST API ${version})`, () => Effect.provideService(test(), AskedVersion, version))
}

/** Runs tests of the GitHub layer in each version of GitHub's REST API. */
import { it } from "@effect/vitest"
import { Effect, type Scope } from "effect"
import { API_VERSIONS } from "../../../lab/devnet/github/rest/ApiVersion.ts"
import { AskedVersion } from "./AskedVersion.ts"

/** A test for each version. `timeout`: in milliseconds, where the usual one is too short. */
export const inEachVersion = <A, E>(name: string, test: () => Effect.Effect<A, E, Scope.Scope>, timeout?: number): void => {
  for (const version of API_VERSIONS)
    it.scopedLive(`${name} (REST API ${version})`, () => Effect.provideService(test(), AskedVersion, version), timeout)
}

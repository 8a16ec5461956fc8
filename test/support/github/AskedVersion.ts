/**
 * The version of GitHub's REST API that a story requests. Separate from the tests of each version, because a generator loads stories outside of
 * tests.
 */
import { Context } from "effect"
import { API_VERSIONS, type ApiVersionName } from "../../../lab/devnet/github/rest/ApiVersion.ts"

/** The version that the services of `story.ts` and `contributionStory.ts` request. */
export class AskedVersion extends Context.Reference<AskedVersion>()("gittensor/test/AskedVersion", {
  defaultValue: (): ApiVersionName => API_VERSIONS[0]
}) {}

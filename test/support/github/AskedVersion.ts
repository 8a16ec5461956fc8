/** Which version of GitHub's REST API a story asks for. Apart from the tests of each version, because a generator loads stories outside of tests. */
import { Context } from "effect"
import { API_VERSIONS, type ApiVersionName } from "../../../lab/devnet/github/rest/ApiVersion.ts"

/** The version for which the services of `story.ts` and `contributionStory.ts` ask. */
export class AskedVersion extends Context.Reference<AskedVersion>()("gittensor/test/AskedVersion", {
  defaultValue: (): ApiVersionName => API_VERSIONS[0]
}) {}

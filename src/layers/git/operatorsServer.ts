/** The operator's GitHub: api.github.com, an Enterprise server or a stand-in. Its repositories are on the same host, or at public addresses. */
import { Config } from "effect"

export const GITHUB = "https://api.github.com"

/** Reads GITTENSOR_GITHUB_URL, without a trailing slash. */
export const gitHubUrl: Config.Config<string> = Config.string("GITTENSOR_GITHUB_URL").pipe(
  Config.withDefault(GITHUB),
  Config.validate({ message: "GITTENSOR_GITHUB_URL must be an http address such as https://api.github.com", validation: URL.canParse }),
  Config.map((url) => url.replace(/(?<!\/)\/+$/, ""))
)

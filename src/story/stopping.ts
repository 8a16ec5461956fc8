/** The link by which maintainers stop bounties in one step. */
import { gitHubRepository } from "../domain/gitHubAddress.ts"

/** The content of a `.gittensor.yml` that stops bounties. */
const STOPPING = "bounties: false\n"

/**
 * The URL of GitHub's editor for a repository's `.gittensor.yml`; anybody with push access can save it. GitHub fills in a new file from the URL, but
 * only opens an existing one. GitHub resolves `HEAD` to the default branch. https://github.com/isaacs/github/issues/1527 and
 * https://github.com/npm/hosted-git-info/blob/main/lib/hosts.js
 */
export const stopAddress = (repository: string, { isThere }: { readonly isThere: boolean }): string => {
  const place = gitHubRepository(repository)
  return isThere ? `${place}/edit/HEAD/.gittensor.yml` : `${place}/new/HEAD?filename=.gittensor.yml&value=${encodeURIComponent(STOPPING)}`
}

/** How maintainers stop everything in one step. */

/** All that `.gittensor.yml` has to say. */
const STOPPING = "bounties: false\n"

/**
 * GitHub's editor with a repository's `.gittensor.yml`, where whoever may push can save it. GitHub fills in a new file from the address, but not one that is there: that
 * one is only opened. GitHub takes `HEAD` for the default branch.
 * https://github.com/isaacs/github/issues/1527 and https://github.com/npm/hosted-git-info/blob/main/lib/hosts.js
 */
export const stopAddress = (repository: string, { isThere }: { readonly isThere: boolean }): string => {
  const place = `https://github.com/${repository.split("/").map(encodeURIComponent).join("/")}`
  return isThere ? `${place}/edit/HEAD/.gittensor.yml` : `${place}/new/HEAD?filename=.gittensor.yml&value=${encodeURIComponent(STOPPING)}`
}

/** The commit status that an index puts on competitors' pull requests. */

/** What GitHub calls it. */
export const STATUS_CONTEXT = "gittensor"

/**
 * Whether what was said of a commit is such a status, whichever index put it there. It is no check, so that it is left out wherever checks are read. Who put it does not
 * matter: only whoever may push to the repository can.
 */
export const isOwnStatus = (one: { readonly __typename: string; readonly context?: string | undefined }): boolean =>
  one.__typename === "StatusContext" && one.context === STATUS_CONTEXT
